/** Making tasks: Linux 2.4, kernel/fork.c; kernel threads with 2.6's kthread_stop (kernel/kthread.c). */
import { TaskStruct } from './task.ts';

export declare function fork_init(): void;
/**
 * A new task, a child of the current one, that will call `fn(arg)` in the kernel, not yet running: the caller sets the
 * rest (mm, files, fs, exit_signal) and calls wake_up_new_task. Its number is its exit code, unless `fn` returns
 * nothing because it made the task a process. Null for no memory. @sleeps
 */
export declare function create_task(fn: (arg: usize) => i32, arg: usize, name: cstr): TaskStruct | null;
/**
 * A thread of the kernel, running, whose result is its exit code; nobody need wait for it. Null for no memory.
 * @sleeps
 */
export declare function kernel_thread(fn: (arg: usize) => i32, arg: usize, name: cstr): TaskStruct | null;
/** The same on one hart only. @sleeps */
export declare function kernel_thread_on(
  cpu: u32, fn: (arg: usize) => i32, arg: usize, name: cstr,
): TaskStruct | null;
/** Tells the thread to stop, waits for that, and gives its result; it must not have exited before unless the caller
 * holds a reference. @sleeps */
export declare function kthread_stop(task: TaskStruct): i32;
/** Whether someone waits in kthread_stop for the current thread. */
export declare function kthread_should_stop(): bool;
