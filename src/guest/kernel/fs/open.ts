/** Opening and closing: Linux 2.4, fs/open.c. */
import type { Dentry } from './dcache.ts';
import type { File, VfsMount } from './fs.ts';

/** Opens a path (kernel string), O_ flags, mode for O_CREAT; an ERR_PTR if it cannot. May sleep. @returns new File */
export declare function filp_open(path: cstr, flags: u32, mode: u32): File;
/** The same for a dentry and mount, whose references it takes over. */
export declare function dentry_open(dentry: Dentry, mnt: VfsMount | null, flags: u32): File;
/** flush, then fput; gives flush's error. */
export declare function filp_close(file: File): i32;
/** open(2) with a kernel string: a descriptor of the current task or a negated error. */
export declare function do_open(path: cstr, flags: u32, mode: u32): i32;
/** truncate to `length` bytes. */
export declare function do_ftruncate(file: File, length: i64): i32;
