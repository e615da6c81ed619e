/** Reader-writer locks of tests on the host: as spinlocks. */
import { SpinLock, spin_lock, spin_lock_init, spin_unlock } from './spinlock.ts';

export class RwLock {
  lock: Embed<SpinLock>;
}

export function rwlock_init(lock: RwLock, name: cstr): void {
  spin_lock_init(lock.lock, name);
}

export function read_lock(lock: RwLock): void {
  spin_lock(lock.lock);
}

export function read_unlock(lock: RwLock): void {
  spin_unlock(lock.lock);
}

export function write_lock(lock: RwLock): void {
  spin_lock(lock.lock);
}

export function write_unlock(lock: RwLock): void {
  spin_unlock(lock.lock);
}
