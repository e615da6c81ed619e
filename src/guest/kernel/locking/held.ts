/**
 * Which locks a task holds: for messages that name them, for /proc/locks, and for the isolation layer, which frees what
 * an extension died with. Linux has the like since 2.6.18 (kernel/lockdep.c, held_locks).
 *
 * The list is the task's, and only the hart that runs the task writes it. An interrupt adds its own locks and removes
 * them again: as `lock_depth` counts an entry before it is written, and no longer once it is dead, the interrupted
 * update is not disturbed.
 */
import { current } from '../arch/cpu.ts';
import { printk } from '../debug/printk.ts';
import { MAX_LOCK_DEPTH, TaskStruct } from '../sched/task.ts';
import type { SpinLock } from './spinlock.ts';

/** The current task has taken the lock (SpinLock or RwLock). @inline */
export function lock_acquired(task: TaskStruct, lock: usize): void {
  const depth = task.lock_depth;
  task.lock_depth = depth + 1;
  if (depth < MAX_LOCK_DEPTH) task.held_locks[depth] = lock;
}

/** It is about to release it; locks need not be released in the reverse order. */
export function lock_released(task: TaskStruct, lock: usize): void {
  const depth = task.lock_depth;
  if (depth === 0) return;
  // Beyond the list's room locks are only counted.
  if (depth <= MAX_LOCK_DEPTH) {
    let at = depth - 1;
    while (at > 0 && task.held_locks[at] !== lock) at--;
    for (; at + 1 < depth; at++) task.held_locks[at] = task.held_locks[at + 1];
  }
  task.lock_depth = depth - 1;
}

/** Whether the current task holds the lock; false for one beyond the list's room. */
export function lock_is_held(lock: usize): bool {
  const task = current();
  for (let at: u32 = 0; at < task.lock_depth && at < MAX_LOCK_DEPTH; at++) {
    if (task.held_locks[at] === lock) return true;
  }
  return false;
}

/** Prints the locks that the task holds, a line each: Linux's debug_show_held_locks. */
export function show_held_locks(task: TaskStruct): void {
  for (let at: u32 = 0; at < task.lock_depth && at < MAX_LOCK_DEPTH; at++) {
    const lock = cast<SpinLock>(task.held_locks[at]);
    printk('<1> holds %s at %08x\n', lock_name(lock), addr(lock));
  }
}

/** What a lock is called in messages. */
export function lock_name(lock: SpinLock): cstr {
  return addr(lock.name) === 0 ? '(unnamed)' : lock.name;
}
