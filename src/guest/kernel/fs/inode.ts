/**
 * Inodes in memory: Linux 2.4, fs/inode.c. An inode is in memory while someone refers to it, which dentries do; nothing
 * keeps unused ones. A dirty inode is written when its last reference goes, or by sync_inodes_sb.
 */
import { INIT_LIST_HEAD, ListHead, list_add_tail, list_del, list_del_init, list_entry } from '../../lib/list.ts';
import { HZ, jiffies } from '../arch/time.ts';
import { BUG_ON } from '../debug/panic.ts';
import { atomic_inc, atomic_set } from '../locking/atomic.ts';
import { init_MUTEX } from '../locking/semaphore.ts';
import { SpinLock, spin_lock, spin_lock_init, spin_unlock } from '../locking/spinlock.ts';
import { GFP_KERNEL } from '../mm/page_alloc.ts';
import { KmemCache, kmem_cache_alloc, kmem_cache_create, kmem_cache_free } from '../mm/slab.ts';
import { TASK_UNINTERRUPTIBLE } from '../sched/task.ts';
import {
  WaitQueue, WaitQueueHead, finish_wait, init_wait, init_waitqueue_head, prepare_to_wait, wake_up_all,
} from '../sched/wait.ts';
import { schedule } from '../sched/sched.ts';
import { atomic_dec_and_lock } from './dec_and_lock.ts';
import {
  FileOperations, I_CLEAR, I_DIRTY, I_FREEING, I_LOCK, Inode, InodeOperations, SuperBlock,
} from './fs.ts';

const HASH_BUCKETS = 64;

/** Protects inode_hashtable, s_inodes, i_state, and i_count from and to 0. Inside i_sem; nothing is taken inside it. */
let inode_lock!: Embed<SpinLock>;
let inode_hashtable!: Arr<Embed<ListHead>, 64>;
/** Those who wait for I_LOCK to go, or for an inode on its way out to be gone. */
let inode_wait!: Embed<WaitQueueHead>;
let inode_cache!: KmemCache;
let nr_inode: u32 = 0;
let last_ino: u32 = 0;

/** What new inodes have until their file system says otherwise: nothing is supported. */
export const empty_iops: InodeOperations = {
  create: null, lookup: null, unlink: null, mkdir: null, rmdir: null, mknod: null, rename: null, truncate: null,
  permission: null, setattr: null,
};
export const empty_fops: FileOperations = {
  owner: null, llseek: null, read: null, write: null, readdir: null, poll: null, ioctl: null, open: null, flush: null,
  release: null, fsync: null,
};

export function inode_init(): void {
  spin_lock_init(inode_lock, 'inode_lock');
  init_waitqueue_head(inode_wait);
  for (let i: u32 = 0; i < HASH_BUCKETS; i++) INIT_LIST_HEAD(inode_hashtable[i]);
  inode_cache = cast<KmemCache>(kmem_cache_create('inode_cache', sizeof<Inode>(), 0, 0, null, null));
  BUG_ON(addr(inode_cache) === 0);
}

/**
 * An inode in no table, with a number of its own, one link, referenced once; null for no memory.
 * @sleeps @returns new
 */
export function new_inode(sb: SuperBlock): Inode | null {
  const inode = alloc_inode(sb);
  if (inode === null) return null;
  spin_lock(inode_lock);
  inode.i_ino = ++last_ino;
  list_add_tail(inode.i_list, sb.s_inodes);
  nr_inode++;
  spin_unlock(inode_lock);
  return inode;
}

