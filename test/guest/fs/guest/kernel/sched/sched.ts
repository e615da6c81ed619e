/** Sleeping in tests on the host: nobody would wake the only task. */
import { BUG } from '../debug/panic.ts';

export const MAX_SCHEDULE_TIMEOUT = 0x7fffffff;

export function schedule(): void {
  BUG();
}

export function schedule_timeout(timeout: i32): i32 {
  return 0;
}

export function set_current_state(state: u32): void {
  return;
}
