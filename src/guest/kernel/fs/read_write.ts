/** Reading and writing: Linux 2.4, fs/read_write.c. */
import type { File } from './fs.ts';

/** read(2) and write(2) on a file at f_pos, user buffer: bytes or a negated error. May sleep. */
export declare function vfs_read(file: File, buf: usize, count: u32): i32;
export declare function vfs_write(file: File, buf: usize, count: u32): i32;
/** The new position or a negated error. */
export declare function vfs_llseek(file: File, offset: i64, origin: u32): i64;
/** The same with a kernel buffer, at `offset`, f_pos untouched (fs/exec.c). */
export declare function kernel_read(file: File, offset: i64, buf: usize, count: u32): i32;
export declare function kernel_write(file: File, offset: i64, buf: usize, count: u32): i32;
/** ioctl(2). */
export declare function vfs_ioctl(file: File, cmd: u32, arg: usize): i32;