function alloc_inode(sb: SuperBlock): Inode | null {
  const found = kmem_cache_alloc(inode_cache, GFP_KERNEL);
  if (!found) return null;
  const inode = cast<Inode>(found), now = CURRENT_TIME();
  INIT_LIST_HEAD(inode.i_hash);
  atomic_set(inode.i_count, 1);
  inode.i_dev = sb.s_dev;
  inode.i_mode = 0;
  inode.i_nlink = 1;
  inode.i_uid = 0;
  inode.i_gid = 0;
  inode.i_rdev = 0;
  inode.i_size = 0n;
  inode.i_atime = now;
  inode.i_mtime = now;
  inode.i_ctime = now;
  inode.i_blksize = sb.s_blocksize;
  inode.i_blocks = 0;
  inode.i_version = 0;
  init_MUTEX(inode.i_sem);
  inode.i_op = empty_iops;
  inode.i_fop = empty_fops;
  inode.i_sb = sb;
  inode.i_pipe = 0;
  inode.i_state = 0;
  inode.i_flags = 0;
  inode.generic_ip = 0;
  return inode;
}

/** The inode of that number, referenced, read in by s_op.read_inode if not in memory; null for no memory. @sleeps */
export function iget(sb: SuperBlock, ino: u32): Inode | null {
  const known = find_inode(sb, ino);
  if (known !== null) return known;
  const inode = alloc_inode(sb);
  if (inode === null) return null;
  inode.i_ino = ino;
  inode.i_state = I_LOCK;
  const earlier = insert_unless_there(inode);
  if (earlier !== null) {
    kmem_cache_free(inode_cache, addr(inode));
    return earlier;
  }
  const op = sb.s_op;
  if (op.read_inode !== null) op.read_inode(inode);
  spin_lock(inode_lock);
  inode.i_state = inode.i_state & ~I_LOCK;
  spin_unlock(inode_lock);
  wake_up_all(inode_wait);
  return inode;
}

/** Null if it put `inode` into the tables, else the inode of that number that came first, referenced and read. */
function insert_unless_there(inode: Inode): Inode | null {
  for (;;) {
    const earlier = find_inode(inode.i_sb, inode.i_ino);
    if (earlier !== null) return earlier;
    spin_lock(inode_lock);
    if (look(inode.i_sb, inode.i_ino) === null) {
      list_add_tail(inode.i_hash, bucket(inode.i_sb, inode.i_ino));
      list_add_tail(inode.i_list, inode.i_sb.s_inodes);
      nr_inode++;
      spin_unlock(inode_lock);
      return null;
    }
    spin_unlock(inode_lock);
  }
}

/** The inode, referenced and read; waits for one on its way out to be gone. */
function find_inode(sb: SuperBlock, ino: u32): Inode | null {
  const wait = local<WaitQueue>();
  let found: Inode | null = null;
  init_wait(wait);
  for (;;) {
    prepare_to_wait(inode_wait, wait, TASK_UNINTERRUPTIBLE);
    spin_lock(inode_lock);
    const inode = look(sb, ino);
    if (inode !== null && found === null && (inode.i_state & I_FREEING) === 0) {
      atomic_inc(inode.i_count);
      found = inode;
    }
    const busy = inode !== null && (inode.i_state & (I_LOCK | I_FREEING)) !== 0;
    spin_unlock(inode_lock);
    if (!busy) break;
    schedule();
  }
  finish_wait(inode_wait, wait);
  return found;
}

function look(sb: SuperBlock, ino: u32): Inode | null {
  const head = bucket(sb, ino);
  for (let entry = head.next; entry !== head; entry = entry.next) {
    const inode = list_entry<Inode>(entry, offsetof<Inode>('i_hash'));
    if (inode.i_ino === ino && inode.i_sb === sb) return inode;
  }
  return null;
}

/** @inline */
function bucket(sb: SuperBlock, ino: u32): ListHead {
  return inode_hashtable[(ino + (addr(sb) >>> 6)) % HASH_BUCKETS];
}

/** iget finds it from now on. */
export function insert_inode_hash(inode: Inode): void {
  spin_lock(inode_lock);
  list_add_tail(inode.i_hash, bucket(inode.i_sb, inode.i_ino));
  spin_unlock(inode_lock);
}

