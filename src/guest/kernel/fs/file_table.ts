/** All open files: Linux 2.4, fs/file_table.c. */
import { memset } from '../../lib/memory.ts';
import { BUG_ON } from '../debug/panic.ts';
import {
  Atomic, atomic_add_return, atomic_dec, atomic_dec_and_test, atomic_inc, atomic_read, atomic_set,
} from '../locking/atomic.ts';
import { GFP_KERNEL } from '../mm/page_alloc.ts';
import { KmemCache, kmem_cache_alloc, kmem_cache_create, kmem_cache_free } from '../mm/slab.ts';
import { __MOD_DEC_USE_COUNT } from '../module/module.ts';
import { dput } from './dcache.ts';
import { File } from './fs.ts';
import { mntput } from './mount.ts';

/** Open files in the system, at most. */
export const NR_FILE = 1024;

let nr_file!: Embed<Atomic>;
let filp_cache!: KmemCache;

export function file_table_init(): void {
  filp_cache = cast<KmemCache>(kmem_cache_create('filp', sizeof<File>(), 0, 0, null, null));
  BUG_ON(addr(filp_cache) === 0);
}

/** An empty file, referenced once; null for no memory or more than NR_FILE. @sleeps */
export function get_empty_filp(): File | null {
  if (atomic_add_return(1, nr_file) <= NR_FILE) {
    const found = kmem_cache_alloc(filp_cache, GFP_KERNEL);
    if (found) {
      memset(cast(found), 0, sizeof<File>());
      const file = cast<File>(found);
      atomic_set(file.f_count, 1);
      return file;
    }
  }
  atomic_dec(nr_file);
  return null;
}

/** One more reference. @inline */
export function get_file(file: File): void {
  atomic_inc(file.f_count);
}

/** Gives a reference back; the last one releases the file. @sleeps */
export function fput(file: File): void {
  if (!atomic_dec_and_test(file.f_count)) return;
  const dentry = file.f_dentry, mnt = file.f_vfsmnt, op = file.f_op;
  if (op.release !== null && dentry.d_inode !== null) op.release(dentry.d_inode, file);
  __MOD_DEC_USE_COUNT(op.owner);
  put_filp(file);
  dput(dentry);
  mntput(mnt);
}

/** Frees a file that was never opened. */
export function put_filp(file: File): void {
  kmem_cache_free(filp_cache, addr(file));
  atomic_dec(nr_file);
}

/** Open files in the system. */
export function nr_files(): u32 {
  return atomic_read(nr_file) as u32;
}
