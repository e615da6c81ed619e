/**
 * Wrappers of semaphores and completions. The kernel's version is a count and a queue of its own, whose waiters also
 * look whether the domain still lives: who sleeps in a domain that fails must get out.
 */
import { EINTR } from '../../kernel/errno.ts';
import { Atomic, atomic_add_return, atomic_read, atomic_set, cmpxchg } from '../../kernel/locking/atomic.ts';
import { Completion } from '../../kernel/locking/completion.ts';
import { in_atomic } from '../../kernel/locking/preempt.ts';
import { Semaphore } from '../../kernel/locking/semaphore.ts';
import { current } from '../../kernel/arch/cpu.ts';
import { kfree } from '../../kernel/mm/kmalloc.ts';
import { schedule } from '../../kernel/sched/sched.ts';
import { signal_pending } from '../../kernel/sched/signal.ts';
import { TASK_INTERRUPTIBLE, TASK_UNINTERRUPTIBLE } from '../../kernel/sched/task.ts';
import {
  finish_wait, init_wait, init_waitqueue_head, prepare_to_wait_exclusive, WaitQueue, WaitQueueHead, wake_up,
  wake_up_all,
} from '../../kernel/sched/wait.ts';
import { Domain, DOMAIN_LIVE } from '../isolation/domain.ts';
import { crossing_slept } from '../isolation/sleepers.ts';
import { nooks_kernel_call } from '../isolation/xpc_entry.ts';
import { NooksObject, object_find } from '../tracker/objects.ts';
import { OBJECT_COMPLETION, OBJECT_SEMAPHORE } from '../tracker/types.ts';
import { nooks_bad_parameter, nooks_caller } from './check.ts';
import { adopt, is_own } from './embedded.ts';

/** The kernel's version of a Semaphore, or of a Completion, whose `done` the count is. */
class Counted {
  count: Embed<Atomic>;
  wait: Embed<WaitQueueHead>;
}

/** What complete_all adds: for which nobody has to wait any more. */
const FOR_ALL = 0x40000000;

export function nooks_w_sema_init(sem: Semaphore, value: i32): void {
  nooks_kernel_call(cast<usize>(body_init), 4, OBJECT_SEMAPHORE, sem, sizeof<Semaphore>(), value);
}

export function nooks_w_init_MUTEX(sem: Semaphore): void {
  nooks_kernel_call(cast<usize>(body_init), 4, OBJECT_SEMAPHORE, sem, sizeof<Semaphore>(), 1);
}

export function nooks_w_init_MUTEX_LOCKED(sem: Semaphore): void {
  nooks_kernel_call(cast<usize>(body_init), 4, OBJECT_SEMAPHORE, sem, sizeof<Semaphore>(), 0);
}

export function nooks_w_init_completion(x: Completion): void {
  nooks_kernel_call(cast<usize>(body_init), 4, OBJECT_COMPLETION, x, sizeof<Completion>(), 0);
}

function body_init(type: u32, address: usize, size: u32, value: i32): u32 {
  const domain = nooks_caller();
  if (!is_kind(type) || !is_own(domain, address, size) || value < 0) return nooks_bad_parameter('sema_init', 'sem');
  let version = cast<Counted | null>(object_find(domain, type, address));
  if (version === null) {
    version = cast<Counted | null>(adopt(domain, type, address, sizeof<Counted>()));
    if (version === null) return 0;
    init_waitqueue_head(version.wait);
  }
  atomic_set(version.count, value);
  return 0;
}

/** Words of a kernel call are the extension's to choose, the type too. */
function is_kind(type: u32): bool {
  return type === OBJECT_SEMAPHORE || type === OBJECT_COMPLETION;
}

export function nooks_w_down(sem: Semaphore): void {
  nooks_kernel_call(cast<usize>(body_down), 3, OBJECT_SEMAPHORE, sem, TASK_UNINTERRUPTIBLE);
}

export function nooks_w_down_interruptible(sem: Semaphore): i32 {
  return lo32(nooks_kernel_call(cast<usize>(body_down), 3, OBJECT_SEMAPHORE, sem, TASK_INTERRUPTIBLE)) as i32;
}

export function nooks_w_wait_for_completion(x: Completion): void {
  nooks_kernel_call(cast<usize>(body_down), 3, OBJECT_COMPLETION, x, TASK_UNINTERRUPTIBLE);
}

function body_down(type: u32, address: usize, state: u32): i32 {
  const domain = nooks_caller();
  const version = is_kind(type) ? cast<Counted | null>(object_find(domain, type, address)) : null;
  if (version === null) return nooks_bad_parameter('down', 'sem') as i32;
  if (in_atomic()) return nooks_bad_parameter('down', 'context: atomic') as i32;
  if (try_down(version)) return 0;
  const result = wait_down(domain, version, state === TASK_INTERRUPTIBLE ? state : TASK_UNINTERRUPTIBLE);
  crossing_slept();
  // Who gives up may have been the one who was woken.
  if (result !== 0 && atomic_read(version.count) > 0) wake_up(version.wait);
  return result;
}

function wait_down(domain: Domain, version: Counted, state: u32): i32 {
  const wait = local<WaitQueue>();
  init_wait(wait);
  let result: i32 = 0;
  for (;;) {
    prepare_to_wait_exclusive(version.wait, wait, state);
    if (try_down(version)) break;
    if (domain.state !== DOMAIN_LIVE || (state === TASK_INTERRUPTIBLE && signal_pending(current()))) result = -EINTR;
    if (result !== 0) break;
    schedule();
  }
  finish_wait(version.wait, wait);
  return result;
}

function try_down(version: Counted): bool {
  for (;;) {
    const count = atomic_read(version.count);
    if (count <= 0) return false;
    if (cmpxchg(addr(version.count), count as u32, (count - 1) as u32) === count as u32) return true;
  }
}

export function nooks_w_down_trylock(sem: Semaphore): i32 {
  return lo32(nooks_kernel_call(cast<usize>(body_down_trylock), 1, sem)) as i32;
}

function body_down_trylock(address: usize): i32 {
  const version = cast<Counted | null>(object_find(nooks_caller(), OBJECT_SEMAPHORE, address));
  if (version === null) return nooks_bad_parameter('down_trylock', 'sem') as i32;
  return try_down(version) ? 0 : 1;
}

export function nooks_w_up(sem: Semaphore): void {
  nooks_kernel_call(cast<usize>(body_up), 3, OBJECT_SEMAPHORE, sem, 1);
}

export function nooks_w_complete(x: Completion): void {
  nooks_kernel_call(cast<usize>(body_up), 3, OBJECT_COMPLETION, x, 1);
}

export function nooks_w_complete_all(x: Completion): void {
  nooks_kernel_call(cast<usize>(body_up), 3, OBJECT_COMPLETION, x, FOR_ALL);
}

function body_up(type: u32, address: usize, more: i32): u32 {
  const version = is_kind(type) ? cast<Counted | null>(object_find(nooks_caller(), type, address)) : null;
  if (version === null) return nooks_bad_parameter('up', 'sem');
  atomic_add_return(more, version.count);
  if (more === 1) wake_up(version.wait);
  else wake_up_all(version.wait);
  return 0;
}

/** Nobody waits any more: all have left the domain. */
export function release_counted(domain: Domain, object: NooksObject): void {
  kfree(object.kernel);
}
