/**
 * Semaphores that one sleeps on: Linux 2.4, include/asm-i386/semaphore.h, as 2.6.26 simplified them
 * (kernel/semaphore.c): a count and a list under a spinlock. up() hands the semaphore to the longest waiter, so nobody
 * starves, and after that does not touch it: it may lie in memory that the waiter frees.
 */
import { INIT_LIST_HEAD, list_add_tail, list_del, list_empty, list_entry, ListHead } from '../../lib/list.ts';
import { current } from '../arch/cpu.ts';
import { EINTR } from '../errno.ts';
import { schedule } from '../sched/sched.ts';
import { signal_pending } from '../sched/signal.ts';
import { set_current_state, wake_up_process } from '../sched/sched.ts';
import { TASK_INTERRUPTIBLE, TASK_RUNNING, TASK_UNINTERRUPTIBLE, TaskStruct } from '../sched/task.ts';
import { spin_lock_init, spin_lock_irq, spin_lock_irqsave, spin_unlock_irq, spin_unlock_irqrestore, SpinLock }
  from './spinlock.ts';

export class Semaphore {
  /** Protects the rest; may be taken inside any lock, in interrupts too; only run-queue locks are taken within it. */
  lock: Embed<SpinLock>;
  count: i32;
  /** Of SemaphoreWaiter, first come first served. */
  wait_list: Embed<ListHead>;
  /** Who took it last, and still has it if it serves as a mutex; for reports of deadlocks. */
  owner: TaskStruct | null;
}

/** On the stack of the task that waits. `up` is set, under the lock, when the semaphore is its own. */
class SemaphoreWaiter {
  list: Embed<ListHead>;
  task: TaskStruct;
  up: u32;
}

export function sema_init(sem: Semaphore, value: i32): void {
  spin_lock_init(sem.lock, 'semaphore');
  sem.count = value;
  INIT_LIST_HEAD(sem.wait_list);
  sem.owner = null;
}

export function init_MUTEX(sem: Semaphore): void {
  sema_init(sem, 1);
}

export function init_MUTEX_LOCKED(sem: Semaphore): void {
  sema_init(sem, 0);
}

/** @sleeps */
export function down(sem: Semaphore): void {
  spin_lock_irq(sem.lock);
  take(sem, TASK_UNINTERRUPTIBLE);
  spin_unlock_irq(sem.lock);
}

/** 0, or -EINTR without the semaphore if a signal came. @sleeps */
export function down_interruptible(sem: Semaphore): i32 {
  spin_lock_irq(sem.lock);
  const result = take(sem, TASK_INTERRUPTIBLE);
  spin_unlock_irq(sem.lock);
  return result;
}

/** 0 if it got the semaphore, 1 if not; also in interrupts. */
export function down_trylock(sem: Semaphore): i32 {
  const flags = spin_lock_irqsave(sem.lock);
  const free = sem.count > 0;
  if (free) {
    sem.count--;
    sem.owner = current();
  }
  spin_unlock_irqrestore(sem.lock, flags);
  return free ? 0 : 1;
}

/** Also in interrupts. */
export function up(sem: Semaphore): void {
  const flags = spin_lock_irqsave(sem.lock);
  if (list_empty(sem.wait_list)) {
    sem.count++;
    sem.owner = null;
  } else {
    const waiter = list_entry<SemaphoreWaiter>(sem.wait_list.next, offsetof<SemaphoreWaiter>('list'));
    list_del(waiter.list);
    sem.owner = waiter.task;
    waiter.up = 1;
    // Under the lock: the waiter cannot leave, and end, before it has had the lock.
    wake_up_process(waiter.task);
  }
  spin_unlock_irqrestore(sem.lock, flags);
}

/** Takes the semaphore, its lock being held, waiting in `state` if it must; 0 or -EINTR. */
function take(sem: Semaphore, state: u32): i32 {
  const task = current();
  if (sem.count > 0) {
    sem.count--;
    sem.owner = task;
    return 0;
  }
  const waiter = local<SemaphoreWaiter>();
  waiter.task = task;
  waiter.up = 0;
  list_add_tail(waiter.list, sem.wait_list);
  task.blocked_on = addr(sem);
  let result: i32 = 0;
  while (waiter.up === 0) {
    if (state === TASK_INTERRUPTIBLE && signal_pending(task)) {
      list_del(waiter.list);
      result = -EINTR;
      break;
    }
    set_current_state(state);
    spin_unlock_irq(sem.lock);
    schedule();
    spin_lock_irq(sem.lock);
  }
  task.blocked_on = 0;
  set_current_state(TASK_RUNNING);
  return result;
}
