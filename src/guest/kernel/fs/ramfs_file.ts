/**
 * Contents of files in memory: pages, found through direct slots and a page of slots, as in the ext2 inode. The page
 * cache, when it comes, takes this file's place (Linux 2.4, mm/filemap.c: generic_file_read, generic_file_write).
 */
import { memset } from '../../lib/memory.ts';
import { PAGE_SHIFT, PAGE_SIZE } from '../arch/layout.ts';
import { clear_user, copy_from_user, copy_to_user } from '../arch/uaccess.ts';
import { EFAULT, EFBIG, ENOSPC } from '../errno.ts';
import { down, up } from '../locking/semaphore.ts';
import { SpinLock, spin_lock, spin_lock_init, spin_unlock } from '../locking/spinlock.ts';
import { GFP_KERNEL, free_page, get_page, get_zeroed_page, virt_to_page } from '../mm/page_alloc.ts';
import { kfree, kmalloc } from '../mm/kmalloc.ts';
import { O_APPEND } from './fcntl.ts';
import { File, FileOperations, Inode } from './fs.ts';
import { touch_inode } from './inode.ts';

const DIRECT_PAGES = 12;
const INDIRECT_PAGES = 1024;
/** Bytes of the largest file: 4 MiB and 48 KiB. */
const RAMFS_MAX = 4243456;

/** Inode.generic_ip of a regular file. */
class RamfsPages {
  /** Protects the slots: readers take a page's reference under it. Nothing is taken inside it. */
  lock: Embed<SpinLock>;
  /** Addresses of pages; 0 is a hole. */
  direct: Arr<usize, 12>;
  /** A page of such addresses, or 0. */
  indirect: usize;
}

export const ramfs_file_operations: FileOperations = {
  owner: null, llseek: null, read: ramfs_read, write: ramfs_write, readdir: null, poll: null, ioctl: null, open: null,
  flush: null, release: null, fsync: null,
};

/** Gives a new inode its empty contents; false for no memory. */
export function ramfs_alloc_pages(inode: Inode): bool {
  const memory = kmalloc(sizeof<RamfsPages>(), GFP_KERNEL);
  if (!memory) return false;
  memset(cast(memory), 0, sizeof<RamfsPages>());
  spin_lock_init(cast<RamfsPages>(memory).lock, 'ramfs_pages');
  inode.generic_ip = memory;
  return true;
}

/** Frees the contents of an inode that leaves memory. */
export function ramfs_free_pages(inode: Inode): void {
  const pages = pages_of(inode);
  inode.i_size = 0n;
  ramfs_truncate(inode);
  if (pages.indirect) free_page(pages.indirect);
  kfree(addr(pages));
  inode.generic_ip = 0;
}

/** Frees what lies beyond i_size; i_sem is held. */
export function ramfs_truncate(inode: Inode): void {
  const pages = pages_of(inode), size = lo32(inode.i_size);
  const kept = (size + PAGE_SIZE - 1) >>> PAGE_SHIFT;
  const last: u32 = pages.indirect ? DIRECT_PAGES + INDIRECT_PAGES : DIRECT_PAGES;
  for (let index = kept; index < last; index++) {
    const page = take_page(pages, index);
    if (page) {
      free_page(page);
      inode.i_blocks = inode.i_blocks - PAGE_SIZE / 512;
    }
  }
  const tail = size % PAGE_SIZE;
  if (tail === 0) return;
  const page = hold_page(pages, size >>> PAGE_SHIFT);
  if (!page) return;
  memset(cast(page + tail), 0, PAGE_SIZE - tail);
  free_page(page);
}

function ramfs_read(file: File, buf: usize, count: u32, ppos: Ptr<i64>): i32 {
  const inode = cast<Inode>(file.f_dentry.d_inode), pages = pages_of(inode);
  let done: u32 = 0;
  const size = lo32(inode.i_size);
  let at = ppos[0] < inode.i_size ? lo32(ppos[0]) : size;
  const end = count < size - at ? at + count : size;
  while (at < end) {
    const offset = at % PAGE_SIZE;
    const room = PAGE_SIZE - offset;
    const chunk = room < end - at ? room : end - at;
    const page = hold_page(pages, at >>> PAGE_SHIFT);
    const failed = page ? copy_to_user(buf + done, page + offset, chunk) : clear_user(buf + done, chunk);
    if (page) free_page(page);
    at += chunk - failed;
    done += chunk - failed;
    if (failed) break;
  }
  ppos[0] = ppos[0] + u64of(done);
  return done === 0 && at < end ? -EFAULT : (done as i32);
}

