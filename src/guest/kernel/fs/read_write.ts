/** Reading and writing: Linux 2.4, fs/read_write.c, fs/ioctl.c; kernel_read: fs/exec.c. */
import { KERNEL_DS, get_fs, set_fs } from '../arch/uaccess.ts';
import { EBADF, EINVAL, ENOTTY, ESPIPE } from '../errno.ts';
import { FMODE_READ, FMODE_WRITE, SEEK_CUR, SEEK_END } from './fcntl.ts';
import { File, Inode } from './fs.ts';
import { S_ISREG } from './mode.ts';

/** The most that one call moves, in bytes: the result must not look like an error. */
const MAX_RW_COUNT = 0x7ffff000;

/** read(2) at f_pos to a user buffer: bytes or a negated error. @sleeps */
export function vfs_read(file: File, buf: usize, count: u32): i32 {
  if ((file.f_mode & FMODE_READ) === 0) return -EBADF;
  const read = file.f_op.read;
  if (read === null) return -EINVAL;
  return read(file, buf, count < MAX_RW_COUNT ? count : MAX_RW_COUNT, ptr(file.f_pos));
}

/** write(2) at f_pos from a user buffer: bytes or a negated error. @sleeps */
export function vfs_write(file: File, buf: usize, count: u32): i32 {
  if ((file.f_mode & FMODE_WRITE) === 0) return -EBADF;
  const write = file.f_op.write;
  if (write === null) return -EINVAL;
  return write(file, buf, count < MAX_RW_COUNT ? count : MAX_RW_COUNT, ptr(file.f_pos));
}

/** lseek(2): the new position or a negated error. @sleeps */
export function vfs_llseek(file: File, offset: i64, origin: u32): i64 {
  if (origin > SEEK_END) return i64of(-EINVAL as i32);
  const llseek = file.f_op.llseek;
  return llseek === null ? default_llseek(file, offset, origin) : llseek(file, offset, origin);
}

/** llseek of files with a size. */
export function default_llseek(file: File, offset: i64, origin: u32): i64 {
  const inode = cast<Inode>(file.f_dentry.d_inode);
  let at = offset;
  if (origin === SEEK_CUR) at = offset + file.f_pos;
  if (origin === SEEK_END) at = offset + inode.i_size;
  if (at < 0n || (S_ISREG(inode.i_mode) && at > inode.i_sb.s_maxbytes)) return i64of(-EINVAL as i32);
  file.f_pos = at;
  return at;
}

/** llseek of pipes and terminals. */
export function no_llseek(file: File, offset: i64, origin: u32): i64 {
  return i64of(-ESPIPE as i32);
}

/** Reads at `offset` to a kernel buffer; f_pos stays. Bytes, fewer only at the end, or a negated error. @sleeps */
export function kernel_read(file: File, offset: i64, buf: usize, count: u32): i32 {
  if ((file.f_mode & FMODE_READ) === 0) return -EBADF;
  const read = file.f_op.read;
  return read === null ? -EINVAL : in_kernel(file, read, offset, buf, count);
}

/** Writes from a kernel buffer at `offset`; f_pos stays. Bytes or a negated error. @sleeps */
export function kernel_write(file: File, offset: i64, buf: usize, count: u32): i32 {
  if ((file.f_mode & FMODE_WRITE) === 0) return -EBADF;
  const write = file.f_op.write;
  return write === null ? -EINVAL : in_kernel(file, write, offset, buf, count);
}

type Mover = (file: File, buf: usize, count: u32, ppos: Ptr<i64>) => i32;

/** Calls `move`, which takes user addresses, for a kernel address. */
function in_kernel(file: File, move: Mover, offset: i64, buf: usize, count: u32): i32 {
  const pos = local<Arr<i64, 1>>();
  pos[0] = offset;
  const limit = get_fs();
  set_fs(KERNEL_DS);
  const result = move(file, buf, count, ptr(pos[0]));
  set_fs(limit);
  return result;
}

/** ioctl(2). @sleeps */
export function vfs_ioctl(file: File, cmd: u32, arg: usize): i32 {
  const ioctl = file.f_op.ioctl;
  if (ioctl === null) return -ENOTTY;
  return ioctl(cast<Inode>(file.f_dentry.d_inode), file, cmd, arg);
}
