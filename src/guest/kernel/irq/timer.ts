/** Timers: Linux 2.4, kernel/timer.c, with a wheel for each hart. */
import { ListHead } from '../../lib/list.ts';

/**
 * A function to call at a time. init_timer first; then the owner sets `function`, `data`, `expires`.
 * @object release del_timer_sync
 */
export class TimerList {
  list: Embed<ListHead>;
  /** In jiffies. */
  expires: u32;
  data: usize;
  function: (data: usize) => void;
  /** The wheel it is in or was last, a TimerBase; 0 for a moment while it changes. */
  base: Volatile<usize>;
}

export declare function timers_init(): void;
export declare function init_timer(timer: TimerList): void;
/** Starts a timer that is not pending: on this hart. */
export declare function add_timer(timer: TimerList): void;
/** Starts or moves a timer; 1 if it was pending. */
export declare function mod_timer(timer: TimerList, expires: u32): i32;
/** Stops a timer; 1 if it was pending. Its function may still be running on another hart. */
export declare function del_timer(timer: TimerList): i32;
/** Stops a timer and waits until its function runs nowhere; not in interrupts, nor with a lock the function takes. */
export declare function del_timer_sync(timer: TimerList): i32;
export declare function timer_pending(timer: TimerList): bool;
/** From the clock interrupt of each hart, once a tick, after jiffies was counted; `user`: that was in user mode. */
export declare function do_timer(user: bool): void;

/** Whether jiffies `a` is later than `b`, across the wrap. @inline */
export function time_after(a: u32, b: u32): bool {
  return ((b - a) as i32) < 0;
}

/** @inline */
export function time_before(a: u32, b: u32): bool {
  return time_after(b, a);
}

/** @inline */
export function time_after_eq(a: u32, b: u32): bool {
  return ((a - b) as i32) >= 0;
}
