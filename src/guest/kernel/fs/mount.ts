/** The tree of mounts: Linux 2.4, fs/namespace.c. */
import { INIT_LIST_HEAD, ListHead, list_add_tail, list_del, list_entry } from '../../lib/list.ts';
import { strlcpy } from '../../lib/string.ts';
import { Atomic, atomic_inc, atomic_read, atomic_set } from '../locking/atomic.ts';
import { Semaphore, down, init_MUTEX, up } from '../locking/semaphore.ts';
import { spin_lock, spin_unlock } from '../locking/spinlock.ts';
import { GFP_KERNEL } from '../mm/page_alloc.ts';
import { kfree, kmalloc } from '../mm/kmalloc.ts';
import { EBUSY, EINVAL, ENODEV, ENOENT, ENOMEM } from '../errno.ts';
import { Dentry, dcache_lock, d_unhashed, dget, dput, shrink_dcache_sb } from './dcache.ts';
import { atomic_dec_and_lock } from './dec_and_lock.ts';
import { ERR_PTR, IS_ERR, PTR_ERR } from './err.ts';
import { FS_NOMOUNT, FileSystemType, VfsMount } from './fs.ts';
import { LOOKUP_DIRECTORY, LOOKUP_FOLLOW, Nameidata, path_lookup, path_release } from './namei.ts';
import { deactivate_super, get_fs_type, get_super, put_filesystem } from './super.ts';

/** One mount or umount at a time; outside i_sem. */
let mount_sem!: Embed<Semaphore>;
/** All mounts that are in the tree, in the order in which they were made: dcache_lock's. */
export let mounts!: Embed<ListHead>;

export function mount_init(): void {
  init_MUTEX(mount_sem);
  INIT_LIST_HEAD(mounts);
}

/** @inline */
export function mntget(mnt: VfsMount): VfsMount {
  atomic_inc(mnt.mnt_count);
  return mnt;
}

/** Gives a reference back; the last one lets the file system go. @sleeps */
export function mntput(mnt: VfsMount | null): void {
  if (mnt === null || !atomic_dec_and_lock(mnt.mnt_count, dcache_lock)) return;
  spin_unlock(dcache_lock);
  const sb = mnt.mnt_sb;
  dput(mnt.mnt_root);
  kfree(addr(mnt));
  deactivate_super(sb);
}

/** Makes a mount of `type` that is at no path; an ERR_PTR if it cannot. @sleeps */
export function do_kern_mount(type: FileSystemType, flags: u32, name: cstr, data: usize): VfsMount {
  const memory = kmalloc(sizeof<VfsMount>(), GFP_KERNEL);
  if (!memory) return ERR_PTR<VfsMount>(-ENOMEM);
  const sb = get_super(type, flags, data);
  if (IS_ERR(sb)) {
    kfree(memory);
    return cast<VfsMount>(sb);
  }
  const mnt = cast<VfsMount>(memory);
  INIT_LIST_HEAD(mnt.mnt_list);
  atomic_set(mnt.mnt_count, 1);
  mnt.mnt_sb = sb;
  mnt.mnt_root = dget(cast<Dentry>(sb.s_root));
  mnt.mnt_parent = mnt;
  mnt.mnt_mountpoint = mnt.mnt_root;
  strlcpy(mnt.mnt_devname, name, 32);
  return mnt;
}

/** Mounts it for the kernel only, at no path; an ERR_PTR if it cannot. @sleeps */
export function kern_mount(type: FileSystemType): VfsMount {
  return do_kern_mount(type, 0, type.name, 0);
}

/**
 * Mounts a file system of a registered kind on a directory: 0 or a negated error. The strings are the kernel's; `data`
 * are the file system's options. @sleeps
 */
