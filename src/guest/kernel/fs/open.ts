/** Opening and closing: Linux 2.4, fs/open.c and open_namei of fs/namei.c. */
import { current } from '../arch/cpu.ts';
import { EEXIST, EINVAL, EISDIR, ENFILE, ENODEV, ENOTDIR } from '../errno.ts';
import { down, up } from '../locking/semaphore.ts';
import { __MOD_DEC_USE_COUNT, try_inc_mod_count } from '../module/module.ts';
import { notify_change } from './attr.ts';
import { Dentry, dput } from './dcache.ts';
import { vfs_create } from './directory.ts';
import { ERR_PTR, IS_ERR, PTR_ERR } from './err.ts';
import {
  FMODE_WRITE, O_ACCMODE, O_CLOEXEC, O_CREAT, O_DIRECTORY, O_EXCL, O_NOCTTY, O_TRUNC, O_WRONLY,
} from './fcntl.ts';
import { fd_install, get_unused_fd, put_unused_fd, set_close_on_exec } from './file.ts';
import { fput, get_empty_filp, put_filp } from './file_table.ts';
import {
  ATTR_CTIME, ATTR_MTIME, ATTR_SIZE, File, FileOperations, Iattr, Inode, MAY_READ, MAY_WRITE, VfsMount,
} from './fs.ts';
import { task_fs } from './fs_struct.ts';
import { CURRENT_TIME } from './inode.ts';
import { S_ISDIR, S_ISREG } from './mode.ts';
import { follow_down, mntput } from './mount.ts';
import {
  LAST_NORM, LOOKUP_DIRECTORY, LOOKUP_FOLLOW, LOOKUP_PARENT, Nameidata, lookup_hash, path_lookup, path_release,
  permission,
} from './namei.ts';

/** Opens a path (kernel string), O_ flags, mode for O_CREAT; an ERR_PTR if it cannot. @sleeps @returns new */
export function filp_open(path: cstr, flags: u32, mode: u32): File {
  const nd = local<Nameidata>();
  const error = open_namei(path, flags, mode & ~task_fs(current()).umask, nd);
  return error === 0 ? dentry_open(nd.dentry, nd.mnt, flags) : ERR_PTR<File>(error);
}

/** Finds or makes the file: 0 with `nd` referenced, or a negated error. */
function open_namei(path: cstr, flags: u32, mode: u32, nd: Nameidata): i32 {
  let error: i32 = 0;
  if (flags & O_CREAT) error = find_or_create(path, flags, mode, nd);
  else error = path_lookup(path, LOOKUP_FOLLOW | (flags & O_DIRECTORY ? LOOKUP_DIRECTORY : 0), nd);
  if (error !== 0) return error;
  error = may_open(cast<Inode>(nd.dentry.d_inode), flags);
  if (error === 0 && flags & O_TRUNC) error = do_truncate(nd.dentry, 0n);
  if (error !== 0) path_release(nd);
  return error;
}

function find_or_create(path: cstr, flags: u32, mode: u32, nd: Nameidata): i32 {
  let error = path_lookup(path, LOOKUP_PARENT, nd);
  if (error !== 0) return error;
  if (nd.last_type !== LAST_NORM || nd.flags & LOOKUP_DIRECTORY) {
    path_release(nd);
    return -EISDIR;
  }
  const dir = cast<Inode>(nd.dentry.d_inode);
  down(dir.i_sem);
  const dentry = lookup_hash(nd.last, nd.dentry, 0);
  let made = false;
  if (IS_ERR(dentry)) {
    error = PTR_ERR(dentry);
  } else if (dentry.d_inode === null) {
    made = true;
    error = vfs_create(dir, dentry, mode);
  } else if (flags & O_EXCL) {
    error = -EEXIST;
  }
  up(dir.i_sem);
  if (!IS_ERR(dentry)) {
    dput(nd.dentry);
    nd.dentry = dentry;
    while (!made && nd.dentry.d_mounted !== 0 && follow_down(nd));
  }
  if (error !== 0) path_release(nd);
  return error;
}

function may_open(inode: Inode, flags: u32): i32 {
  const writes = (flags & O_ACCMODE) !== 0;
  if (S_ISDIR(inode.i_mode) && (writes || flags & (O_TRUNC | O_CREAT))) return -EISDIR;
  if (flags & O_DIRECTORY && !S_ISDIR(inode.i_mode)) return -ENOTDIR;
  return permission(inode, (writes ? MAY_WRITE : 0) | ((flags & O_ACCMODE) !== O_WRONLY ? MAY_READ : 0));
}

/** Opens a dentry on a mount, whose references it takes over; an ERR_PTR if it cannot. @sleeps @returns new */
export function dentry_open(dentry: Dentry, mnt: VfsMount | null, flags: u32): File {
  const file = get_empty_filp();
  let error: i32 = -ENFILE;
  if (file !== null) {
    const inode = cast<Inode>(dentry.d_inode);
    file.f_flags = flags & ~(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC);
    file.f_mode = (flags + 1) & O_ACCMODE;
    file.f_dentry = dentry;
    file.f_vfsmnt = mnt;
    file.f_op = inode.i_fop;
    error = -ENODEV;
    if (try_inc_mod_count(inode.i_fop.owner)) {
      const open = file.f_op.open;
      error = open === null ? 0 : open(inode, file);
      if (error === 0) return file;
      fops_put(file);
    }
    put_filp(file);
  }
  dput(dentry);
  mntput(mnt);
  return ERR_PTR<File>(error);
}

/** Another f_op for a file that is being opened: the module of the old one is let go, that of `fops` held already. */
export function replace_fops(file: File, fops: FileOperations): void {
  fops_put(file);
  file.f_op = fops;
}

function fops_put(file: File): void {
  __MOD_DEC_USE_COUNT(file.f_op.owner);
}

/** flush, then fput; gives flush's error. @sleeps */
export function filp_close(file: File): i32 {
  const error = file.f_op.flush === null ? 0 : file.f_op.flush(file);
  fput(file);
  return error;
}

/** open(2) of a kernel string: a descriptor of the current task or a negated error. @sleeps */
export function do_open(path: cstr, flags: u32, mode: u32): i32 {
  const fd = get_unused_fd();
  if (fd < 0) return fd;
  const file = filp_open(path, flags, mode);
  if (IS_ERR(file)) {
    put_unused_fd(fd as u32);
    return PTR_ERR(file);
  }
  set_close_on_exec(fd as u32, (flags & O_CLOEXEC) !== 0);
  fd_install(fd as u32, file);
  return fd;
}

/** Makes an open file `length` bytes long: EINVAL if it cannot be written. @sleeps */
export function do_ftruncate(file: File, length: i64): i32 {
  const inode = cast<Inode>(file.f_dentry.d_inode);
  if (length < 0n || !S_ISREG(inode.i_mode) || (file.f_mode & FMODE_WRITE) === 0) return -EINVAL;
  return do_truncate(file.f_dentry, length);
}

/** Makes a file `length` bytes long; devices and pipes stay as they are. @sleeps */
export function do_truncate(dentry: Dentry, length: i64): i32 {
  const inode = cast<Inode>(dentry.d_inode);
  if (!S_ISREG(inode.i_mode)) return 0;
  const attr = local<Iattr>();
  attr.ia_valid = ATTR_SIZE | ATTR_MTIME | ATTR_CTIME;
  attr.ia_size = length;
  attr.ia_mtime = CURRENT_TIME();
  attr.ia_ctime = attr.ia_mtime;
  down(inode.i_sem);
  const error = notify_change(dentry, attr);
  up(inode.i_sem);
  return error;
}
