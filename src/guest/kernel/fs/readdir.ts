/** Listing directories: Linux 2.4, fs/readdir.c. */
import type { File, filldir_t } from './fs.ts';

/** Calls `filldir(buf, ...)` for each entry from f_pos on; 0 or a negated error. May sleep. */
export declare function vfs_readdir(file: File, filldir: filldir_t, buf: usize): i32;
/**
 * getdents64(2): struct linux_dirent64 records (d_ino u64, d_off i64, d_reclen u16, d_type u8, d_name) to a user buffer;
 * bytes, 0 at the end, or a negated error. May sleep.
 */
export declare function do_getdents64(file: File, dirent: usize, count: u32): i32;
