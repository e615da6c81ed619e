/** Signals in tests on the host: counted, never pending. */
import type { TaskStruct } from './task.ts';

export const SIGINT = 2;
export const SIGQUIT = 3;
export const SIGPIPE = 13;
export const SIGTSTP = 20;

let last: u32 = 0;

export function signal_pending(task: TaskStruct): bool {
  return false;
}

export function send_sig(sig: u32, task: TaskStruct): i32 {
  last = sig;
  return 0;
}

export function kill_pg(pgrp: i32, sig: u32): i32 {
  last = sig;
  return 0;
}

/** The last signal sent, once. */
export function take_signal(): u32 {
  const sig = last;
  last = 0;
  return sig;
}
