/**
 * Addresses for pages that need not be neighbours: Linux 2.4, mm/vmalloc.c. Each area has an unmapped page behind it.
 */
import { PAGE_SIZE, THREAD_SIZE, VMALLOC_END, VMALLOC_START } from '../arch/layout.ts';
import { flush_tlb_kernel_range } from '../arch/smp.ts';
import { BUG_ON } from '../debug/panic.ts';
import { printk } from '../debug/printk.ts';
import { in_interrupt } from '../locking/preempt.ts';
import { spin_lock_init, spin_lock_irqsave, spin_unlock_irqrestore, SpinLock } from '../locking/spinlock.ts';
import { kfree, kzalloc } from './kmalloc.ts';
import { __get_free_page, free_page, GFP_KERNEL, virt_to_page } from './page_alloc.ts';
import { kernel_pte, make_pte, PAGE_KERNEL, pte_page, PTE_V, set_kernel_pte } from './pgtable.ts';

// VmStruct.flags.
export const VM_ALLOC = 1;
export const VM_IOREMAP = 2;

/** The first page of the area guards what comes first, as RAM may end right below. */
const FIRST = VMALLOC_START + PAGE_SIZE;

/** An area: `size` bytes mapped, then a guard page. In a list by address. */
export class VmStruct {
  address: usize;
  size: u32;
  flags: u32;
  next: VmStruct | null;
}

/** Protects the list. Outside slab and zone locks. */
let vmlist_lock!: Embed<SpinLock>;
let vmlist: VmStruct | null = null;
/** Where the search begins: behind the area made last, so that addresses come back late. */
let search_from: usize = FIRST;

export function vmalloc_init(): void {
  spin_lock_init(vmlist_lock, 'vmlist_lock');
}

/** Addresses for `size` bytes, a multiple of the page size, not mapped yet; null when there are none. */
export function get_vm_area(size: u32, flags: u32): VmStruct | null {
  BUG_ON(in_interrupt());
  if (size === 0 || size > VMALLOC_END - VMALLOC_START) return null;
  const area = kzalloc<VmStruct>(GFP_KERNEL);
  if (area === null) return null;
  area.size = size;
  area.flags = flags;
  const saved = spin_lock_irqsave(vmlist_lock);
  const found = place(area, search_from) || place(area, FIRST);
  if (found) search_from = area.address + size + PAGE_SIZE;
  spin_unlock_irqrestore(vmlist_lock, saved);
  if (found) return area;
  kfree(addr(area));
  return null;
}

/** Puts the area into the first hole at `from` or above. */
function place(area: VmStruct, from: usize): bool {
  let before: VmStruct | null = null;
  let at = from;
  let next = vmlist;
  for (; next !== null; next = next.next) {
    if (next.address >= at && next.address - at >= area.size + PAGE_SIZE) break;
    const end = next.address + next.size + PAGE_SIZE;
    if (end > at) at = end;
    before = next;
  }
  if (at >= VMALLOC_END || VMALLOC_END - at < area.size + PAGE_SIZE) return false;
  area.address = at;
  area.next = next;
  if (before === null) vmlist = area;
  else before.next = area;
  return true;
}

/** Takes the area that begins at an address out of the list; null when there is none. */
export function remove_vm_area(address: usize): VmStruct | null {
  const saved = spin_lock_irqsave(vmlist_lock);
  let before: VmStruct | null = null;
  let area = vmlist;
  while (area !== null && area.address !== address) {
    before = area;
    area = area.next;
  }
  if (area !== null) {
    if (before === null) vmlist = area.next;
    else before.next = area.next;
  }
  spin_unlock_irqrestore(vmlist_lock, saved);
  return area;
}

/** Memory of `size` bytes, rounded up to pages, not zeroed; 0 for no memory. @returns new as Vmalloc @sleeps */
export function vmalloc(size: u32): usize {
  const bytes = (size + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
  return bytes < size ? 0 : make_area(bytes, bytes, bytes);
}

/** An area of which the first `used` of every `stride` bytes are memory; 0 for no memory. */
function make_area(bytes: u32, stride: u32, used: u32): usize {
  const area = get_vm_area(bytes, VM_ALLOC);
  if (area === null) return 0;
  for (let offset: u32 = 0; offset < bytes; offset += PAGE_SIZE) {
    if (offset % stride >= used) continue;
    const page = __get_free_page(GFP_KERNEL);
    if (page === 0) {
      vfree(area.address);
      return 0;
    }
    set_kernel_pte(area.address + offset, make_pte(page, PAGE_KERNEL));
  }
  // An implementation may remember that an address was not mapped.
  flush_tlb_kernel_range(area.address, area.address + bytes);
  return area.address;
}

/** Gives back what vmalloc gave; 0 is nothing. @consumes address as Vmalloc @sleeps */
export function vfree(address: usize): void {
  if (address === 0) return;
  unmap_area(address, true);
}

/**
 * Ends an area. Its pages are freed only when no hart can reach them any more, and the addresses only then given to
 * others. As in Linux, one that is not there is only complained of.
 */
export function unmap_area(address: usize, pages: bool): void {
  BUG_ON(in_interrupt());
  const size = area_size(address);
  if (size === 0) {
    printk('<3>Trying to vfree() nonexistent vm area (%08x)\n', address);
    return;
  }
  // A page that others may still reach is kept until they cannot: chained through its Page.owner.
  let chain: usize = 0;
  for (let offset: u32 = 0; offset < size; offset += PAGE_SIZE) {
    const pte = kernel_pte(address + offset);
    if ((pte & PTE_V) === 0) continue;
    set_kernel_pte(address + offset, 0);
    if (!pages) continue;
    virt_to_page(pte_page(pte)).owner = chain;
    chain = pte_page(pte);
  }
  flush_tlb_kernel_range(address, address + size);
  while (chain !== 0) {
    const page = virt_to_page(chain);
    const next = page.owner;
    page.owner = 0;
    free_page(chain);
    chain = next;
  }
  const area = remove_vm_area(address);
  if (area !== null) kfree(addr(area));
}

/** Bytes of the area that begins at an address; 0 when there is none. */
function area_size(address: usize): u32 {
  const saved = spin_lock_irqsave(vmlist_lock);
  let area = vmlist;
  while (area !== null && area.address !== address) area = area.next;
  const size = area === null ? 0 : area.size;
  spin_unlock_irqrestore(vmlist_lock, saved);
  return size;
}

/** A kernel stack, THREAD_SIZE bytes with a guard page below; 0 for no memory. */
export function alloc_thread_stack(): usize {
  return vmalloc(THREAD_SIZE);
}

export function free_thread_stack(stack: usize): void {
  vfree(stack);
}

/** From one stack to the next, with the guard page between them. */
export const STACK_STRIDE = THREAD_SIZE + PAGE_SIZE;

/**
 * Several, STACK_STRIDE apart, of which the harts learn at once; the first one's address, or 0 for no memory. They are
 * freed together, as if they were that one.
 */
export function alloc_thread_stacks(count: u32): usize {
  return make_area(count * STACK_STRIDE - PAGE_SIZE, STACK_STRIDE, THREAD_SIZE);
}
