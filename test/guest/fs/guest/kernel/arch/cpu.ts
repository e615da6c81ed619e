/** One hart and one task, for tests on the host. */
import type { TaskStruct } from '../sched/task.ts';

let task!: Embed<TaskStruct>;

export function current(): TaskStruct {
  return task;
}

export function smp_processor_id(): u32 {
  return 0;
}
