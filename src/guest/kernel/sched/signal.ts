/**
 * Signals: Linux 2.4, kernel/signal.c, arch/i386/kernel/signal.c. There are no handlers in user programs: a signal is
 * ignored, ends the process, or stops it.
 */
import { current } from '../arch/cpu.ts';
import type { PtRegs } from '../arch/ptrace.ts';
import { smp_send_reschedule } from '../arch/smp.ts';
import { list_entry } from '../../lib/list.ts';
import { EINVAL, ESRCH } from '../errno.ts';
import { ffs } from '../locking/bitops.ts';
import { preempt_disable, preempt_enable } from '../locking/preempt.ts';
import { read_lock_irqsave, read_unlock_irqrestore } from '../locking/rwlock.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../locking/spinlock.ts';
import { do_exit, notify_parent } from './exit.ts';
import { schedule, set_current_state, try_to_wake_up } from './sched.ts';
import {
  find_task_by_pid, task_list, tasklist_lock, TASK_INTERRUPTIBLE, TASK_STOPPED, TaskStruct,
} from './task.ts';

export const SIGHUP = 1;
export const SIGINT = 2;
export const SIGQUIT = 3;
export const SIGILL = 4;
export const SIGTRAP = 5;
export const SIGABRT = 6;
export const SIGBUS = 7;
export const SIGFPE = 8;
export const SIGKILL = 9;
export const SIGUSR1 = 10;
export const SIGSEGV = 11;
export const SIGUSR2 = 12;
export const SIGPIPE = 13;
export const SIGALRM = 14;
export const SIGTERM = 15;
export const SIGCHLD = 17;
export const SIGCONT = 18;
export const SIGSTOP = 19;
export const SIGTSTP = 20;
export const SIGTTIN = 21;
export const SIGTTOU = 22;
export const SIGURG = 23;
export const SIGWINCH = 28;
/** Signals are 1 to _NSIG. */
export const _NSIG = 32;

/** A signal's bit in the sets of TaskStruct. @inline */
export function sigmask(sig: u32): u32 {
  return 1 << (sig - 1);
}

const KILL_BIT = 1 << (SIGKILL - 1);
const STOP_BITS = 1 << (SIGSTOP - 1) | 1 << (SIGTSTP - 1) | 1 << (SIGTTIN - 1) | 1 << (SIGTTOU - 1);
const CONT_BIT = 1 << (SIGCONT - 1);
/** Can neither be blocked nor ignored. */
const SURE_BITS = KILL_BIT | 1 << (SIGSTOP - 1);
/** Nothing happens unless someone waits for them. */
const IGNORED_BITS = CONT_BIT | 1 << (SIGCHLD - 1) | 1 << (SIGURG - 1) | 1 << (SIGWINCH - 1);

/** Whether a signal awaits the task. */
export function signal_pending(task: TaskStruct): bool {
  return (task.pending & ~task.blocked) !== 0;
}

/** Whether one awaits that the task, about to sleep in its state, must not sleep over: for schedule(). */
export function signal_pending_state(task: TaskStruct): bool {
  if (task.state === TASK_INTERRUPTIBLE) return signal_pending(task);
  return task.state === TASK_STOPPED && (task.pending & (KILL_BIT | CONT_BIT)) !== 0;
}

/** Sends a signal; also in interrupts. 0 or -EINVAL. */
export function send_sig(sig: u32, task: TaskStruct): i32 {
  if (sig === 0) return 0;
  if (sig > _NSIG) return -EINVAL;
  const flags = spin_lock_irqsave(task.sigmask_lock);
  const bit = sigmask(sig);
  // Stopping and going on undo each other.
  if ((bit & STOP_BITS) !== 0) task.pending &= ~CONT_BIT;
  if (bit === CONT_BIT) task.pending &= ~STOP_BITS;
  const kept = !is_ignored(task, bit);
  if (kept) task.pending |= bit;
  spin_unlock_irqrestore(task.sigmask_lock, flags);
  if (bit === CONT_BIT) try_to_wake_up(task, TASK_STOPPED);
  if (kept && signal_pending(task)) signal_wake_up(task, bit);
  return 0;
}

/** The same for a signal that the task can neither block nor ignore: something it did makes it impossible to go on. */
export function force_sig(sig: u32, task: TaskStruct): i32 {
  if (sig === 0 || sig > _NSIG) return -EINVAL;
  const flags = spin_lock_irqsave(task.sigmask_lock);
  task.ignored &= ~sigmask(sig);
  task.blocked &= ~sigmask(sig);
  task.pending |= sigmask(sig);
  spin_unlock_irqrestore(task.sigmask_lock, flags);
  signal_wake_up(task, sigmask(sig));
  return 0;
}

/** init gets only what it cannot help: it has no handlers, and must not die. */
function is_ignored(task: TaskStruct, bit: u32): bool {
  if (task.pid === 1) return true;
  if ((bit & SURE_BITS) !== 0) return task.ignored === 0xffffffff;
  return ((IGNORED_BITS | task.ignored) & bit) !== 0;
}

