/** System calls on descriptors: Linux 2.4, fs/read_write.c, fs/open.c, fs/fcntl.c, fs/ioctl.c, fs/stat.c, fs/pipe.c. */
import { HZ } from '../arch/time.ts';
import { copy_to_user } from '../arch/uaccess.ts';
import { EBADF, EFAULT, EINVAL } from '../errno.ts';
import { AT_FDCWD, O_CLOEXEC } from '../fs/fcntl.ts';
import { IS_ERR, PTR_ERR } from '../fs/err.ts';
import { do_close, do_dup, do_dup2, do_fcntl, fget, set_close_on_exec } from '../fs/file.ts';
import { fput } from '../fs/file_table.ts';
import { getname, putname } from '../fs/namei.ts';
import { do_ftruncate, do_open } from '../fs/open.ts';
import { do_pipe } from '../fs/pipe.ts';
import { do_poll } from '../fs/poll.ts';
import { vfs_ioctl, vfs_llseek, vfs_read, vfs_write } from '../fs/read_write.ts';
import { do_getdents64 } from '../fs/readdir.ts';
import { vfs_fstat, vfs_stat } from '../fs/stat.ts';
import { MAX_SCHEDULE_TIMEOUT } from '../sched/sched.ts';

/** The longest transfer: a length is an i32 in results. */
const MAX_RW = 0x7fffffff;

/** Only paths from the root or the working directory: no file is a place to start from. */
export function path_base_is_good(dfd: i32, name: cstr): bool {
  return dfd === AT_FDCWD || name[0] === char('/');
}

export function sys_openat(dfd: i32, filename: usize, flags: u32, mode: u32): i32 {
  const name = getname(filename);
  if (IS_ERR(name)) return PTR_ERR(name);
  const fd = path_base_is_good(dfd, name) ? do_open(name, flags, mode) : -EBADF;
  putname(name);
  return fd;
}

export function sys_close(fd: u32): i32 {
  return do_close(fd);
}

export function sys_read(fd: u32, buf: usize, count: u32): i32 {
  if (count > MAX_RW) return -EINVAL;
  const file = fget(fd);
  if (file === null) return -EBADF;
  const result = vfs_read(file, buf, count);
  fput(file);
  return result;
}

export function sys_write(fd: u32, buf: usize, count: u32): i32 {
  if (count > MAX_RW) return -EINVAL;
  const file = fget(fd);
  if (file === null) return -EBADF;
  const result = vfs_write(file, buf, count);
  fput(file);
  return result;
}

/** The new position goes to the user's `result`, an i64. */
export function sys_llseek(fd: u32, high: u32, low: u32, result: usize, origin: u32): i32 {
  const file = fget(fd);
  if (file === null) return -EBADF;
  const position = local<Arr<i64, 1>>();
  position[0] = vfs_llseek(file, wide(high, low) as i64, origin);
  fput(file);
  if (position[0] < 0n) return lo32(position[0]) as i32;
  return copy_to_user(result, addr(position), 8) === 0 ? 0 : -EFAULT;
}

export function sys_dup(fd: u32): i32 {
  return do_dup(fd);
}

export function sys_dup3(oldfd: u32, newfd: u32, flags: u32): i32 {
  if (oldfd === newfd || (flags & ~O_CLOEXEC) !== 0) return -EINVAL;
  const result = do_dup2(oldfd, newfd);
  if (result >= 0) set_close_on_exec(newfd, flags !== 0);
  return result;
}

export function sys_fcntl(fd: u32, cmd: u32, arg: u32): i32 {
  return do_fcntl(fd, cmd, arg);
}

export function sys_ioctl(fd: u32, cmd: u32, arg: usize): i32 {
  const file = fget(fd);
  if (file === null) return -EBADF;
  const result = vfs_ioctl(file, cmd, arg);
  fput(file);
  return result;
}

export function sys_pipe2(fds: usize, flags: u32): i32 {
  const fd = local<Arr<i32, 2>>();
  const error = do_pipe(fd, flags);
  if (error !== 0) return error;
  if (copy_to_user(fds, addr(fd), 8) === 0) return 0;
  do_close(fd[0]);
  do_close(fd[1]);
  return -EFAULT;
}

/** Lengths below 4 GiB; on 32-bit machines the length is in two arguments from an even one on. */
export function sys_ftruncate(fd: u32, unused: u32, low: u32, high: u32): i32 {
  const file = fget(fd);
  if (file === null) return -EBADF;
  const result = do_ftruncate(file, wide(high, low) as i64);
  fput(file);
  return result;
}

export function sys_fstatat64(dfd: i32, filename: usize, statbuf: usize, flags: u32): i32 {
  if (flags !== 0) return -EINVAL;
  const name = getname(filename);
  if (IS_ERR(name)) return PTR_ERR(name);
  const result = path_base_is_good(dfd, name) ? vfs_stat(name, statbuf) : -EBADF;
  putname(name);
  return result;
}

export function sys_fstat64(fd: u32, statbuf: usize): i32 {
  const file = fget(fd);
  if (file === null) return -EBADF;
  const result = vfs_fstat(file, statbuf);
  fput(file);
  return result;
}

export function sys_getdents64(fd: u32, dirent: usize, count: u32): i32 {
  const file = fget(fd);
  if (file === null) return -EBADF;
  const result = do_getdents64(file, dirent, count);
  fput(file);
  return result;
}

/** `timeout` in milliseconds; below 0 there is none. */
export function sys_poll(fds: usize, nfds: u32, timeout: i32): i32 {
  const most = MAX_SCHEDULE_TIMEOUT / 1000 * HZ;
  const jiffies = timeout < 0 || timeout >= most ? MAX_SCHEDULE_TIMEOUT : milliseconds_to_jiffies(timeout);
  return do_poll(fds, nfds, jiffies);
}

/** Rounded up: never less than was asked for. */
function milliseconds_to_jiffies(milliseconds: i32): i32 {
  const tick = 1000 / HZ;
  return milliseconds / tick + (milliseconds % tick === 0 ? 0 : 1);
}
