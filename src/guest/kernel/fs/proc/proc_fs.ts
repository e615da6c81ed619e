/** What subsystems put into /proc: Linux 2.4, include/linux/proc_fs.h and fs/proc/generic.c. */
import type { Atomic } from '../../locking/atomic.ts';
import type { Module } from '../../module/module.ts';
import type { FileOperations, InodeOperations } from '../fs.ts';

/**
 * Writes at most `count` bytes to `page` of the file from byte `off` on. The simple way: write all (at most a page) to
 * `page`, set `*eof` to 1, give the length. Longer files set `*start` to where bytes for `off` begin within `page`.
 */
export type read_proc_t = (page: Ptr<u8>, start: Ptr<usize>, off: i32, count: i32, eof: Ptr<i32>, data: usize) => i32;
/** `buffer` is a user address. */
export type write_proc_t = (buffer: usize, count: u32, data: usize) => i32;

/** An entry of /proc. Links are proc_lock's. @object */
export class ProcDirEntry {
  low_ino: u32;
  namelen: u32;
  name: cstr;
  mode: u32;
  nlink: u32;
  size: u32;
  proc_iops: InodeOperations | null;
  proc_fops: FileOperations | null;
  owner: Module | null;
  next: ProcDirEntry | null;
  parent: ProcDirEntry | null;
  subdir: ProcDirEntry | null;
  data: usize;
  read_proc: read_proc_t | null;
  write_proc: write_proc_t | null;
  /** References of inodes; the entry is freed with the last when `deleted`. */
  count: Embed<Atomic>;
  deleted: bool;
}

/** An entry with these mode bits below `parent` (null: /proc); `name` may be a path. Null for no memory. May sleep. */
export declare function create_proc_entry(name: cstr, mode: u32, parent: ProcDirEntry | null): ProcDirEntry | null;
/** The same with a function that gives the contents. */
export declare function create_proc_read_entry(
  name: cstr, mode: u32, base: ProcDirEntry | null, read_proc: read_proc_t, data: usize,
): ProcDirEntry | null;
export declare function proc_mkdir(name: cstr, parent: ProcDirEntry | null): ProcDirEntry | null;
export declare function remove_proc_entry(name: cstr, parent: ProcDirEntry | null): void;