/** Makes the task look at its signals: out of sleep, or, if it is in user mode on another hart, by an interrupt. */
function signal_wake_up(task: TaskStruct, bit: u32): void {
  const states: u32 = bit === KILL_BIT ? TASK_INTERRUPTIBLE | TASK_STOPPED : TASK_INTERRUPTIBLE;
  if (try_to_wake_up(task, states)) return;
  preempt_disable();
  if (task.on_cpu !== 0 && task.processor !== current().processor) smp_send_reschedule(task.processor);
  preempt_enable();
}

/** To the process with that pid: 0, -ESRCH or -EINVAL; `sig` 0 only asks. */
export function kill_proc(pid: i32, sig: u32): i32 {
  const flags = read_lock_irqsave(tasklist_lock);
  const task = find_task_by_pid(pid);
  const result = task === null ? -ESRCH : send_sig(sig, task);
  read_unlock_irqrestore(tasklist_lock, flags);
  return result;
}

/** To all of a process group. */
export function kill_pg(pgrp: i32, sig: u32): i32 {
  return pgrp > 0 ? kill_all(pgrp, sig) : -EINVAL;
}

/** kill(2): a pid, a negative group, 0 for the own group, -1 for all but init and the caller. */
export function sys_kill(pid: i32, sig: u32): i32 {
  if (sig > _NSIG) return -EINVAL;
  if (pid > 0) return kill_proc(pid, sig);
  if (pid === -1) return kill_all(0, sig);
  return kill_pg(pid === 0 ? current().pgrp : -pid, sig);
}

/** To a group, or for 0 to all but init and the caller. */
function kill_all(pgrp: i32, sig: u32): i32 {
  let result: i32 = -ESRCH;
  const flags = read_lock_irqsave(tasklist_lock);
  for (let link = task_list.next; link !== task_list; link = link.next) {
    const task = list_entry<TaskStruct>(link, offsetof<TaskStruct>('tasks'));
    const meant = pgrp === 0 ? task.pid > 1 && task !== current() : task.pgrp === pgrp;
    if (meant) result = send_sig(sig, task);
  }
  read_unlock_irqrestore(tasklist_lock, flags);
  return result;
}

/** Forgets the task's pending signals. */
export function flush_signals(task: TaskStruct): void {
  const flags = spin_lock_irqsave(task.sigmask_lock);
  task.pending = 0;
  spin_unlock_irqrestore(task.sigmask_lock, flags);
}

/** Sets which signals the task ignores (SIG_IGN), and forgets those of them that are pending. */
export function set_ignored_signals(task: TaskStruct, mask: u32): void {
  const flags = spin_lock_irqsave(task.sigmask_lock);
  task.ignored = mask & ~SURE_BITS;
  task.pending &= ~task.ignored;
  spin_unlock_irqrestore(task.sigmask_lock, flags);
}

/** On the way to user mode, interrupts on: acts on the pending signals; may not return. */
export function do_signal(_: PtRegs): void {
  const task = current();
  for (;;) {
    const bit = dequeue_signal(task);
    if (bit === 0) return;
    if ((bit & IGNORED_BITS) !== 0) continue;
    if ((bit & STOP_BITS) !== 0) do_stop(task);
    else do_exit(ffs(bit) as i32);
  }
}

/**
 * The bit of the lowest signal pending and not blocked, pending no more; 0 if there is none. If it is one that stops,
 * the task's state is TASK_STOPPED, for its parent to see.
 */
function dequeue_signal(task: TaskStruct): u32 {
  const flags = spin_lock_irqsave(task.sigmask_lock);
  const ready = task.pending & ~task.blocked;
  // SIGKILL before the others: it needs no company.
  const bit = (ready & KILL_BIT) !== 0 ? KILL_BIT : ready & (0 - ready);
  task.pending &= ~bit;
  // Together: SIGCONT undoes a stop that is pending, or wakes a task that stops, and finds one or the other.
  if ((bit & STOP_BITS) !== 0) {
    task.exit_code = (ffs(bit) << 8 | 0x7f) as i32;
    task.stop_told = 0;
    set_current_state(TASK_STOPPED);
  }
  spin_unlock_irqrestore(task.sigmask_lock, flags);
  return bit;
}

/**
 * Stops, its state being set (dequeue_signal), until SIGCONT or SIGKILL: schedule() does not sleep if one of them has
 * come, by the state or see signal_pending_state. The parent is told meanwhile, unless the task goes on already;
 * preemption is possible in between: a preempted task stays runnable.
 */
function do_stop(task: TaskStruct): void {
  const flags = read_lock_irqsave(tasklist_lock);
  notify_parent(task);
  read_unlock_irqrestore(tasklist_lock, flags);
  schedule();
}
