/**
 * An extension that does next to nothing, for counting what its calls cost. Which call it makes depends on the number
 * of bytes written to /proc/nothing, so that it need not look at them, and how often on the parameter `repeat`; what is
 * written to /dev/dsp, it takes as well.
 */
import { ENOMEM } from '../kernel/errno.ts';
import type { File, FileOperations } from '../kernel/fs/fs.ts';
import { create_proc_entry, remove_proc_entry } from '../kernel/fs/proc/proc_fs.ts';
import { kfree, kmalloc } from '../kernel/mm/kmalloc.ts';
import { GFP_KERNEL } from '../kernel/mm/page_alloc.ts';
import { dev_alloc_skb, dev_kfree_skb } from '../kernel/net/skbuff.ts';
import { set_current_state } from '../kernel/sched/sched.ts';
import { TASK_RUNNING } from '../kernel/sched/task.ts';
import { init_waitqueue_head, waitqueue_active, WaitQueueHead } from '../kernel/sched/wait.ts';
import { register_sound_dsp, unregister_sound_dsp } from '../kernel/sound/sound_core.ts';

/**
 * Bytes written for each: nothing at all; a call of the kernel that does nothing; memory taken and given back; a call
 * with an object that the kernel has a version of; a packet taken and given back, which is deferred.
 */
export const EMPTY = 1;
export const KERNEL_CALL = 2;
export const MEMORY = 3;
export const TRACKED = 4;
export const DEFERRED = 5;

/** How often the kernel is called at each write. */
export let repeat: u32 = 1;

const operations: FileOperations = {
  owner: null, llseek: null, read: null, write: take, readdir: null, poll: null, ioctl: null, open: null, flush: null,
  release: null, fsync: null,
};

let queue!: Embed<WaitQueueHead>;
let unit: i32 = -1;

export function init_module(): i32 {
  init_waitqueue_head(queue);
  unit = register_sound_dsp(operations, -1);
  if (unit < 0) return unit;
  const entry = create_proc_entry('nothing', 0o644, null);
  if (entry === null) {
    unregister_sound_dsp(unit);
    return -ENOMEM;
  }
  entry.write_proc = write_nothing;
  return 0;
}

export function cleanup_module(): void {
  remove_proc_entry('nothing', null);
  unregister_sound_dsp(unit);
}

function write_nothing(buffer: usize, count: u32, data: usize): i32 {
  if (count === EMPTY) return 1;
  for (let turn = repeat; turn > 0; turn--) {
    if (count === KERNEL_CALL) set_current_state(TASK_RUNNING);
    if (count === MEMORY) kfree(kmalloc(64, GFP_KERNEL));
    if (count === TRACKED) waitqueue_active(queue);
    if (count === DEFERRED) give_back_packet();
  }
  return count as i32;
}

function give_back_packet(): void {
  const skb = dev_alloc_skb(64);
  if (skb !== null) dev_kfree_skb(skb);
}

function take(file: File, buffer: usize, count: u32, position: Ptr<i64>): i32 {
  return count as i32;
}
