/** Locks for many readers or one writer: Linux 2.4, include/asm-i386/rwlock.h. */

export class RwLock {
  /** 0 free, n readers, or RW_WRITER. */
  count: Volatile<u32>;
  /** The writer's task, 0 if there is none, and its hart. */
  owner: Volatile<usize>;
  owner_cpu: Volatile<u32>;
  name: cstr;
  contended: u32;
}

export const RW_WRITER = 0x80000000;

export declare function rwlock_init(lock: RwLock, name: cstr): void;
export declare function read_lock(lock: RwLock): void;
export declare function read_unlock(lock: RwLock): void;
export declare function read_lock_irq(lock: RwLock): void;
export declare function read_unlock_irq(lock: RwLock): void;
export declare function read_lock_irqsave(lock: RwLock): u32;
export declare function read_unlock_irqrestore(lock: RwLock, flags: u32): void;
export declare function read_lock_bh(lock: RwLock): void;
export declare function read_unlock_bh(lock: RwLock): void;
export declare function write_lock(lock: RwLock): void;
export declare function write_trylock(lock: RwLock): bool;
export declare function write_unlock(lock: RwLock): void;
export declare function write_lock_irq(lock: RwLock): void;
export declare function write_unlock_irq(lock: RwLock): void;
export declare function write_lock_irqsave(lock: RwLock): u32;
export declare function write_unlock_irqrestore(lock: RwLock, flags: u32): void;
export declare function write_lock_bh(lock: RwLock): void;
export declare function write_unlock_bh(lock: RwLock): void;
