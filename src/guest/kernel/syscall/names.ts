/** System calls on names of files: Linux 2.4, fs/namei.c, fs/open.c, fs/namespace.c, fs/dcache.c (getcwd). */
import { EBADF, EINVAL } from '../errno.ts';
import { IS_ERR, PTR_ERR } from '../fs/err.ts';
import { AT_REMOVEDIR } from '../fs/fcntl.ts';
import { do_mount, do_umount } from '../fs/mount.ts';
import {
  do_chdir, do_getcwd, do_mkdir, do_mknod, do_rename, do_rmdir, do_unlink, getname, putname,
} from '../fs/namei.ts';
import { path_base_is_good } from './files.ts';

export function sys_mkdirat(dfd: i32, pathname: usize, mode: u32): i32 {
  const name = getname(pathname);
  if (IS_ERR(name)) return PTR_ERR(name);
  const result = path_base_is_good(dfd, name) ? do_mkdir(name, mode) : -EBADF;
  putname(name);
  return result;
}

/** `dev` as Linux passes it to user programs: minor in bits 0-7, major in bits 8-19. */
export function sys_mknodat(dfd: i32, pathname: usize, mode: u32, dev: u32): i32 {
  const name = getname(pathname);
  if (IS_ERR(name)) return PTR_ERR(name);
  const result = path_base_is_good(dfd, name) ? do_mknod(name, mode, dev & 0xffff) : -EBADF;
  putname(name);
  return result;
}

export function sys_unlinkat(dfd: i32, pathname: usize, flags: u32): i32 {
  if ((flags & ~AT_REMOVEDIR) !== 0) return -EINVAL;
  const name = getname(pathname);
  if (IS_ERR(name)) return PTR_ERR(name);
  let result: i32 = -EBADF;
  if (path_base_is_good(dfd, name)) result = flags === 0 ? do_unlink(name) : do_rmdir(name);
  putname(name);
  return result;
}

export function sys_renameat(old_dfd: i32, old_name: usize, new_dfd: i32, new_name: usize): i32 {
  const from = getname(old_name);
  if (IS_ERR(from)) return PTR_ERR(from);
  const result = rename_to(old_dfd, from, new_dfd, new_name);
  putname(from);
  return result;
}

function rename_to(old_dfd: i32, from: cstr, new_dfd: i32, new_name: usize): i32 {
  const to = getname(new_name);
  if (IS_ERR(to)) return PTR_ERR(to);
  const good = path_base_is_good(old_dfd, from) && path_base_is_good(new_dfd, to);
  const result = good ? do_rename(from, to) : -EBADF;
  putname(to);
  return result;
}

export function sys_chdir(filename: usize): i32 {
  const name = getname(filename);
  if (IS_ERR(name)) return PTR_ERR(name);
  const result = do_chdir(name);
  putname(name);
  return result;
}

export function sys_getcwd(buf: usize, size: u32): i32 {
  return do_getcwd(buf, size);
}

/** File systems' options are a string here, at most PATH_MAX bytes; 0 for none. */
export function sys_mount(dev_name: usize, dir_name: usize, type: usize, flags: u32, data: usize): i32 {
  const names = local<Arr<cstr, 4>>();
  const given = local<Arr<usize, 4>>();
  given[0] = dev_name;
  given[1] = dir_name;
  given[2] = type;
  given[3] = data;
  const count: u32 = data === 0 ? 3 : 4;
  let result: i32 = 0, got: u32 = 0;
  while (got < count && result === 0) {
    names[got] = getname(given[got]);
    if (IS_ERR(names[got])) result = PTR_ERR(names[got]);
    else got++;
  }
  if (result === 0) result = do_mount(names[0], names[1], names[2], flags, data === 0 ? 0 : addr(names[3]));
  while (got !== 0) putname(names[--got]);
  return result;
}

export function sys_umount2(dir_name: usize, flags: u32): i32 {
  if (flags !== 0) return -EINVAL;
  const name = getname(dir_name);
  if (IS_ERR(name)) return PTR_ERR(name);
  const result = do_umount(name);
  putname(name);
  return result;
}
