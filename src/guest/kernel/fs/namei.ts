/** From paths to files: Linux 2.4, fs/namei.c (without symbolic links). Paths here are kernel strings. */
import { strlen } from '../../lib/string.ts';
import { current } from '../arch/cpu.ts';
import { copy_to_user, strncpy_from_user } from '../arch/uaccess.ts';
import {
  EACCES, EBUSY, EEXIST, EFAULT, EINVAL, EISDIR, ENAMETOOLONG, ENOENT, ENOMEM, ENOTDIR, ENOTEMPTY, ERANGE, EXDEV,
} from '../errno.ts';
import { read_lock, read_unlock } from '../locking/rwlock.ts';
import { down, up } from '../locking/semaphore.ts';
import { spin_lock, spin_unlock } from '../locking/spinlock.ts';
import { GFP_KERNEL } from '../mm/page_alloc.ts';
import { kfree, kmalloc } from '../mm/kmalloc.ts';
import { d_path } from './d_path.ts';
import { Dentry, Qstr, d_alloc, d_drop, d_lookup, dcache_lock, dget, dput, full_name_hash } from './dcache.ts';
import {
  lock_rename, unlock_rename, vfs_mkdir, vfs_mknod, vfs_rename, vfs_rmdir, vfs_unlink,
} from './directory.ts';
import { ERR_PTR, IS_ERR, PTR_ERR } from './err.ts';
import { Inode, MAY_EXEC, NAME_MAX, PATH_MAX, S_DEAD, VfsMount } from './fs.ts';
import { set_fs_pwd, task_fs } from './fs_struct.ts';
import { S_ISBLK, S_ISCHR, S_ISDIR, S_ISREG } from './mode.ts';
import { follow_down, mntget, mntput } from './mount.ts';

/** Where a walk has come to; dentry and mnt are referenced. */
export class Nameidata {
  dentry: Dentry;
  mnt: VfsMount;
  flags: u32;
  /** With LOOKUP_PARENT: the name that is left, which lies in the path, and its kind. */
  last: Embed<Qstr>;
  last_type: u32;
}

// Nameidata.flags.
export const LOOKUP_FOLLOW = 1;
/** The end must be a directory. */
export const LOOKUP_DIRECTORY = 2;
/** Stop before the last name. */
export const LOOKUP_PARENT = 16;

// Nameidata.last_type.
export const LAST_NORM = 0;
export const LAST_ROOT = 1;
export const LAST_DOT = 2;
export const LAST_DOTDOT = 3;

/** A user's path in kernel memory, for putname: an ERR_PTR of EFAULT, ENAMETOOLONG, ENOENT (empty), ENOMEM. @sleeps */
export function getname(filename: usize): cstr {
  const name = kmalloc(PATH_MAX, GFP_KERNEL);
  if (!name) return ERR_PTR<cstr>(-ENOMEM);
  const length = strncpy_from_user(name, filename, PATH_MAX);
  let error: i32 = 0;
  if (length < 0) error = -EFAULT;
  else if (length === 0) error = -ENOENT;
  else if (length >= PATH_MAX) error = -ENAMETOOLONG;
  if (error === 0) return cast<cstr>(name);
  kfree(name);
  return ERR_PTR<cstr>(error);
}

export function putname(name: cstr): void {
  kfree(addr(name));
}

/**
 * Walks `path` from the task's root or working directory: 0, and path_release ends the use of `nd`, or a negated error.
 * @sleeps
 */
export function path_lookup(path: cstr, flags: u32, nd: Nameidata): i32 {
  const fs = task_fs(current());
  nd.flags = flags;
  nd.last_type = LAST_ROOT;
  const from_root = path[0] === char('/');
  read_lock(fs.lock);
  nd.dentry = dget(from_root ? fs.root : fs.pwd);
  nd.mnt = mntget(from_root ? fs.rootmnt : fs.pwdmnt);
  read_unlock(fs.lock);
  if (path[0] === 0) {
    path_release(nd);
    return -ENOENT;
  }
  const error = path_walk(path, nd);
  if (error !== 0) path_release(nd);
  return error;
}

