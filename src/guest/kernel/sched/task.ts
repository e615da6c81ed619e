/** A task, the thing that is scheduled: Linux 2.4, include/linux/sched.h. */
import { ListHead } from '../../lib/list.ts';
import type { FsStruct } from '../fs/fs_struct.ts';
import type { FilesStruct } from '../fs/file.ts';
import { Atomic } from '../locking/atomic.ts';
import { Completion } from '../locking/completion.ts';
import { RwLock } from '../locking/rwlock.ts';
import { SpinLock } from '../locking/spinlock.ts';
import type { MmStruct } from '../mm/mmap.ts';
import { WaitQueueHead } from './wait.ts';

// TaskStruct.state.
export const TASK_RUNNING = 0;
export const TASK_INTERRUPTIBLE = 1;
export const TASK_UNINTERRUPTIBLE = 2;
/** It has exited; its parent may collect it. */
export const TASK_ZOMBIE = 4;
export const TASK_STOPPED = 8;
/** It has been collected. */
export const TASK_DEAD = 16;

// TaskStruct.flags.
export const PF_EXITING = 4;
/** A kernel thread. */
export const PF_KTHREAD = 8;
/** A hart's idle task. */
export const PF_IDLE = 16;

/** Bytes of a task's name with its NUL. */
export const TASK_COMM_LEN = 16;
/** Locks that one task can hold at a time, its interrupts' included. */
export const MAX_LOCK_DEPTH = 16;
/** TaskStruct.exit_signal of a task that nobody waits for: it is collected as soon as it has exited. */
export const EXIT_DETACHED = -1;

/** What of the processor belongs to a task that does not run: arch/switch.ts. */
export class ThreadStruct {
  ra: u32;
  sp: u32;
  s: Arr<u32, 12>;
  /** Where its kernel stack begins at a trap from user mode or goes on at one from a protection domain. */
  kernel_sp: usize;
}

/**
 * `state`, `run_list`, `on_rq`, `counter`, `nice`, `processor` are the run queue's (its lock is sched/runqueue.ts), but
 * the task itself sets its state. `parent`, `children`, `sibling`, `tasks`, `exit_code` are tasklist_lock's, the
 * signal fields `sigmask_lock`'s, `mm`, `files`, `fs` the task's own: others look at them under `alloc_lock`.
 */
export class TaskStruct {
  state: Volatile<u32>;
  flags: u32;
  /** See preempt.ts; only the hart that runs the task touches it. */
  preempt_count: u32;
  /** The hart that runs it should call schedule() soon. */
  need_resched: Volatile<u32>;
  thread: Embed<ThreadStruct>;
  /** The lowest address of its kernel stack, THREAD_SIZE bytes. */
  stack: usize;

  /** The hart whose run queue it is on, or was last. */
  processor: Volatile<u32>;
  /** Some hart runs it: its stack and `thread` are in use. */
  on_cpu: Volatile<u32>;
  /** It is on a run queue. */
  on_rq: u32;
  run_list: Embed<ListHead>;
  /** Ticks left of its time slice. */
  counter: i32;
  /** -20 (gets most) to 19. */
  nice: i32;
  /** The run queue's epoch up to which `counter` has been made up. */
  epoch: u32;
  /** Harts it may run on, a bit each. */
  cpus_allowed: u32;
  /** It called yield_(): the others first, once. */
  yielded: u32;
  utime: u32;
  stime: u32;
  start_time: u32;
  /** How often it was switched to. */
  switches: u32;

  pid: i32;
  /** Process group and session, for the terminal. */
  pgrp: i32;
  session: i32;
  comm: Arr<u8, 16>;
  usage: Embed<Atomic>;
  parent: TaskStruct;
  children: Embed<ListHead>;
  sibling: Embed<ListHead>;
  /** All tasks but the idle ones. */
  tasks: Embed<ListHead>;
  wait_chldexit: Embed<WaitQueueHead>;
  /** As wait4 gives it: a signal, or the exit code << 8. */
  exit_code: i32;
  /** What the parent is sent: SIGCHLD, 0 for nothing, EXIT_DETACHED. */
  exit_signal: i32;
  /** Done when it has exited, for kthread_stop. */
  exited: Embed<Completion>;
  should_stop: Volatile<u32>;

  /** Bit n - 1 for signal n. */
  pending: Volatile<u32>;
  blocked: u32;
  ignored: u32;
  /** Innermost but for run queues: also taken in interrupts. */
  sigmask_lock: Embed<SpinLock>;

  /** Null for kernel threads. */
  mm: MmStruct | null;
  files: FilesStruct | null;
  fs: FsStruct | null;
  /** Outside of all locks but tasklist_lock; not taken in interrupts. */
  alloc_lock: Embed<SpinLock>;

  /** What kernel_thread was given. */
  thread_fn: (arg: usize) => i32;
  thread_arg: usize;
  /** Locks it holds, SpinLock or RwLock, in the order in which they were taken. */
  held_locks: Arr<usize, 16>;
  lock_depth: u32;
  /** The semaphore it waits for, 0 if none. */
  blocked_on: usize;
  /** The isolation layer's. */
  nooks: usize;
}

/**
 * All tasks, and who is whose child. Taken for reading in interrupts too, so for writing with interrupts off. Within it:
 * alloc_lock, sigmask_lock, wait queues, run queues.
 */
export let tasklist_lock!: Embed<RwLock>;
/** Of TaskStruct.tasks. */
export let task_list!: Embed<ListHead>;

export declare function task_init(): void;
/** The task with that pid, exited or not; tasklist_lock is held. */
export declare function find_task_by_pid(pid: i32): TaskStruct | null;
/** Keeps the struct and the stack from being freed. */
export declare function get_task_struct(task: TaskStruct): void;
/** Frees them with the last reference. @sleeps */
export declare function put_task_struct(task: TaskStruct): void;
/** Gives the task a name, of which it keeps 15 bytes. */
export declare function set_task_comm(task: TaskStruct, name: cstr): void;
/** The same as text. @inline */
export function task_comm(task: TaskStruct): cstr {
  return cast<cstr>(task.comm);
}
