/**
 * Where the running code stands: Linux 2.4's in_interrupt() with the preempt_count of the kernel preemption patch, as
 * 2.6 took both in (include/linux/preempt.h, hardirq.h). The count is the running task's: only the hart that runs it
 * changes it, and every interrupt leaves it as it was, so no update needs to be atomic.
 */
import { current } from '../arch/cpu.ts';
import { preempt_schedule } from '../sched/sched.ts';

/** Fields of preempt_count: preempt_disable calls and spinlocks held; softirqs; hard interrupts. */
export const PREEMPT_OFFSET = 1;
export const SOFTIRQ_OFFSET = 0x100;
export const HARDIRQ_OFFSET = 0x10000;
export const PREEMPT_MASK = 0xff;
export const SOFTIRQ_MASK = 0xff00;
export const HARDIRQ_MASK = 0xff0000;
/** Set while a preempted task is switched away: schedule() then leaves it runnable whatever its state says. */
export const PREEMPT_ACTIVE = 0x4000000;

/** @inline */
export function preempt_count(): u32 {
  return current().preempt_count;
}

/** @inline */
export function preempt_disable(): void {
  current().preempt_count += PREEMPT_OFFSET;
}

/** @inline */
export function preempt_enable_no_resched(): void {
  current().preempt_count -= PREEMPT_OFFSET;
}

/** Allows preemption again, and lets it happen if it became due meanwhile. */
export function preempt_enable(): void {
  current().preempt_count -= PREEMPT_OFFSET;
  preempt_check_resched();
}

/** Lets a preemption happen that is due. */
export function preempt_check_resched(): void {
  const task = current();
  if (task.need_resched !== 0 && task.preempt_count === 0) preempt_schedule();
}

/** Whether this is a hard interrupt, a softirq, or a task with softirqs off. */
export function in_interrupt(): bool {
  return (preempt_count() & (HARDIRQ_MASK | SOFTIRQ_MASK)) !== 0;
}

/** Whether this is a hard interrupt. */
export function in_irq(): bool {
  return (preempt_count() & HARDIRQ_MASK) !== 0;
}

/** Whether this is a softirq, or a task with softirqs off. */
export function in_softirq(): bool {
  return (preempt_count() & SOFTIRQ_MASK) !== 0;
}

/** Whether sleeping is forbidden here. */
export function in_atomic(): bool {
  return (preempt_count() & ~PREEMPT_ACTIVE) !== 0;
}
