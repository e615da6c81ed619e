/**
 * The end of tasks: Linux 2.4, kernel/exit.c.
 *
 * A task that has exited is a zombie: its struct, with the exit code, and its stack remain until its parent collects
 * it. Kernel threads, and orphans when there is no init, are collected by keventd. The one who collects a zombie waits
 * until no hart runs it any more (`on_cpu`): it may still be on its way through its last schedule().
 */
import {
  list_add_tail, list_del, list_del_init, list_empty, list_entry, INIT_LIST_HEAD, ListHead,
} from '../../lib/list.ts';
import { cpu_relax, current } from '../arch/cpu.ts';
import { panic } from '../debug/panic.ts';
import { ECHILD, ERESTARTSYS } from '../errno.ts';
import { exit_files } from '../fs/file.ts';
import { exit_fs } from '../fs/fs_struct.ts';
import { complete_all } from '../locking/completion.ts';
import { local_irq_disable, local_irq_enable } from '../locking/irqflags.ts';
import { in_interrupt, preempt_disable } from '../locking/preempt.ts';
import { read_lock, read_unlock, write_lock_irq, write_unlock_irq } from '../locking/rwlock.ts';
import { spin_lock, spin_unlock, spin_unlock_irqrestore } from '../locking/spinlock.ts';
import { mmput, switch_mm } from '../mm/mmap.ts';
import { init_tq, schedule_task, TqStruct } from './context.ts';
import { idle_tasks } from './idle.ts';
import { task_rq_lock } from './runqueue.ts';
import { schedule } from './sched.ts';
import { send_sig, signal_pending } from './signal.ts';
import {
  EXIT_DETACHED, PF_EXITING, put_task_struct, TASK_DEAD, TASK_INTERRUPTIBLE, TASK_STOPPED, TASK_ZOMBIE, tasklist_lock,
  TaskStruct,
} from './task.ts';
import { finish_wait, init_wait, prepare_to_wait, WaitQueue, wake_up_interruptible } from './wait.ts';

// wait4's options: do not wait; tell of stopped children too.
export const WNOHANG = 1;
export const WUNTRACED = 2;

/** The parent of orphans; before there is an init, the first idle task, which waits for nobody. */
let child_reaper!: TaskStruct;
/** Exited tasks that nobody waits for, linked by `sibling`; tasklist_lock protects it. */
let dead_tasks!: Embed<ListHead>;
let reap!: Embed<TqStruct>;

export function exit_init(): void {
  child_reaper = idle_tasks[0];
  INIT_LIST_HEAD(dead_tasks);
  init_tq(reap, reap_dead_tasks, 0);
}

/** Makes the task the parent of orphans from now on. */
export function set_child_reaper(task: TaskStruct): void {
  write_lock_irq(tasklist_lock);
  child_reaper = task;
  write_unlock_irq(tasklist_lock);
}

/** Ends the current task; `code` as wait4 gives it: a signal's number, or the program's code << 8. */
export function do_exit(code: i32): never {
  const task = current();
  if (in_interrupt()) panic('Aiee, killing interrupt handler!');
  if (task.pid === 0) panic('Attempted to kill the idle task!');
  if (task.pid === 1) panic('Attempted to kill init! exit code %08x', code);
  task.flags |= PF_EXITING;
  exit_mm(task);
  exit_files(task);
  exit_fs(task);
  exit_notify(task, code);
  schedule();
  panic('a dead task runs');
}

/** Leaves the address space. With interrupts off, so that no switch comes while the two do not agree. */
export function exit_mm(task: TaskStruct): void {
  const mm = task.mm;
  if (mm === null) return;
  spin_lock(task.alloc_lock);
  local_irq_disable();
  task.mm = null;
  switch_mm(mm, null);
  local_irq_enable();
  spin_unlock(task.alloc_lock);
  mmput(mm);
}

/** Gives the children away, tells the parent, and makes the task a zombie, with preemption off until schedule(). */
function exit_notify(task: TaskStruct, code: i32): void {
  preempt_disable();
  write_lock_irq(tasklist_lock);
  while (!list_empty(task.children)) {
    reparent(list_entry<TaskStruct>(task.children.next, offsetof<TaskStruct>('sibling')));
  }
  task.exit_code = code;
  complete_all(task.exited);
  set_zombie(task);
  if (task.exit_signal === EXIT_DETACHED) bury(task);
  else notify_parent(task);
  write_unlock_irq(tasklist_lock);
}

/** Under the run queue's lock: a waker that still saw another state has set it by now, and none does later. */
function set_zombie(task: TaskStruct): void {
  const flags = local<Arr<u32, 1>>();
  const rq = task_rq_lock(task, flags);
  task.state = TASK_ZOMBIE;
  spin_unlock_irqrestore(rq.lock, flags[0]);
}

