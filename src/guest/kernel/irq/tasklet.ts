/** Tasklets: Linux 2.4, include/linux/interrupt.h, kernel/softirq.c. */
import { Atomic } from '../locking/atomic.ts';

// Bits of TaskletStruct.state.
/** It is in a hart's list. */
export const TASKLET_STATE_SCHED = 0;
/** It runs. */
export const TASKLET_STATE_RUN = 1;

/** @object release tasklet_kill */
export class TaskletStruct {
  next: TaskletStruct | null;
  state: Volatile<u32>;
  /** Not run while this is not 0. */
  count: Embed<Atomic>;
  func: (data: usize) => void;
  data: usize;
}

export declare function tasklet_init(t: TaskletStruct, func: (data: usize) => void, data: usize): void;
/** Makes it run once, soon, on this hart; no more than once however often this is called before it runs. */
export declare function tasklet_schedule(t: TaskletStruct): void;
/** The same, before the others. */
export declare function tasklet_hi_schedule(t: TaskletStruct): void;
/** Nests; does not wait for it. */
export declare function tasklet_disable_nosync(t: TaskletStruct): void;
/** Nests; afterwards it does not run. Not from itself. */
export declare function tasklet_disable(t: TaskletStruct): void;
export declare function tasklet_enable(t: TaskletStruct): void;
/** Waits until it has run if it is scheduled, and does not run. Nobody may schedule it again. @sleeps */
export declare function tasklet_kill(t: TaskletStruct): void;
export declare function tasklets_init(): void;
