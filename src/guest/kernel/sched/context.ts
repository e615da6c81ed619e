/** Work that must be done by a task, for those that are none: Linux 2.4, kernel/context.c (keventd), linux/tqueue.h. */
import { INIT_LIST_HEAD, list_add_tail, list_del, list_empty, list_entry, ListHead } from '../../lib/list.ts';
import { current } from '../arch/cpu.ts';
import { panic } from '../debug/panic.ts';
import { Completion, complete, init_completion, wait_for_completion } from '../locking/completion.ts';
import { spin_lock_init, spin_lock_irqsave, spin_unlock_irqrestore, SpinLock } from '../locking/spinlock.ts';
import { kernel_thread } from './fork.ts';
import { schedule } from './sched.ts';
import { TASK_INTERRUPTIBLE, type TaskStruct } from './task.ts';
import { finish_wait, init_wait, init_waitqueue_head, prepare_to_wait, WaitQueue, WaitQueueHead, wake_up }
  from './wait.ts';

/** Does a piece of work, in keventd. @sleeps */
export type TaskRoutine = (data: usize) => void;

/** A piece of work. */
export class TqStruct {
  list: Embed<ListHead>;
  /** It is queued. `lock` below protects it and the list. */
  sync: u32;
  routine: TaskRoutine;
  data: usize;
}

/** Protects the queue; taken in interrupts; a leaf but for the wait queue's. */
let lock!: Embed<SpinLock>;
let tq_context!: Embed<ListHead>;
let context_task_wq!: Embed<WaitQueueHead>;
let context_task: TaskStruct | null = null;

/** From sched_init. */
export function context_init(): void {
  spin_lock_init(lock, 'tq_context');
  INIT_LIST_HEAD(tq_context);
  init_waitqueue_head(context_task_wq);
}

/** Starts keventd; what was queued before runs now. @sleeps */
export function start_context_thread(): void {
  context_task = kernel_thread(keventd, 0, 'keventd');
  if (context_task === null) panic('no memory for keventd');
}

/** Whether this is one of the routines. Linux has it since 2.5. */
export function current_is_keventd(): bool {
  return current() === context_task;
}

export function init_tq(task: TqStruct, routine: TaskRoutine, data: usize): void {
  task.sync = 0;
  task.routine = routine;
  task.data = data;
}

/** Has keventd call the routine soon; false if it is queued already. Also in interrupts. */
export function schedule_task(task: TqStruct): bool {
  const flags = spin_lock_irqsave(lock);
  const queued = task.sync !== 0;
  if (!queued) {
    task.sync = 1;
    list_add_tail(task.list, tq_context);
  }
  spin_unlock_irqrestore(lock, flags);
  if (!queued) wake_up(context_task_wq);
  return !queued;
}

/** Takes work out of the queue, should it be there; it may still be running. Also in interrupts. */
export function unschedule_task(task: TqStruct): void {
  const flags = spin_lock_irqsave(lock);
  if (task.sync !== 0) list_del(task.list);
  task.sync = 0;
  spin_unlock_irqrestore(lock, flags);
}

/** Waits until all that was queued before has been done; not from a routine. @sleeps */
export function flush_scheduled_tasks(): void {
  const done = local<Completion>(), marker = local<TqStruct>();
  init_completion(done);
  init_tq(marker, finish_flush, addr(done));
  schedule_task(marker);
  wait_for_completion(done);
}

function finish_flush(done: usize): void {
  complete(cast<Completion>(done));
}

function keventd(_: usize): i32 {
  const wait = local<WaitQueue>();
  for (;;) {
    init_wait(wait);
    prepare_to_wait(context_task_wq, wait, TASK_INTERRUPTIBLE);
    if (list_empty(tq_context)) schedule();
    finish_wait(context_task_wq, wait);
    while (run_one());
  }
}

/** Does one piece of work, which may be freed or queued anew by its routine; false if there is none. */
function run_one(): bool {
  const flags = spin_lock_irqsave(lock);
  if (list_empty(tq_context)) {
    spin_unlock_irqrestore(lock, flags);
    return false;
  }
  const task = list_entry<TqStruct>(tq_context.next, offsetof<TqStruct>('list'));
  const routine = task.routine, data = task.data;
  list_del(task.list);
  task.sync = 0;
  spin_unlock_irqrestore(lock, flags);
  routine(data);
  return true;
}
