/** Reading and writing files of /proc: Linux 2.4, fs/proc/generic.c (proc_file_read, proc_file_write). */
import { PAGE_SIZE } from '../../arch/layout.ts';
import { copy_to_user } from '../../arch/uaccess.ts';
import { EFAULT, EIO, ENODEV, ENOMEM } from '../../errno.ts';
import { GFP_KERNEL, __get_free_page, free_page } from '../../mm/page_alloc.ts';
import { __MOD_DEC_USE_COUNT, try_inc_mod_count } from '../../module/module.ts';
import { File, FileOperations, Inode } from '../fs.ts';
import { ProcDirEntry } from './proc_fs.ts';

/** What a read_proc function may fill at a time: some files write a little more than asked. */
const PROC_BLOCK_SIZE = 3072;

export const proc_file_operations: FileOperations = {
  owner: null, llseek: null, read: proc_file_read, write: proc_file_write, readdir: null, poll: null, ioctl: null,
  open: proc_file_open, flush: null, release: proc_file_release, fsync: null,
};

/** The entry of a file's inode. @inline */
export function PDE(inode: Inode): ProcDirEntry {
  return cast<ProcDirEntry>(inode.generic_ip);
}

/** The module whose functions the file calls stays as long as it is open. */
function proc_file_open(inode: Inode, file: File): i32 {
  const entry = PDE(inode);
  return !entry.deleted && try_inc_mod_count(entry.owner) ? 0 : -ENODEV;
}

function proc_file_release(inode: Inode, file: File): i32 {
  __MOD_DEC_USE_COUNT(PDE(inode).owner);
  return 0;
}

function proc_file_read(file: File, buf: usize, count: u32, ppos: Ptr<i64>): i32 {
  const entry = PDE(cast<Inode>(file.f_dentry.d_inode));
  const read_proc = entry.read_proc;
  // An entry without contents, or one that has been taken out.
  if (read_proc === null || entry.deleted) return -EIO;
  const page = __get_free_page(GFP_KERNEL);
  if (!page) return -ENOMEM;
  const eof = local<Arr<i32, 1>>(), start = local<Arr<usize, 1>>();
  let done: u32 = 0, error: i32 = 0;
  eof[0] = 0;
  while (done < count && eof[0] === 0) {
    const offset = lo32(ppos[0]), wanted = count - done < PROC_BLOCK_SIZE ? count - done : PROC_BLOCK_SIZE;
    start[0] = 0;
    const length = read_proc(cast<Ptr<u8>>(page), ptr(start[0]), offset as i32, wanted as i32, ptr(eof[0]), entry.data);
    if (length < 0) error = length;
    let bytes = length < 0 ? 0 : (length as u32), from = start[0];
    if (start[0] === 0) {
      // The simple way: all of the file is in the page, from its beginning.
      from = page + offset;
      bytes = bytes > offset ? bytes - offset : 0;
    }
    if (bytes > wanted) {
      bytes = wanted;
      eof[0] = 0;
    }
    if (bytes === 0) break;
    if (from < page || from + bytes > page + PAGE_SIZE) error = -EIO;
    else if (copy_to_user(buf + done, from, bytes)) error = -EFAULT;
    if (error !== 0) break;
    done += bytes;
    ppos[0] = ppos[0] + u64of(bytes);
  }
  free_page(page);
  return done !== 0 ? (done as i32) : error;
}

function proc_file_write(file: File, buf: usize, count: u32, ppos: Ptr<i64>): i32 {
  const entry = PDE(cast<Inode>(file.f_dentry.d_inode));
  if (entry.write_proc === null || entry.deleted) return -EIO;
  return entry.write_proc(buf, count, entry.data);
}
