/**
 * Spinlocks that know their owner: Linux 2.4, include/linux/spinlock.h, with the checks of CONFIG_DEBUG_SPINLOCK.
 * What Linux's spin_lock_irqsave(lock, flags) assigns, spin_lock_irqsave(lock) gives back.
 */

/**
 * What all locks that one spins on begin with.
 * @critical
 */
export class SpinLock {
  /** 0 free, 1 held. */
  locked: Volatile<u32>;
  /** The address of the task that took it, 0 when free. */
  owner: Volatile<usize>;
  /** The hart on which it was taken. */
  owner_cpu: Volatile<u32>;
  name: cstr;
  /** How often someone had to wait for it. */
  contended: u32;
}

/** A free lock. `name` is kept, not copied: a constant, or alive as long as the lock. */
export declare function spin_lock_init(lock: SpinLock, name: cstr): void;
/** Takes the lock; from code that no interrupt which takes it too can interrupt. */
export declare function spin_lock(lock: SpinLock): void;
export declare function spin_unlock(lock: SpinLock): void;
/** Takes the lock if it is free, and says so. */
export declare function spin_trylock(lock: SpinLock): bool;
export declare function spin_lock_irq(lock: SpinLock): void;
export declare function spin_unlock_irq(lock: SpinLock): void;
/** Takes the lock with interrupts off, and gives what spin_unlock_irqrestore needs. */
export declare function spin_lock_irqsave(lock: SpinLock): u32;
export declare function spin_unlock_irqrestore(lock: SpinLock, flags: u32): void;
export declare function spin_lock_bh(lock: SpinLock): void;
export declare function spin_unlock_bh(lock: SpinLock): void;
export declare function spin_is_locked(lock: SpinLock): bool;
/** Waits until nobody holds the lock. */
export declare function spin_unlock_wait(lock: SpinLock): void;
