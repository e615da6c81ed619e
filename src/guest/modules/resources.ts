/**
 * A module that holds one of everything a module can hold, so that loading and unloading it shows what leaks. The
 * parameter `fail=N` lets its init fail after N of them.
 */
import { jiffies } from '../kernel/arch/time.ts';
import { printk } from '../kernel/debug/printk.ts';
import { ENODEV, ENOMEM } from '../kernel/errno.ts';
import { create_proc_read_entry, remove_proc_entry } from '../kernel/fs/proc/proc_fs.ts';
import { snprintf } from '../lib/format.ts';
import { tasklet_init, tasklet_kill, tasklet_schedule, TaskletStruct } from '../kernel/irq/tasklet.ts';
import { add_timer, del_timer_sync, init_timer, mod_timer, TimerList } from '../kernel/irq/timer.ts';
import { kfree, kmalloc } from '../kernel/mm/kmalloc.ts';
import { GFP_KERNEL } from '../kernel/mm/page_alloc.ts';
import { vfree, vmalloc } from '../kernel/mm/vmalloc.ts';
import { kmem_cache_create, kmem_cache_destroy, KmemCache } from '../kernel/mm/slab.ts';
import { kernel_thread, kthread_should_stop, kthread_stop } from '../kernel/sched/fork.ts';
import { schedule_timeout, set_current_state } from '../kernel/sched/sched.ts';
import { TASK_INTERRUPTIBLE, TaskStruct } from '../kernel/sched/task.ts';

/** After how many steps init gives up; beyond all, never. */
export let fail: u32 = 100;

let memory: usize = 0;
let pages: usize = 0;
let cache: KmemCache | null = null;
let timer!: Embed<TimerList>;
let tasklet!: Embed<TaskletStruct>;
let thread: TaskStruct | null = null;
let ticks: u32 = 0;
let turns: u32 = 0;
/** Steps that are done, and so must be undone. */
let done: u32 = 0;

const STEPS = 6;

export function init_module(): i32 {
  while (done < STEPS) {
    if (done === fail) return give_up(-ENODEV);
    if (!take(done)) return give_up(-ENOMEM);
    done++;
  }
  return 0;
}

function give_up(error: i32): i32 {
  cleanup_module();
  return error;
}

export function cleanup_module(): void {
  while (done > 0) give_back(--done);
}

function take(step: u32): bool {
  switch (step) {
    case 0:
      memory = kmalloc(1000, GFP_KERNEL);
      return memory !== 0;
    case 1:
      pages = vmalloc(10000);
      return pages !== 0;
    case 2:
      cache = kmem_cache_create('resources', 40, 0, 0, null, null);
      return cache !== null;
    case 3:
      return create_proc_read_entry('resources', 0o444, null, read_proc, 0) !== null;
    case 4:
      tasklet_init(tasklet, count_turn, 0);
      init_timer(timer);
      timer.function = tick;
      timer.expires = jiffies + 1;
      add_timer(timer);
      return true;
    default:
      thread = kernel_thread(work, 0, 'resources');
      return thread !== null;
  }
}

function give_back(step: u32): void {
  switch (step) {
    case 0: kfree(memory); break;
    case 1: vfree(pages); break;
    case 2: if (cache !== null) kmem_cache_destroy(cache); break;
    case 3: remove_proc_entry('resources', null); break;
    case 4:
      del_timer_sync(timer);
      tasklet_kill(tasklet);
      break;
    default: if (thread !== null && kthread_stop(thread) !== 7) printk('<3>resources: its thread ended badly\n');
  }
}

function tick(data: usize): void {
  ticks++;
  tasklet_schedule(tasklet);
  mod_timer(timer, jiffies + 1);
}

function count_turn(data: usize): void {
  turns++;
}

function work(unused: usize): i32 {
  while (!kthread_should_stop()) {
    set_current_state(TASK_INTERRUPTIBLE);
    if (!kthread_should_stop()) schedule_timeout(1);
  }
  return 7;
}

function read_proc(page: Ptr<u8>, start: Ptr<usize>, off: i32, count: i32, eof: Ptr<i32>, data: usize): i32 {
  eof[0] = 1;
  return snprintf(page, 4096, 'ticks %u turns %u\n', ticks, turns) as i32;
}
