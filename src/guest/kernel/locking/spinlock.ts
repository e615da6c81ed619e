/**
 * Spinlocks that know their owner: Linux 2.4, include/linux/spinlock.h, with the checks of CONFIG_DEBUG_SPINLOCK.
 * What Linux's spin_lock_irqsave(lock, flags) assigns, spin_lock_irqsave(lock) gives back.
 *
 * The word is swapped with acquire and release order (Unprivileged ISA 20240411, section 13.1), so all that is done
 * under a lock lies between the two swaps for every hart that takes it.
 */
import { current, this_cpu } from '../arch/cpu.ts';
import { bug } from '../debug/bug.ts';
import { printk } from '../debug/printk.ts';
import { local_bh_disable, local_bh_enable } from '../irq/softirq.ts';
import { task_comm, TaskStruct } from '../sched/task.ts';
import { lock_acquired, lock_name, lock_released } from './held.ts';
import { local_irq_disable, local_irq_enable, local_irq_restore, local_irq_save } from './irqflags.ts';
import { preempt_disable, preempt_enable } from './preempt.ts';

/** A lock, held by at most one hart at a time. RwLock begins with the same fields. */
export class SpinLock {
  /** 0 free, 1 held. */
  locked: Volatile<u32>;
  /** The address of the task that took it, 0 when free. */
  owner: Volatile<usize>;
  /** The hart on which it was taken last. */
  owner_cpu: Volatile<u32>;
  name: cstr;
  /** How often someone had to wait for it. */
  contended: u32;
}

/** A free lock. `name` is kept, not copied: a constant, or alive as long as the lock. */
export function spin_lock_init(lock: SpinLock, name: cstr): void {
  lock.locked = 0;
  lock.owner = 0;
  lock.owner_cpu = 0;
  lock.name = name;
  lock.contended = 0;
}

/** Takes the lock; from code that no interrupt which takes it too can interrupt. */
export function spin_lock(lock: SpinLock): void {
  const task = current();
  task.preempt_count++;
  if (amoswap_aq(addr(lock.locked), 1) !== 0) spin(lock, task);
  taken(lock, task);
}

export function spin_unlock(lock: SpinLock): void {
  release(lock);
  preempt_enable();
}

/** Takes the lock if it is free, and says so. */
export function spin_trylock(lock: SpinLock): bool {
  preempt_disable();
  if (amoswap_aq(addr(lock.locked), 1) !== 0) {
    preempt_enable();
    return false;
  }
  taken(lock, current());
  return true;
}

export function spin_lock_irq(lock: SpinLock): void {
  local_irq_disable();
  spin_lock(lock);
}

export function spin_unlock_irq(lock: SpinLock): void {
  release(lock);
  local_irq_enable();
  preempt_enable();
}

/** Takes the lock with interrupts off, and gives what spin_unlock_irqrestore needs. */
export function spin_lock_irqsave(lock: SpinLock): u32 {
  const flags = local_irq_save();
  spin_lock(lock);
  return flags;
}

export function spin_unlock_irqrestore(lock: SpinLock, flags: u32): void {
  release(lock);
  local_irq_restore(flags);
  preempt_enable();
}

export function spin_lock_bh(lock: SpinLock): void {
  local_bh_disable();
  spin_lock(lock);
}

export function spin_unlock_bh(lock: SpinLock): void {
  spin_unlock(lock);
  local_bh_enable();
}

export function spin_is_locked(lock: SpinLock): bool {
  return lock.locked !== 0;
}

/** Waits until nobody holds the lock; what the holder did before is then seen. */
export function spin_unlock_wait(lock: SpinLock): void {
  while (lock.locked !== 0) smp_mb();
  smp_mb();
}

/**
 * The lock that `prev` took is `next`'s to release: the scheduler takes its run queue's lock in one task and releases
 * it in the next, when `prev`'s registers are saved.
 */
export function spin_lock_handover(lock: SpinLock, prev: TaskStruct, next: TaskStruct): void {
  lock_released(prev, addr(lock));
  lock.owner = addr(next);
  lock_acquired(next, addr(lock));
}

/** @inline */
function taken(lock: SpinLock, task: TaskStruct): void {
  lock.owner = addr(task);
  lock.owner_cpu = task.processor;
  lock_acquired(task, addr(lock));
}

function release(lock: SpinLock): void {
  const task = current();
  if (lock.owner !== addr(task)) lock_bug(lock, lock.locked === 0 ? 'already unlocked' : 'wrong owner');
  lock_released(task, addr(lock));
  lock.owner = 0;
  amoswap_rl(addr(lock.locked), 0);
}

/** Waits for the lock, reading it until it looks free, and takes it. */
function spin(lock: SpinLock, task: TaskStruct): void {
  const page = this_cpu();
  do {
    while (lock.locked !== 0) {
      // An interrupt on this hart is this task too, so a lock of its own never becomes free.
      if (lock.owner === addr(task)) lock_bug(lock, 'recursion');
      // Each time, because an interrupt may have spun on another meanwhile.
      page.spinning = lock;
      smp_mb();
    }
  } while (amoswap_aq(addr(lock.locked), 1) !== 0);
  page.spinning = null;
  lock.contended++;
}

/** A lock was misused: says which and by whom, and stops as BUG does. */
export function lock_bug(lock: SpinLock, what: cstr): never {
  const task = current(), owner = lock.owner;
  printk('<1>BUG: lock %s, %s: by %s/%d on CPU#%u\n', lock_name(lock), what, task_comm(task), task.pid,
    task.processor);
  if (owner !== 0) {
    const holder = cast<TaskStruct>(owner);
    printk('<1> its owner: %s/%d on CPU#%u\n', task_comm(holder), holder.pid, lock.owner_cpu);
  }
  return bug(what);
}
