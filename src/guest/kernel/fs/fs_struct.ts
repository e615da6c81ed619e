/** A task's root and working directory: Linux 2.4, include/linux/fs_struct.h. */
import type { Atomic } from '../locking/atomic.ts';
import type { RwLock } from '../locking/rwlock.ts';
import type { TaskStruct } from '../sched/task.ts';
import type { Dentry } from './dcache.ts';
import type { VfsMount } from './fs.ts';

export class FsStruct {
  count: Embed<Atomic>;
  /** Protects the rest; a leaf but for dcache_lock. */
  lock: Embed<RwLock>;
  umask: u32;
  root: Dentry;
  pwd: Dentry;
  rootmnt: VfsMount;
  pwdmnt: VfsMount;
}

/** The kernel's own, which kernel threads share; later processes begin with copies of it. */
export let init_fs!: Embed<FsStruct>;

/** A copy for a new task; null for no memory. */
export declare function copy_fs_struct(from: FsStruct): FsStruct | null;
/** The task lets go of its FsStruct. May sleep. */
export declare function exit_fs(task: TaskStruct): void;
