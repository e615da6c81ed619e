/** Listing directories whose names are all in memory: Linux 2.4, fs/readdir.c (dcache_readdir). */
import { ListHead, list_entry } from '../../lib/list.ts';
import { spin_lock, spin_unlock } from '../locking/spinlock.ts';
import { EISDIR } from '../errno.ts';
import { Dentry, d_unhashed, dcache_lock, dget_locked, dput } from './dcache.ts';
import { File, FileOperations, Inode, filldir_t } from './fs.ts';
import { DT_DIR } from './mode.ts';

/** What a directory in memory does when open. */
export const dcache_dir_ops: FileOperations = {
  owner: null, llseek: null, read: generic_read_dir, write: null, readdir: dcache_readdir, poll: null, ioctl: null,
  open: null, flush: null, release: null, fsync: null,
};

/** read(2) of a directory. */
export function generic_read_dir(file: File, buf: usize, count: u32, ppos: Ptr<i64>): i32 {
  return -EISDIR;
}

/** "." and ".." at f_pos 0 and 1, then the names in the order in which they were made; the i_sem is held. */
export function dcache_readdir(file: File, dirent: usize, filldir: filldir_t): i32 {
  const dentry = file.f_dentry;
  if (!readdir_dots(file, dirent, filldir)) return 0;
  let child = nth_child(dentry, lo32(file.f_pos) - 2);
  while (child !== null) {
    const inode = cast<Inode>(child.d_inode);
    if (filldir(dirent, child.d_name.name, child.d_name.len, file.f_pos, inode.i_ino, inode.i_mode >>> 12) < 0) {
      dput(child);
      return 0;
    }
    file.f_pos++;
    child = next_child(dentry, child);
  }
  return 0;
}

/** Gives "." and ".." where f_pos is before them; false if there is no room for them. */
export function readdir_dots(file: File, dirent: usize, filldir: filldir_t): bool {
  const dentry = file.f_dentry;
  if (file.f_pos === 0n) {
    if (filldir(dirent, '.', 1, 0n, cast<Inode>(dentry.d_inode).i_ino, DT_DIR) < 0) return false;
    file.f_pos = 1n;
  }
  if (file.f_pos === 1n) {
    spin_lock(dcache_lock);
    const ino = cast<Inode>(dentry.d_parent.d_inode).i_ino;
    spin_unlock(dcache_lock);
    if (filldir(dirent, '..', 2, 1n, ino, DT_DIR) < 0) return false;
    file.f_pos = 2n;
  }
  return true;
}

/** The existing child number `n`, referenced, or null. */
function nth_child(dentry: Dentry, n: u32): Dentry | null {
  spin_lock(dcache_lock);
  let left = n, found = existing_from(dentry, dentry.d_subdirs.prev);
  for (; found !== null && left > 0; left--) found = existing_from(dentry, found.d_child.prev);
  if (found !== null) dget_locked(found);
  spin_unlock(dcache_lock);
  return found;
}

/** The existing child after `child`, referenced, or null; puts `child`. */
function next_child(dentry: Dentry, child: Dentry): Dentry | null {
  spin_lock(dcache_lock);
  const found = existing_from(dentry, child.d_child.prev);
  if (found !== null) dget_locked(found);
  spin_unlock(dcache_lock);
  dput(child);
  return found;
}

/** The first existing child from `link` on: new ones come first in the list. Under dcache_lock. */
function existing_from(dentry: Dentry, link: ListHead): Dentry | null {
  for (let entry = link; entry !== dentry.d_subdirs; entry = entry.prev) {
    const child = list_entry<Dentry>(entry, offsetof<Dentry>('d_child'));
    if (child.d_inode !== null && !d_unhashed(child)) return child;
  }
  return null;
}
