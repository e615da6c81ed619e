/**
 * Page tables of domains, kept in step with the kernel's: Nooks (SOSP 2003), section 3.1, where Linux's page-table code
 * is hooked for it. A root has no user addresses and no hart's page. RAM and the kernel's image are read-only, the
 * vmalloc area too but for windows on devices, which are absent.
 *
 * Second-level tables are shared by all domains until one has rights of its own within their 4 MiB: then it gets a
 * copy, in which RSW bit PTE_GRANTED marks the entries that are its own.
 */
import {
  PAGE_OFFSET, PAGE_SHIFT, PAGE_SIZE, PGDIR_SIZE, VMALLOC_END, VMALLOC_START,
} from '../../kernel/arch/layout.ts';
import { flush_tlb_cpus } from '../../kernel/arch/smp.ts';
import { panic } from '../../kernel/debug/panic.ts';
import { setup } from '../../kernel/init/setup.ts';
import { spin_lock_init, spin_lock_irqsave, spin_unlock_irqrestore, SpinLock } from '../../kernel/locking/spinlock.ts';
import { __get_free_page, free_page, get_zeroed_page, GFP_ATOMIC, GFP_KERNEL } from '../../kernel/mm/page_alloc.ts';
import {
  kernel_pte, make_pte, pte_page, PTE_R, PTE_V, PTE_W, PTE_X, watch_kernel_ptes,
} from '../../kernel/mm/pgtable.ts';
import { Domain, domain_at, MAX_DOMAINS } from './domain.ts';

/** A bit for software (Privileged ISA 20240411, figure 12.20, RSW): the domain has this page by a grant. */
const PTE_GRANTED = 0x100;
const ENTRIES = 1024;
const FIRST = PAGE_OFFSET / PGDIR_SIZE;
const LAST = VMALLOC_END / PGDIR_SIZE;
const LEAF = PTE_R | PTE_W | PTE_X;
const ALL_CPUS = 0xff;

/** What every domain begins with. */
let common!: Ptr<u32>;
/** Protects all page tables of domains against each other's edits. A leaf. */
let tables_lock!: Embed<SpinLock>;

/** Makes the shared tables, from the kernel's as they are, and follows these from now on. */
export function memory_init(): void {
  spin_lock_init(tables_lock, 'nooks_tables');
  common = cast<Ptr<u32>>(get_zeroed_page(GFP_KERNEL));
  if (addr(common) === 0) panic('no memory for the isolation layer');
  watch_kernel_ptes(follow);
  for (let index: u32 = FIRST; index < LAST; index++) common[index] = common_entry(index);
}

function common_entry(index: u32): u32 {
  const start = (index * PGDIR_SIZE) as usize;
  const kernel = kernel_pte(start);
  // RAM in one piece has an entry at its start that leads to 4 MiB; what is in pages has one for each.
  if (start < VMALLOC_START && in_one_piece(start)) return kernel & ~(PTE_W | PTE_X);
  if (start < VMALLOC_START && start >= setup.memory_end) return 0;
  const table = cast<Ptr<u32>>(get_zeroed_page(GFP_KERNEL));
  if (addr(table) === 0) panic('no memory for the isolation layer');
  for (let page: u32 = 0; page < ENTRIES; page++) {
    const at = start + page * PAGE_SIZE;
    table[page] = restricted(at, kernel_pte(at));
  }
  return make_pte(addr(table), PTE_V);
}

declare let __image_end: Arr<u8, 1>;

function in_one_piece(start: usize): bool {
  return start >= addr(__image_end) && start + PGDIR_SIZE <= setup.memory_end;
}

/** What a domain may do with a page of the kernel's: read it, execute the kernel's code, nothing with a device. */
function restricted(address: usize, pte: u32): u32 {
  if ((pte & PTE_V) === 0) return 0;
  const page = pte_page(pte);
  if (page < setup.memory_start || page >= setup.memory_end) return 0;
  return pte & ~(address < VMALLOC_START ? PTE_W : PTE_W | PTE_X);
}

/** The kernel changed an entry: so do the shared table and all copies of it; a grant of the page is over. */
function follow(address: usize, pte: u32): void {
  const flags = spin_lock_irqsave(tables_lock);
  const index = address / PGDIR_SIZE, page = address >> PAGE_SHIFT & (ENTRIES - 1);
  const entry = restricted(address, pte);
  if (common[index] !== 0) {
    table_of(common[index])[page] = entry;
    for (let number: u32 = 0; number < MAX_DOMAINS; number++) {
      const domain = domain_at(number);
      if (domain === null || domain.root === 0) continue;
      const own = cast<Ptr<u32>>(domain.root)[index];
      if (own !== common[index]) table_of(own)[page] = entry;
    }
  }
  spin_unlock_irqrestore(tables_lock, flags);
}

