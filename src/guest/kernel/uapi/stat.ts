/**
 * What stat(2) and getdents64(2) fill: Linux, include/asm-generic/stat.h and linux/dirent.h. Programs import this file
 * too.
 */

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

/** struct linux_dirent64; the name follows, ended by a zero, at DIRENT_NAME. */
export class Dirent64 {
  d_ino: u64;
  d_off: i64;
  d_reclen: u16;
  d_type: u8;
}

/** Where the name begins in a record. */
export const DIRENT_NAME = 19;
