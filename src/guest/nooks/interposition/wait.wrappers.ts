/** Wrappers of wait queues. Heads and entries lie in the extension's memory; the kernel queues its versions of them. */
import { current } from '../../kernel/arch/cpu.ts';
import { in_interrupt } from '../../kernel/locking/preempt.ts';
import { set_current_state } from '../../kernel/sched/sched.ts';
import { TASK_INTERRUPTIBLE, TASK_RUNNING, TASK_UNINTERRUPTIBLE } from '../../kernel/sched/task.ts';
import {
  __wake_up, add_wait_queue, finish_wait, init_wait, init_waitqueue_entry, init_waitqueue_head, prepare_to_wait,
  prepare_to_wait_exclusive, remove_wait_queue, WAKE_ALL, wake_up_all, WaitQueue, waitqueue_active, WaitQueueHead,
} from '../../kernel/sched/wait.ts';
import { kfree } from '../../kernel/mm/kmalloc.ts';
import { Domain } from '../isolation/domain.ts';
import { nooks_kernel_call } from '../isolation/xpc_entry.ts';
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

const ANY = TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE;

export function nooks_w_init_waitqueue_head(q: WaitQueueHead): void {
  nooks_kernel_call(cast<usize>(body_init_waitqueue_head), 1, q);
}

function body_init_waitqueue_head(q: usize): u32 {
  const domain = nooks_caller();
  if (!is_own(domain, q, sizeof<WaitQueueHead>())) return nooks_bad_parameter('init_waitqueue_head', 'q');
  if (object_find(domain, OBJECT_WAIT_QUEUE, q) !== 0) return 0;
  const head = adopt(domain, OBJECT_WAIT_QUEUE, q, sizeof<WaitQueueHead>());
  if (head !== 0) init_waitqueue_head(cast<WaitQueueHead>(head));
  return 0;
}

export function nooks_w_prepare_to_wait(q: WaitQueueHead, wait: WaitQueue, state: u32): void {
  nooks_kernel_call(cast<usize>(body_prepare_to_wait), 4, q, wait, state, 0);
}

export function nooks_w_prepare_to_wait_exclusive(q: WaitQueueHead, wait: WaitQueue, state: u32): void {
  nooks_kernel_call(cast<usize>(body_prepare_to_wait), 4, q, wait, state, 1);
}

function body_prepare_to_wait(q: usize, wait: usize, state: u32, exclusive: u32): u32 {
  const domain = nooks_caller();
  const head = object_find(domain, OBJECT_WAIT_QUEUE, q);
  if (head === 0) return nooks_bad_parameter('prepare_to_wait', 'q');
  if (state !== TASK_INTERRUPTIBLE && state !== TASK_UNINTERRUPTIBLE) {
    return nooks_bad_parameter('prepare_to_wait', 'state');
  }
  if (in_interrupt()) return nooks_bad_parameter('prepare_to_wait', 'context: interrupt');
  const entry = entry_for(domain, wait, head);
  if (entry === null) return nooks_bad_parameter('prepare_to_wait', 'wait');
  if (exclusive !== 0) prepare_to_wait_exclusive(cast<WaitQueueHead>(head), entry.wait, state);
  else prepare_to_wait(cast<WaitQueueHead>(head), entry.wait, state);
  return 0;
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

export function nooks_w_finish_wait(q: WaitQueueHead, wait: WaitQueue): void {
  nooks_kernel_call(cast<usize>(body_finish_wait), 2, q, wait);
}

/** May be called without a wait. */
function body_finish_wait(q: usize, wait: usize): u32 {
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

export function nooks_w_add_wait_queue(q: WaitQueueHead, wait: WaitQueue): void {
  nooks_kernel_call(cast<usize>(body_add_wait_queue), 2, q, wait);
}

function body_add_wait_queue(q: usize, wait: usize): u32 {
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

export function nooks_w_remove_wait_queue(q: WaitQueueHead, wait: WaitQueue): void {
  nooks_kernel_call(cast<usize>(body_remove_wait_queue), 2, q, wait);
}

function body_remove_wait_queue(q: usize, wait: usize): u32 {
  const domain = nooks_caller();
  const object = is_waiting(domain, wait) ? object_take(domain, OBJECT_WAIT, wait) : null;
  if (object === null) return nooks_bad_parameter('remove_wait_queue', 'wait');
  release_wait(domain, object);
  object_free(object);
  return 0;
}

export function nooks_w_wake_up(q: WaitQueueHead): void {
  nooks_kernel_call(cast<usize>(body_wake_up), 3, q, ANY, 1);
}

export function nooks_w_wake_up_all(q: WaitQueueHead): void {
  nooks_kernel_call(cast<usize>(body_wake_up), 3, q, ANY, WAKE_ALL);
}

export function nooks_w_wake_up_interruptible(q: WaitQueueHead): void {
  nooks_kernel_call(cast<usize>(body_wake_up), 3, q, TASK_INTERRUPTIBLE, 1);
}

function body_wake_up(q: usize, states: u32, count: u32): u32 {
  const head = object_find(nooks_caller(), OBJECT_WAIT_QUEUE, q);
  if (head === 0) return nooks_bad_parameter('wake_up', 'q');
  __wake_up(cast<WaitQueueHead>(head), states, count);
  return 0;
}

export function nooks_w_waitqueue_active(q: WaitQueueHead): bool {
  return lo32(nooks_kernel_call(cast<usize>(body_waitqueue_active), 1, q)) !== 0;
}

function body_waitqueue_active(q: usize): u32 {
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
