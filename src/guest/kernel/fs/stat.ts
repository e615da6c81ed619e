/** stat: Linux 2.4, fs/stat.c; the user's struct is Linux/RISC-V's (include/asm-generic/stat.h, stat64 of 32 bits). */
import type { File } from './fs.ts';

/** struct stat64 of include/asm-generic/stat.h: 104 bytes. */
export class Stat64 {
  st_dev: u64;
  st_ino: u64;
  st_mode: u32;
  st_nlink: u32;
  st_uid: u32;
  st_gid: u32;
  st_rdev: u64;
  pad1: u64;
  st_size: i64;
  st_blksize: u32;
  pad2: u32;
  st_blocks: u64;
  st_atime: u32;
  st_atime_nsec: u32;
  st_mtime: u32;
  st_mtime_nsec: u32;
  st_ctime: u32;
  st_ctime_nsec: u32;
  unused4: u32;
  unused5: u32;
}

/** Fills `statbuf` (user address) for a path (kernel string) or a file: 0 or a negated error. */
export declare function vfs_stat(path: cstr, statbuf: usize): i32;
export declare function vfs_fstat(file: File, statbuf: usize): i32;
