/**
 * Signals: Linux 2.4, kernel/signal.c, arch/i386/kernel/signal.c. There are no handlers in user programs: a signal is
 * ignored, ends the process, or stops it.
 */
import { PtRegs } from '../arch/ptrace.ts';
import { TaskStruct } from './task.ts';

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

/** Whether a signal awaits the task. */
export declare function signal_pending(task: TaskStruct): bool;
/** Sends a signal; also in interrupts. 0 or -EINVAL. */
export declare function send_sig(sig: u32, task: TaskStruct): i32;
/** The same, and the task can neither block nor ignore it. */
export declare function force_sig(sig: u32, task: TaskStruct): i32;
/** To the process with that pid: 0, -ESRCH or -EINVAL; `sig` 0 only asks. */
export declare function kill_proc(pid: i32, sig: u32): i32;
/** To all of a process group. */
export declare function kill_pg(pgrp: i32, sig: u32): i32;
/** kill(2): a pid, a negative group, 0 for the own group, -1 for all but init. */
export declare function sys_kill(pid: i32, sig: u32): i32;
/** Forgets all pending signals of the current task. */
export declare function flush_signals(task: TaskStruct): void;
/** On the way to user mode, interrupts on: acts on the pending signals; may not return. */
export declare function do_signal(regs: PtRegs): void;
