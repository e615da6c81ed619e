/** "Something is done", once or several times: Linux 2.4, include/linux/completion.h. */
import { WaitQueueHead } from '../sched/wait.ts';

export class Completion {
  /** How many waits may yet pass; `wait.lock` protects it. */
  done: u32;
  wait: Embed<WaitQueueHead>;
}

export declare function init_completion(x: Completion): void;
/** @sleeps */
export declare function wait_for_completion(x: Completion): void;
/** Lets one waiter pass; also in interrupts. Does not touch `x` after the waiter can go on. */
export declare function complete(x: Completion): void;
/** Lets all waiters pass, now and later. */
export declare function complete_all(x: Completion): void;
