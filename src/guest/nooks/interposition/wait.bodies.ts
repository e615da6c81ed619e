/** Wrappers of wait queues. Heads and entries lie in the extension's memory; the kernel queues its versions of them. */
import { current } from '../../kernel/arch/cpu.ts';
import { in_interrupt } from '../../kernel/locking/preempt.ts';
import { set_current_state } from '../../kernel/sched/sched.ts';
import { TASK_INTERRUPTIBLE, TASK_RUNNING, TASK_UNINTERRUPTIBLE } from '../../kernel/sched/task.ts';
import {
  add_wait_queue, finish_wait, init_wait, init_waitqueue_entry, init_waitqueue_head, prepare_to_wait,
  prepare_to_wait_exclusive, remove_wait_queue, wake_up, wake_up_all, wake_up_interruptible, WaitQueue,
  waitqueue_active, WaitQueueHead,
} from '../../kernel/sched/wait.ts';
import { kfree } from '../../kernel/mm/kmalloc.ts';
import { Domain } from '../isolation/domain.ts';
import { bury } from '../recovery/graveyard.ts';
import { NooksObject, object_find, object_free, object_take } from '../tracker/objects.ts';
import { OBJECT_WAIT, OBJECT_WAIT_QUEUE } from '../tracker/types.ts';
import { nooks_bad_parameter, nooks_caller } from './check.ts';
import { adopt, is_own } from './embedded.ts';

/** The kernel's version of an entry, and the head that it is for; 0 for none. */
class WaitEntry {
  wait: Embed<WaitQueue>;
  queue: usize;
}

export function body_init_waitqueue_head(q: usize): u32 {
  const domain = nooks_caller();
  if (!is_own(domain, q, sizeof<WaitQueueHead>())) return nooks_bad_parameter('init_waitqueue_head', 'q');
  if (object_find(domain, OBJECT_WAIT_QUEUE, q) !== 0) return 0;
  const head = adopt(domain, OBJECT_WAIT_QUEUE, q, sizeof<WaitQueueHead>());
  if (head !== 0) init_waitqueue_head(cast<WaitQueueHead>(head));
  return 0;
}

export function body_prepare_to_wait(q: usize, wait: usize, state: u32): void {
  const entry = entry_to_queue(q, wait, state);
  if (entry !== null) prepare_to_wait(cast<WaitQueueHead>(entry.queue), entry.wait, state);
}

export function body_prepare_to_wait_exclusive(q: usize, wait: usize, state: u32): void {
  const entry = entry_to_queue(q, wait, state);
  if (entry !== null) prepare_to_wait_exclusive(cast<WaitQueueHead>(entry.queue), entry.wait, state);
}

/** Null, and the domain has failed, if the parameters are not right. */
function entry_to_queue(q: usize, wait: usize, state: u32): WaitEntry | null {
  const domain = nooks_caller();
  const head = object_find(domain, OBJECT_WAIT_QUEUE, q);
  let entry: WaitEntry | null = null;
  if (head === 0) nooks_bad_parameter('prepare_to_wait', 'q');
  else if (state !== TASK_INTERRUPTIBLE && state !== TASK_UNINTERRUPTIBLE) {
    nooks_bad_parameter('prepare_to_wait', 'state');
  } else if (in_interrupt()) nooks_bad_parameter('prepare_to_wait', 'context: interrupt');
  else {
    entry = entry_for(domain, wait, head);
    if (entry === null) nooks_bad_parameter('prepare_to_wait', 'wait');
  }
  return entry;
}

/** The version of an entry of the current task's, for this head and no other; null if that is not what it is. */
function entry_for(domain: Domain, wait: usize, head: usize): WaitEntry | null {
  const found = cast<WaitEntry | null>(object_find(domain, OBJECT_WAIT, wait));
  if (found !== null) return found.wait.task === current() && found.queue === head ? found : null;
  if (!is_own(domain, wait, sizeof<WaitQueue>())) return null;
  const entry = cast<WaitEntry | null>(adopt(domain, OBJECT_WAIT, wait, sizeof<WaitEntry>()));
  if (entry === null) return null;
  init_wait(entry.wait);
  entry.queue = head;
  return entry;
}

