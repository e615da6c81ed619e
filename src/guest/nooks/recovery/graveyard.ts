/**
 * What must outlive an extension: files that are open when it goes refer to its operations, poll calls to its wait
 * queues, all by its module's use count. These blocks are freed when that is 0. Who calls the operations until then
 * finds dead targets. So does a tasklet in the list of a hart that hangs, which is freed once it has run.
 */
import type { TaskletStruct } from '../../kernel/irq/tasklet.ts';
import { atomic_read } from '../../kernel/locking/atomic.ts';
import { spin_lock, spin_lock_init, spin_unlock, SpinLock } from '../../kernel/locking/spinlock.ts';
import { kfree, kmalloc } from '../../kernel/mm/kmalloc.ts';
import { GFP_KERNEL } from '../../kernel/mm/page_alloc.ts';
import { MOD_DELETED, Module, set_module_flags } from '../../kernel/module/module.ts';
import { free_module_parts } from '../../kernel/module/loader.ts';
import { Domain } from '../isolation/domain.ts';
import { recovery_wanted } from './recovery.ts';

/** A block, and what it waits for. */
class Burial {
  next: Burial | null;
  module: Module | null;
  tasklet: TaskletStruct | null;
  block: usize;
}

/** First buried, first freed: a module's own struct comes after all that it keeps. Protected by `lock`, a leaf. */
let first: Burial | null = null;
let last: Burial | null = null;
let lock!: Embed<SpinLock>;

export function graveyard_init(): void {
  spin_lock_init(lock, 'nooks_graveyard');
}

/** Frees a block from kmalloc once nothing that the domain's module serves is open. @sleeps */
export function bury(domain: Domain, block: usize): void {
  const module = domain.module;
  if (module === null || atomic_read(module.usecount) === 0) kfree(block);
  else add(module, null, block);
}

/** Frees a tasklet from kmalloc once no hart has it in its list. @sleeps */
export function bury_tasklet(tasklet: TaskletStruct): void {
  add(null, tasklet, addr(tasklet));
  recovery_wanted();
}

/** The same for a module itself; its memory goes at once. It is in no list any more. @sleeps */
export function bury_module(module: Module): void {
  set_module_flags(module, MOD_DELETED);
  free_module_parts(module);
  if (atomic_read(module.usecount) !== 0) {
    add(module, null, addr(module));
    return;
  }
  // What was buried while it was still in use refers to it.
  reap();
  kfree(addr(module));
}

/** Without memory for the record the block stays. */
function add(module: Module | null, tasklet: TaskletStruct | null, block: usize): void {
  const burial = cast<Burial | null>(kmalloc(sizeof<Burial>(), GFP_KERNEL));
  if (burial === null) return;
  burial.next = null;
  burial.module = module;
  burial.tasklet = tasklet;
  burial.block = block;
  spin_lock(lock);
  if (last === null) first = burial;
  else last.next = burial;
  last = burial;
  spin_unlock(lock);
}

/** Frees what can be; false if nothing is left. */
export function reap(): bool {
  spin_lock(lock);
  let before: Burial | null = null;
  for (let burial = first; burial !== null;) {
    const next: Burial | null = burial.next;
    if (is_in_use(burial)) before = burial;
    else {
      if (before === null) first = next;
      else before.next = next;
      if (next === null) last = before;
      kfree(burial.block);
      kfree(addr(burial));
    }
    burial = next;
  }
  const more = first !== null;
  spin_unlock(lock);
  return more;
}

function is_in_use(burial: Burial): bool {
  const module = burial.module, tasklet = burial.tasklet;
  return (module !== null && atomic_read(module.usecount) !== 0) || (tasklet !== null && tasklet.state !== 0);
}