export function do_mount(dev_name: cstr, dir_name: cstr, type_name: cstr, flags: u32, data: usize): i32 {
  const type = get_fs_type(type_name);
  if (type === null) return -ENODEV;
  const mountable = (type.fs_flags & FS_NOMOUNT) === 0;
  const mnt = mountable ? do_kern_mount(type, flags, dev_name, data) : ERR_PTR<VfsMount>(-EINVAL);
  put_filesystem(type);
  if (IS_ERR(mnt)) return PTR_ERR(mnt);
  const nd = local<Nameidata>();
  let error = path_lookup(dir_name, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, nd);
  if (error === 0) {
    error = graft(mnt, nd);
    path_release(nd);
  }
  if (error !== 0) mntput(mnt);
  return error;
}

/** Hangs the mount into the tree where `nd` is; the tree takes over the reference. */
function graft(mnt: VfsMount, nd: Nameidata): i32 {
  let error: i32 = 0;
  down(mount_sem);
  spin_lock(dcache_lock);
  if (d_unhashed(nd.dentry) && nd.dentry.d_parent !== nd.dentry) {
    error = -ENOENT;
  } else {
    mnt.mnt_parent = mntget(nd.mnt);
    mnt.mnt_mountpoint = dget(nd.dentry);
    nd.dentry.d_mounted++;
    list_add_tail(mnt.mnt_list, mounts);
  }
  spin_unlock(dcache_lock);
  up(mount_sem);
  return error;
}

/** The root of all: the first mount, on itself. Called once. */
export function mount_root(mnt: VfsMount): void {
  spin_lock(dcache_lock);
  list_add_tail(mnt.mnt_list, mounts);
  spin_unlock(dcache_lock);
}

/** Takes what is mounted on a directory out of the tree: EINVAL if nothing is, EBUSY while it is in use. @sleeps */
export function do_umount(dir_name: cstr): i32 {
  const nd = local<Nameidata>();
  const error = path_lookup(dir_name, LOOKUP_FOLLOW, nd);
  if (error !== 0) return error;
  const mnt = nd.mnt;
  const is_root = nd.dentry === mnt.mnt_root && mnt.mnt_parent !== mnt;
  if (is_root) mntget(mnt);
  path_release(nd);
  if (!is_root) return -EINVAL;
  down(mount_sem);
  shrink_dcache_sb(mnt.mnt_sb);
  const result = detach(mnt);
  up(mount_sem);
  mntput(mnt);
  return result;
}

function detach(mnt: VfsMount): i32 {
  spin_lock(dcache_lock);
  // The tree's reference and the caller's: whatever is open, mounted below or a working directory has another.
  if (atomic_read(mnt.mnt_count) !== 2 || mnt.mnt_list.next === mnt.mnt_list) {
    spin_unlock(dcache_lock);
    return -EBUSY;
  }
  const parent = mnt.mnt_parent, mountpoint = mnt.mnt_mountpoint;
  list_del(mnt.mnt_list);
  INIT_LIST_HEAD(mnt.mnt_list);
  mountpoint.d_mounted--;
  mnt.mnt_parent = mnt;
  mnt.mnt_mountpoint = mnt.mnt_root;
  spin_unlock(dcache_lock);
  dput(mountpoint);
  mntput(parent);
  mntput(mnt);
  return 0;
}

/** From a mountpoint to the root of what is mounted on it last, references included; false if nothing is. */
export function follow_down(nd: Nameidata): bool {
  spin_lock(dcache_lock);
  for (let entry = mounts.prev; entry !== mounts; entry = entry.prev) {
    const mnt = list_entry<VfsMount>(entry, offsetof<VfsMount>('mnt_list'));
    if (mnt.mnt_parent !== nd.mnt || mnt.mnt_mountpoint !== nd.dentry || mnt === nd.mnt) continue;
    mntget(mnt);
    const root = dget(mnt.mnt_root);
    spin_unlock(dcache_lock);
    dput(nd.dentry);
    mntput(nd.mnt);
    nd.mnt = mnt;
    nd.dentry = root;
    return true;
  }
  spin_unlock(dcache_lock);
  return false;
}
