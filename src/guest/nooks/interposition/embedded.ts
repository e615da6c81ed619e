/**
 * Kernel objects that lie in an extension's own memory: Nooks (SOSP 2003), section 3.3. The kernel links timers, wait
 * queues and the like into its lists, so it must not use structs that an extension can write: each has a version in the
 * kernel, made when it is initialised, which the extension's address stands for. Its lifetime is semantic: it ends when
 * the memory it lies in is freed, at the latest with the domain.
 */
import { memset } from '../../lib/memory.ts';
import { in_atomic } from '../../kernel/locking/preempt.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../kernel/locking/spinlock.ts';
import { kfree, kmalloc } from '../../kernel/mm/kmalloc.ts';
import { GFP_ATOMIC } from '../../kernel/mm/page_alloc.ts';
import { Domain, FAIL_RESOURCES } from '../isolation/domain.ts';
import { domain_fail } from '../isolation/fail.ts';
import { NooksObject, object_add, object_free, object_take } from '../tracker/objects.ts';
import {
  OBJECT_COMPLETION, OBJECT_SEMAPHORE, OBJECT_TASK, OBJECT_TASKLET, OBJECT_TIMER, object_types,
} from '../tracker/types.ts';
import { nooks_buffer_valid } from './check.ts';

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

/** Memory of the extension's is freed: so end the objects in it, as far as that can be done here. */
export function forget_within(domain: Domain, address: usize, size: u32): void {
  if (in_atomic()) return;
  for (;;) {
    const object = take_within(domain, address, size);
    if (object === null) return;
    object_types[object.type].release(domain, object);
    object_free(object);
  }
}

function take_within(domain: Domain, address: usize, size: u32): NooksObject | null {
  const flags = spin_lock_irqsave(domain.lock);
  let type: u32 = 0;
  let extension: usize = 0;
  for (let chain: u32 = 0; chain < 64 && extension === 0; chain++) {
    let object = cast<NooksObject | null>(domain.objects[chain]);
    for (; object !== null && extension === 0; object = object.next) {
      if (!is_embedded(object.type) || object.extension - address >= size) continue;
      type = object.type;
      extension = object.extension;
    }
  }
  spin_unlock_irqrestore(domain.lock, flags);
  return extension === 0 ? null : object_take(domain, type, extension);
}

/** Wait queues, which others may still be in, end with the domain. */
function is_embedded(type: u32): bool {
  return type === OBJECT_TIMER || type === OBJECT_TASKLET || type === OBJECT_TASK || type === OBJECT_SEMAPHORE
    || type === OBJECT_COMPLETION;
}
