/** Stand-in: there is one stack, so a switch is only noted. */
import type { TaskStruct } from '../sched/task.ts';

export let switched_to: TaskStruct | null = null;

export function switch_to(prev: TaskStruct, next: TaskStruct): TaskStruct {
  switched_to = next;
  return prev;
}

export function ret_from_fork(): void {}
