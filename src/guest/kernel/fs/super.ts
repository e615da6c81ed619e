/** Kinds of file systems and super blocks: Linux 2.4, fs/super.c. */
import { INIT_LIST_HEAD, ListHead, list_add_tail, list_del, list_empty, list_entry } from '../../lib/list.ts';
import { memset } from '../../lib/memory.ts';
import { strcmp } from '../../lib/string.ts';
import { EBUSY, EINVAL, ENODEV, ENOMEM, ENOTBLK } from '../errno.ts';
import { BUG_ON } from '../debug/panic.ts';
import { atomic_dec_and_test, atomic_inc, atomic_set } from '../locking/atomic.ts';
import { Semaphore, down, init_MUTEX, up } from '../locking/semaphore.ts';
import { SpinLock, spin_lock, spin_lock_init, spin_unlock } from '../locking/spinlock.ts';
import { GFP_KERNEL } from '../mm/page_alloc.ts';
import { kfree, kmalloc } from '../mm/kmalloc.ts';
import { __MOD_DEC_USE_COUNT, try_inc_mod_count } from '../module/module.ts';
import { Dentry, d_genocide, dput, shrink_dcache_sb } from './dcache.ts';
import { ERR_PTR, IS_ERR } from './err.ts';
import { FS_LITTER, FS_REQUIRES_DEV, FS_SINGLE, FileSystemType, SuperBlock } from './fs.ts';
import { sync_inodes_sb } from './inode.ts';

/** Minor numbers of file systems without a device: major 0. */
const UNNAMED_DEVICES = 32;

/** Protects file_systems and super_blocks and unnamed devices. A leaf. */
let sb_lock!: Embed<SpinLock>;
/** One super block is made or ended at a time; outside i_sem. */
let super_sem!: Embed<Semaphore>;
let file_systems: FileSystemType | null = null;
let super_blocks!: Embed<ListHead>;
let unnamed_dev_in_use: u32 = 1;

export function super_init(): void {
  spin_lock_init(sb_lock, 'sb_lock');
  init_MUTEX(super_sem);
  INIT_LIST_HEAD(super_blocks);
}

/** Adds a kind of file system: 0, or EBUSY if there is one of that name. @borrows fs */
export function register_filesystem(fs: FileSystemType): i32 {
  let error: i32 = 0;
  spin_lock(sb_lock);
  if (find_type(fs.name) !== null) {
    error = -EBUSY;
  } else {
    fs.next = file_systems;
    file_systems = fs;
  }
  spin_unlock(sb_lock);
  return error;
}

/** 0, or EINVAL if it is not registered. Its module's use count says whether it is mounted. */
export function unregister_filesystem(fs: FileSystemType): i32 {
  let error: i32 = -EINVAL;
  spin_lock(sb_lock);
  if (file_systems === fs) {
    file_systems = fs.next;
    error = 0;
  }
  for (let at = file_systems; at !== null && error !== 0; at = at.next) {
    if (at.next !== fs) continue;
    at.next = fs.next;
    error = 0;
  }
  spin_unlock(sb_lock);
  return error;
}

function find_type(name: cstr): FileSystemType | null {
  let at = file_systems;
  while (at !== null && strcmp(at.name, name) !== 0) at = at.next;
  return at;
}

/** The kind of that name, whose module now stays; null if there is none. */
export function get_fs_type(name: cstr): FileSystemType | null {
  spin_lock(sb_lock);
  const type = find_type(name);
  const held = type !== null && try_inc_mod_count(type.owner);
  spin_unlock(sb_lock);
  return held ? type : null;
}

/** Ends what get_fs_type began. */
export function put_filesystem(fs: FileSystemType): void {
  __MOD_DEC_USE_COUNT(fs.owner);
}

/** Calls `each` for all kinds, under sb_lock: for /proc/filesystems. */
export function for_each_filesystem(each: (fs: FileSystemType, arg: usize) => void, arg: usize): void {
  spin_lock(sb_lock);
  for (let at = file_systems; at !== null; at = at.next) each(at, arg);
  spin_unlock(sb_lock);
}

