/**
 * Making and removing names: Linux 2.4, fs/namei.c (vfs_create and so on), with the lock order of 2.6
 * (Documentation/filesystems/directory-locking): parent before child; for a rename between directories s_vfs_rename_sem
 * first, then the ancestor before the descendant.
 */
import { EBUSY, EEXIST, EISDIR, ENOENT, ENOTDIR, EPERM } from '../errno.ts';
import { down, up } from '../locking/semaphore.ts';
import { spin_lock, spin_unlock } from '../locking/spinlock.ts';
import { Dentry, d_delete, d_move, dcache_lock, is_subdir } from './dcache.ts';
import { Inode, MAY_EXEC, MAY_WRITE, S_DEAD } from './fs.ts';
import { S_IALLUGO, S_IFMT, S_IFREG, S_ISDIR } from './mode.ts';
import { permission } from './namei.ts';

/** Makes a regular file of a negative dentry; `dir`'s i_sem is held. @sleeps */
export function vfs_create(dir: Inode, dentry: Dentry, mode: u32): i32 {
  const error = may_create(dir, dentry);
  if (error !== 0) return error;
  if (dir.i_op.create === null) return -EPERM;
  return dir.i_op.create(dir, dentry, (mode & S_IALLUGO) | S_IFREG);
}

/** Makes a directory of a negative dentry; `dir`'s i_sem is held. @sleeps */
export function vfs_mkdir(dir: Inode, dentry: Dentry, mode: u32): i32 {
  const error = may_create(dir, dentry);
  if (error !== 0) return error;
  if (dir.i_op.mkdir === null) return -EPERM;
  return dir.i_op.mkdir(dir, dentry, mode & S_IALLUGO);
}

/** Makes a device node (or file, by the mode) of a negative dentry; `dir`'s i_sem is held. @sleeps */
export function vfs_mknod(dir: Inode, dentry: Dentry, mode: u32, dev: u32): i32 {
  const error = may_create(dir, dentry);
  if (error !== 0) return error;
  if (dir.i_op.mknod === null) return -EPERM;
  return dir.i_op.mknod(dir, dentry, mode & (S_IALLUGO | S_IFMT), dev);
}

/** Removes a name that is no directory's; `dir`'s i_sem is held. @sleeps */
export function vfs_unlink(dir: Inode, dentry: Dentry): i32 {
  const error = may_delete(dir, dentry, false);
  if (error !== 0) return error;
  if (dir.i_op.unlink === null) return -EPERM;
  const result = dir.i_op.unlink(dir, dentry);
  if (result === 0) d_delete(dentry);
  return result;
}

/** Removes an empty directory, in which nothing can be made any more; `dir`'s i_sem is held. @sleeps */
export function vfs_rmdir(dir: Inode, dentry: Dentry): i32 {
  const error = may_delete(dir, dentry, true);
  if (error !== 0) return error;
  if (dir.i_op.rmdir === null) return -EPERM;
  const inode = cast<Inode>(dentry.d_inode);
  down(inode.i_sem);
  let result: i32 = -EBUSY;
  if (!is_mountpoint(dentry)) {
    result = dir.i_op.rmdir(dir, dentry);
    if (result === 0) inode.i_flags = inode.i_flags | S_DEAD;
  }
  up(inode.i_sem);
  if (result === 0) d_delete(dentry);
  return result;
}

/** Gives a file another name; both directories are locked by lock_rename. @sleeps */
export function vfs_rename(old_dir: Inode, old_dentry: Dentry, new_dir: Inode, new_dentry: Dentry): i32 {
  if (old_dentry.d_inode === new_dentry.d_inode) return 0;
  const is_dir = S_ISDIR(cast<Inode>(old_dentry.d_inode).i_mode);
  let error = may_delete(old_dir, old_dentry, is_dir);
  if (error !== 0) return error;
  error = new_dentry.d_inode === null ? may_create(new_dir, new_dentry) : may_delete(new_dir, new_dentry, is_dir);
  if (error !== 0) return error;
  if (old_dir.i_op.rename === null) return -EPERM;
  const target = new_dentry.d_inode;
  if (target !== null) down(target.i_sem);
  error = -EBUSY;
  if (!is_mountpoint(old_dentry) && !is_mountpoint(new_dentry)) {
    error = old_dir.i_op.rename(old_dir, old_dentry, new_dir, new_dentry);
    if (error === 0 && target !== null && is_dir) target.i_flags = target.i_flags | S_DEAD;
  }
  if (target !== null) up(target.i_sem);
  if (error === 0) d_move(old_dentry, new_dentry);
  return error;
}

/**
 * Locks two directories of one file system so that neither moves. The result says what old_dentry or new_dentry must
 * not be: the child of one directory that is an ancestor of the other; null if there is none.
 */
export function lock_rename(a: Dentry, b: Dentry): Dentry | null {
  const first = cast<Inode>(a.d_inode), second = cast<Inode>(b.d_inode);
  if (a === b) {
    down(first.i_sem);
    return null;
  }
  down(first.i_sb.s_vfs_rename_sem);
  const below_a = child_towards(b, a), below_b = child_towards(a, b);
  const a_first = below_b === null;
  down(a_first ? first.i_sem : second.i_sem);
  down(a_first ? second.i_sem : first.i_sem);
  return below_a === null ? below_b : below_a;
}

export function unlock_rename(a: Dentry, b: Dentry): void {
  const first = cast<Inode>(a.d_inode), second = cast<Inode>(b.d_inode);
  up(first.i_sem);
  if (a === b) return;
  up(second.i_sem);
  up(first.i_sb.s_vfs_rename_sem);
}

/** The child of `ancestor` on the way to `dentry`, if it is above it. */
function child_towards(dentry: Dentry, ancestor: Dentry): Dentry | null {
  let found: Dentry | null = null;
  spin_lock(dcache_lock);
  if (is_subdir(dentry, ancestor)) {
    let at = dentry;
    while (at.d_parent !== ancestor) at = at.d_parent;
    found = at;
  }
  spin_unlock(dcache_lock);
  return found;
}

function is_mountpoint(dentry: Dentry): bool {
  return dentry.d_mounted !== 0;
}

function may_create(dir: Inode, child: Dentry): i32 {
  if (child.d_inode !== null) return -EEXIST;
  if (dir.i_flags & S_DEAD) return -ENOENT;
  return permission(dir, MAY_WRITE | MAY_EXEC);
}

function may_delete(dir: Inode, victim: Dentry, is_dir: bool): i32 {
  const inode = victim.d_inode;
  // The parent is locked, but the name may have been moved or removed before.
  if (inode === null || cast<Dentry>(victim.d_parent).d_inode !== dir) return -ENOENT;
  const error = permission(dir, MAY_WRITE | MAY_EXEC);
  if (error !== 0) return error;
  if (is_dir && !S_ISDIR(inode.i_mode)) return -ENOTDIR;
  if (!is_dir && S_ISDIR(inode.i_mode)) return -EISDIR;
  if (victim.d_parent === victim) return -EBUSY;
  return dir.i_flags & S_DEAD ? -ENOENT : 0;
}
