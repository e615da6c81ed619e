/** Wrappers of locks and sleeps. An extension's locks lie in its own memory; the kernel takes them on its behalf. */
import { cpu_relax, current } from '../../kernel/arch/cpu.ts';
import { HZ, TIMEBASE } from '../../kernel/arch/time.ts';
import { local_irq_restore, local_irq_save } from '../../kernel/locking/irqflags.ts';
import { in_atomic, in_interrupt } from '../../kernel/locking/preempt.ts';
import { spin_trylock, spin_unlock, SpinLock } from '../../kernel/locking/spinlock.ts';
import { schedule, schedule_timeout, set_current_state } from '../../kernel/sched/sched.ts';
import { MAX_LOCK_DEPTH, TASK_INTERRUPTIBLE, TASK_RUNNING, TASK_UNINTERRUPTIBLE } from '../../kernel/sched/task.ts';
import { DOMAIN_LIVE, Domain, FAIL_TIMEOUT } from '../isolation/domain.ts';
import { domain_fail } from '../isolation/fail.ts';
import { most_ticks } from '../isolation/fault.ts';
import { crossing_slept } from '../isolation/sleepers.ts';
import { nooks_bad_parameter, nooks_buffer_valid, nooks_caller } from './check.ts';

export function body_spin_lock(lock: SpinLock): u32 {
  const domain = nooks_caller();
  if (!is_lock(domain, lock)) return nooks_bad_parameter('spin_lock', 'lock');
  const task = current();
  if (lock.locked !== 0 && lock.owner === addr(task)) return nooks_bad_parameter('spin_lock', 'lock: held already');
  if (task.lock_depth >= MAX_LOCK_DEPTH - 4) return nooks_bad_parameter('spin_lock', 'lock: too many are held');
  // As long as it may run: fault.ts.
  const began = csrr_time(), patience = most_ticks * (TIMEBASE / HZ);
  // Messages and /proc/locks print the names of locks that are held.
  lock.name = 'nooks_lock';
  while (!spin_trylock(lock)) {
    if (domain.state !== DOMAIN_LIVE) return 0;
    if (csrr_time() - began > patience) {
      domain_fail(domain, FAIL_TIMEOUT, null, 'spin_lock: time-out');
      return 0;
    }
    cpu_relax();
  }
  return 0;
}

function is_lock(domain: Domain, lock: SpinLock): bool {
  return (addr(lock) & 3) === 0 && nooks_buffer_valid(domain, addr(lock), sizeof<SpinLock>(), true);
}

export function body_spin_unlock(lock: SpinLock): u32 {
  const domain = nooks_caller();
  if (!is_lock(domain, lock) || lock.locked === 0 || lock.owner !== addr(current())) {
    return nooks_bad_parameter('spin_unlock', 'lock');
  }
  spin_unlock(lock);
  return 0;
}

/** The domain goes on with interrupts as the body leaves them: off. */
export function body_spin_lock_irqsave(lock: SpinLock): u32 {
  const flags = local_irq_save();
  body_spin_lock(lock);
  return flags;
}

export function body_spin_unlock_irqrestore(lock: SpinLock, flags: u32): u32 {
  body_spin_unlock(lock);
  local_irq_restore(flags);
  return 0;
}

export function body_set_current_state(state: u32): u32 {
  if (state !== TASK_RUNNING && state !== TASK_INTERRUPTIBLE && state !== TASK_UNINTERRUPTIBLE) {
    return nooks_bad_parameter('set_current_state', 'state');
  }
  // There it would be the state of whatever the interrupt has come to, be it the idle task.
  if (in_interrupt()) return nooks_bad_parameter('set_current_state', 'context: interrupt');
  set_current_state(state);
  return 0;
}

export function body_schedule_timeout(timeout: i32): i32 {
  if (in_atomic()) {
    nooks_bad_parameter('schedule_timeout', 'context: atomic');
    return 0;
  }
  const left = schedule_timeout(timeout);
  crossing_slept();
  return left;
}

export function body_schedule(): u32 {
  if (in_atomic()) return nooks_bad_parameter('schedule', 'context: atomic');
  schedule();
  crossing_slept();
  return 0;
}
