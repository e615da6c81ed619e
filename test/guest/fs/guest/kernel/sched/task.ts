/** What the file system sees of a task, for tests on the host. */
import type { FsStruct } from '../fs/fs_struct.ts';
import type { FilesStruct } from '../fs/file.ts';
import type { SpinLock } from '../locking/spinlock.ts';

export const TASK_RUNNING = 0;
export const TASK_INTERRUPTIBLE = 1;
export const TASK_UNINTERRUPTIBLE = 2;

export class TaskStruct {
  pid: i32;
  pgrp: i32;
  session: i32;
  files: FilesStruct | null;
  fs: FsStruct | null;
  alloc_lock: Embed<SpinLock>;
}
