/** What subsystems put into /proc: Linux 2.4, include/linux/proc_fs.h and fs/proc/generic.c. */
import { memcpy, memset } from '../../../lib/memory.ts';
import { strlen } from '../../../lib/string.ts';
import { BUG_ON } from '../../debug/panic.ts';
import { Atomic, atomic_dec_and_test, atomic_inc, atomic_set } from '../../locking/atomic.ts';
import { SpinLock, spin_lock, spin_lock_init, spin_unlock } from '../../locking/spinlock.ts';
import { kfree, kmalloc } from '../../mm/kmalloc.ts';
import { GFP_KERNEL } from '../../mm/page_alloc.ts';
import type { Module } from '../../module/module.ts';
import type { FileOperations, InodeOperations } from '../fs.ts';
import { S_IFDIR, S_IFMT, S_IFREG, S_IRUGO, S_ISDIR, S_IXUGO } from '../mode.ts';

/**
 * Writes at most `count` bytes to `page` of the file from byte `off` on. The simple way: write all (at most a page) to
 * `page`, set `*eof` to 1, give the length. Longer files set `*start` to where bytes for `off` begin within `page`.
 */
export type read_proc_t = (page: Ptr<u8>, start: Ptr<usize>, off: i32, count: i32, eof: Ptr<i32>, data: usize) => i32;
/** `buffer` is a user address. */
export type write_proc_t = (buffer: usize, count: u32, data: usize) => i32;

/** An entry of /proc. Links, and `count` from and to 0, are proc_lock's. @object ProcEntry */
export class ProcDirEntry {
  low_ino: u32;
  namelen: u32;
  /** In the same memory as the entry, after it. */
  name: cstr;
  mode: u32;
  nlink: u32;
  size: u32;
  proc_iops: InodeOperations | null;
  proc_fops: FileOperations | null;
  /** Whose functions these are: used while a file is open. */
  owner: Module | null;
  next: ProcDirEntry | null;
  parent: ProcDirEntry | null;
  /** The first entry of a directory. */
  subdir: ProcDirEntry | null;
  data: usize;
  read_proc: read_proc_t | null;
  write_proc: write_proc_t | null;
  /** One for the tree, one for each inode; the entry is freed with the last. */
  count: Embed<Atomic>;
  deleted: bool;
}

/** The number of the root's inode; numbers of processes' files lie above 0x10000. */
export const PROC_ROOT_INO = 1;

/** Protects the tree of entries. A leaf. */
let proc_lock!: Embed<SpinLock>;
export let proc_root!: Embed<ProcDirEntry>;
let last_ino: u32 = PROC_ROOT_INO;

export function proc_tree_init(): void {
  spin_lock_init(proc_lock, 'proc_lock');
  proc_root.low_ino = PROC_ROOT_INO;
  proc_root.name = '/proc';
  proc_root.namelen = 5;
  proc_root.mode = S_IFDIR | 0o555;
  proc_root.nlink = 2;
  atomic_set(proc_root.count, 1);
}

/**
 * An entry with these mode bits (a regular file without type bits; 0 as permissions means 0444) below `parent` (null:
 * /proc); `name` may be a path. Null for no memory, no such directory or a name that is there already.
 * @sleeps @returns new
 */
export function create_proc_entry(name: cstr, mode: u32, parent: ProcDirEntry | null): ProcDirEntry | null {
  let type = mode;
  if ((type & S_IFMT) === 0) type |= S_IFREG;
  if ((type & 0o777) === 0) type |= S_ISDIR(type) ? S_IRUGO | S_IXUGO : S_IRUGO;
  const last = base_name(name), length = strlen(last);
  const memory = kmalloc(sizeof<ProcDirEntry>() + length + 1, GFP_KERNEL);
  if (!memory) return null;
  memset(cast(memory), 0, sizeof<ProcDirEntry>());
  const entry = cast<ProcDirEntry>(memory), text = memory + sizeof<ProcDirEntry>();
  memcpy(cast(text), cast(last), length + 1);
  entry.name = cast<cstr>(text);
  entry.namelen = length;
  entry.mode = type;
  entry.nlink = S_ISDIR(type) ? 2 : 1;
  atomic_set(entry.count, 1);
  if (length !== 0 && proc_register(name, parent, entry)) return entry;
  kfree(memory);
  return null;
}