/** Ends the use of what path_lookup found. @sleeps */
export function path_release(nd: Nameidata): void {
  dput(nd.dentry);
  mntput(nd.mnt);
}

function path_walk(path: cstr, nd: Nameidata): i32 {
  const name = nd.last;
  let at = addr(path);
  for (;;) {
    while (readb(at) === char('/')) at++;
    if (readb(at) === 0) return finish_walk(nd, true);
    const inode = nd.dentry.d_inode;
    if (inode === null) return -ENOENT;
    if (!S_ISDIR(inode.i_mode)) return -ENOTDIR;
    const error = permission(inode, MAY_EXEC);
    if (error !== 0) return error;
    let end = at;
    while (readb(end) !== 0 && readb(end) !== char('/')) end++;
    name.name = cast<cstr>(at);
    name.len = end - at;
    if (name.len > NAME_MAX) return -ENAMETOOLONG;
    nd.last_type = kind_of(name);
    let rest = end;
    while (readb(rest) === char('/')) rest++;
    const last = readb(rest) === 0, slash = rest !== end;
    if (last && nd.flags & LOOKUP_PARENT) {
      name.hash = full_name_hash(name.name, name.len);
      // A trailing slash asks for a directory: mkdir takes it, create does not.
      if (slash) nd.flags |= LOOKUP_DIRECTORY;
      return 0;
    }
    const failed = step(nd, name);
    if (failed !== 0) return failed;
    if (last) return finish_walk(nd, slash);
    at = rest;
  }
}

function kind_of(name: Qstr): u32 {
  if (name.name[0] !== char('.') || name.len > 2) return LAST_NORM;
  if (name.len === 1) return LAST_DOT;
  return name.name[1] === char('.') ? LAST_DOTDOT : LAST_NORM;
}

/** The walk has come to its end: is it what the caller wants? */
function finish_walk(nd: Nameidata, directory: bool): i32 {
  const inode = nd.dentry.d_inode;
  if (inode === null) return -ENOENT;
  if ((directory || nd.flags & LOOKUP_DIRECTORY) && !S_ISDIR(inode.i_mode)) return -ENOTDIR;
  return 0;
}

/** One name further. */
function step(nd: Nameidata, name: Qstr): i32 {
  if (nd.last_type === LAST_DOT) return 0;
  if (nd.last_type === LAST_DOTDOT) {
    follow_dotdot(nd);
    return 0;
  }
  const dentry = cached_lookup(nd.dentry, name, nd.flags);
  const next = dentry === null ? real_lookup(nd.dentry, name, nd.flags) : dentry;
  if (IS_ERR(next)) return PTR_ERR(next);
  dput(nd.dentry);
  nd.dentry = next;
  while (nd.dentry.d_mounted !== 0 && follow_down(nd));
  return nd.dentry.d_inode === null ? -ENOENT : 0;
}

/** To the parent, out of mounts, but not above the task's root. */
function follow_dotdot(nd: Nameidata): void {
  const fs = task_fs(current());
  for (;;) {
    read_lock(fs.lock);
    const at_root = nd.dentry === fs.root && nd.mnt === fs.rootmnt;
    read_unlock(fs.lock);
    if (at_root) break;
    const dentry = nd.dentry, mnt = nd.mnt;
    spin_lock(dcache_lock);
    if (dentry !== mnt.mnt_root) {
      nd.dentry = dget(dentry.d_parent);
      spin_unlock(dcache_lock);
      dput(dentry);
      break;
    }
    if (mnt.mnt_parent === mnt) {
      spin_unlock(dcache_lock);
      break;
    }
    nd.dentry = dget(mnt.mnt_mountpoint);
    nd.mnt = mntget(mnt.mnt_parent);
    spin_unlock(dcache_lock);
    dput(dentry);
    mntput(mnt);
  }
  while (nd.dentry.d_mounted !== 0 && follow_down(nd));
}

/** The dentry if it is in memory and still good; sets the name's hash. */
function cached_lookup(parent: Dentry, name: Qstr, flags: u32): Dentry | null {
  set_hash(parent, name);
  const dentry = d_lookup(parent, name);
  if (dentry === null) return null;
  const op = dentry.d_op;
  if (op === null || op.d_revalidate === null || op.d_revalidate(dentry, flags) !== 0) return dentry;
  d_drop(dentry);
  dput(dentry);
  return null;
}

