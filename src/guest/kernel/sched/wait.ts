/**
 * Wait queues: Linux 2.4, include/linux/wait.h and kernel/fork.c, with 2.6's prepare_to_wait.
 *
 * The dialect has no closures, so wait_event(queue, condition) is written out:
 *
 *   const wait = local<WaitQueue>();
 *   init_wait(wait);
 *   for (;;) {
 *     prepare_to_wait(queue, wait, TASK_INTERRUPTIBLE);
 *     if (condition) break;
 *     if (signal_pending(current())) { result = -ERESTARTSYS; break; }
 *     schedule();
 *   }
 *   finish_wait(queue, wait);
 */
import { ListHead } from '../../lib/list.ts';
import { SpinLock } from '../locking/spinlock.ts';
import { TaskStruct } from './task.ts';

/**
 * `lock` protects the list and the entries' flags. It may be taken inside any other lock, in interrupts too; only
 * run-queue locks are taken within it.
 */
export class WaitQueueHead {
  lock: Embed<SpinLock>;
  task_list: Embed<ListHead>;
}

/** A task that waits; on its stack. */
export class WaitQueue {
  flags: u32;
  task: TaskStruct;
  task_list: Embed<ListHead>;
}

/** Of those with this flag a wake-up wakes only as many as it says. */
export const WQ_FLAG_EXCLUSIVE = 1;
/** A wake-up takes the entry out of the queue. */
export const WQ_FLAG_AUTOREMOVE = 2;

export declare function init_waitqueue_head(q: WaitQueueHead): void;
/** An entry for add_wait_queue. */
export declare function init_waitqueue_entry(wait: WaitQueue, task: TaskStruct): void;
/** An entry for prepare_to_wait, of the current task. */
export declare function init_wait(wait: WaitQueue): void;
export declare function add_wait_queue(q: WaitQueueHead, wait: WaitQueue): void;
/** Exclusive waiters are woken one at a time, in order. */
export declare function add_wait_queue_exclusive(q: WaitQueueHead, wait: WaitQueue): void;
export declare function remove_wait_queue(q: WaitQueueHead, wait: WaitQueue): void;
export declare function prepare_to_wait(q: WaitQueueHead, wait: WaitQueue, state: u32): void;
export declare function prepare_to_wait_exclusive(q: WaitQueueHead, wait: WaitQueue, state: u32): void;
export declare function finish_wait(q: WaitQueueHead, wait: WaitQueue): void;
export declare function waitqueue_active(q: WaitQueueHead): bool;
/** Wakes all that are not exclusive waiters, and one that is. */
export declare function wake_up(q: WaitQueueHead): void;
export declare function wake_up_nr(q: WaitQueueHead, nr: u32): void;
export declare function wake_up_all(q: WaitQueueHead): void;
export declare function wake_up_interruptible(q: WaitQueueHead): void;
export declare function wake_up_interruptible_all(q: WaitQueueHead): void;
/** As in Linux, these lose a wake-up that comes between the caller's look at its condition and the call. @sleeps */
export declare function sleep_on(q: WaitQueueHead): void;
/** @sleeps */
export declare function interruptible_sleep_on(q: WaitQueueHead): void;
/** Gives the jiffies left of `timeout`. @sleeps */
export declare function sleep_on_timeout(q: WaitQueueHead, timeout: i32): i32;
/** @sleeps */
export declare function interruptible_sleep_on_timeout(q: WaitQueueHead, timeout: i32): i32;
