/**
 * A process's pages and page tables: Linux 2.4, mm/memory.c; entries by Privileged ISA 20240411, section 12.3 (Sv32).
 */
import { INIT_LIST_HEAD, list_add, list_del, list_empty, list_entry, ListHead } from '../../lib/list.ts';
import { memcpy } from '../../lib/memory.ts';
import { current } from '../arch/cpu.ts';
import { PAGE_SHIFT, PAGE_SIZE, PGDIR_SIZE, TASK_SIZE } from '../arch/layout.ts';
import { flush_tlb_cpus } from '../arch/smp.ts';
import { EFAULT, ENOMEM } from '../errno.ts';
import { down, up } from '../locking/semaphore.ts';
import { context_asid } from './asid.ts';
import { find_vma, MmStruct, VM_EXEC, VM_READ, VM_WRITE, VmAreaStruct } from './mmap.ts';
import { free_page, get_zeroed_page, GFP_KERNEL, Page, page_address, virt_to_page } from './page_alloc.ts';
import { make_pte, pte_page, PTE_A, PTE_D, PTE_R, PTE_U, PTE_V, PTE_W, PTE_X } from './pgtable.ts';

const ENTRIES = 1024;
const USER_ROOT_ENTRIES = TASK_SIZE / PGDIR_SIZE;
const ALL_HARTS = 0xffffffff;

/** The entry for an address in its second-level table, which is made if there is none and `make` says so; else null. */
function pte_offset(mm: MmStruct, address: usize, make: bool): Ptr<u32> | null {
  const pgd = cast<Ptr<u32>>(mm.pgd);
  const index = address / PGDIR_SIZE;
  if ((pgd[index] & PTE_V) === 0) {
    const table = make ? get_zeroed_page(GFP_KERNEL) : 0;
    if (table === 0) return null;
    smp_wmb();
    pgd[index] = make_pte(table, PTE_V);
  }
  return ptr(cast<Ptr<u32>>(pte_page(pgd[index]))[address >> PAGE_SHIFT & ENTRIES - 1]);
}

/**
 * Sees to it that the page of an address of the area is there, zeroed if it is new: 0 or -ENOMEM. `mmap_sem` is held;
 * the caller has checked that the area allows the access.
 */
export function handle_mm_fault(mm: MmStruct, area: VmAreaStruct, address: usize): i32 {
  return address_of(mm, area, address) === 0 ? -ENOMEM : 0;
}

/** Where the kernel sees the page of an address, which is made if need be; 0 for no memory. */
function address_of(mm: MmStruct, area: VmAreaStruct, address: usize): usize {
  const pte = pte_offset(mm, address, true);
  if (pte === null) return 0;
  if ((pte[0] & PTE_V) !== 0) {
    // The hart may not have seen that by now there is an entry.
    sfence_vma(address);
    return pte_page(pte[0]);
  }
  const page = get_zeroed_page(GFP_KERNEL);
  if (page === 0) return 0;
  // Another hart's table walk that finds the entry finds zeros.
  smp_wmb();
  pte[0] = make_pte(page, protection(area.vm_flags));
  mm.rss++;
  sfence_vma(address);
  return page;
}

/**
 * Accessed and dirty are set beforehand: nothing here asks for them. What can be written or executed can also be read,
 * as on Linux's i386. An entry without rights, at the last level, lets nothing pass.
 */
function protection(vm_flags: u32): u32 {
  if ((vm_flags & (VM_READ | VM_WRITE | VM_EXEC)) === 0) return PTE_V;
  let flags = PTE_V | PTE_U | PTE_R | PTE_A | PTE_D;
  if ((vm_flags & VM_WRITE) !== 0) flags |= PTE_W;
  if ((vm_flags & VM_EXEC) !== 0) flags |= PTE_X;
  return flags;
}

/** Takes the pages from `start` to before `end` away, and frees them when no hart can reach them any more. */
export function zap_page_range(mm: MmStruct, start: usize, end: usize): void {
  const zapped = local<ListHead>();
  INIT_LIST_HEAD(zapped);
  for (let address = start; address < end;) {
    const pte = pte_offset(mm, address, false);
    if (pte === null) {
      address = (address & ~(PGDIR_SIZE - 1)) + PGDIR_SIZE;
      continue;
    }
    if ((pte[0] & PTE_V) !== 0) {
      list_add(virt_to_page(pte_page(pte[0])).list, zapped);
      pte[0] = 0;
      mm.rss--;
    }
    address += PAGE_SIZE;
  }
  if (list_empty(zapped)) return;
  flush_tlb_range(mm, start, end);
  while (!list_empty(zapped)) {
    const page = list_entry<Page>(zapped.next, offsetof<Page>('list'));
    list_del(page.list);
    free_page(page_address(page));
  }
}

/**
 * All harts forget translations of the mm's addresses from `start` to before `end`. One that is in force nowhere is
 * left alone: its identifier is not used again before everything has been forgotten (asid.ts).
 */
function flush_tlb_range(mm: MmStruct, start: usize, end: usize): void {
  if (current().mm === mm) flush_tlb_cpus(mm.cpu_vm_mask, start, end - start, context_asid(mm.context));
}

/** Frees the second-level tables of user addresses, when their pages are gone and no hart uses them. */
export function free_pgtables(mm: MmStruct): void {
  const pgd = cast<Ptr<u32>>(mm.pgd);
  for (let index: u32 = 0; index < USER_ROOT_ENTRIES; index++) {
    if ((pgd[index] & PTE_V) === 0) continue;
    free_page(pte_page(pgd[index]));
    pgd[index] = 0;
  }
}

/** Copies from the kernel to addresses of any mm, whatever may be done there: 0, -EFAULT, -ENOMEM. @sleeps */
export function copy_to_mm(mm: MmStruct, to: usize, from: usize, n: u32): i32 {
  let error: i32 = 0;
  down(mm.mmap_sem);
  for (let done: u32 = 0; done < n && error === 0;) {
    const room = PAGE_SIZE - (to + done & PAGE_SIZE - 1);
    const size = n - done < room ? n - done : room;
    error = fill_page(mm, to + done, from + done, size);
    done += size;
  }
  up(mm.mmap_sem);
  return error;
}

/** Copies within a page. */
function fill_page(mm: MmStruct, to: usize, from: usize, size: u32): i32 {
  const area = find_vma(mm, to);
  if (area === null || to < area.vm_start) return -EFAULT;
  const page = address_of(mm, area, to);
  if (page === 0) return -ENOMEM;
  memcpy(cast(page + (to & PAGE_SIZE - 1)), cast(from), size);
  if ((area.vm_flags & VM_EXEC) !== 0) flush_icache_mm(mm);
  return 0;
}

/** Code was written: each hart executes a fence.i before it runs the mm again. In the current one, this hart now. */
function flush_icache_mm(mm: MmStruct): void {
  smp_mb();
  mm.icache_stale_mask = ALL_HARTS;
  if (current().mm === mm) fence_i();
}
