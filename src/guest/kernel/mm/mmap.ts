/** The address space of a process: Linux 2.4, include/linux/sched.h (mm_struct) and mm/mmap.c. */
import { Atomic } from '../locking/atomic.ts';
import { Semaphore } from '../locking/semaphore.ts';

// VmAreaStruct.vm_flags: include/linux/mm.h.
export const VM_READ = 1;
export const VM_WRITE = 2;
export const VM_EXEC = 4;
/** The stack: all of its room is one area. */
export const VM_GROWSDOWN = 0x100;

/** Where the stack ends, and how many bytes it may take. */
export const STACK_TOP = 0x7ffff000;
export const STACK_SIZE = 0x40000;

/** A stretch of user addresses, whole pages, that are zero until written; the list of an mm is ordered by address. */
export class VmAreaStruct {
  vm_start: usize;
  vm_end: usize;
  vm_flags: u32;
  vm_next: VmAreaStruct | null;
}

/** An address space. `mmap_sem` protects the areas and the page table. */
export class MmStruct {
  mmap: VmAreaStruct | null;
  mmap_sem: Embed<Semaphore>;
  /** Tasks that have it, and others that keep it from going. */
  mm_users: Embed<Atomic>;
  /** The root page table. */
  pgd: usize;
  /** Its address-space identifier, with the generation in which it is valid: asid.ts. */
  context: u32;
  /** Harts that may remember translations of this identifier, and those that must not execute before a fence.i. */
  cpu_vm_mask: u32;
  icache_stale_mask: u32;
  /** The heap. */
  start_brk: usize;
  brk: usize;
  start_stack: usize;
  /** Pages it has, and page tables. */
  rss: u32;
  nr_ptes: u32;
}

/** An empty address space with one user; null for no memory. @sleeps */
export declare function mm_alloc(): MmStruct | null;
/** One user less; the last one's going frees all of it. It must not be in force on any hart. @consumes mm @sleeps */
export declare function mmput(mm: MmStruct): void;
/** Adds an area, from `start`, `length` bytes, both made whole pages: 0, -EINVAL, -ENOMEM. @sleeps */
export declare function mm_map(mm: MmStruct, start: usize, length: u32, vm_flags: u32): i32;
/** Begins the heap at `start`, after the image, and maps the stack: 0 or an error. @sleeps */
export declare function mm_setup(mm: MmStruct, start: usize): i32;
/** Sets the heap's end, if possible; gives the end it then has. @sleeps */
export declare function sys_brk(brk: usize): i32;
/** From one address space to another on this hart, null being the kernel's; interrupts are off. */
export declare function switch_mm(prev: MmStruct | null, next: MmStruct | null): void;
/** Makes `mm` the current task's; gives the one it had, which the caller puts. @sleeps */
export declare function exec_mmap(mm: MmStruct): MmStruct | null;