function reparent(child: TaskStruct): void {
  list_del(child.sibling);
  child.parent = child_reaper;
  list_add_tail(child.sibling, child_reaper.children);
  if (child_reaper === idle_tasks[0]) {
    child.exit_signal = EXIT_DETACHED;
    if (child.state === TASK_ZOMBIE) bury(child);
  } else if (child.state === TASK_ZOMBIE) notify_parent(child);
}

/** tasklist_lock is held. */
export function notify_parent(task: TaskStruct): void {
  if (task.exit_signal > 0) send_sig(task.exit_signal as u32, task.parent);
  wake_up_interruptible(task.parent.wait_chldexit);
}

/** Leaves a zombie to keventd. */
function bury(task: TaskStruct): void {
  list_del(task.sibling);
  list_add_tail(task.sibling, dead_tasks);
  schedule_task(reap);
}

function reap_dead_tasks(_: usize): void {
  for (;;) {
    write_lock_irq(tasklist_lock);
    if (list_empty(dead_tasks)) {
      write_unlock_irq(tasklist_lock);
      return;
    }
    const task = list_entry<TaskStruct>(dead_tasks.next, offsetof<TaskStruct>('sibling'));
    write_unlock_irq(tasklist_lock);
    release_task(task);
  }
}

/** Forgets a zombie that belongs to the caller alone. @sleeps */
function release_task(task: TaskStruct): void {
  unlink_task(task);
  while (task.on_cpu !== 0) cpu_relax();
  task.state = TASK_DEAD;
  put_task_struct(task);
}

/** Takes the task out of the lists: it can be found no more. */
export function unlink_task(task: TaskStruct): void {
  write_lock_irq(tasklist_lock);
  list_del_init(task.tasks);
  list_del_init(task.sibling);
  write_unlock_irq(tasklist_lock);
}

/**
 * Waits for a child to exit: `pid` of one, -1 for any, 0 for any of the own process group, -g for any of group g. Gives
 * its pid, 0 with WNOHANG if none has exited, -ECHILD or -ERESTARTSYS; its exit code goes to `*code` if not null.
 * @sleeps
 */
export function wait_task(pid: i32, code: Ptr<i32> | null, options: u32): i32 {
  const task = current();
  const wait = local<WaitQueue>();
  init_wait(wait);
  let result: i32 = 0;
  for (;;) {
    prepare_to_wait(task.wait_chldexit, wait, TASK_INTERRUPTIBLE);
    const found = local<FoundChild>();
    result = find_child(task, pid, options, found);
    const child = found.child;
    if (child !== null) {
      finish_wait(task.wait_chldexit, wait);
      result = child.pid;
      if (code !== null) code[0] = found.code;
      if (found.exited) release_task(child);
      return result;
    }
    if (result !== 0 || (options & WNOHANG) !== 0) break;
    if (signal_pending(task)) {
      result = -ERESTARTSYS;
      break;
    }
    schedule();
  }
  finish_wait(task.wait_chldexit, wait);
  return result;
}

/** Whether wait_task would find a child of the current task that has exited: for who waits for other things too. */
export function child_has_exited(): bool {
  const found = local<FoundChild>();
  find_child(current(), -1, 0, found);
  return found.child !== null && found.exited;
}

/** What the parent is told of; one that has stopped may have exited since, and will be told of again. */
class FoundChild {
  child: TaskStruct | null;
  code: i32;
  exited: bool;
}

/**
 * Finds a child that exited, or stopped, or null; gives -ECHILD if there is no child to wait for, else 0. A child does
 * not go away meanwhile: only its parent, which is the caller, collects it.
 */
function find_child(parent: TaskStruct, pid: i32, options: u32, found: FoundChild): i32 {
  let result: i32 = -ECHILD;
  found.child = null;
  read_lock(tasklist_lock);
  for (let link = parent.children.next; link !== parent.children; link = link.next) {
    const child = list_entry<TaskStruct>(link, offsetof<TaskStruct>('sibling'));
    if (!is_meant(parent, child, pid) || child.exit_signal === EXIT_DETACHED) continue;
    result = 0;
    found.exited = child.state === TASK_ZOMBIE;
    if (!found.exited && !has_stopped(child, options)) continue;
    found.child = child;
    found.code = child.exit_code;
    break;
  }
  read_unlock(tasklist_lock);
  return result;
}

/** Whether the child has stopped, and its parent, who asks, has not been told. */
function has_stopped(child: TaskStruct, options: u32): bool {
  if ((options & WUNTRACED) === 0 || child.state !== TASK_STOPPED || child.stop_told !== 0) return false;
  child.stop_told = 1;
  return true;
}

function is_meant(parent: TaskStruct, child: TaskStruct, pid: i32): bool {
  if (pid > 0) return child.pid === pid;
  if (pid === -1) return true;
  return child.pgrp === (pid === 0 ? parent.pgrp : -pid);
}
