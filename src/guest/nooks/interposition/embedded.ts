/**
 * Kernel objects that lie in an extension's own memory: Nooks (SOSP 2003), section 3.3. The kernel links timers, wait
 * queues and the like into its lists, so it must not use structs that an extension can write: each has a version in the
 * kernel, made when it is initialised, which the extension's address stands for. Its lifetime is semantic: it does no
 * more when the memory it lies in is freed, and ends with the domain.
 */
import { memset } from '../../lib/memory.ts';
import { in_atomic } from '../../kernel/locking/preempt.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../kernel/locking/spinlock.ts';
import { TaskletStruct } from '../../kernel/irq/tasklet.ts';
import { del_timer_sync, TimerList } from '../../kernel/irq/timer.ts';
import { kfree, kmalloc } from '../../kernel/mm/kmalloc.ts';
import { GFP_ATOMIC } from '../../kernel/mm/page_alloc.ts';
import { TqStruct, unschedule_task } from '../../kernel/sched/context.ts';
import { Domain, FAIL_RESOURCES } from '../isolation/domain.ts';
import { domain_fail } from '../isolation/fail.ts';
import { NooksObject, object_add, object_first, object_put, object_take } from '../tracker/objects.ts';
import { OBJECT_TASK, OBJECT_TASKLET, OBJECT_TIMER } from '../tracker/types.ts';
import { nooks_buffer_valid } from './check.ts';
import { stop_tasklet } from './timer.bodies.ts';

/** Whether a struct of words is the domain's own memory. */
export function is_own(domain: Domain, address: usize, size: u32): bool {
  return (address & 3) === 0 && nooks_buffer_valid(domain, address, size, true);
}

/** Makes and tracks a zeroed version of `size` bytes; without memory the domain has failed, and it is 0. */
export function adopt(domain: Domain, type: u32, extension: usize, size: u32): usize {
  const kernel = kmalloc(size, GFP_ATOMIC);
  if (kernel !== 0) {
    memset(cast(kernel), 0, size);
    if (object_add(domain, type, kernel, extension, size, 0)) return kernel;
    kfree(kernel);
  }
  domain_fail(domain, FAIL_RESOURCES, null, 'no memory for its objects');
  return 0;
}

/**
 * Memory of the extension's is freed: what is in it does no more, as far as that can be waited for here. What waits to
 * be woken does nothing by itself. The versions stay until the domain ends, as another hart may just be using one.
 */
export function forget_within(domain: Domain, address: usize, size: u32): void {
  if (in_atomic()) return;
  stop_within(domain, OBJECT_TIMER, address, size);
  stop_within(domain, OBJECT_TASKLET, address, size);
  stop_within(domain, OBJECT_TASK, address, size);
}

function stop_within(domain: Domain, type: u32, address: usize, size: u32): void {
  let stopped: NooksObject | null = null;
  for (;;) {
    const object = take_within(domain, type, address, size);
    if (object === null) break;
    stop(object);
    object.next = stopped;
    stopped = object;
  }
  while (stopped !== null) {
    const object: NooksObject = stopped;
    stopped = object.next;
    object_put(domain, object);
  }
}

function take_within(domain: Domain, type: u32, address: usize, size: u32): NooksObject | null {
  const flags = spin_lock_irqsave(domain.lock);
  let object = object_first(domain, type);
  while (object !== null && object.extension - address >= size) object = object.next_of_type;
  const extension = object === null ? 0 : object.extension;
  spin_unlock_irqrestore(domain.lock, flags);
  return extension === 0 ? null : object_take(domain, type, extension);
}

function stop(object: NooksObject): void {
  switch (object.type) {
    case OBJECT_TIMER:
      del_timer_sync(cast<TimerList>(object.kernel));
      break;
    case OBJECT_TASKLET:
      stop_tasklet(cast<TaskletStruct>(object.kernel));
      break;
    case OBJECT_TASK:
      unschedule_task(cast<TqStruct>(object.kernel));
      break;
  }
}
