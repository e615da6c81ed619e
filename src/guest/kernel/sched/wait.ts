/**
 * Wait queues: Linux 2.4, include/linux/wait.h, kernel/fork.c, kernel/sched.c (__wake_up), with 2.6's prepare_to_wait.
 *
 * The dialect has no closures, so what Linux writes as wait_event(queue, condition) is written out:
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
 *
 * and the other side makes the condition true and then calls wake_up(queue). No wake-up is lost: prepare_to_wait queues
 * the task and sets its state before the condition is read. If the waker finds the queue without the task, it had the
 * queue's lock first, and the condition it made true before that is seen after prepare_to_wait has had the lock. If it
 * finds the task, try_to_wake_up sets the state back, and schedule() returns at once.
 */
import { current } from '../arch/cpu.ts';
import {
  INIT_LIST_HEAD, list_add, list_add_tail, list_del_init, list_empty, list_entry, ListHead,
} from '../../lib/list.ts';
import { spin_lock_init, spin_lock_irqsave, spin_unlock_irqrestore, SpinLock } from '../locking/spinlock.ts';
import { MAX_SCHEDULE_TIMEOUT, schedule_timeout, set_current_state, try_to_wake_up } from './sched.ts';
import { TASK_INTERRUPTIBLE, TASK_RUNNING, TASK_UNINTERRUPTIBLE, TaskStruct } from './task.ts';

/**
 * `lock` protects the list and the entries in it. It may be taken inside any other lock, in interrupts too; only
 * run-queue locks are taken within it.
 * @object WaitQueue
 */
export class WaitQueueHead {
  lock: Embed<SpinLock>;
  task_list: Embed<ListHead>;
}

/** A task that waits; lies on its stack. @object Wait */
export class WaitQueue {
  flags: u32;
  task: TaskStruct;
  task_list: Embed<ListHead>;
}

/** Of those with this flag a wake-up wakes only as many as it says. */
export const WQ_FLAG_EXCLUSIVE = 1;
/** A wake-up takes the entry out of the queue. */
export const WQ_FLAG_AUTOREMOVE = 2;

/** As the number of exclusive waiters to wake. */
export const WAKE_ALL = 0;

const ANY = TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE;

export function init_waitqueue_head(q: WaitQueueHead): void {
  spin_lock_init(q.lock, 'wait_queue');
  INIT_LIST_HEAD(q.task_list);
}

/** An entry for add_wait_queue. */
export function init_waitqueue_entry(wait: WaitQueue, task: TaskStruct): void {
  wait.flags = 0;
  wait.task = task;
  INIT_LIST_HEAD(wait.task_list);
}

/** An entry for prepare_to_wait, of the current task. */
export function init_wait(wait: WaitQueue): void {
  init_waitqueue_entry(wait, current());
  wait.flags = WQ_FLAG_AUTOREMOVE;
}

export function add_wait_queue(q: WaitQueueHead, wait: WaitQueue): void {
  const flags = spin_lock_irqsave(q.lock);
  wait.flags &= ~WQ_FLAG_EXCLUSIVE;
  list_add(wait.task_list, q.task_list);
  spin_unlock_irqrestore(q.lock, flags);
}

/** Exclusive waiters are woken one at a time, in order, after all the others. */
export function add_wait_queue_exclusive(q: WaitQueueHead, wait: WaitQueue): void {
  const flags = spin_lock_irqsave(q.lock);
  wait.flags |= WQ_FLAG_EXCLUSIVE;
  list_add_tail(wait.task_list, q.task_list);
  spin_unlock_irqrestore(q.lock, flags);
}

export function remove_wait_queue(q: WaitQueueHead, wait: WaitQueue): void {
  const flags = spin_lock_irqsave(q.lock);
  list_del_init(wait.task_list);
  spin_unlock_irqrestore(q.lock, flags);
}

/** Queues the entry unless it is queued, and sets the task's state: see the pattern above. */
export function prepare_to_wait(q: WaitQueueHead, wait: WaitQueue, state: u32): void {
  const flags = spin_lock_irqsave(q.lock);
  if (list_empty(wait.task_list)) list_add(wait.task_list, q.task_list);
  set_current_state(state);
  spin_unlock_irqrestore(q.lock, flags);
}

