/**
 * "Something is done", once or several times: Linux 2.4, include/linux/completion.h, kernel/sched.c. Unlike a
 * semaphore, a completion may lie on the waiter's stack: complete() does all it does under the lock that the waiter
 * must take before it can go on.
 */
import { schedule } from '../sched/sched.ts';
import { TASK_UNINTERRUPTIBLE } from '../sched/task.ts';
import {
  __wake_up_locked, finish_wait, init_wait, init_waitqueue_head, prepare_to_wait_exclusive_locked, WaitQueue,
  WaitQueueHead, WAKE_ALL,
} from '../sched/wait.ts';
import { spin_lock_irq, spin_lock_irqsave, spin_unlock_irq, spin_unlock_irqrestore } from './spinlock.ts';

/** `done` of a completion for which nobody has to wait any more. */
const DONE_FOR_ALL = 0x80000000;

export class Completion {
  /** How many waits may yet pass; `wait.lock` protects it. */
  done: u32;
  wait: Embed<WaitQueueHead>;
}

export function init_completion(x: Completion): void {
  x.done = 0;
  init_waitqueue_head(x.wait);
}

/** Waits until complete() was called once more than waiters have passed. @sleeps */
export function wait_for_completion(x: Completion): void {
  const wait = local<WaitQueue>();
  init_wait(wait);
  spin_lock_irq(x.wait.lock);
  while (x.done === 0) {
    prepare_to_wait_exclusive_locked(x.wait, wait, TASK_UNINTERRUPTIBLE);
    spin_unlock_irq(x.wait.lock);
    schedule();
    spin_lock_irq(x.wait.lock);
  }
  if (x.done < DONE_FOR_ALL) x.done--;
  spin_unlock_irq(x.wait.lock);
  finish_wait(x.wait, wait);
}

/** Lets one waiter pass; also in interrupts. Does not touch `x` once the waiter can go on. */
export function complete(x: Completion): void {
  const flags = spin_lock_irqsave(x.wait.lock);
  if (x.done < DONE_FOR_ALL) x.done++;
  __wake_up_locked(x.wait, TASK_UNINTERRUPTIBLE, 1);
  spin_unlock_irqrestore(x.wait.lock, flags);
}

/** Lets all waiters pass, now and later. */
export function complete_all(x: Completion): void {
  const flags = spin_lock_irqsave(x.wait.lock);
  x.done = DONE_FOR_ALL;
  __wake_up_locked(x.wait, TASK_UNINTERRUPTIBLE, WAKE_ALL);
  spin_unlock_irqrestore(x.wait.lock, flags);
}