/** The same for reading, with a function that gives the contents. @sleeps @returns new */
export function create_proc_read_entry(
  name: cstr, mode: u32, base: ProcDirEntry | null, read_proc: read_proc_t, data: usize,
): ProcDirEntry | null {
  const entry = create_proc_entry(name, mode, base);
  if (entry === null) return null;
  // Nobody reads `data` before it sees read_proc.
  entry.data = data;
  smp_wmb();
  entry.read_proc = read_proc;
  return entry;
}

/** A directory. @sleeps @returns new */
export function proc_mkdir(name: cstr, parent: ProcDirEntry | null): ProcDirEntry | null {
  return create_proc_entry(name, S_IFDIR | S_IRUGO | S_IXUGO, parent);
}

/** Takes an entry out, which must be no directory with entries; what is open stays until closed. */
export function remove_proc_entry(name: cstr, parent: ProcDirEntry | null): void {
  spin_lock(proc_lock);
  const dir = directory_of(name, parent), last = base_name(name);
  const entry = dir === null ? null : find(dir, last, strlen(last));
  if (dir !== null && entry !== null) {
    BUG_ON(entry.subdir !== null);
    if (dir.subdir === entry) dir.subdir = entry.next;
    for (let at = dir.subdir; at !== null; at = at.next) {
      if (at.next === entry) at.next = entry.next;
    }
    if (S_ISDIR(entry.mode)) dir.nlink--;
    entry.deleted = true;
  }
  spin_unlock(proc_lock);
  if (entry !== null) de_put(entry);
}

/** The entry `name` (of `len` bytes) in a directory, referenced, or null. */
export function proc_find(dir: ProcDirEntry, name: cstr, len: u32): ProcDirEntry | null {
  spin_lock(proc_lock);
  const entry = find(dir, name, len);
  if (entry !== null) atomic_inc(entry.count);
  spin_unlock(proc_lock);
  return entry;
}

/** Entry number `n` of a directory, referenced, or null. */
export function proc_nth(dir: ProcDirEntry, n: u32): ProcDirEntry | null {
  spin_lock(proc_lock);
  let entry = dir.subdir;
  for (let left = n; entry !== null && left > 0; left--) entry = entry.next;
  if (entry !== null) atomic_inc(entry.count);
  spin_unlock(proc_lock);
  return entry;
}

/** Gives a reference back; an entry out of the tree goes with the last. */
export function de_put(entry: ProcDirEntry): void {
  if (atomic_dec_and_test(entry.count)) kfree(addr(entry));
}

/** Puts the entry into its directory, last; false if that is not there or has such a name. */
function proc_register(name: cstr, parent: ProcDirEntry | null, entry: ProcDirEntry): bool {
  spin_lock(proc_lock);
  const dir = directory_of(name, parent);
  const fits = dir !== null && find(dir, entry.name, entry.namelen) === null;
  if (dir !== null && fits) {
    entry.low_ino = ++last_ino;
    entry.parent = dir;
    if (S_ISDIR(entry.mode)) dir.nlink++;
    let last = dir.subdir;
    while (last !== null && last.next !== null) last = last.next;
    if (last === null) dir.subdir = entry;
    else last.next = entry;
  }
  spin_unlock(proc_lock);
  return fits;
}

function base_name(path: cstr): cstr {
  let start: u32 = 0;
  for (let i: u32 = 0; path[i] !== 0; i++) {
    if (path[i] === char('/')) start = i + 1;
  }
  return cast<cstr>(addr(path) + start);
}

/** The directory in which the path's last name is; null if there is none. Under proc_lock. */
function directory_of(path: cstr, parent: ProcDirEntry | null): ProcDirEntry | null {
  let dir: ProcDirEntry | null = parent === null ? proc_root : parent;
  let start: u32 = 0;
  for (let i: u32 = 0; path[i] !== 0 && dir !== null; i++) {
    if (path[i] !== char('/')) continue;
    dir = find(dir, cast<cstr>(addr(path) + start), i - start);
    start = i + 1;
  }
  return dir;
}

/** Under proc_lock. */
function find(dir: ProcDirEntry, name: cstr, len: u32): ProcDirEntry | null {
  for (let at = dir.subdir; at !== null; at = at.next) {
    if (at.namelen !== len) continue;
    let same: u32 = 0;
    while (same < len && at.name[same] === name[same]) same++;
    if (same === len) return at;
  }
  return null;
}
