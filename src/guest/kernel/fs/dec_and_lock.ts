/** The last reference and the lock in one step: Linux 2.4, lib/dec_and_lock.c. */
import { Atomic, atomic_dec_and_test, atomic_read, cmpxchg } from '../locking/atomic.ts';
import { SpinLock, spin_lock, spin_unlock } from '../locking/spinlock.ts';

/** Counts down; if that makes it 0, gives true with the lock held. Never 0 without the lock. */
export function atomic_dec_and_lock(count: Atomic, lock: SpinLock): bool {
  for (let seen = atomic_read(count); seen > 1; seen = atomic_read(count)) {
    if (cmpxchg(addr(count), seen as u32, (seen - 1) as u32) === (seen as u32)) return false;
  }
  spin_lock(lock);
  if (atomic_dec_and_test(count)) return true;
  spin_unlock(lock);
  return false;
}
