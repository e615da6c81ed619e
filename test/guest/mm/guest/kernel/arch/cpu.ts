/** One task on a hart of the test's choice. */
import type { TaskStruct } from '../sched/task.ts';

export const NR_CPUS = 8;

export class PerCpu {
  kernel_satp: u32;
}

let task!: Embed<TaskStruct>;
let page!: Embed<PerCpu>;
let cpu: u32 = 0;

export function current(): TaskStruct {
  return task;
}

export function this_cpu(): PerCpu {
  return page;
}

export function smp_processor_id(): u32 {
  return cpu;
}

export function run_on(other: u32): void {
  cpu = other;
}
