/**
 * Stacks that extensions run on: Nooks (SOSP 2003), section 3.1, a pool in each domain. 8 KiB like the kernel's own,
 * with an unmapped page on either side. A hart keeps one at hand, so that a crossing finds it without a lock.
 */
import { num_online_cpus } from '../../kernel/arch/cpu.ts';
import { THREAD_SIZE } from '../../kernel/arch/layout.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../kernel/locking/spinlock.ts';
import { kfree, kzalloc } from '../../kernel/mm/kmalloc.ts';
import { GFP_KERNEL } from '../../kernel/mm/page_alloc.ts';
import { PTE_R, PTE_W } from '../../kernel/mm/pgtable.ts';
import { alloc_thread_stacks, free_thread_stack, STACK_STRIDE } from '../../kernel/mm/vmalloc.ts';
import { Domain } from './domain.ts';
import { LIMIT_STACKS, limit_reached } from './limits.ts';
import { grant } from './memory.ts';

/** A stack of a domain, in the list of all of them. */
export class DomainStack {
  next: DomainStack | null;
  address: usize;
  /** It is the first of those that were made together, and are freed with it. */
  first: bool;
  /** Taken: by a crossing, or as a hart's spare. */
  used: bool;
}

/** Stacks besides one for each hart. In interrupts none can be made, so this many calls may nest there. */
const RESERVE = 3;

/** The first stacks; false for no memory. @sleeps */
export function stacks_create(domain: Domain): bool {
  return add_stacks(domain, num_online_cpus() + RESERVE);
}

/** One more; false for no memory, or as many as there may be. @sleeps */
export function add_stack(domain: Domain): bool {
  if (domain.stack_count < domain.limits.most[LIMIT_STACKS]) return add_stacks(domain, 1);
  limit_reached(domain, LIMIT_STACKS);
  return false;
}

function add_stacks(domain: Domain, count: u32): bool {
  const first = alloc_thread_stacks(count);
  if (first === 0) return false;
  for (let made: u32 = 0; made < count; made++) {
    if (put_stack(domain, first + made * STACK_STRIDE, made === 0)) continue;
    if (made === 0) free_thread_stack(first);
    return false;
  }
  return true;
}

/** Adds one to the pool; false for no memory. */
function put_stack(domain: Domain, address: usize, first: bool): bool {
  const stack = kzalloc<DomainStack>(GFP_KERNEL);
  if (stack === null) return false;
  stack.address = address;
  stack.first = first;
  if (!grant(domain.root, address, THREAD_SIZE, PTE_R | PTE_W)) {
    kfree(addr(stack));
    return false;
  }
  const flags = spin_lock_irqsave(domain.lock);
  stack.next = domain.stacks;
  domain.stacks = stack;
  domain.free_stacks++;
  domain.stack_count++;
  spin_unlock_irqrestore(domain.lock, flags);
  return true;
}

/** Frees them all; nobody is inside. @sleeps */
export function stacks_destroy(domain: Domain): void {
  while (domain.stacks !== null) {
    const stack = domain.stacks;
    domain.stacks = stack.next;
    if (stack.first) free_thread_stack(stack.address);
    kfree(addr(stack));
  }
}

/** The address of a stack nobody uses; 0 for none. When the hart has no spare one. */
export function find_stack(domain: Domain): usize {
  const flags = spin_lock_irqsave(domain.lock);
  let stack = domain.stacks;
  while (stack !== null && stack.used) stack = stack.next;
  if (stack !== null) {
    stack.used = true;
    domain.free_stacks--;
  }
  spin_unlock_irqrestore(domain.lock, flags);
  return stack === null ? 0 : stack.address;
}

/** Gives a stack back. When the hart has a spare one already. */
export function return_stack(domain: Domain, address: usize): void {
  const flags = spin_lock_irqsave(domain.lock);
  let stack = domain.stacks;
  while (stack !== null && stack.address !== address) stack = stack.next;
  if (stack !== null) {
    stack.used = false;
    domain.free_stacks++;
  }
  spin_unlock_irqrestore(domain.lock, flags);
}

/** Whether stacks are getting few: spares of other harts do not help this one. @inline */
export function stacks_low(domain: Domain): bool {
  return domain.free_stacks < 2;
}
