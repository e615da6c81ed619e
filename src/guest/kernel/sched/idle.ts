/** The tasks that run when no other wants to: Linux 2.4, arch/i386/kernel/process.c, cpu_idle; kernel/sched.c, init_idle. */
import { TaskStruct } from './task.ts';

/** By hart. The first is also the task of start_kernel. */
export let idle_tasks!: Arr<Embed<TaskStruct>, 8>;

/**
 * Makes hart `cpu`'s idle task, running on `stack` (THREAD_SIZE bytes, lowest address), with preemption off. Takes no
 * lock and needs no current(): call it before anything else, then put its address into tp.
 */
export declare function init_idle(cpu: u32, stack: usize): TaskStruct;
/** What a hart does for ever once it is set up. */
export declare function cpu_idle(): never;
