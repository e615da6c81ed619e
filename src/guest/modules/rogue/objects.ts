/** Overwrites its own versions of objects of which the kernel has versions too, and lets the kernel use them. */
import { jiffies } from '../../kernel/arch/time.ts';
import { ENOSYS } from '../../kernel/errno.ts';
import { ProcDirEntry } from '../../kernel/fs/proc/proc_fs.ts';
import {
  tasklet_disable, tasklet_enable, tasklet_init, tasklet_schedule, TaskletStruct,
} from '../../kernel/irq/tasklet.ts';
import { add_timer, init_timer, mod_timer, TimerList } from '../../kernel/irq/timer.ts';
import { down, init_MUTEX, Semaphore, up } from '../../kernel/locking/semaphore.ts';
import { kfree, kmalloc } from '../../kernel/mm/kmalloc.ts';
import { GFP_KERNEL } from '../../kernel/mm/page_alloc.ts';
import { schedule_timeout } from '../../kernel/sched/sched.ts';
import { TASK_INTERRUPTIBLE } from '../../kernel/sched/task.ts';
import {
  finish_wait, init_wait, init_waitqueue_head, prepare_to_wait, WaitQueue, WaitQueueHead, wake_up,
} from '../../kernel/sched/wait.ts';
import { memset } from '../../lib/memory.ts';
import {
  FREE_PENDING_TIMER, SPOIL_PROC_ENTRY, SPOIL_QUEUE, SPOIL_SEMAPHORE, SPOIL_TASKLET, SPOIL_TIMER,
} from './requests.ts';

/** What everything is overwritten with. */
const JUNK = 0xa5;

let timer!: Embed<TimerList>;
let tasklet!: Embed<TaskletStruct>;
let queue!: Embed<WaitQueueHead>;
let semaphore!: Embed<Semaphore>;

export function spoil_object(request: u32, entry: ProcDirEntry): i32 {
  switch (request) {
    case SPOIL_PROC_ENTRY: memset(entry, JUNK, sizeof<ProcDirEntry>()); break;
    case SPOIL_TIMER: spoil_timer(); break;
    case SPOIL_TASKLET: spoil_tasklet(); break;
    case SPOIL_QUEUE: spoil_queue(); break;
    case SPOIL_SEMAPHORE: spoil_semaphore(); break;
    case FREE_PENDING_TIMER: kfree(start(cast<TimerList>(kmalloc(64, GFP_KERNEL)), 1)); break;
    default: return -ENOSYS;
  }
  return 0;
}

function start(which: TimerList, ticks: u32): usize {
  init_timer(which);
  which.function = no_time;
  which.data = 0;
  which.expires = jiffies + ticks;
  add_timer(which);
  return addr(which);
}

function no_time(data: usize): void {
}

function spoil_timer(): void {
  start(timer, 1);
  memset(timer, JUNK, sizeof<TimerList>());
  schedule_timeout(2);
  // By now it has run, with the function that it had.
  mod_timer(timer, jiffies + 1);
}

function spoil_tasklet(): void {
  tasklet_init(tasklet, no_time, 0);
  tasklet_disable(tasklet);
  tasklet_schedule(tasklet);
  memset(tasklet, JUNK, sizeof<TaskletStruct>());
  tasklet_enable(tasklet);
}

function spoil_queue(): void {
  const wait = local<WaitQueue>();
  init_waitqueue_head(queue);
  init_wait(wait);
  prepare_to_wait(queue, wait, TASK_INTERRUPTIBLE);
  memset(queue, JUNK, sizeof<WaitQueueHead>());
  memset(wait, JUNK, sizeof<WaitQueue>());
  wake_up(queue);
  finish_wait(queue, wait);
}

function spoil_semaphore(): void {
  init_MUTEX(semaphore);
  down(semaphore);
  memset(semaphore, JUNK, sizeof<Semaphore>());
  up(semaphore);
  down(semaphore);
  up(semaphore);
}
