/** Counters that several harts change at once: Linux 2.4, include/asm-i386/atomic.h, by the A extension. */

/** A 32-bit counter; 2.4's atomic_t. */
export class Atomic {
  counter: Volatile<i32>;
}

/** @inline */
export function atomic_read(v: Atomic): i32 {
  return v.counter;
}

/** @inline */
export function atomic_set(v: Atomic, value: i32): void {
  v.counter = value;
}

/** Adds, orders all memory before and after, and gives the new value. */
export function atomic_add_return(value: i32, v: Atomic): i32 {
  return (amoadd_aqrl(addr(v), value as u32) as i32) + value;
}

export function atomic_sub_return(value: i32, v: Atomic): i32 {
  return atomic_add_return(-value, v);
}

/** Adds; orders nothing. */
export function atomic_add(value: i32, v: Atomic): void {
  amoadd(addr(v), value as u32);
}

export function atomic_sub(value: i32, v: Atomic): void {
  amoadd(addr(v), (-value) as u32);
}

export function atomic_inc(v: Atomic): void {
  amoadd(addr(v), 1);
}

export function atomic_dec(v: Atomic): void {
  amoadd(addr(v), 0xffffffff);
}

/** Whether the counter is 0 afterwards: then all that others did before their own decrement has been seen. */
export function atomic_dec_and_test(v: Atomic): bool {
  return amoadd_aqrl(addr(v), 0xffffffff) === 1;
}

export function atomic_inc_and_test(v: Atomic): bool {
  return amoadd_aqrl(addr(v), 1) === 0xffffffff;
}

/** Stores `next` in the word at `address` if it holds `old`; gives what it held. Orders all memory if it stored. */
export function cmpxchg(address: usize, old: u32, next: u32): u32 {
  for (;;) {
    const found = lr_aq(address);
    if (found !== old) return found;
    if (sc_rl(address, next) === 0) break;
  }
  smp_mb();
  return old;
}

/** Stores `next` in the word at `address` and gives what it held; orders all memory. */
export function xchg(address: usize, next: u32): u32 {
  return amoswap_aqrl(address, next);
}
