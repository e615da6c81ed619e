/**
 * Locks for many readers or one writer: Linux 2.4, include/asm-i386/rwlock.h. As there, readers pass a waiting writer:
 * an interrupt may read what it interrupted reading.
 */
import { current, this_cpu } from '../arch/cpu.ts';
import { local_bh_disable, local_bh_enable } from '../irq/softirq.ts';
import { lock_acquired, lock_is_held, lock_released } from './held.ts';
import { local_irq_disable, local_irq_enable, local_irq_restore, local_irq_save } from './irqflags.ts';
import { preempt_disable, preempt_enable } from './preempt.ts';
import { lock_bug, SpinLock } from './spinlock.ts';

/** Its fields are SpinLock's, so that either can be named in a message. */
export class RwLock {
  /** 0 free, n readers, or RW_WRITER. */
  count: Volatile<u32>;
  /** The writer's task, 0 if there is none, and the last writer's hart. */
  owner: Volatile<usize>;
  owner_cpu: Volatile<u32>;
  name: cstr;
  /** How often a writer had to wait. */
  contended: u32;
}

export const RW_WRITER = 0x80000000;

/** A free lock. `name` is kept, not copied. */
export function rwlock_init(lock: RwLock, name: cstr): void {
  lock.count = 0;
  lock.owner = 0;
  lock.owner_cpu = 0;
  lock.name = name;
  lock.contended = 0;
}

export function read_lock(lock: RwLock): void {
  preempt_disable();
  if (!try_read(lock)) {
    do {
      wait_for(lock, RW_WRITER);
    } while (!try_read(lock));
    this_cpu().spinning = null;
  }
  lock_acquired(current(), addr(lock));
}

/** Takes the lock for reading if no writer holds it, and says so. */
export function read_trylock(lock: RwLock): bool {
  preempt_disable();
  if (!try_read(lock)) {
    preempt_enable();
    return false;
  }
  lock_acquired(current(), addr(lock));
  return true;
}

export function read_unlock(lock: RwLock): void {
  release_read(lock);
  preempt_enable();
}

export function read_lock_irq(lock: RwLock): void {
  local_irq_disable();
  read_lock(lock);
}

export function read_unlock_irq(lock: RwLock): void {
  release_read(lock);
  local_irq_enable();
  preempt_enable();
}

/** Gives what read_unlock_irqrestore needs. */
export function read_lock_irqsave(lock: RwLock): u32 {
  const flags = local_irq_save();
  read_lock(lock);
  return flags;
}

export function read_unlock_irqrestore(lock: RwLock, flags: u32): void {
  release_read(lock);
  local_irq_restore(flags);
  preempt_enable();
}

export function read_lock_bh(lock: RwLock): void {
  local_bh_disable();
  read_lock(lock);
}

export function read_unlock_bh(lock: RwLock): void {
  read_unlock(lock);
  local_bh_enable();
}

export function write_lock(lock: RwLock): void {
  preempt_disable();
  if (!try_write(lock)) {
    do {
      // A reader that is this very task would be waited for without end.
      if (lock_is_held(addr(lock))) lock_bug(cast<SpinLock>(lock), 'recursion');
      wait_for(lock, 0xffffffff);
    } while (!try_write(lock));
    this_cpu().spinning = null;
    lock.contended++;
  }
  write_taken(lock);
}

/** Takes the lock for writing if it is free, and says so. */
export function write_trylock(lock: RwLock): bool {
  preempt_disable();
  if (!try_write(lock)) {
    preempt_enable();
    return false;
  }
  write_taken(lock);
  return true;
}

export function write_unlock(lock: RwLock): void {
  release_write(lock);
  preempt_enable();
}

export function write_lock_irq(lock: RwLock): void {
  local_irq_disable();
  write_lock(lock);
}

export function write_unlock_irq(lock: RwLock): void {
  release_write(lock);
  local_irq_enable();
  preempt_enable();
}

/** Gives what write_unlock_irqrestore needs. */
export function write_lock_irqsave(lock: RwLock): u32 {
  const flags = local_irq_save();
  write_lock(lock);
  return flags;
}

export function write_unlock_irqrestore(lock: RwLock, flags: u32): void {
  release_write(lock);
  local_irq_restore(flags);
  preempt_enable();
}

export function write_lock_bh(lock: RwLock): void {
  local_bh_disable();
  write_lock(lock);
}

export function write_unlock_bh(lock: RwLock): void {
  write_unlock(lock);
  local_bh_enable();
}

/** Waits until none of `bits` is set in the count. */
function wait_for(lock: RwLock, bits: u32): void {
  while ((lock.count & bits) !== 0) {
    if (lock.owner === addr(current())) lock_bug(cast<SpinLock>(lock), 'recursion');
    this_cpu().spinning = cast<SpinLock>(lock);
    smp_mb();
  }
}

function try_read(lock: RwLock): bool {
  const word = addr(lock.count);
  for (;;) {
    const count = lr_aq(word);
    if ((count & RW_WRITER) !== 0) return false;
    if (sc(word, count + 1) === 0) return true;
  }
}

function try_write(lock: RwLock): bool {
  const word = addr(lock.count);
  for (;;) {
    if (lr_aq(word) !== 0) return false;
    if (sc(word, RW_WRITER) === 0) return true;
  }
}

function write_taken(lock: RwLock): void {
  const task = current();
  lock.owner = addr(task);
  lock.owner_cpu = task.processor;
  lock_acquired(task, addr(lock));
}

function release_read(lock: RwLock): void {
  if (lock.count === 0 || (lock.count & RW_WRITER) !== 0) {
    lock_bug(cast<SpinLock>(lock), 'not locked for reading');
  }
  lock_released(current(), addr(lock));
  amoadd_rl(addr(lock.count), 0xffffffff);
}

function release_write(lock: RwLock): void {
  const task = current();
  if (lock.owner !== addr(task)) lock_bug(cast<SpinLock>(lock), 'wrong writer');
  lock_released(task, addr(lock));
  lock.owner = 0;
  amoswap_rl(addr(lock.count), 0);
}
