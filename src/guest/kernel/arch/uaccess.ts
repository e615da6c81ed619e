/** User memory from the kernel: Linux 2.4, include/asm-i386/uaccess.h, arch/i386/lib/usercopy.c. */
import { PtRegs } from './ptrace.ts';

export const USER_DS = 0;
export const KERNEL_DS = 1;
export declare function get_fs(): u32;
export declare function set_fs(fs: u32): void;
export declare function access_ok(address: usize, n: u32): bool;
/** Gives the bytes that were not copied. @sleeps */
export declare function copy_to_user(to: usize, from: usize, n: u32): u32;
/** Gives the bytes that were not copied; they are zeroed. @sleeps */
export declare function copy_from_user(to: usize, from: usize, n: u32): u32;
/** Gives the bytes that were not zeroed. @sleeps */
export declare function clear_user(to: usize, n: u32): u32;
/** Copies a text with its NUL: its length without, n if there is no NUL among the first n bytes, -EFAULT. @sleeps */
export declare function strncpy_from_user(to: usize, from: usize, n: u32): i32;
/** Its length with the NUL, more than n if there is none within n bytes, 0 for a bad address. @sleeps */
export declare function strnlen_user(text: usize, n: u32): u32;
/** Stores a word: 0 or -EFAULT. @sleeps */
export declare function put_user(value: u32, to: usize): i32;
/** Loads a word to `to`: 0 or -EFAULT. @sleeps */
export declare function get_user(to: Ptr<u32>, from: usize): i32;
/** Whether the trap came from a copy here; then goes on where it ends, with the bytes left. For do_page_fault. */
export declare function uaccess_fixup(regs: PtRegs): bool;
