/** A process's pages: Linux 2.4, mm/memory.c. */
import { MmStruct } from './mmap.ts';

/** Copies to user addresses of any mm, whatever their rights, from the kernel: 0, -EFAULT, -ENOMEM. @sleeps */
export declare function copy_to_mm(mm: MmStruct, to: usize, from: usize, n: u32): i32;
/** Zeroes likewise. @sleeps */
export declare function clear_mm(mm: MmStruct, to: usize, n: u32): i32;