function table_of(entry: u32): Ptr<u32> {
  return cast<Ptr<u32>>(pte_page(entry));
}

/** A root table; 0 for no memory. */
export function memory_create(): usize {
  const root = get_zeroed_page(GFP_KERNEL);
  if (root === 0) return 0;
  const table = cast<Ptr<u32>>(root);
  for (let index: u32 = FIRST; index < LAST; index++) table[index] = common[index];
  return root;
}

/**
 * Frees a domain's root and the tables that are its alone, when no change of the kernel's follows into them any more,
 * and no hart remembers anything of them.
 */
export function memory_destroy(domain: Domain): void {
  const flags = spin_lock_irqsave(tables_lock);
  const root = domain.root;
  domain.root = 0;
  spin_unlock_irqrestore(tables_lock, flags);
  if (root === 0) return;
  flush_domain(domain.asid);
  const table = cast<Ptr<u32>>(root);
  for (let index: u32 = FIRST; index < LAST; index++) {
    if (table[index] !== common[index]) free_page(addr(table_of(table[index])));
  }
  free_page(root);
}

/**
 * Lets a domain use pages of the kernel's with these rights (PTE_R, PTE_W, PTE_X), `size` bytes from a page's start on;
 * false for no memory. A hart that remembers less learns better by a fault.
 */
export function grant(root: usize, address: usize, size: u32, rights: u32): bool {
  for (let offset: u32 = 0; offset < size; offset += PAGE_SIZE) {
    const at = address + offset;
    const pte = kernel_pte(at);
    if (!set_entry(root, at, (pte & ~(PTE_W | PTE_X)) | rights | PTE_GRANTED)) return false;
  }
  return true;
}

/** Takes pages back: the domain may then do with them what it may with all memory of the kernel's. */
export function revoke(root: usize, asid: u32, address: usize, size: u32): void {
  revoke_later(root, address, size);
  flush_tlb_cpus(ALL_CPUS, address, size, asid);
}

/** The same, though harts may remember the rights until flush_domain. */
export function revoke_later(root: usize, address: usize, size: u32): void {
  for (let offset: u32 = 0; offset < size; offset += PAGE_SIZE) {
    const at = address + offset;
    set_entry(root, at, restricted(at, kernel_pte(at)));
  }
}

/** No hart remembers any more what a domain may not do by now. */
export function flush_domain(asid: u32): void {
  flush_tlb_cpus(ALL_CPUS, 0, 0xffffffff, asid);
}

/** Changes a domain's own entry; makes the table that holds it, if need be; false for no memory. */
function set_entry(root: usize, address: usize, pte: u32): bool {
  const table = cast<Ptr<u32>>(root);
  const index = address / PGDIR_SIZE;
  const spare = table[index] === common[index] ? __get_free_page(GFP_ATOMIC) : 0;
  const flags = spin_lock_irqsave(tables_lock);
  let used = false;
  if (table[index] === common[index] && spare !== 0) {
    fill_own(cast<Ptr<u32>>(spare), table[index]);
    smp_wmb();
    table[index] = make_pte(spare, PTE_V);
    used = true;
  }
  const own = table[index] !== common[index];
  if (own) table_of(table[index])[address >> PAGE_SHIFT & (ENTRIES - 1)] = pte;
  spin_unlock_irqrestore(tables_lock, flags);
  if (spare !== 0 && !used) free_page(spare);
  return own;
}

/** A table that says what an entry of the shared root says, page by page. */
function fill_own(table: Ptr<u32>, entry: u32): void {
  if ((entry & LEAF) !== 0) for (let page: u32 = 0; page < ENTRIES; page++) table[page] = entry | page << 10;
  else {
    const from = table_of(entry);
    for (let page: u32 = 0; page < ENTRIES; page++) table[page] = from[page];
  }
}

/** The entry by which a domain sees an address; 0 when it does not. */
export function domain_pte(root: usize, address: usize): u32 {
  const entry = cast<Ptr<u32>>(root)[address / PGDIR_SIZE];
  if ((entry & PTE_V) === 0) return 0;
  if ((entry & LEAF) !== 0) return entry | (address >> PAGE_SHIFT & (ENTRIES - 1)) << 10;
  return table_of(entry)[address >> PAGE_SHIFT & (ENTRIES - 1)];
}

/** Whether a domain may do this (PTE_R, PTE_W, PTE_X) with all of `size` bytes. */
export function domain_may(root: usize, address: usize, size: u32, rights: u32): bool {
  if (size === 0) return true;
  const last = address + size - 1;
  if (last < address) return false;
  for (let at = address & ~(PAGE_SIZE - 1); ; at += PAGE_SIZE) {
    const pte = domain_pte(root, at);
    if ((pte & (PTE_V | rights)) !== (PTE_V | rights)) return false;
    if (last - at < PAGE_SIZE) return true;
  }
}