export function remove_inode_hash(inode: Inode): void {
  spin_lock(inode_lock);
  list_del_init(inode.i_hash);
  spin_unlock(inode_lock);
}

/** One more reference, or null if the inode is on its way out. */
export function igrab(inode: Inode): Inode | null {
  spin_lock(inode_lock);
  const alive = (inode.i_state & I_FREEING) === 0;
  if (alive) atomic_inc(inode.i_count);
  spin_unlock(inode_lock);
  return alive ? inode : null;
}

/** Gives a reference back; with the last one the inode leaves memory, and if no link is left, the disk. @sleeps */
export function iput(inode: Inode | null): void {
  if (inode === null) return;
  const op = inode.i_sb.s_op;
  if (op.put_inode !== null) op.put_inode(inode);
  if (!atomic_dec_and_lock(inode.i_count, inode_lock)) return;
  BUG_ON((inode.i_state & (I_FREEING | I_LOCK)) !== 0);
  const dirty = (inode.i_state & I_DIRTY) !== 0;
  inode.i_state = I_FREEING;
  spin_unlock(inode_lock);
  if (inode.i_nlink === 0 && op.delete_inode !== null) {
    op.delete_inode(inode);
  } else {
    if (inode.i_nlink !== 0 && dirty && op.write_inode !== null) op.write_inode(inode, 1);
    clear_inode(inode);
  }
  BUG_ON((inode.i_state & I_CLEAR) === 0);
  destroy_inode(inode);
}

/** The inode holds nothing any more: called by iput, or by delete_inode functions at their end. @sleeps */
export function clear_inode(inode: Inode): void {
  const op = inode.i_sb.s_op;
  if (op.clear_inode !== null) op.clear_inode(inode);
  inode.i_state = I_FREEING | I_CLEAR;
}

function destroy_inode(inode: Inode): void {
  spin_lock(inode_lock);
  list_del(inode.i_hash);
  list_del(inode.i_list);
  nr_inode--;
  spin_unlock(inode_lock);
  wake_up_all(inode_wait);
  kmem_cache_free(inode_cache, addr(inode));
}

/** The inode differs from what the disk has. */
export function mark_inode_dirty(inode: Inode): void {
  const op = inode.i_sb.s_op;
  if (op.dirty_inode !== null) op.dirty_inode(inode);
  spin_lock(inode_lock);
  if ((inode.i_state & I_FREEING) === 0) inode.i_state = inode.i_state | I_DIRTY;
  spin_unlock(inode_lock);
}

/** Writes all dirty inodes of a file system. @sleeps */
export function sync_inodes_sb(sb: SuperBlock): void {
  const op = sb.s_op;
  for (let inode = next_dirty(sb); inode !== null; inode = next_dirty(sb)) {
    if (op.write_inode !== null) op.write_inode(inode, 1);
    iput(inode);
  }
}

/** A dirty inode, referenced and now clean, or null. */
function next_dirty(sb: SuperBlock): Inode | null {
  spin_lock(inode_lock);
  for (let entry = sb.s_inodes.next; entry !== sb.s_inodes; entry = entry.next) {
    const inode = list_entry<Inode>(entry, offsetof<Inode>('i_list'));
    if ((inode.i_state & (I_DIRTY | I_FREEING)) !== I_DIRTY) continue;
    inode.i_state = inode.i_state & ~I_DIRTY;
    atomic_inc(inode.i_count);
    spin_unlock(inode_lock);
    return inode;
  }
  spin_unlock(inode_lock);
  return null;
}

/** The contents changed now; the caller marks it dirty. */
export function touch_inode(inode: Inode): void {
  const now = CURRENT_TIME();
  inode.i_mtime = now;
  inode.i_ctime = now;
}

/** Inodes in memory. */
export function nr_inodes(): u32 {
  return nr_inode;
}

/** Seconds since the boot: the board's clock is not asked. */
export function CURRENT_TIME(): u32 {
  return jiffies / HZ;
}
