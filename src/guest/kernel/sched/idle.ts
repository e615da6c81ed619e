/**
 * The tasks that run when no other wants to: Linux 2.4, arch/i386/kernel/process.c, cpu_idle; kernel/sched.c,
 * init_idle.
 */
import { current } from '../arch/cpu.ts';
import { local_irq_disable, local_irq_enable } from '../locking/irqflags.ts';
import { preempt_enable_no_resched } from '../locking/preempt.ts';
import { schedule } from './sched.ts';
import { init_task_struct, PF_IDLE, PF_KTHREAD, TASK_RUNNING, TaskStruct } from './task.ts';

/** By hart. The first is also the task of start_kernel. They have pid 0 and are in no list. */
export let idle_tasks!: Arr<Embed<TaskStruct>, 8>;

/**
 * Makes hart `cpu`'s idle task, running on `stack` (THREAD_SIZE bytes, lowest address), with preemption off. Takes no
 * lock and needs no current(): call it before anything else, then put its address into tp.
 */
export function init_idle(cpu: u32, stack: usize): TaskStruct {
  const task = idle_tasks[cpu];
  init_task_struct(task, stack, 'swapper');
  task.state = TASK_RUNNING;
  task.flags = PF_IDLE | PF_KTHREAD;
  task.preempt_count = 1;
  task.processor = cpu;
  task.cpus_allowed = 1 << cpu;
  task.on_cpu = 1;
  task.ignored = 0xffffffff;
  return task;
}

/**
 * What a hart does for ever once it is set up. No request to schedule is slept over: between the look at need_resched
 * and wfi interrupts are off, and wfi ends when one is pending all the same (Privileged ISA 20240411, section 3.3.3).
 */
export function cpu_idle(): never {
  const task = current();
  preempt_enable_no_resched();
  for (;;) {
    local_irq_disable();
    if (task.need_resched === 0) wfi();
    local_irq_enable();
    if (task.need_resched !== 0) schedule();
  }
}
