/** A task, the thing that is scheduled: Linux 2.4, include/linux/sched.h. */
import { INIT_LIST_HEAD, list_entry, ListHead } from '../../lib/list.ts';
import { THREAD_SIZE } from '../arch/layout.ts';
import type { FsStruct } from '../fs/fs_struct.ts';
import type { FilesStruct } from '../fs/file.ts';
import { Atomic, atomic_dec_and_test, atomic_inc, atomic_set } from '../locking/atomic.ts';
import { Completion, init_completion } from '../locking/completion.ts';
import { RwLock, rwlock_init } from '../locking/rwlock.ts';
import { spin_lock_init, SpinLock } from '../locking/spinlock.ts';
import type { MmStruct } from '../mm/mmap.ts';
import { free_task_struct } from './fork.ts';
import { init_waitqueue_head, WaitQueueHead } from './wait.ts';

// TaskStruct.state.
export const TASK_RUNNING = 0;
export const TASK_INTERRUPTIBLE = 1;
export const TASK_UNINTERRUPTIBLE = 2;
/** It has exited; its parent may collect it. */
export const TASK_ZOMBIE = 4;
export const TASK_STOPPED = 8;
/** It has been collected. */
export const TASK_DEAD = 16;

// TaskStruct.on_rq, besides 0 and 1.
/** It is runnable and between two queues. */
export const ON_RQ_MIGRATING = 2;

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
  ra: usize;
  sp: usize;
  s: Arr<usize, 12>;
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
  /** 0 on no run queue, 1 on one, or ON_RQ_MIGRATING. */
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
  /** As wait4 gives it: a signal, the exit code << 8, or, stopped, a signal << 8 | 0x7f. */
  exit_code: i32;
  /** It is stopped, and the parent knows. */
  stop_told: u32;
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
  /** The addresses that its user copies may touch: USER_DS or KERNEL_DS of arch/uaccess.ts. */
  addr_limit: u32;
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
  /** The isolation layer's: the innermost crossing, and the objects that calls into extensions have. */
  nooks: usize;
  nooks_objects: usize;
}

/**
 * All tasks, and who is whose child. Taken for reading in interrupts too, so for writing with interrupts off. Within
 * it: alloc_lock, sigmask_lock, wait queues, run queues.
 */
export let tasklist_lock!: Embed<RwLock>;
/** Of TaskStruct.tasks. */
export let task_list!: Embed<ListHead>;

export function task_init(): void {
  rwlock_init(tasklist_lock, 'tasklist_lock');
  INIT_LIST_HEAD(task_list);
}

/** A task's locks, lists and counts, in memory that is zero. Takes no lock and needs no current(). */
export function init_task_struct(task: TaskStruct, stack: usize, name: cstr): void {
  task.stack = stack;
  task.thread.kernel_sp = stack + THREAD_SIZE;
  task.cpus_allowed = 0xffffffff;
  task.parent = task;
  set_task_comm(task, name);
  atomic_set(task.usage, 1);
  INIT_LIST_HEAD(task.run_list);
  INIT_LIST_HEAD(task.children);
  INIT_LIST_HEAD(task.sibling);
  INIT_LIST_HEAD(task.tasks);
  init_waitqueue_head(task.wait_chldexit);
  init_completion(task.exited);
  spin_lock_init(task.sigmask_lock, 'sigmask_lock');
  spin_lock_init(task.alloc_lock, 'alloc_lock');
}

/** The task with that pid, exited or not; tasklist_lock is held. */
export function find_task_by_pid(pid: i32): TaskStruct | null {
  for (let link = task_list.next; link !== task_list; link = link.next) {
    const task = list_entry<TaskStruct>(link, offsetof<TaskStruct>('tasks'));
    if (task.pid === pid) return task;
  }
  return null;
}

/** Keeps the struct and the stack from being freed. */
export function get_task_struct(task: TaskStruct): void {
  atomic_inc(task.usage);
}

/** Frees them with the last reference, which cannot be before the task is switched away from for good. @sleeps */
export function put_task_struct(task: TaskStruct): void {
  if (atomic_dec_and_test(task.usage)) free_task_struct(task);
}

/** Gives the task a name, of which it keeps 15 bytes. */
export function set_task_comm(task: TaskStruct, name: cstr): void {
  let at: u32 = 0;
  for (; at < TASK_COMM_LEN - 1 && name[at] !== 0; at++) task.comm[at] = name[at];
  for (; at < TASK_COMM_LEN; at++) task.comm[at] = 0;
}

/** The same as text. @inline */
export function task_comm(task: TaskStruct): cstr {
  return cast<cstr>(task.comm);
}
