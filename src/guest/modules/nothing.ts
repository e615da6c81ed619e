/**
 * An extension that does next to nothing, for counting what its calls cost. Which call it makes depends on the number
 * of bytes written to /proc/nothing, so that it need not look at them.
 */
import { ENOMEM } from '../kernel/errno.ts';
import { create_proc_entry, remove_proc_entry } from '../kernel/fs/proc/proc_fs.ts';
import { kfree, kmalloc } from '../kernel/mm/kmalloc.ts';
import { GFP_KERNEL } from '../kernel/mm/page_alloc.ts';
import { set_current_state } from '../kernel/sched/sched.ts';
import { TASK_RUNNING } from '../kernel/sched/task.ts';

/** Bytes written for each: nothing at all; a call of the kernel that does nothing; memory taken and given back. */
export const EMPTY = 1;
export const KERNEL_CALL = 2;
export const MEMORY = 3;

export function init_module(): i32 {
  const entry = create_proc_entry('nothing', 0o644, null);
  if (entry === null) return -ENOMEM;
  entry.write_proc = write_nothing;
  return 0;
}

export function cleanup_module(): void {
  remove_proc_entry('nothing', null);
}

function write_nothing(buffer: usize, count: u32, data: usize): i32 {
  if (count === KERNEL_CALL) set_current_state(TASK_RUNNING);
  if (count === MEMORY) kfree(kmalloc(64, GFP_KERNEL));
  return count as i32;
}
