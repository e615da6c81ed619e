/** Listing directories: Linux 2.4, fs/readdir.c. */
import { copy_to_user } from '../arch/uaccess.ts';
import { EFAULT, EINVAL, ENOENT, ENOTDIR } from '../errno.ts';
import { memcpy } from '../../lib/memory.ts';
import { down, up } from '../locking/semaphore.ts';
import { DIRENT_NAME } from '../uapi/stat.ts';
import { File, Inode, S_DEAD, filldir_t } from './fs.ts';

/** Bytes of a record with the longest name and its NUL, to a multiple of 8. */
const RECORD_MAX = 280;

/** Calls `filldir(buf, ...)` for each entry from f_pos on: 0 or a negated error. @sleeps */
export function vfs_readdir(file: File, filldir: filldir_t, buf: usize): i32 {
  const inode = cast<Inode>(file.f_dentry.d_inode), readdir = file.f_op.readdir;
  if (readdir === null) return -ENOTDIR;
  down(inode.i_sem);
  const error = inode.i_flags & S_DEAD ? -ENOENT : readdir(file, buf, filldir);
  up(inode.i_sem);
  return error;
}

/** How far a getdents64 call has come. */
class GetdentsCallback {
  /** Where the next record goes, a user address, and the bytes left there. */
  current_dir: usize;
  count: u32;
  error: i32;
}

/**
 * getdents64(2): struct linux_dirent64 records (d_ino u64, d_off i64, d_reclen u16, d_type u8, d_name) go to a user
 * buffer; gives bytes, 0 at the end, EINVAL if not even one fits. @sleeps
 */
export function do_getdents64(file: File, dirent: usize, count: u32): i32 {
  const callback = local<GetdentsCallback>();
  callback.current_dir = dirent;
  callback.count = count;
  callback.error = 0;
  const error = vfs_readdir(file, filldir64, addr(callback));
  if (error < 0) return error;
  const bytes = count - callback.count;
  return bytes !== 0 ? (bytes as i32) : callback.error;
}

function filldir64(buf: usize, name: cstr, namlen: u32, offset: i64, ino: u32, d_type: u32): i32 {
  const callback = cast<GetdentsCallback>(buf), record = local<Arr<u8, 280>>();
  const length = (DIRENT_NAME + namlen + 1 + 7) & ~7;
  if (length > callback.count || length > RECORD_MAX) {
    callback.error = -EINVAL;
    return callback.error;
  }
  const fields = cast<Ptr<u32>>(record);
  fields[0] = ino;
  fields[1] = 0;
  fields[2] = lo32(offset);
  fields[3] = hi32(offset);
  fields[4] = (d_type << 16) | length;
  memcpy(cast(addr(record) + DIRENT_NAME), cast(name), namlen);
  for (let at = DIRENT_NAME + namlen; at < length; at++) record[at] = 0;
  if (copy_to_user(callback.current_dir, addr(record), length)) {
    callback.error = -EFAULT;
    return callback.error;
  }
  callback.current_dir += length;
  callback.count -= length;
  return 0;
}