/** May be called without a wait. */
export function body_finish_wait(q: usize, wait: usize): u32 {
  const domain = nooks_caller();
  if (object_find(domain, OBJECT_WAIT_QUEUE, q) === 0) return nooks_bad_parameter('finish_wait', 'q');
  if (in_interrupt()) return nooks_bad_parameter('finish_wait', 'context: interrupt');
  const object = is_waiting(domain, wait) ? object_take(domain, OBJECT_WAIT, wait) : null;
  if (object === null) set_current_state(TASK_RUNNING);
  else {
    const entry = cast<WaitEntry>(object.kernel);
    finish_wait(cast<WaitQueueHead>(entry.queue), entry.wait);
    kfree(object.kernel);
    object_free(object);
  }
  return 0;
}

/** Whether the current task has such an entry; another task may just be using its own. */
function is_waiting(domain: Domain, wait: usize): bool {
  const entry = cast<WaitEntry | null>(object_find(domain, OBJECT_WAIT, wait));
  return entry !== null && entry.wait.task === current();
}

export function body_add_wait_queue(q: usize, wait: usize): u32 {
  const domain = nooks_caller();
  const head = object_find(domain, OBJECT_WAIT_QUEUE, q);
  if (head === 0) return nooks_bad_parameter('add_wait_queue', 'q');
  if (object_find(domain, OBJECT_WAIT, wait) !== 0) return nooks_bad_parameter('add_wait_queue', 'wait');
  if (in_interrupt()) return nooks_bad_parameter('add_wait_queue', 'context: interrupt');
  const entry = entry_for(domain, wait, head);
  if (entry === null) return nooks_bad_parameter('add_wait_queue', 'wait');
  init_waitqueue_entry(entry.wait, current());
  add_wait_queue(cast<WaitQueueHead>(head), entry.wait);
  return 0;
}

export function body_remove_wait_queue(q: usize, wait: usize): u32 {
  const domain = nooks_caller();
  const object = is_waiting(domain, wait) ? object_take(domain, OBJECT_WAIT, wait) : null;
  if (object === null) return nooks_bad_parameter('remove_wait_queue', 'wait');
  release_wait(domain, object);
  object_free(object);
  return 0;
}

export function body_wake_up(q: usize): u32 {
  const head = object_find(nooks_caller(), OBJECT_WAIT_QUEUE, q);
  if (head === 0) return nooks_bad_parameter('wake_up', 'q');
  wake_up(cast<WaitQueueHead>(head));
  return 0;
}

export function body_wake_up_all(q: usize): u32 {
  const head = object_find(nooks_caller(), OBJECT_WAIT_QUEUE, q);
  if (head === 0) return nooks_bad_parameter('wake_up_all', 'q');
  wake_up_all(cast<WaitQueueHead>(head));
  return 0;
}

export function body_wake_up_interruptible(q: usize): u32 {
  const head = object_find(nooks_caller(), OBJECT_WAIT_QUEUE, q);
  if (head === 0) return nooks_bad_parameter('wake_up_interruptible', 'q');
  wake_up_interruptible(cast<WaitQueueHead>(head));
  return 0;
}

export function body_waitqueue_active(q: usize): u32 {
  const head = object_find(nooks_caller(), OBJECT_WAIT_QUEUE, q);
  if (head === 0) return nooks_bad_parameter('waitqueue_active', 'q');
  return waitqueue_active(cast<WaitQueueHead>(head)) ? 1 : 0;
}

/** Who died waiting waits no more. */
export function release_wait(domain: Domain, object: NooksObject): void {
  const entry = cast<WaitEntry>(object.kernel);
  remove_wait_queue(cast<WaitQueueHead>(entry.queue), entry.wait);
  kfree(object.kernel);
}

/** Only callers of poll can be in it now; they find their way out of it when they have been woken. */
export function release_wait_queue(domain: Domain, object: NooksObject): void {
  wake_up_all(cast<WaitQueueHead>(object.kernel));
  bury(domain, object.kernel);
}
