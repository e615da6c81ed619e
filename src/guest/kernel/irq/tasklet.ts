/**
 * Tasklets: Linux 2.4, include/linux/interrupt.h, kernel/softirq.c. A tasklet runs in a softirq of the hart that
 * scheduled it, and never on two harts at a time; different ones do.
 */
import { cpu_relax, smp_processor_id } from '../arch/cpu.ts';
import { bug } from '../debug/bug.ts';
import { Atomic, atomic_dec, atomic_inc, atomic_read, atomic_set } from '../locking/atomic.ts';
import { clear_bit, test_and_set_bit, test_bit } from '../locking/bitops.ts';
import { local_irq_disable, local_irq_enable, local_irq_restore, local_irq_save } from '../locking/irqflags.ts';
import { in_interrupt } from '../locking/preempt.ts';
import { yield_ } from '../sched/sched.ts';
import { HI_SOFTIRQ, open_softirq, raise_softirq_irqoff, TASKLET_SOFTIRQ } from './softirq.ts';

// Bits of TaskletStruct.state.
/** It is in a hart's list. */
export const TASKLET_STATE_SCHED = 0;
/** It runs. */
export const TASKLET_STATE_RUN = 1;

/**
 * A function to run soon. Whoever sets TASKLET_STATE_SCHED puts it into a list, whoever sets TASKLET_STATE_RUN runs it.
 * @object Tasklet
 */
export class TaskletStruct {
  next: TaskletStruct | null;
  state: Volatile<u32>;
  /** Not run while this is not 0. */
  count: Embed<Atomic>;
  func: (data: usize) => void;
  data: usize;
}

/** By hart, what tasklet_schedule and what tasklet_hi_schedule queued; only the hart touches it, interrupts off. */
let tasklet_vec!: Arr<TaskletStruct | null, 8>;
let tasklet_hi_vec!: Arr<TaskletStruct | null, 8>;

/** From softirq_init. */
export function tasklets_init(): void {
  open_softirq(TASKLET_SOFTIRQ, tasklet_action);
  open_softirq(HI_SOFTIRQ, tasklet_hi_action);
}

export function tasklet_init(t: TaskletStruct, func: (data: usize) => void, data: usize): void {
  t.next = null;
  t.state = 0;
  atomic_set(t.count, 0);
  t.func = func;
  t.data = data;
}

/**
 * Makes it run once, soon, on this hart; however often this is called before it begins to run, once. Orders what the
 * caller did before it. @interrupt
 */
export function tasklet_schedule(t: TaskletStruct): void {
  if (!test_and_set_bit(TASKLET_STATE_SCHED, ptr(t.state))) queue(t, tasklet_vec, TASKLET_SOFTIRQ);
}

/** The same, before the others. */
export function tasklet_hi_schedule(t: TaskletStruct): void {
  if (!test_and_set_bit(TASKLET_STATE_SCHED, ptr(t.state))) queue(t, tasklet_hi_vec, HI_SOFTIRQ);
}

function queue(t: TaskletStruct, lists: Ptr<TaskletStruct | null>, softirq: u32): void {
  const flags = local_irq_save();
  const cpu = smp_processor_id();
  t.next = lists[cpu];
  lists[cpu] = t;
  raise_softirq_irqoff(softirq);
  local_irq_restore(flags);
}

/** Nests; does not wait for it. */
export function tasklet_disable_nosync(t: TaskletStruct): void {
  atomic_inc(t.count);
  smp_mb();
}

/** Nests; afterwards it does not run. Not from itself. */
export function tasklet_disable(t: TaskletStruct): void {
  tasklet_disable_nosync(t);
  tasklet_unlock_wait(t);
}

export function tasklet_enable(t: TaskletStruct): void {
  smp_mb();
  atomic_dec(t.count);
}

/**
 * Waits until it has run if it is scheduled, and runs no more. Taking TASKLET_STATE_SCHED for itself, it keeps the
 * tasklet from being scheduled meanwhile; the owner sees to it that nobody does afterwards. @sleeps
 */
export function tasklet_kill(t: TaskletStruct): void {
  if (in_interrupt()) bug('tasklet_kill in interrupt');
  while (test_and_set_bit(TASKLET_STATE_SCHED, ptr(t.state))) {
    while (test_bit(TASKLET_STATE_SCHED, ptr(t.state))) yield_();
  }
  tasklet_unlock_wait(t);
  clear_bit(TASKLET_STATE_SCHED, ptr(t.state));
}

/** Waits until it runs on no hart. */
function tasklet_unlock_wait(t: TaskletStruct): void {
  while (test_bit(TASKLET_STATE_RUN, ptr(t.state))) cpu_relax();
  smp_mb();
}

function tasklet_action(nr: u32): void {
  run_list(tasklet_vec, nr);
}

function tasklet_hi_action(nr: u32): void {
  run_list(tasklet_hi_vec, nr);
}

/**
 * Runs this hart's list. What runs on another hart, or is disabled, is queued again: it gets a turn when the softirq is
 * run next.
 */
function run_list(lists: Ptr<TaskletStruct | null>, softirq: u32): void {
  local_irq_disable();
  const cpu = smp_processor_id();
  let t = lists[cpu];
  lists[cpu] = null;
  local_irq_enable();
  while (t !== null) {
    const next: TaskletStruct | null = t.next;
    if (!run_tasklet(t)) {
      local_irq_disable();
      t.next = lists[cpu];
      lists[cpu] = t;
      raise_softirq_irqoff(softirq);
      local_irq_enable();
    }
    t = next;
  }
}

/** False if it may not run now. */
function run_tasklet(t: TaskletStruct): bool {
  if (test_and_set_bit(TASKLET_STATE_RUN, ptr(t.state))) return false;
  const enabled = atomic_read(t.count) === 0;
  if (enabled) {
    // Before it runs: what schedules it from now on, itself for one, makes it run again.
    clear_bit(TASKLET_STATE_SCHED, ptr(t.state));
    smp_mb();
    t.func(t.data);
  }
  smp_mb();
  clear_bit(TASKLET_STATE_RUN, ptr(t.state));
  return enabled;
}
