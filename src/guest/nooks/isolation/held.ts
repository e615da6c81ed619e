/** Locks that an extension died with: they are released in the kernel's interest. */
import { BUG } from '../../kernel/debug/panic.ts';
import { lock_released } from '../../kernel/locking/held.ts';
import { SpinLock } from '../../kernel/locking/spinlock.ts';
import { printk } from '../../kernel/debug/printk.ts';
import { MAX_LOCK_DEPTH, TaskStruct } from '../../kernel/sched/task.ts';

/** Releases what the current task has taken since it held `depth` locks; interrupts are off. */
export function release_locks(task: TaskStruct, depth: u32): void {
  while (task.lock_depth > depth) {
    const at = task.lock_depth - 1;
    if (at >= MAX_LOCK_DEPTH) BUG();
    const lock = cast<SpinLock>(task.held_locks[at]);
    // Not its name, which may be the extension's to spoil.
    printk('<4>nooks: releasing the lock at %08x\n', addr(lock));
    lock_released(task, addr(lock));
    lock.owner = 0;
    amoswap_rl(addr(lock.locked), 0);
  }
}
