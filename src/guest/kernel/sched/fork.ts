/** Making tasks: Linux 2.4, kernel/fork.c; kernel threads with 2.6's kthread_stop (kernel/kthread.c). */
import { list_add_tail, list_entry } from '../../lib/list.ts';
import { memset } from '../../lib/memory.ts';
import { current } from '../arch/cpu.ts';
import { PtRegs } from '../arch/ptrace.ts';
import { ret_from_fork } from '../arch/switch.ts';
import { panic } from '../debug/panic.ts';
import { wait_for_completion } from '../locking/completion.ts';
import { write_lock_irq, write_unlock_irq } from '../locking/rwlock.ts';
import { GFP_KERNEL } from '../mm/page_alloc.ts';
import { kmem_cache_alloc, kmem_cache_create, kmem_cache_free, KmemCache } from '../mm/slab.ts';
import { alloc_thread_stack, free_thread_stack } from '../mm/vmalloc.ts';
import { do_exit, unlink_task } from './exit.ts';
import { idle_tasks } from './idle.ts';
import { schedule_tail, wake_up_new_task, wake_up_process } from './sched.ts';
import { SIGCHLD } from './signal.ts';
import {
  EXIT_DETACHED, find_task_by_pid, get_task_struct, init_task_struct, PF_KTHREAD, put_task_struct, task_list,
  tasklist_lock, TaskStruct,
} from './task.ts';

/** Pids are 1 to PID_MAX - 1; after the last one, those below RESERVED_PIDS are not given again. */
const PID_MAX = 0x8000;
const RESERVED_PIDS = 300;

/** preempt_count where a task begins, as where schedule() switches: its own, and the run queue's lock. */
const FORK_PREEMPT_COUNT = 2;

let task_cachep: KmemCache | null = null;
/** The pid given last; tasklist_lock protects it. */
let last_pid: i32 = 0;

export function fork_init(): void {
  task_cachep = kmem_cache_create('task_struct', sizeof<TaskStruct>(), 0, 0, null, null);
  if (task_cachep === null) panic('no memory for tasks');
}

/**
 * A new task, a child of the current one, of whose process group and signal settings it is. It will call `fn(arg)`, and
 * if that returns, go to user mode with the registers at task_regs(task). It does not run yet: the caller sets the rest
 * (mm, files, fs) and calls wake_up_new_task, or free_new_task. Null for no memory. @sleeps
 */
export function create_task(fn: (arg: usize) => void, arg: usize, name: cstr): TaskStruct | null {
  const task = alloc_task_struct(name);
  if (task === null) return null;
  const parent = current();
  start_at(task, addr(fn), arg);
  task.nice = parent.nice;
  task.pgrp = parent.pgrp;
  task.session = parent.session;
  task.exit_signal = SIGCHLD as i32;
  task.blocked = parent.blocked;
  task.ignored = parent.ignored;
  link_task(task, parent);
  return task;
}

/** Unmakes a task that was never woken. @sleeps */
export function free_new_task(task: TaskStruct): void {
  unlink_task(task);
  put_task_struct(task);
}

/**
 * A thread of the kernel, running, whose result is its exit code. Nobody need wait for it: it ignores signals, and what
 * it takes is freed when it ends, so that only one that runs until kthread_stop can be told by its address later. Null
 * for no memory. @sleeps
 */
export function kernel_thread(fn: (arg: usize) => i32, arg: usize, name: cstr): TaskStruct | null {
  return start_thread(0xffffffff, fn, arg, name);
}

/** The same on one hart only. @sleeps */
export function kernel_thread_on(cpu: u32, fn: (arg: usize) => i32, arg: usize, name: cstr): TaskStruct | null {
  return start_thread(1 << cpu, fn, arg, name);
}

function start_thread(cpus: u32, fn: (arg: usize) => i32, arg: usize, name: cstr): TaskStruct | null {
  const task = alloc_task_struct(name);
  if (task === null) return null;
  start_at(task, addr(kthread), 0);
  task.flags = PF_KTHREAD;
  task.thread_fn = fn;
  task.thread_arg = arg;
  task.cpus_allowed = cpus;
  task.exit_signal = EXIT_DETACHED;
  task.ignored = 0xffffffff;
  link_task(task, idle_tasks[0]);
  wake_up_new_task(task);
  return task;
}

/** Where a kernel thread begins. */
function kthread(_: usize): never {
  const task = current();
  do_exit(task.thread_fn(task.thread_arg));
}

/** Tells a thread to stop, wakes it, waits until it has ended, and gives its result. @sleeps */
export function kthread_stop(task: TaskStruct): i32 {
  get_task_struct(task);
  task.should_stop = 1;
  // Orders the store before the look at the state, as the thread sets its state before it looks at should_stop.
  wake_up_process(task);
  wait_for_completion(task.exited);
  const result = task.exit_code;
  put_task_struct(task);
  return result;
}

/** Whether someone waits in kthread_stop for the current thread. */
export function kthread_should_stop(): bool {
  return current().should_stop !== 0;
}

function alloc_task_struct(name: cstr): TaskStruct | null {
  if (task_cachep === null) return null;
  const memory = kmem_cache_alloc(task_cachep, GFP_KERNEL);
  if (memory === 0) return null;
  const stack = alloc_thread_stack();
  if (stack === 0) {
    kmem_cache_free(task_cachep, memory);
    return null;
  }
  memset(cast<unknown>(memory), 0, sizeof<TaskStruct>());
  const task = cast<TaskStruct>(memory);
  init_task_struct(task, stack, name);
  return task;
}

/** For put_task_struct. @sleeps */
export function free_task_struct(task: TaskStruct): void {
  free_thread_stack(task.stack);
  if (task_cachep !== null) kmem_cache_free(task_cachep, addr(task));
}

/** Lets the task begin, in ret_from_fork, by telling schedule_tail of its predecessor and then calling `fn(arg)`. */
function start_at(task: TaskStruct, fn: usize, arg: usize): void {
  const thread = task.thread;
  // Below the frame with which it goes to user mode, all zero as yet.
  thread.sp = thread.kernel_sp - sizeof<PtRegs>();
  memset(cast<unknown>(thread.sp), 0, sizeof<PtRegs>());
  thread.ra = addr(ret_from_fork);
  thread.s[0] = addr(schedule_tail);
  thread.s[1] = fn;
  thread.s[2] = arg;
  task.preempt_count = FORK_PREEMPT_COUNT;
}

/** Gives the task a pid and puts it into the lists. */
function link_task(task: TaskStruct, parent: TaskStruct): void {
  write_lock_irq(tasklist_lock);
  task.pid = get_pid();
  if (task.pgrp === 0) {
    task.pgrp = task.pid;
    task.session = task.pid;
  }
  task.parent = parent;
  list_add_tail(task.sibling, parent.children);
  list_add_tail(task.tasks, task_list);
  write_unlock_irq(tasklist_lock);
}

/** A pid that is no task's and no group's. */
function get_pid(): i32 {
  for (;;) {
    last_pid++;
    if (last_pid >= PID_MAX) last_pid = RESERVED_PIDS;
    if (find_task_by_pid(last_pid) === null && !is_pgrp(last_pid)) return last_pid;
  }
}

function is_pgrp(pid: i32): bool {
  for (let link = task_list.next; link !== task_list; link = link.next) {
    const task = list_entry<TaskStruct>(link, offsetof<TaskStruct>('tasks'));
    if (task.pgrp === pid || task.session === pid) return true;
  }
  return false;
}
