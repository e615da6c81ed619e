/**
 * The address space of a process: Linux 2.4, include/linux/sched.h (mm_struct), mm/mmap.c, kernel/fork.c (mm_alloc).
 */
import { memset } from '../../lib/memory.ts';
import { current, smp_processor_id, this_cpu } from '../arch/cpu.ts';
import { PAGE_SIZE, TASK_SIZE } from '../arch/layout.ts';
import { load_satp } from '../arch/switch.ts';
import { BUG_ON, panic } from '../debug/panic.ts';
import { EINVAL, ENOMEM } from '../errno.ts';
import { Atomic, atomic_dec_and_test, atomic_set } from '../locking/atomic.ts';
import { local_irq_disable, local_irq_enable } from '../locking/irqflags.ts';
import { down, init_MUTEX, Semaphore, up } from '../locking/semaphore.ts';
import { spin_lock, spin_unlock } from '../locking/spinlock.ts';
import { activate_context, asid_init, context_asid, tlb_flush_always } from './asid.ts';
import { free_pgtables, zap_page_range } from './memory.ts';
import { free_page, get_zeroed_page, GFP_KERNEL, nr_free_pages } from './page_alloc.ts';
import { copy_kernel_half, kernel_satp, make_satp, set_percpu_entry } from './pgtable.ts';
import { kmem_cache_alloc, kmem_cache_create, kmem_cache_free, KmemCache } from './slab.ts';

// VmAreaStruct.vm_flags: include/linux/mm.h.
export const VM_READ = 1;
export const VM_WRITE = 2;
export const VM_EXEC = 4;

/** Where the stack ends, and how many bytes it may take: all of them are one area, so that it never has to grow. */
export const STACK_TOP = 0x7ffff000;
export const STACK_SIZE = 0x40000;

/** A stretch of user addresses, whole pages, that are zero until written; the list of an mm is ordered by address. */
export class VmAreaStruct {
  vm_start: usize;
  vm_end: usize;
  vm_flags: u32;
  vm_next: VmAreaStruct | null;
}

/**
 * An address space, of one task at a time. `mmap_sem` protects the areas, the page table and the counts; a fault in a
 * user copy takes it, so no user memory may be touched while it is held.
 */
export class MmStruct {
  mmap: VmAreaStruct | null;
  mmap_sem: Embed<Semaphore>;
  /** The task that has it, and others that keep it from going. */
  mm_users: Embed<Atomic>;
  /** The root page table. */
  pgd: usize;
  /** Its address-space identifier: asid.ts. Set where it is switched to, with interrupts off. */
  context: u32;
  /**
   * Harts that may remember translations by that identifier, and those that need a fence.i before they run its code.
   */
  cpu_vm_mask: u32;
  icache_stale_mask: u32;
  /** The heap. */
  start_brk: usize;
  brk: usize;
  /** Pages it has, without page tables. */
  rss: u32;
}

let mm_cachep: KmemCache | null = null;
let vm_area_cachep: KmemCache | null = null;

/** From mem_init, when there are page tables and caches; translation is still off. */
export function mm_init(): void {
  mm_cachep = kmem_cache_create('mm_struct', sizeof<MmStruct>(), 0, 0, null, null);
  vm_area_cachep = kmem_cache_create('vm_area_struct', sizeof<VmAreaStruct>(), 0, 0, null, null);
  if (mm_cachep === null || vm_area_cachep === null) panic('no memory for address spaces');
  asid_init(kernel_satp(0));
}

/** An empty address space with one user; null for no memory. @sleeps */
export function mm_alloc(): MmStruct | null {
  const pgd = get_zeroed_page(GFP_KERNEL);
  const memory = mm_cachep === null || pgd === 0 ? 0 : kmem_cache_alloc(mm_cachep, GFP_KERNEL);
  if (memory === 0) {
    free_page(pgd);
    return null;
  }
  memset(cast(memory), 0, sizeof<MmStruct>());
  const mm = cast<MmStruct>(memory);
  init_MUTEX(mm.mmap_sem);
  atomic_set(mm.mm_users, 1);
  mm.pgd = pgd;
  copy_kernel_half(cast<Ptr<u32>>(pgd), 0);
  return mm;
}

/**
 * One user less; when the last one goes, which must not run in it any more, all of it is freed. @consumes mm @sleeps
 */
export function mmput(mm: MmStruct): void {
  if (!atomic_dec_and_test(mm.mm_users)) return;
  for (let area = mm.mmap; area !== null;) {
    const next = area.vm_next;
    zap_page_range(mm, area.vm_start, area.vm_end);
    free_area(area);
    area = next;
  }
  BUG_ON(mm.rss !== 0);
  free_pgtables(mm);
  free_page(mm.pgd);
  if (mm_cachep !== null) kmem_cache_free(mm_cachep, addr(mm));
}

function free_area(area: VmAreaStruct): void {
  if (vm_area_cachep !== null) kmem_cache_free(vm_area_cachep, addr(area));
}

/** The first area that ends behind an address, which may begin behind it too. `mmap_sem` is held. */
export function find_vma(mm: MmStruct, address: usize): VmAreaStruct | null {
  let area = mm.mmap;
  while (area !== null && area.vm_end <= address) area = area.vm_next;
  return area;
}