function set_hash(parent: Dentry, name: Qstr): void {
  name.hash = full_name_hash(name.name, name.len);
  const op = parent.d_op;
  if (op !== null && op.d_hash !== null) op.d_hash(parent, name);
}

/** Asks the file system, unless another did while this one waited for the directory. */
function real_lookup(parent: Dentry, name: Qstr, flags: u32): Dentry {
  const dir = cast<Inode>(parent.d_inode);
  down(dir.i_sem);
  const dentry = lookup_hash(name, parent, flags);
  up(dir.i_sem);
  return dentry;
}

/** The dentry of a name, maybe negative, or an ERR_PTR; the directory's i_sem is held. @sleeps */
export function lookup_hash(name: Qstr, base: Dentry, flags: u32): Dentry {
  const inode = cast<Inode>(base.d_inode);
  const error = permission(inode, MAY_EXEC);
  if (error !== 0) return ERR_PTR<Dentry>(error);
  const cached = cached_lookup(base, name, flags);
  if (cached !== null) return cached;
  const lookup = inode.i_op.lookup;
  if (lookup === null) return ERR_PTR<Dentry>(-ENOTDIR);
  if (inode.i_flags & S_DEAD) return ERR_PTR<Dentry>(-ENOENT);
  const made = d_alloc(base, name);
  if (made === null) return ERR_PTR<Dentry>(-ENOMEM);
  const other = lookup(inode, made);
  if (other === null) return made;
  dput(made);
  return other;
}

/** Whether the mode bits forbid all of `mask` to everybody, for all act as root here: Linux 2.4's vfs_permission. */
export function permission(inode: Inode, mask: u32): i32 {
  if (inode.i_op.permission !== null) return inode.i_op.permission(inode, mask);
  if (mask & MAY_EXEC && !S_ISDIR(inode.i_mode) && (inode.i_mode & 0o111) === 0) return -EACCES;
  return 0;
}

/** The directory of `path` in `nd`, locked, and its last name as a dentry, maybe negative; or an ERR_PTR. @sleeps */
export function lookup_parent(path: cstr, nd: Nameidata): Dentry {
  const error = path_lookup(path, LOOKUP_PARENT, nd);
  if (error !== 0) return ERR_PTR<Dentry>(error);
  if (nd.last_type !== LAST_NORM) {
    path_release(nd);
    return ERR_PTR<Dentry>(-EEXIST);
  }
  const dir = cast<Inode>(nd.dentry.d_inode);
  down(dir.i_sem);
  const dentry = lookup_hash(nd.last, nd.dentry, 0);
  if (IS_ERR(dentry)) release_parent(nd);
  return dentry;
}

/** Ends what lookup_parent began. @sleeps */
export function release_parent(nd: Nameidata): void {
  const dir = cast<Inode>(nd.dentry.d_inode);
  up(dir.i_sem);
  path_release(nd);
}

// The calls by path: 0 or a negated error.

/** mkdir(2). @sleeps */
export function do_mkdir(path: cstr, mode: u32): i32 {
  const nd = local<Nameidata>();
  const dentry = lookup_parent(path, nd);
  if (IS_ERR(dentry)) return PTR_ERR(dentry);
  const error = vfs_mkdir(cast<Inode>(nd.dentry.d_inode), dentry, mode & ~task_fs(current()).umask);
  dput(dentry);
  release_parent(nd);
  return error;
}

/** mknod(2): S_IFREG, S_IFCHR or S_IFBLK in `mode`. @sleeps */
export function do_mknod(path: cstr, mode: u32, dev: u32): i32 {
  if (!S_ISREG(mode) && !S_ISCHR(mode) && !S_ISBLK(mode)) return -EINVAL;
  const nd = local<Nameidata>();
  const dentry = lookup_parent(path, nd);
  if (IS_ERR(dentry)) return PTR_ERR(dentry);
  const error = vfs_mknod(cast<Inode>(nd.dentry.d_inode), dentry, mode & ~task_fs(current()).umask, dev);
  dput(dentry);
  release_parent(nd);
  return error;
}