export function prepare_to_wait_exclusive(q: WaitQueueHead, wait: WaitQueue, state: u32): void {
  const flags = spin_lock_irqsave(q.lock);
  prepare_to_wait_exclusive_locked(q, wait, state);
  spin_unlock_irqrestore(q.lock, flags);
}

/** The same for callers that hold the queue's lock. */
export function prepare_to_wait_exclusive_locked(q: WaitQueueHead, wait: WaitQueue, state: u32): void {
  wait.flags |= WQ_FLAG_EXCLUSIVE;
  if (list_empty(wait.task_list)) list_add_tail(wait.task_list, q.task_list);
  set_current_state(state);
}

/**
 * Ends the wait: the task is running and in no queue. Takes the lock even if the entry is out already, so that a waker
 * which is just taking it out is done with it before it goes out of scope.
 */
export function finish_wait(q: WaitQueueHead, wait: WaitQueue): void {
  set_current_state(TASK_RUNNING);
  remove_wait_queue(q, wait);
}

/** Whether someone waits; the caller has made its condition true and called smp_mb() if it goes by this. */
export function waitqueue_active(q: WaitQueueHead): bool {
  return !list_empty(q.task_list);
}

/** Wakes all that are not exclusive waiters, and one that is. */
export function wake_up(q: WaitQueueHead): void {
  __wake_up(q, ANY, 1);
}

export function wake_up_nr(q: WaitQueueHead, nr: u32): void {
  __wake_up(q, ANY, nr);
}

export function wake_up_all(q: WaitQueueHead): void {
  __wake_up(q, ANY, WAKE_ALL);
}

export function wake_up_interruptible(q: WaitQueueHead): void {
  __wake_up(q, TASK_INTERRUPTIBLE, 1);
}

export function wake_up_interruptible_all(q: WaitQueueHead): void {
  __wake_up(q, TASK_INTERRUPTIBLE, WAKE_ALL);
}

/** Wakes those whose state is one of `states`: `nr` of the exclusive ones, or all. */
export function __wake_up(q: WaitQueueHead, states: u32, nr: u32): void {
  const flags = spin_lock_irqsave(q.lock);
  __wake_up_locked(q, states, nr);
  spin_unlock_irqrestore(q.lock, flags);
}

/** The same for callers that hold the queue's lock. */
export function __wake_up_locked(q: WaitQueueHead, states: u32, nr: u32): void {
  let rest = nr;
  for (let link = q.task_list.next; link !== q.task_list;) {
    const wait = list_entry<WaitQueue>(link, offsetof<WaitQueue>('task_list'));
    link = link.next;
    const flags = wait.flags;
    if (!try_to_wake_up(wait.task, states)) continue;
    if ((flags & WQ_FLAG_AUTOREMOVE) !== 0) list_del_init(wait.task_list);
    if ((flags & WQ_FLAG_EXCLUSIVE) !== 0 && --rest === 0) break;
  }
}

/**
 * Sleeps until woken. As in Linux, this and its variants miss a wake-up that comes between the caller's look at its
 * condition and the call: the caller knows that none can. @sleeps
 */
export function sleep_on(q: WaitQueueHead): void {
  sleep(q, TASK_UNINTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT);
}

/** @sleeps */
export function interruptible_sleep_on(q: WaitQueueHead): void {
  sleep(q, TASK_INTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT);
}

/** Gives the jiffies left of `timeout`. @sleeps */
export function sleep_on_timeout(q: WaitQueueHead, timeout: i32): i32 {
  return sleep(q, TASK_UNINTERRUPTIBLE, timeout);
}

/** @sleeps */
export function interruptible_sleep_on_timeout(q: WaitQueueHead, timeout: i32): i32 {
  return sleep(q, TASK_INTERRUPTIBLE, timeout);
}

function sleep(q: WaitQueueHead, state: u32, timeout: i32): i32 {
  const wait = local<WaitQueue>();
  init_wait(wait);
  prepare_to_wait(q, wait, state);
  const left = schedule_timeout(timeout);
  finish_wait(q, wait);
  return left;
}
