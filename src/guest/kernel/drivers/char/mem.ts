/** Devices that are memory: Linux 2.4, drivers/char/mem.c; /dev/kmsg is 2.6's. */
import { clear_user, copy_from_user, copy_to_user } from '../../arch/uaccess.ts';
import { BUG_ON } from '../../debug/panic.ts';
import { printk, read_log } from '../../debug/printk.ts';
import { EFAULT, ENOMEM, ENXIO } from '../../errno.ts';
import { devfs_register_chrdev, register_chrdev } from '../../fs/devices.ts';
import { File, FileOperations, Inode } from '../../fs/fs.ts';
import { MINOR } from '../../fs/mode.ts';
import { replace_fops } from '../../fs/open.ts';
import { kfree, kmalloc } from '../../mm/kmalloc.ts';
import { GFP_KERNEL } from '../../mm/page_alloc.ts';
import { tty_init } from './tty.ts';

// Linux 2.4, Documentation/devices.txt.
const MEM_MAJOR = 1;
const NULL_MINOR = 3;
const ZERO_MINOR = 5;
const KMSG_MINOR = 11;

/** Bytes of messages that /dev/kmsg shows, and of one that it takes. */
const LOG_BYTES = 16384;
const MESSAGE_BYTES = 256;

const memory_fops: FileOperations = {
  owner: null, llseek: null, read: null, write: null, readdir: null, poll: null, ioctl: null, open: memory_open,
  flush: null, release: null, fsync: null,
};
const null_fops: FileOperations = {
  owner: null, llseek: null, read: read_null, write: write_null, readdir: null, poll: null, ioctl: null, open: null,
  flush: null, release: null, fsync: null,
};
const zero_fops: FileOperations = {
  owner: null, llseek: null, read: read_zero, write: write_null, readdir: null, poll: null, ioctl: null, open: null,
  flush: null, release: null, fsync: null,
};
const kmsg_fops: FileOperations = {
  owner: null, llseek: null, read: read_kmsg, write: write_kmsg, readdir: null, poll: null, ioctl: null, open: null,
  flush: null, release: null, fsync: null,
};

/** The character devices that are always there (Linux: chr_dev_init). Called after fs_init. @sleeps */
export function char_init(): void {
  BUG_ON(register_chrdev(MEM_MAJOR, 'mem', memory_fops) !== 0);
  devfs_register_chrdev('null', MEM_MAJOR, NULL_MINOR, 0o666);
  devfs_register_chrdev('zero', MEM_MAJOR, ZERO_MINOR, 0o666);
  devfs_register_chrdev('kmsg', MEM_MAJOR, KMSG_MINOR, 0o600);
  tty_init();
}

function memory_open(inode: Inode, file: File): i32 {
  const minor = MINOR(inode.i_rdev);
  if (minor === NULL_MINOR) replace_fops(file, null_fops);
  else if (minor === ZERO_MINOR) replace_fops(file, zero_fops);
  else if (minor === KMSG_MINOR) replace_fops(file, kmsg_fops);
  else return -ENXIO;
  return 0;
}

function read_null(file: File, buf: usize, count: u32, ppos: Ptr<i64>): i32 {
  return 0;
}

function write_null(file: File, buf: usize, count: u32, ppos: Ptr<i64>): i32 {
  return count as i32;
}

function read_zero(file: File, buf: usize, count: u32, ppos: Ptr<i64>): i32 {
  const left = clear_user(buf, count);
  return left === count && count !== 0 ? -EFAULT : ((count - left) as i32);
}

/** What the kernel has said, from *ppos on. */
function read_kmsg(file: File, buf: usize, count: u32, ppos: Ptr<i64>): i32 {
  const text = kmalloc(LOG_BYTES, GFP_KERNEL);
  if (!text) return -ENOMEM;
  const length = read_log(cast<Ptr<u8>>(text), LOG_BYTES), offset = lo32(ppos[0]);
  const left = offset < length ? length - offset : 0;
  const bytes = count < left ? count : left;
  const result = copy_to_user(buf, text + offset, bytes) ? -EFAULT : (bytes as i32);
  if (result > 0) ppos[0] = ppos[0] + i64of(result);
  kfree(text);
  return result;
}

/** A message of the kernel's. */
function write_kmsg(file: File, buf: usize, count: u32, ppos: Ptr<i64>): i32 {
  const text = local<Arr<u8, 256>>();
  const bytes = count < MESSAGE_BYTES - 1 ? count : MESSAGE_BYTES - 1;
  if (copy_from_user(addr(text), buf, bytes)) return -EFAULT;
  text[bytes] = 0;
  printk('%s', cast<cstr>(text));
  return bytes as i32;
}