/** unlink(2). @sleeps */
export function do_unlink(path: cstr): i32 {
  return remove(path, false);
}

/** rmdir(2). @sleeps */
export function do_rmdir(path: cstr): i32 {
  return remove(path, true);
}

function remove(path: cstr, directory: bool): i32 {
  const nd = local<Nameidata>();
  const dentry = lookup_parent(path, nd);
  if (IS_ERR(dentry)) return PTR_ERR(dentry) === -EEXIST ? (directory ? -EBUSY : -EISDIR) : PTR_ERR(dentry);
  const dir = cast<Inode>(nd.dentry.d_inode);
  let error = directory ? vfs_rmdir(dir, dentry) : -ENOTDIR;
  if (!directory && !(nd.flags & LOOKUP_DIRECTORY && dentry.d_inode !== null)) error = vfs_unlink(dir, dentry);
  dput(dentry);
  release_parent(nd);
  return error;
}

/** rename(2). @sleeps */
export function do_rename(from: cstr, to: cstr): i32 {
  const old = local<Nameidata>(), fresh = local<Nameidata>();
  let error = path_lookup(from, LOOKUP_PARENT, old);
  if (error !== 0) return error;
  error = path_lookup(to, LOOKUP_PARENT, fresh);
  if (error === 0) {
    if (old.mnt !== fresh.mnt) error = -EXDEV;
    else if (old.last_type !== LAST_NORM || fresh.last_type !== LAST_NORM) error = -EBUSY;
    else error = rename_between(old, fresh);
    path_release(fresh);
  }
  path_release(old);
  return error;
}

function rename_between(old: Nameidata, fresh: Nameidata): i32 {
  const trap = lock_rename(old.dentry, fresh.dentry);
  let error: i32 = 0;
  const source = lookup_hash(old.last, old.dentry, 0);
  if (IS_ERR(source)) {
    error = PTR_ERR(source);
  } else {
    error = source.d_inode === null ? -ENOENT : source === trap ? -EINVAL : 0;
    if (error === 0) error = rename_to(old.dentry, source, fresh, trap);
    dput(source);
  }
  unlock_rename(old.dentry, fresh.dentry);
  return error;
}

function rename_to(old_dir: Dentry, source: Dentry, fresh: Nameidata, trap: Dentry | null): i32 {
  const target = lookup_hash(fresh.last, fresh.dentry, 0);
  if (IS_ERR(target)) return PTR_ERR(target);
  const error = target === trap
    ? -ENOTEMPTY
    : vfs_rename(cast<Inode>(old_dir.d_inode), source, cast<Inode>(fresh.dentry.d_inode), target);
  dput(target);
  return error;
}

/** chdir(2). @sleeps */
export function do_chdir(path: cstr): i32 {
  const nd = local<Nameidata>();
  const error = path_lookup(path, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, nd);
  if (error !== 0) return error;
  set_fs_pwd(task_fs(current()), nd.mnt, nd.dentry);
  path_release(nd);
  return 0;
}

/** getcwd(2): the path with its NUL to `buffer` (user address); gives its length with the NUL, or ERANGE. @sleeps */
export function do_getcwd(buffer: usize, size: u32): i32 {
  const page = kmalloc(PATH_MAX, GFP_KERNEL);
  if (!page) return -ENOMEM;
  const fs = task_fs(current());
  read_lock(fs.lock);
  const pwd = dget(fs.pwd), mnt = mntget(fs.pwdmnt);
  read_unlock(fs.lock);
  const path = d_path(pwd, mnt, cast<Ptr<u8>>(page), PATH_MAX);
  let result = IS_ERR(path) ? PTR_ERR(path) : -ERANGE;
  if (!IS_ERR(path)) {
    const length = strlen(path) + 1;
    if (length <= size) result = copy_to_user(buffer, addr(path), length) ? -EFAULT : (length as i32);
  }
  dput(pwd);
  mntput(mnt);
  kfree(page);
  return result;
}
