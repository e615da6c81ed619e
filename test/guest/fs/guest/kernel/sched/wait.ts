/** Wait queues of tests on the host: nobody ever waits. */
import { ListHead } from '../../lib/list.ts';
import type { TaskStruct } from './task.ts';

export class WaitQueueHead {
  task_list: Embed<ListHead>;
}

export class WaitQueue {
  flags: u32;
}

export function init_waitqueue_head(q: WaitQueueHead): void {
  return;
}

export function init_wait(wait: WaitQueue): void {
  return;
}

export function init_waitqueue_entry(wait: WaitQueue, task: TaskStruct): void {
  return;
}

export function add_wait_queue(q: WaitQueueHead, wait: WaitQueue): void {
  return;
}

export function remove_wait_queue(q: WaitQueueHead, wait: WaitQueue): void {
  return;
}

export function prepare_to_wait(q: WaitQueueHead, wait: WaitQueue, state: u32): void {
  return;
}

export function finish_wait(q: WaitQueueHead, wait: WaitQueue): void {
  return;
}

export function wake_up_all(q: WaitQueueHead): void {
  return;
}

export function wake_up_interruptible(q: WaitQueueHead): void {
  return;
}

export function wake_up_interruptible_all(q: WaitQueueHead): void {
  return;
}