/**
 * Adds an area of whole pages around `length` bytes from `start` on: 0, -EINVAL if it cannot be there, -ENOMEM. @sleeps
 */
export function mm_map(mm: MmStruct, start: usize, length: u32, vm_flags: u32): i32 {
  const first = start & ~(PAGE_SIZE - 1);
  if (first < PAGE_SIZE || start >= TASK_SIZE || length === 0 || length > TASK_SIZE - start) return -EINVAL;
  const end = page_up(start + length);
  down(mm.mmap_sem);
  const error = insert_area(mm, first, end, vm_flags);
  up(mm.mmap_sem);
  return error;
}

function insert_area(mm: MmStruct, start: usize, end: usize, vm_flags: u32): i32 {
  let before: VmAreaStruct | null = null;
  let next = mm.mmap;
  while (next !== null && next.vm_end <= start) {
    before = next;
    next = next.vm_next;
  }
  if (next !== null && next.vm_start < end) return -EINVAL;
  const memory = vm_area_cachep === null ? 0 : kmem_cache_alloc(vm_area_cachep, GFP_KERNEL);
  if (memory === 0) return -ENOMEM;
  const area = cast<VmAreaStruct>(memory);
  area.vm_start = start;
  area.vm_end = end;
  area.vm_flags = vm_flags;
  area.vm_next = next;
  if (before === null) mm.mmap = area;
  else before.vm_next = area;
  return 0;
}

/**
 * When the image has been mapped: the heap begins, empty, at `end_of_image`, and the stack is mapped: 0 or an error.
 * @sleeps
 */
export function mm_setup(mm: MmStruct, end_of_image: usize): i32 {
  mm.start_brk = page_up(end_of_image);
  mm.brk = mm.start_brk;
  return mm_map(mm, STACK_TOP - STACK_SIZE, STACK_SIZE, VM_READ | VM_WRITE);
}

/** Sets the end of the heap if that is possible; gives the end it then has. @sleeps */
export function sys_brk(brk: usize): i32 {
  const mm = current().mm;
  if (mm === null) return -ENOMEM;
  down(mm.mmap_sem);
  if (brk >= mm.start_brk && brk < TASK_SIZE && resize_heap(mm, page_up(mm.brk), page_up(brk))) mm.brk = brk;
  const end = mm.brk;
  up(mm.mmap_sem);
  return end as i32;
}

/** Moves the end of the heap's area, which is not there while it is empty. */
function resize_heap(mm: MmStruct, old: usize, end: usize): bool {
  if (end === old) return true;
  if (end < old) {
    shrink_heap(mm, old, end);
    return true;
  }
  // More than there is now is refused here; less may still run out later, page by page.
  if ((end - old) / PAGE_SIZE > nr_free_pages()) return false;
  if (old === mm.start_brk) return insert_area(mm, old, end, VM_READ | VM_WRITE) === 0;
  const heap = find_vma(mm, mm.start_brk);
  if (heap === null || heap.vm_end !== old) return false;
  const next = heap.vm_next;
  if (next !== null && next.vm_start < end) return false;
  heap.vm_end = end;
  return true;
}

function shrink_heap(mm: MmStruct, old: usize, end: usize): void {
  zap_page_range(mm, end, old);
  let before: VmAreaStruct | null = null;
  let area = mm.mmap;
  while (area !== null && area.vm_end !== old) {
    before = area;
    area = area.vm_next;
  }
  if (area === null) return;
  area.vm_end = end;
  if (end !== mm.start_brk) return;
  if (before === null) mm.mmap = area.vm_next;
  else before.vm_next = area.vm_next;
  free_area(area);
}

function page_up(address: usize): usize {
  return (address + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
}

/** From one address space to another on this hart, null being the kernel's; interrupts are off. */
export function switch_mm(prev: MmStruct | null, next: MmStruct | null): void {
  if (prev === next) return;
  if (next === null) {
    load_satp(this_cpu().kernel_satp, tlb_flush_always());
    return;
  }
  const cpu = smp_processor_id();
  const before = next.context;
  const flush = activate_context(ptr(next.context), cpu);
  // By a new identifier nobody knows translations yet, and what was flushed here is known nowhere else.
  if (next.context !== before || tlb_flush_always()) next.cpu_vm_mask = 0;
  next.cpu_vm_mask |= 1 << cpu;
  set_percpu_entry(cast<Ptr<u32>>(next.pgd), cpu);
  load_satp(make_satp(next.pgd, context_asid(next.context)), flush);
  if ((next.icache_stale_mask >> cpu & 1) !== 0) {
    next.icache_stale_mask &= ~(1 << cpu);
    fence_i();
  }
}

/** Makes `mm` the current task's; gives the one it had, which the caller puts. */
export function exec_mmap(mm: MmStruct): MmStruct | null {
  const task = current();
  spin_lock(task.alloc_lock);
  const old = task.mm;
  // No switch of tasks may come while task.mm and satp do not agree.
  local_irq_disable();
  task.mm = mm;
  switch_mm(old, mm);
  local_irq_enable();
  spin_unlock(task.alloc_lock);
  return old;
}
