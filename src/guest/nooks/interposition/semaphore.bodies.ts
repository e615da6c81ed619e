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

export function body_sema_init(sem: usize, value: i32): u32 {
  return init_counted(OBJECT_SEMAPHORE, sem, sizeof<Semaphore>(), value);
}

export function body_init_MUTEX(sem: usize): u32 {
  return init_counted(OBJECT_SEMAPHORE, sem, sizeof<Semaphore>(), 1);
}

export function body_init_MUTEX_LOCKED(sem: usize): u32 {
  return init_counted(OBJECT_SEMAPHORE, sem, sizeof<Semaphore>(), 0);
}

export function body_init_completion(x: usize): u32 {
  return init_counted(OBJECT_COMPLETION, x, sizeof<Completion>(), 0);
}

function init_counted(type: u32, address: usize, size: u32, value: i32): u32 {
  const domain = nooks_caller();
  if (!is_own(domain, address, size) || value < 0) return nooks_bad_parameter('sema_init', 'sem');
  let version = cast<Counted | null>(object_find(domain, type, address));
  if (version === null) {
    version = cast<Counted | null>(adopt(domain, type, address, sizeof<Counted>()));
    if (version === null) return 0;
    init_waitqueue_head(version.wait);
  }
  atomic_set(version.count, value);
  return 0;
}

export function body_down(sem: usize): i32 {
  return down_counted(OBJECT_SEMAPHORE, sem, TASK_UNINTERRUPTIBLE);
}

export function body_down_interruptible(sem: usize): i32 {
  return down_counted(OBJECT_SEMAPHORE, sem, TASK_INTERRUPTIBLE);
}

export function body_wait_for_completion(x: usize): i32 {
  return down_counted(OBJECT_COMPLETION, x, TASK_UNINTERRUPTIBLE);
}

function down_counted(type: u32, address: usize, state: u32): i32 {
  const domain = nooks_caller();
  const version = cast<Counted | null>(object_find(domain, type, address));
  if (version === null) return nooks_bad_parameter('down', 'sem') as i32;
  if (in_atomic()) return nooks_bad_parameter('down', 'context: atomic') as i32;
  if (try_down(version)) return 0;
  const result = wait_down(domain, version, state);
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

export function body_down_trylock(sem: usize): i32 {
  const version = cast<Counted | null>(object_find(nooks_caller(), OBJECT_SEMAPHORE, sem));
  if (version === null) return nooks_bad_parameter('down_trylock', 'sem') as i32;
  return try_down(version) ? 0 : 1;
}

export function body_up(sem: usize): u32 {
  return up_counted(OBJECT_SEMAPHORE, sem, 1);
}

export function body_complete(x: usize): u32 {
  return up_counted(OBJECT_COMPLETION, x, 1);
}

export function body_complete_all(x: usize): u32 {
  return up_counted(OBJECT_COMPLETION, x, FOR_ALL);
}

function up_counted(type: u32, address: usize, more: i32): u32 {
  const version = cast<Counted | null>(object_find(nooks_caller(), type, address));
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
