/** Files of the initial RAM disk: Linux 2.6, init/initramfs.c; 2.4 had a disk image there. */
import { EEXIST, EIO, ENAMETOOLONG } from '../errno.ts';
import { strlen } from '../../lib/string.ts';
import { CpioEntry, cpio_entry } from './cpio.ts';
import { IS_ERR, PTR_ERR } from './err.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from './fcntl.ts';
import { PATH_MAX } from './fs.ts';
import { MKDEV, S_IALLUGO, S_IFMT, S_IFREG, S_ISDIR } from './mode.ts';
import { do_mkdir, do_mknod } from './namei.ts';
import { filp_close, filp_open } from './open.ts';
import { kernel_write } from './read_write.ts';

/**
 * Makes the directories, files and nodes of a newc archive at the virtual address `start` below the root; later
 * members replace earlier ones. 0, or the negated error of the first that failed. @sleeps
 */
export function unpack_initramfs(start: usize, size: u32): i32 {
  const entry = local<CpioEntry>(), end = start + size;
  for (let at = start; ; at = entry.next) {
    const kind = cpio_entry(at, end, entry);
    if (kind <= 0) return kind;
    const error = unpack(entry);
    if (error !== 0) return error;
  }
}

function unpack(entry: CpioEntry): i32 {
  const path = entry.name;
  if (strlen(path) >= PATH_MAX) return -ENAMETOOLONG;
  if (S_ISDIR(entry.mode)) {
    const error = do_mkdir(path, entry.mode & S_IALLUGO);
    return error === -EEXIST ? 0 : error;
  }
  const type = entry.mode & S_IFMT;
  if (type === S_IFREG) return unpack_file(path, entry);
  const error = do_mknod(path, entry.mode, MKDEV(entry.rdevmajor, entry.rdevminor));
  return error === -EEXIST ? 0 : error;
}

function unpack_file(path: cstr, entry: CpioEntry): i32 {
  const file = filp_open(path, O_WRONLY | O_CREAT | O_TRUNC, entry.mode & S_IALLUGO);
  if (IS_ERR(file)) return PTR_ERR(file);
  const written = kernel_write(file, 0n, entry.data, entry.size);
  filp_close(file);
  if (written < 0) return written;
  return (written as u32) === entry.size ? 0 : -EIO;
}
