/**
 * What interrupts put off until they are over: Linux 2.4, kernel/softirq.c.
 *
 * A softirq runs on the hart that raised it, with interrupts on, when the last interrupt is left or local_bh_enable
 * allows it. If it keeps being raised, the rest is left to the hart's ksoftirqd, so that tasks get on too.
 */
import { cpu_online, current, smp_processor_id, NR_CPUS } from '../arch/cpu.ts';
import { bug } from '../debug/bug.ts';
import { panic } from '../debug/panic.ts';
import { irqs_disabled, local_irq_disable, local_irq_enable, local_irq_restore, local_irq_save }
  from '../locking/irqflags.ts';
import { in_interrupt, preempt_enable, SOFTIRQ_OFFSET } from '../locking/preempt.ts';
import { kernel_thread_on } from '../sched/fork.ts';
import { schedule, set_current_state, set_user_nice, wake_up_process } from '../sched/sched.ts';
import { TASK_INTERRUPTIBLE, TASK_RUNNING, TaskStruct } from '../sched/task.ts';
import { tasklets_init } from './tasklet.ts';

export const HI_SOFTIRQ = 0;
export const TIMER_SOFTIRQ = 1;
export const NET_TX_SOFTIRQ = 2;
export const NET_RX_SOFTIRQ = 3;
export const TASKLET_SOFTIRQ = 4;
/** The isolation layer's. */
export const NOOKS_SOFTIRQ = 5;
export const NR_SOFTIRQS = 8;

/** What a hart has to run: only the hart itself touches these, with interrupts off. */
class SoftirqCpu {
  pending: Volatile<u32>;
  ksoftirqd: TaskStruct | null;
  /** Times each softirq ran. */
  runs: Arr<u32, 8>;
}

let softirq_cpus!: Arr<Embed<SoftirqCpu>, 8>;
let softirq_vec!: Arr<usize, 8>;

export function softirq_init(): void {
  tasklets_init();
}

/** Starts a ksoftirqd for each hart online; from a task. @sleeps */
export function spawn_ksoftirqd(): void {
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) {
    if (!cpu_online(cpu)) continue;
    const task = kernel_thread_on(cpu, ksoftirqd, cpu as usize, 'ksoftirqd');
    if (task === null) panic('no memory for ksoftirqd');
    set_user_nice(task, 19);
    softirq_cpus[cpu].ksoftirqd = task;
  }
}

/** What runs for softirq `nr`: on the hart that raised it, interrupts on, never twice at a time on one hart. */
export function open_softirq(nr: u32, action: (nr: u32) => void): void {
  softirq_vec[nr] = addr(action);
}

/** Makes it run on this hart soon. */
export function raise_softirq(nr: u32): void {
  const flags = local_irq_save();
  raise_softirq_irqoff(nr);
  local_irq_restore(flags);
}

/** The same when interrupts are off already: 2.4's cpu_raise_softirq. */
export function raise_softirq_irqoff(nr: u32): void {
  const here = softirq_cpus[smp_processor_id()];
  here.pending |= 1 << nr;
  // Within an interrupt, or with softirqs off, the end of that runs it. Otherwise there is nobody but ksoftirqd.
  if (!in_interrupt()) wakeup_softirqd(here);
}

/** Runs what is pending on this hart, unless in an interrupt. */
export function do_softirq(): void {
  if (in_interrupt()) return;
  const flags = local_irq_save();
  if (softirq_cpus[smp_processor_id()].pending !== 0) __do_softirq();
  local_irq_restore(flags);
}

/** The same on the way out of the outermost interrupt; interrupts are off before and after. */
export function irq_exit_softirq(): void {
  if (softirq_cpus[smp_processor_id()].pending !== 0) __do_softirq();
}

/** Interrupts are off, also afterwards. preempt_count keeps the task on this hart. */
function __do_softirq(): void {
  const task = current();
  const here = softirq_cpus[task.processor];
  let pending = here.pending;
  // One turn for each: what is raised again meanwhile has had its turn, and is for ksoftirqd.
  let mask: u32 = 0xffffffff;
  task.preempt_count += SOFTIRQ_OFFSET;
  while ((pending & mask) !== 0) {
    mask &= ~pending;
    here.pending = 0;
    local_irq_enable();
    for (let nr: u32 = 0; pending !== 0; nr++) {
      if ((pending & 1) !== 0) run_softirq(here, nr);
      pending >>>= 1;
    }
    local_irq_disable();
    pending = here.pending;
  }
  task.preempt_count -= SOFTIRQ_OFFSET;
  if (pending !== 0) wakeup_softirqd(here);
}

function run_softirq(here: SoftirqCpu, nr: u32): void {
  const action = softirq_vec[nr];
  if (action === 0) bug('a softirq that nobody opened was raised');
  here.runs[nr]++;
  const before = current().preempt_count;
  cast<(nr: u32) => void>(action)(nr);
  if (current().preempt_count !== before) bug('a softirq changed preempt_count');
}

function wakeup_softirqd(here: SoftirqCpu): void {
  const task = here.ksoftirqd;
  if (task !== null) wake_up_process(task);
}

/** One on each hart, with the lowest niceness: runs softirqs that come faster than interrupts may run them. */
function ksoftirqd(cpu: usize): i32 {
  const here = softirq_cpus[cpu];
  for (;;) {
    // The state first: a softirq raised after the look sets it back.
    set_current_state(TASK_INTERRUPTIBLE);
    if (here.pending === 0) schedule();
    set_current_state(TASK_RUNNING);
    while (here.pending !== 0) {
      do_softirq();
      if (current().need_resched !== 0) schedule();
    }
  }
}

/** Bits of the softirqs pending on hart `cpu`. */
export function softirq_pending(cpu: u32): u32 {
  return softirq_cpus[cpu].pending;
}

/** How often softirq `nr` ran on hart `cpu`. */
export function softirq_runs(nr: u32, cpu: u32): u32 {
  return softirq_cpus[cpu].runs[nr];
}

/** Keeps softirqs, and so tasklets and timers, from running on this hart; nests. */
export function local_bh_disable(): void {
  current().preempt_count += SOFTIRQ_OFFSET;
}

/** Allows them again, and runs those that were raised meanwhile; not with interrupts off. */
export function local_bh_enable(): void {
  const task = current();
  // Until the softirqs are done the task must not move to another hart: one count is exchanged for the other.
  task.preempt_count -= SOFTIRQ_OFFSET - 1;
  if (!in_interrupt() && softirq_cpus[task.processor].pending !== 0) {
    if (irqs_disabled()) bug('local_bh_enable with interrupts off');
    do_softirq();
  }
  preempt_enable();
}
