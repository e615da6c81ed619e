/**
 * A hart's run queue, and which of its tasks is best: Linux 2.4, kernel/sched.c, goodness() and the epochs of
 * schedule(), where 2.4 has one queue for all processors.
 *
 * Time is dealt out in epochs: each task has `counter` ticks, by its niceness. Of the runnable tasks the one with most
 * left runs. When none has any left a new epoch begins, and everyone's counter is made up; a task that did not use its
 * ticks, as it slept, keeps half of them, and so comes first when it wakes. Sleeping tasks are not visited: `epoch`
 * says up to which one a task's counter has been made up, and the rest follows when it wakes.
 */
import { INIT_LIST_HEAD, list_add_tail, list_del_init, list_entry, ListHead } from '../../lib/list.ts';
import { current, NR_CPUS } from '../arch/cpu.ts';
import { spin_lock_init, spin_lock_irqsave, spin_unlock_irqrestore, SpinLock } from '../locking/spinlock.ts';
import { idle_tasks } from './idle.ts';
import { TaskStruct } from './task.ts';

/**
 * `lock` protects all of it and the scheduling fields of the tasks whose `processor` is this hart; it is taken with
 * interrupts off, inside wait queues' locks, and with another run queue's only by trylock, so in no order. Nothing but
 * the allocators' and the console's locks is taken within it.
 */
export class RunQueue {
  lock: Embed<SpinLock>;
  /** The runnable tasks, also the one that runs, but never the idle task. */
  queue: Embed<ListHead>;
  nr_running: u32;
  cpu: u32;
  curr: TaskStruct;
  idle: TaskStruct;
  epoch: u32;
  /** How often it switched to another task. */
  switches: u32;
  /** Tasks that were taken from other harts' queues. */
  pulled: u32;
  /** Ticks until the next look at the other queues. */
  balance: u32;
  /** Ticks spent in user mode, in the kernel, idle. */
  user: u32;
  system: u32;
  idle_ticks: u32;
}

/** By hart. */
export let runqueues!: Arr<Embed<RunQueue>, 8>;

/** Makes all queues empty, each hart running its idle task. */
export function runqueues_init(): void {
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) {
    const rq = runqueues[cpu];
    spin_lock_init(rq.lock, 'runqueue');
    INIT_LIST_HEAD(rq.queue);
    rq.cpu = cpu;
    rq.curr = idle_tasks[cpu];
    rq.idle = idle_tasks[cpu];
    rq.balance = cpu + 1;
  }
}

/** This hart's; interrupts or preemption are off. @inline */
export function this_rq(): RunQueue {
  return runqueues[current().processor];
}

/**
 * The queue that the task is on or was last, locked; interrupts are off afterwards. The task may move while one waits
 * for the lock: then it is another queue's.
 */
export function task_rq_lock(task: TaskStruct, flags: Ptr<u32>): RunQueue {
  for (;;) {
    const rq = runqueues[task.processor];
    flags[0] = spin_lock_irqsave(rq.lock);
    if (rq.cpu === task.processor) return rq;
    spin_unlock_irqrestore(rq.lock, flags[0]);
  }
}

/** Ticks of an epoch by niceness: 2.4's NICE_TO_TICKS for HZ = 100, 60 ms for nice 0. */
export function nice_to_ticks(nice: i32): i32 {
  return ((20 - nice) >> 2) + 1;
}

/** Epochs after which a sleeper's counter grows no more: it is next to twice its ticks. */
const MOST_EPOCHS = 6;

/** Makes up the counter for the epochs that began since it was made up last. */
export function catch_up(rq: RunQueue, task: TaskStruct): void {
  let missed = rq.epoch - task.epoch;
  task.epoch = rq.epoch;
  if (missed > MOST_EPOCHS) missed = MOST_EPOCHS;
  for (; missed > 0; missed--) task.counter = (task.counter >> 1) + nice_to_ticks(task.nice);
}

/** Puts a task into the queue of the hart it belongs to, whose epoch its counter has been made up to. */
export function enqueue_task(rq: RunQueue, task: TaskStruct): void {
  list_add_tail(task.run_list, rq.queue);
  task.on_rq = 1;
  rq.nr_running++;
}

export function dequeue_task(rq: RunQueue, task: TaskStruct): void {
  list_del_init(task.run_list);
  task.on_rq = 0;
  rq.nr_running--;
}

/** Makes a task that is on no queue belong to `rq`; the locks of both its old queue and `rq` are or were held. */
export function set_task_rq(task: TaskStruct, rq: RunQueue): void {
  task.processor = rq.cpu;
  task.epoch = rq.epoch;
}

/** Whether the task may run on the hart. @inline */
export function cpu_allowed(task: TaskStruct, cpu: u32): bool {
  return (task.cpus_allowed & (1 << cpu)) !== 0;
}

/** No task is as bad. */
const WORST = -1000;

/** How good a choice the task is after `prev`: 0 if its time is used up, -1 if it let the others go first. */
export function goodness(task: TaskStruct, prev: TaskStruct): i32 {
  if (task.yielded !== 0) return -1;
  if (task.counter === 0) return 0;
  let weight = task.counter + 20 - task.nice;
  // Same address space: the switch costs less.
  if (task.mm === prev.mm || task.mm === null) weight++;
  return weight;
}

/** The task to run after `prev`, the idle task if there is none: begins a new epoch when all have used their time. */
export function pick_next_task(rq: RunQueue, prev: TaskStruct): TaskStruct {
  for (;;) {
    let best = WORST;
    let next = rq.idle;
    if (prev.on_rq !== 0 && cpu_allowed(prev, rq.cpu)) {
      best = goodness(prev, prev);
      next = prev;
    }
    for (let link = rq.queue.next; link !== rq.queue; link = link.next) {
      const task = list_entry<TaskStruct>(link, offsetof<TaskStruct>('run_list'));
      if (!cpu_allowed(task, rq.cpu)) continue;
      const weight = goodness(task, prev);
      if (weight > best) {
        best = weight;
        next = task;
      }
    }
    if (best !== 0) return next;
    begin_epoch(rq);
  }
}

function begin_epoch(rq: RunQueue): void {
  rq.epoch++;
  for (let link = rq.queue.next; link !== rq.queue; link = link.next) {
    catch_up(rq, list_entry<TaskStruct>(link, offsetof<TaskStruct>('run_list')));
  }
}
