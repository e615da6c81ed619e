/** A task's root and working directory: Linux 2.4, include/linux/fs_struct.h, kernel/fork.c, kernel/exit.c. */
import { BUG_ON } from '../debug/panic.ts';
import { Atomic, atomic_dec_and_test, atomic_inc, atomic_set } from '../locking/atomic.ts';
import { RwLock, read_lock, read_unlock, rwlock_init, write_lock, write_unlock } from '../locking/rwlock.ts';
import { spin_lock, spin_unlock } from '../locking/spinlock.ts';
import { GFP_KERNEL } from '../mm/page_alloc.ts';
import { kfree, kmalloc } from '../mm/kmalloc.ts';
import type { TaskStruct } from '../sched/task.ts';
import { Dentry, dget, dput } from './dcache.ts';
import { VfsMount } from './fs.ts';
import { mntget, mntput } from './mount.ts';

export class FsStruct {
  count: Embed<Atomic>;
  /** Protects the rest. Inside i_sem; nothing is taken inside it. */
  lock: Embed<RwLock>;
  umask: u32;
  root: Dentry;
  pwd: Dentry;
  rootmnt: VfsMount;
  pwdmnt: VfsMount;
}

/** The kernel's own, which all kernel threads share; processes begin with copies. */
export let init_fs!: Embed<FsStruct>;

/** The kernel's root and working directory are the root of `mnt`; its reference is taken over. Called once. */
export function init_fs_setup(mnt: VfsMount): void {
  atomic_set(init_fs.count, 1);
  rwlock_init(init_fs.lock, 'fs_struct');
  init_fs.umask = 0o022;
  init_fs.root = dget(mnt.mnt_root);
  init_fs.pwd = dget(mnt.mnt_root);
  init_fs.rootmnt = mnt;
  init_fs.pwdmnt = mntget(mnt);
}

/** The task's; init_fs for those that have none of their own. */
export function task_fs(task: TaskStruct): FsStruct {
  const fs = task.fs;
  return fs === null ? init_fs : fs;
}

/** A copy for a new task, referenced once; null for no memory. @sleeps */
export function copy_fs_struct(from: FsStruct): FsStruct | null {
  const memory = kmalloc(sizeof<FsStruct>(), GFP_KERNEL);
  if (!memory) return null;
  const fs = cast<FsStruct>(memory);
  atomic_set(fs.count, 1);
  rwlock_init(fs.lock, 'fs_struct');
  read_lock(from.lock);
  fs.umask = from.umask;
  fs.root = dget(from.root);
  fs.pwd = dget(from.pwd);
  fs.rootmnt = mntget(from.rootmnt);
  fs.pwdmnt = mntget(from.pwdmnt);
  read_unlock(from.lock);
  return fs;
}

/** One more task has it. @inline */
export function get_fs_struct(fs: FsStruct): void {
  atomic_inc(fs.count);
}

/** One task less has it; the last lets its directories go. @sleeps */
export function put_fs_struct(fs: FsStruct): void {
  if (!atomic_dec_and_test(fs.count)) return;
  BUG_ON(fs === init_fs);
  dput(fs.root);
  mntput(fs.rootmnt);
  dput(fs.pwd);
  mntput(fs.pwdmnt);
  kfree(addr(fs));
}

/** The task lets go of its FsStruct. @sleeps */
export function exit_fs(task: TaskStruct): void {
  const fs = task.fs;
  if (fs === null) return;
  spin_lock(task.alloc_lock);
  task.fs = null;
  spin_unlock(task.alloc_lock);
  put_fs_struct(fs);
}

/** A new working directory, of which the caller keeps its own references. @sleeps */
export function set_fs_pwd(fs: FsStruct, mnt: VfsMount, dentry: Dentry): void {
  write_lock(fs.lock);
  const old = fs.pwd, old_mnt = fs.pwdmnt;
  fs.pwd = dget(dentry);
  fs.pwdmnt = mntget(mnt);
  write_unlock(fs.lock);
  dput(old);
  mntput(old_mnt);
}
