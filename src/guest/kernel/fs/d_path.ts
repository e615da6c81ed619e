/** The path of a dentry: Linux 2.4, fs/dcache.c, __d_path. */
import { memcpy } from '../../lib/memory.ts';
import { current } from '../arch/cpu.ts';
import { ENAMETOOLONG } from '../errno.ts';
import { read_lock, read_unlock } from '../locking/rwlock.ts';
import { spin_lock, spin_unlock } from '../locking/spinlock.ts';
import { Dentry, d_unhashed, dcache_lock, dget, dput } from './dcache.ts';
import { ERR_PTR } from './err.ts';
import { VfsMount } from './fs.ts';
import { init_fs, task_fs } from './fs_struct.ts';
import { mntget, mntput } from './mount.ts';

/**
 * The path of `dentry` as the current task sees it, ended by a zero, at the end of `buffer`; " (deleted)" follows the
 * path of a removed file. ENAMETOOLONG as an ERR_PTR.
 */
export function d_path(dentry: Dentry, vfsmnt: VfsMount, buffer: Ptr<u8>, size: u32): cstr {
  const fs = task_fs(current());
  read_lock(fs.lock);
  const root = dget(fs.root), rootmnt = mntget(fs.rootmnt);
  read_unlock(fs.lock);
  spin_lock(dcache_lock);
  const path = path_from(dentry, vfsmnt, root, rootmnt, addr(buffer), size);
  spin_unlock(dcache_lock);
  dput(root);
  mntput(rootmnt);
  return path;
}

/** The same from the root of all, under dcache_lock. */
export function d_path_locked(dentry: Dentry, vfsmnt: VfsMount, buffer: Ptr<u8>, size: u32): cstr {
  return path_from(dentry, vfsmnt, init_fs.root, init_fs.rootmnt, addr(buffer), size);
}

function path_from(dentry: Dentry, mnt: VfsMount, root: Dentry, rootmnt: VfsMount, start: usize, size: u32): cstr {
  let end = start + size - 1;
  writeb(end, 0);
  if (d_unhashed(dentry) && dentry.d_parent !== dentry) end = prepend(start, end, ' (deleted)', 10);
  let at = dentry, on = mnt, named = false;
  while (end !== 0 && !(at === root && on === rootmnt)) {
    if (at === on.mnt_root || at.d_parent === at) {
      if (on.mnt_parent === on) break;
      at = on.mnt_mountpoint;
      on = on.mnt_parent;
      continue;
    }
    end = prepend(start, end, at.d_name.name, at.d_name.len);
    if (end !== 0) end = prepend(start, end, '/', 1);
    named = true;
    at = at.d_parent;
  }
  if (end !== 0 && !named) end = prepend(start, end, '/', 1);
  return end === 0 ? ERR_PTR<cstr>(-ENAMETOOLONG) : cast<cstr>(end);
}

/** Puts `len` bytes before `end`; gives where they begin, or 0 if there is no room. */
function prepend(start: usize, end: usize, text: cstr, len: u32): usize {
  if (end - start < len) return 0;
  memcpy(cast(end - len), cast(text), len);
  return end - len;
}
