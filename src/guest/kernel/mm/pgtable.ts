/**
 * Page tables: Privileged ISA 20240411, section 12.3 (Sv32). All edits of the kernel's are made here, in
 * set_kernel_pte: whoever keeps copies of it (the protection domains) is told there.
 */
import {
  PAGE_OFFSET, PAGE_SHIFT, PAGE_SIZE, PERCPU_PAGE, PGDIR_SIZE, TASK_SIZE, VMALLOC_END, VMALLOC_START,
} from '../arch/layout.ts';
import { flush_tlb_kernel_range } from '../arch/smp.ts';
import { BUG_ON, panic } from '../debug/panic.ts';
import { NR_CPUS } from '../arch/cpu.ts';
import { get_zeroed_page, GFP_KERNEL } from './page_alloc.ts';

// Page-table entries, figure 12.20.
export const PTE_V = 0x01;
export const PTE_R = 0x02;
export const PTE_W = 0x04;
export const PTE_X = 0x08;
export const PTE_U = 0x10;
export const PTE_G = 0x20;
export const PTE_A = 0x40;
export const PTE_D = 0x80;

/** Accessed and dirty are set beforehand: the kernel does not ask. */
export const PAGE_KERNEL = PTE_V | PTE_R | PTE_W | PTE_A | PTE_D;
export const PAGE_KERNEL_RO = PTE_V | PTE_R | PTE_A | PTE_D;
export const PAGE_KERNEL_EXEC = PTE_V | PTE_R | PTE_X | PTE_A | PTE_D;
const TABLE = PTE_V;
const LEAF = PTE_R | PTE_W | PTE_X;

const SATP_SV32 = 0x80000000;
const ENTRIES = 1024;

declare let __text_end: Arr<u8, 1>;
declare let __rodata_start: Arr<u8, 1>;
declare let __rodata_end: Arr<u8, 1>;
declare let __image_start: Arr<u8, 1>;
declare let __image_end: Arr<u8, 1>;

/** The kernel's root page table of each hart: they differ in the last entry only. */
let roots!: Arr<Ptr<u32>, 8>;

/** The page-table entry for a physical page. @inline */
export function make_pte(physical: usize, flags: u32): u32 {
  return physical >> PAGE_SHIFT << 10 | flags;
}

/** @inline */
export function pte_page(pte: u32): usize {
  return (pte >> 10 << PAGE_SHIFT) as usize;
}

/** satp for a root page table. @inline */
export function make_satp(root: usize, asid: u32): u32 {
  return SATP_SV32 | asid << 22 | root >> PAGE_SHIFT;
}

function new_table(): Ptr<u32> {
  const page = get_zeroed_page(GFP_KERNEL);
  if (page === 0) panic('no memory for page tables');
  return cast<Ptr<u32>>(page);
}

/** Makes the first hart's table: RAM, and empty tables for the vmalloc area. `end` is RAM's. */
export function paging_init(end: usize): void {
  const root = new_table();
  roots[0] = root;
  for (let at: usize = PAGE_OFFSET; at < end; at += PGDIR_SIZE) map_ram(root, at, end);
  for (let at: usize = VMALLOC_START; at < VMALLOC_END; at += PGDIR_SIZE) {
    root[at / PGDIR_SIZE] = make_pte(addr(new_table()), TABLE);
  }
}

/** Maps 4 MiB of the linear map: as one, but in pages where the kernel's image lies or RAM ends. */
function map_ram(root: Ptr<u32>, start: usize, end: usize): void {
  if (start >= addr(__image_end) && start + PGDIR_SIZE <= end) {
    root[start / PGDIR_SIZE] = make_pte(start, PAGE_KERNEL);
    return;
  }
  const table = new_table();
  for (let index: u32 = 0; index < ENTRIES; index++) {
    const page = start + index * PAGE_SIZE;
    if (page < end) table[index] = make_pte(page, image_flags(page));
  }
  root[start / PGDIR_SIZE] = make_pte(addr(table), TABLE);
}

