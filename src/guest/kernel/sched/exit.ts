/** The end of tasks: Linux 2.4, kernel/exit.c. */
import { TaskStruct } from './task.ts';

// wait4's options.
export const WNOHANG = 1;
export const WUNTRACED = 2;

export declare function exit_init(): void;
/** Ends the current task; `code` as wait4 gives it: a signal's number, or the program's code << 8. */
export declare function do_exit(code: i32): never;
/**
 * Waits for a child to exit: `pid` of one, -1 for any, 0 for any of the own process group, -g for any of group g. Gives
 * its pid, 0 with WNOHANG if none has exited, -ECHILD or -ERESTARTSYS; its exit code goes to `*code` if not null.
 * @sleeps
 */
export declare function wait_task(pid: i32, code: Ptr<i32> | null, options: u32): i32;
/** The task that becomes the parent of orphans. */
export declare function set_child_reaper(task: TaskStruct): void;
