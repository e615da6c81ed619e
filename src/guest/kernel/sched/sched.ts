/**
 * The scheduler: Linux 2.4, kernel/sched.c, with a run queue for each hart.
 */
import { TaskStruct } from './task.ts';

/** The longest schedule_timeout: no time-out. */
export const MAX_SCHEDULE_TIMEOUT = 0x7fffffff;

export declare function sched_init(): void;
/** Lets another task run; returns when this one runs again. BUG in interrupts and with a spinlock held. @sleeps */
export declare function schedule(): void;
/** Sleeps in the state set before for that many jiffies or until woken; gives the jiffies left. @sleeps */
export declare function schedule_timeout(timeout: i32): i32;
/** Lets the others of this hart run first: 2.4's yield(), sys_sched_yield. @sleeps */
export declare function yield_(): void;
/** A preemption that became due while it was forbidden: called when preempt_count reaches 0. */
export declare function preempt_schedule(): void;
/** A preemption on the way out of an interrupt of the kernel; interrupts are off before and after. */
export declare function preempt_schedule_irq(): void;
/** Lets others run if that is due. @sleeps */
export declare function cond_resched(): void;
/** Makes the task runnable, whatever it waits for; false if it was already. */
export declare function wake_up_process(task: TaskStruct): bool;
/** The same if its state is one of `states`. */
export declare function try_to_wake_up(task: TaskStruct, states: u32): bool;
/** The first wake-up of a new task. */
export declare function wake_up_new_task(task: TaskStruct): void;
/** The state that the next schedule() acts on; orders it before all that follows. */
export declare function set_current_state(state: u32): void;
export declare function set_need_resched(): void;
/** From the clock interrupt of each hart; `user`: that was in user mode. */
export declare function scheduler_tick(user: bool): void;
/** Told by a new task, where it begins, of the one that ran before on this hart. */
export declare function schedule_tail(prev: TaskStruct): void;
export declare function set_user_nice(task: TaskStruct, nice: i32): void;
/** Tells a task on which harts it may run: a bit each, at least one of them online. @sleeps */
export declare function set_cpus_allowed(task: TaskStruct, mask: u32): void;
/** Whether a hart has nothing to do. */
export declare function idle_cpu(cpu: u32): bool;
/** Tasks running or wanting to run, on all harts. */
export declare function nr_running(): u32;
/** Switches since the boot, on all harts. */
export declare function nr_context_switches(): u32;