/** What may be done with a page of the kernel's image, or of RAM beside it. */
function image_flags(page: usize): u32 {
  if (page >= addr(__rodata_start) && page < addr(__rodata_end)) return PAGE_KERNEL_RO;
  // What lies before the code is the firmware's start, which runs in machine mode.
  if (page >= addr(__image_start) && page < addr(__text_end)) return PAGE_KERNEL_EXEC;
  return PAGE_KERNEL;
}

/** Makes hart `cpu`'s root table, with its page at PERCPU_PAGE; gives its satp, address space 0. */
export function map_percpu(cpu: u32, page: usize): u32 {
  BUG_ON(cpu >= NR_CPUS);
  if (cpu !== 0) {
    roots[cpu] = new_table();
    copy_kernel_half(roots[cpu], 0);
  }
  const table = new_table();
  table[ENTRIES - 1] = make_pte(page, PAGE_KERNEL);
  roots[cpu][PERCPU_PAGE / PGDIR_SIZE] = make_pte(addr(table), TABLE);
  return make_satp(addr(roots[cpu]), 0);
}

/** Puts the kernel's part of hart `cpu`'s address space into a root table. */
export function copy_kernel_half(root: Ptr<u32>, cpu: u32): void {
  for (let index: u32 = TASK_SIZE / PGDIR_SIZE; index < ENTRIES; index++) root[index] = roots[cpu][index];
}

/** The entry that makes hart `cpu`'s page appear in a root table. */
export function set_percpu_entry(root: Ptr<u32>, cpu: u32): void {
  root[ENTRIES - 1] = roots[cpu][ENTRIES - 1];
}

/** satp of the kernel's own address space on hart `cpu`. */
export function kernel_satp(cpu: u32): u32 {
  return make_satp(addr(roots[cpu]), 0);
}

/** Where the entry of a page of the vmalloc area or the kernel's image is; BUG for others. */
function pte_cell(address: usize): Ptr<u32> {
  const entry = roots[0][address / PGDIR_SIZE];
  BUG_ON(address < PAGE_OFFSET || (entry & PTE_V) === 0 || (entry & LEAF) !== 0);
  const table = cast<Ptr<u32>>(pte_page(entry));
  return ptr(table[address >> PAGE_SHIFT & ENTRIES - 1]);
}

/** The entry by which the kernel sees an address; 0 when it does not. */
export function kernel_pte(address: usize): u32 {
  const entry = roots[0][address / PGDIR_SIZE];
  if ((entry & PTE_V) === 0) return 0;
  if ((entry & LEAF) !== 0) return entry | (address >> PAGE_SHIFT & ENTRIES - 1) << 10;
  return cast<Ptr<u32>>(pte_page(entry))[address >> PAGE_SHIFT & ENTRIES - 1];
}

/** Told of each kernel entry that changes; the isolation layer's. */
let kernel_pte_changed: ((address: usize, pte: u32) => void) | null = null;

/** Has `told` called for each entry of the kernel's that changes from now on, before its translations are flushed. */
export function watch_kernel_ptes(told: (address: usize, pte: u32) => void): void {
  kernel_pte_changed = told;
}

/** Changes the entry of a page of the vmalloc area. Translations are flushed by the caller. */
export function set_kernel_pte(address: usize, pte: u32): void {
  pte_cell(address)[0] = pte;
  const told = kernel_pte_changed;
  if (told !== null) told(address, pte);
}

/** Changes what may be done with `pages` pages, on all harts. */
function change_flags(address: usize, pages: u32, set: u32, clear: u32): void {
  for (let index: u32 = 0; index < pages; index++) {
    const at = address + index * PAGE_SIZE;
    set_kernel_pte(at, pte_cell(at)[0] & ~clear | set);
  }
  if (pages !== 0) flush_tlb_kernel_range(address, address + pages * PAGE_SIZE);
}

export function set_memory_ro(address: usize, pages: u32): void {
  change_flags(address, pages, 0, PTE_W);
}

export function set_memory_rw(address: usize, pages: u32): void {
  change_flags(address, pages, PTE_W, 0);
}

export function set_memory_x(address: usize, pages: u32): void {
  change_flags(address, pages, PTE_X, 0);
}

export function set_memory_nx(address: usize, pages: u32): void {
  change_flags(address, pages, 0, PTE_X);
}