/**
 * A super block of that kind, active once more: for FS_SINGLE always the same. An ERR_PTR if it cannot; ENOTBLK for
 * file systems that need a block device, of which there are none. @sleeps
 */
export function get_super(type: FileSystemType, flags: u32, data: usize): SuperBlock {
  if (type.fs_flags & FS_REQUIRES_DEV) return ERR_PTR<SuperBlock>(-ENOTBLK);
  if (!try_inc_mod_count(type.owner)) return ERR_PTR<SuperBlock>(-ENODEV);
  down(super_sem);
  const present = type.fs_flags & FS_SINGLE ? find_super(type) : null;
  const sb = present === null ? read_super(type, flags, data) : present;
  up(super_sem);
  // Each super block holds its kind's module once.
  if (present !== null || IS_ERR(sb)) put_filesystem(type);
  return sb;
}

function find_super(type: FileSystemType): SuperBlock | null {
  let found: SuperBlock | null = null;
  spin_lock(sb_lock);
  for (let entry = super_blocks.next; entry !== super_blocks; entry = entry.next) {
    const sb = list_entry<SuperBlock>(entry, offsetof<SuperBlock>('s_list'));
    if (sb.s_type === type) found = sb;
  }
  if (found !== null) atomic_inc(found.s_active);
  spin_unlock(sb_lock);
  return found;
}

function read_super(type: FileSystemType, flags: u32, data: usize): SuperBlock {
  const memory = kmalloc(sizeof<SuperBlock>(), GFP_KERNEL);
  if (!memory) return ERR_PTR<SuperBlock>(-ENOMEM);
  memset(cast(memory), 0, sizeof<SuperBlock>());
  const sb = cast<SuperBlock>(memory);
  sb.s_type = type;
  sb.s_flags = flags;
  sb.s_dev = get_unnamed_dev();
  sb.s_blocksize = 4096;
  sb.s_blocksize_bits = 12;
  sb.s_maxbytes = 0x7fffffffn;
  atomic_set(sb.s_active, 1);
  init_MUTEX(sb.s_vfs_rename_sem);
  INIT_LIST_HEAD(sb.s_inodes);
  if (sb.s_dev === 0 || type.read_super(sb, data, 0) === null) {
    put_unnamed_dev(sb.s_dev);
    kfree(memory);
    return ERR_PTR<SuperBlock>(-EINVAL);
  }
  spin_lock(sb_lock);
  list_add_tail(sb.s_list, super_blocks);
  spin_unlock(sb_lock);
  return sb;
}

/** One mount of it less; the last one ends it. @sleeps */
export function deactivate_super(sb: SuperBlock): void {
  down(super_sem);
  const last = atomic_dec_and_test(sb.s_active);
  if (last) kill_super(sb);
  up(super_sem);
}

function kill_super(sb: SuperBlock): void {
  const type = sb.s_type, op = sb.s_op;
  spin_lock(sb_lock);
  list_del(sb.s_list);
  spin_unlock(sb_lock);
  if (type.fs_flags & FS_LITTER) d_genocide(cast<Dentry>(sb.s_root));
  shrink_dcache_sb(sb);
  sync_inodes_sb(sb);
  if (op.write_super !== null && sb.s_dirt) op.write_super(sb);
  dput(sb.s_root);
  sb.s_root = null;
  if (op.put_super !== null) op.put_super(sb);
  BUG_ON(!list_empty(sb.s_inodes));
  put_unnamed_dev(sb.s_dev);
  kfree(addr(sb));
  put_filesystem(type);
}

/** A device number for a file system that has no device; 0 if all are taken. */
function get_unnamed_dev(): u32 {
  let dev: u32 = 0;
  spin_lock(sb_lock);
  for (let minor: u32 = 1; minor < UNNAMED_DEVICES && dev === 0; minor++) {
    const bit = 1 << minor;
    if ((unnamed_dev_in_use & bit) === 0) {
      unnamed_dev_in_use |= bit;
      dev = minor;
    }
  }
  spin_unlock(sb_lock);
  return dev;
}

function put_unnamed_dev(dev: u32): void {
  spin_lock(sb_lock);
  if (dev !== 0) unnamed_dev_in_use &= ~(1 << dev);
  spin_unlock(sb_lock);
}
