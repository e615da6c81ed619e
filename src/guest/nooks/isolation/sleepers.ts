/**
 * Tasks that sleep in the kernel on behalf of an extension. When the domain fails nobody else may ever wake them: so
 * recovery does, and they leave it as their kernel calls return.
 */
import { list_entry } from '../../lib/list.ts';
import { current } from '../../kernel/arch/cpu.ts';
import { THREAD_SIZE } from '../../kernel/arch/layout.ts';
import { read_lock_irqsave, read_unlock_irqrestore } from '../../kernel/locking/rwlock.ts';
import { try_to_wake_up } from '../../kernel/sched/sched.ts';
import {
  TASK_INTERRUPTIBLE, task_list, TASK_RUNNING, TASK_UNINTERRUPTIBLE, tasklist_lock, TaskStruct,
} from '../../kernel/sched/task.ts';
import { Domain } from './domain.ts';
import { innermost } from './xpc.ts';
import { DriverCall } from './xpc_entry.ts';

const LINK = offsetof<TaskStruct>('tasks');

/** Wakes all that sleep within a crossing into the domain. */
export function wake_sleepers(domain: Domain): void {
  const flags = read_lock_irqsave(tasklist_lock);
  for (let link = task_list.next; link !== task_list; link = link.next) {
    const task = list_entry<TaskStruct>(link, LINK);
    if (task.state !== TASK_RUNNING && is_inside(task, domain)) {
      try_to_wake_up(task, TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE);
    }
  }
  read_unlock_irqrestore(tasklist_lock, flags);
}

/** The crossings lie on the task's stack: should it wake just now and leave them, that is still what is read. */
function is_inside(task: TaskStruct, domain: Domain): bool {
  let at = task.nooks;
  while (at - task.stack < THREAD_SIZE - sizeof<DriverCall>() && (at & 3) === 0) {
    const call = cast<DriverCall>(at);
    if (call.domain === addr(domain)) return true;
    if (call.previous <= at) return false;
    at = call.previous;
  }
  return false;
}

/** The current crossing has slept: its time begins anew (fault.ts). */
export function crossing_slept(): void {
  const call = innermost(current());
  if (call !== null) call.ticks = 0;
}
