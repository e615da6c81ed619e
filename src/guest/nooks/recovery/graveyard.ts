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

/** A block, and what it waits for: nothing any more once both are null. */
class Burial {
  next: Burial | null;
  module: Module | null;
  tasklet: TaskletStruct | null;
  block: usize;
}

/** Last buried first. Protected by `lock`, a leaf. */
let burials: Burial | null = null;
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
  burial.module = module;
  burial.tasklet = tasklet;
  burial.block = block;
  spin_lock(lock);
  burial.next = burials;
  burials = burial;
  spin_unlock(lock);
}

/**
 * Frees what can be; false if nothing is left. A module's own struct, buried last, is looked at before what else waits
 * for it: its use may end between two looks, and never begins again, so it is not freed while it is asked for.
 */
export function reap(): bool {
  spin_lock(lock);
  for (let burial = burials; burial !== null; burial = burial.next) look_at(burial);
  let before: Burial | null = null;
  for (let burial = burials; burial !== null;) {
    const next: Burial | null = burial.next;
    if (burial.module !== null || burial.tasklet !== null) before = burial;
    else {
      if (before === null) burials = next;
      else before.next = next;
      kfree(burial.block);
      kfree(addr(burial));
    }
    burial = next;
  }
  const more = burials !== null;
  spin_unlock(lock);
  return more;
}

function look_at(burial: Burial): void {
  if (is_in_use(burial)) return;
  burial.module = null;
  burial.tasklet = null;
}

function is_in_use(burial: Burial): bool {
  const module = burial.module, tasklet = burial.tasklet;
  return (module !== null && atomic_read(module.usecount) !== 0) || (tasklet !== null && tasklet.state !== 0);
}
