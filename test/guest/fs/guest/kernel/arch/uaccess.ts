/** User copies for tests on the host: all addresses are one space, but those below BAD cannot be reached. */
import { memcpy, memset } from '../../lib/memory.ts';
import { might_sleep } from '../locking/spinlock.ts';

const BAD = 4096;
export const KERNEL_DS = 1;
export const USER_DS = 0;

let limit: u32 = 0;

export function get_fs(): u32 {
  return limit;
}

export function set_fs(seg: u32): void {
  limit = seg;
}

export function copy_to_user(to: usize, from: usize, n: u32): u32 {
  might_sleep();
  if (to < BAD) return n;
  memcpy(cast(to), cast(from), n);
  return 0;
}

export function copy_from_user(to: usize, from: usize, n: u32): u32 {
  might_sleep();
  if (from < BAD) return n;
  memcpy(cast(to), cast(from), n);
  return 0;
}

export function clear_user(to: usize, n: u32): u32 {
  might_sleep();
  if (to < BAD) return n;
  memset(cast(to), 0, n);
  return 0;
}

export function strncpy_from_user(to: usize, from: usize, n: u32): i32 {
  might_sleep();
  if (from < BAD) return -14;
  for (let i: u32 = 0; i < n; i++) {
    writeb(to + i, readb(from + i));
    if (readb(from + i) === 0) return i as i32;
  }
  return n as i32;
}