function ramfs_write(file: File, buf: usize, count: u32, ppos: Ptr<i64>): i32 {
  const inode = cast<Inode>(file.f_dentry.d_inode);
  down(inode.i_sem);
  if (file.f_flags & O_APPEND) ppos[0] = inode.i_size;
  const result = write_pages(inode, buf, count, ppos);
  if (result > 0) touch_inode(inode);
  up(inode.i_sem);
  return result;
}

function write_pages(inode: Inode, buf: usize, count: u32, ppos: Ptr<i64>): i32 {
  const pages = pages_of(inode);
  if (count === 0) return 0;
  if (ppos[0] >= i64of(RAMFS_MAX)) return -EFBIG;
  let at = lo32(ppos[0]), done: u32 = 0, error: i32 = 0;
  const end = count < RAMFS_MAX - at ? at + count : RAMFS_MAX;
  while (at < end && error === 0) {
    const offset = at % PAGE_SIZE;
    const room = PAGE_SIZE - offset;
    const chunk = room < end - at ? room : end - at;
    const page = make_page(inode, pages, at >>> PAGE_SHIFT);
    if (!page) {
      error = -ENOSPC;
      break;
    }
    const failed = copy_from_user(page + offset, buf + done, chunk);
    if (failed) error = -EFAULT;
    at += chunk - failed;
    done += chunk - failed;
  }
  ppos[0] = ppos[0] + i64of(done);
  if (ppos[0] > inode.i_size) inode.i_size = ppos[0];
  return done !== 0 ? (done as i32) : error;
}

/** @inline */
function pages_of(inode: Inode): RamfsPages {
  return cast<RamfsPages>(inode.generic_ip);
}

/** Where page number `index` is noted; null if its page of slots is not there, or no file is so large. */
function slot(pages: RamfsPages, index: u32): Ptr<usize> | null {
  if (index < DIRECT_PAGES) return ptr(pages.direct[index]);
  if (pages.indirect === 0 || index >= DIRECT_PAGES + INDIRECT_PAGES) return null;
  return cast<Ptr<usize>>(pages.indirect + (index - DIRECT_PAGES) * 4);
}

/** The page, with a reference of the caller's for free_page, or 0 for a hole. */
function hold_page(pages: RamfsPages, index: u32): usize {
  spin_lock(pages.lock);
  const at = slot(pages, index);
  const page = at === null ? 0 : at[0];
  if (page) get_page(virt_to_page(page));
  spin_unlock(pages.lock);
  return page;
}

/** The page out of its slot: its reference is the caller's. 0 for a hole. */
function take_page(pages: RamfsPages, index: u32): usize {
  spin_lock(pages.lock);
  const at = slot(pages, index);
  const page = at === null ? 0 : at[0];
  if (at !== null) at[0] = 0;
  spin_unlock(pages.lock);
  return page;
}

/** The page, made of zeros if it is a hole; 0 for no memory. i_sem is held, so that no other makes or takes it. */
function make_page(inode: Inode, pages: RamfsPages, index: u32): usize {
  if (index >= DIRECT_PAGES && pages.indirect === 0) {
    const table = get_zeroed_page(GFP_KERNEL);
    if (!table) return 0;
    spin_lock(pages.lock);
    pages.indirect = table;
    spin_unlock(pages.lock);
  }
  const at = slot(pages, index);
  if (at === null) return 0;
  if (at[0]) return at[0];
  const page = get_zeroed_page(GFP_KERNEL);
  if (!page) return 0;
  spin_lock(pages.lock);
  at[0] = page;
  spin_unlock(pages.lock);
  inode.i_blocks = inode.i_blocks + PAGE_SIZE / 512;
  return page;
}
