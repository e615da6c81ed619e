/** Spinlocks of tests on the host: one task, so that waiting is a deadlock; counts what is held. */
import { BUG_ON } from '../debug/panic.ts';

export class SpinLock {
  locked: u32;
  name: cstr;
}

let held: u32 = 0;

export function locks_held(): u32 {
  return held;
}

export function spin_lock_init(lock: SpinLock, name: cstr): void {
  lock.locked = 0;
  lock.name = name;
}

export function spin_lock(lock: SpinLock): void {
  BUG_ON(lock.locked !== 0 || addr(lock.name) === 0);
  lock.locked = 1;
  held++;
}

export function spin_unlock(lock: SpinLock): void {
  BUG_ON(lock.locked !== 1);
  lock.locked = 0;
  held--;
}

export function spin_lock_irqsave(lock: SpinLock): u32 {
  spin_lock(lock);
  return 0;
}

export function spin_unlock_irqrestore(lock: SpinLock, flags: u32): void {
  spin_unlock(lock);
}
