/** stat: Linux 2.4, fs/stat.c; the user's struct is Linux/RISC-V's (include/asm-generic/stat.h, stat64 of 32 bits). */
import { memset } from '../../lib/memory.ts';
import { copy_to_user } from '../arch/uaccess.ts';
import { EFAULT } from '../errno.ts';
import { File, Inode } from './fs.ts';
import { Stat64 } from '../uapi/stat.ts';
import { LOOKUP_FOLLOW, Nameidata, path_lookup, path_release } from './namei.ts';

/** Fills `statbuf` (user address) for a path (kernel string): 0 or a negated error. @sleeps */
export function vfs_stat(path: cstr, statbuf: usize): i32 {
  const nd = local<Nameidata>();
  const error = path_lookup(path, LOOKUP_FOLLOW, nd);
  if (error !== 0) return error;
  const result = cp_new_stat(cast<Inode>(nd.dentry.d_inode), statbuf);
  path_release(nd);
  return result;
}

/** The same for an open file. @sleeps */
export function vfs_fstat(file: File, statbuf: usize): i32 {
  return cp_new_stat(cast<Inode>(file.f_dentry.d_inode), statbuf);
}

function cp_new_stat(inode: Inode, statbuf: usize): i32 {
  const stat = local<Stat64>();
  memset(stat, 0, sizeof<Stat64>());
  stat.st_dev = u64of(inode.i_dev);
  stat.st_ino = u64of(inode.i_ino);
  stat.st_mode = inode.i_mode;
  stat.st_nlink = inode.i_nlink;
  stat.st_uid = inode.i_uid;
  stat.st_gid = inode.i_gid;
  stat.st_rdev = u64of(inode.i_rdev);
  stat.st_size = inode.i_size;
  stat.st_blksize = inode.i_blksize;
  stat.st_blocks = u64of(inode.i_blocks);
  stat.st_atime = inode.i_atime;
  stat.st_mtime = inode.i_mtime;
  stat.st_ctime = inode.i_ctime;
  return copy_to_user(statbuf, addr(stat), sizeof<Stat64>()) ? -EFAULT : 0;
}
