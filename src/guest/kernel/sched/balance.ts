/**
 * Evening out the run queues: an idle hart takes a waiting task from the longest queue, and now and then a busy one
 * does. Linux 2.6, kernel/sched.c, load_balance(); 2.4 had one queue for all.
 *
 * Two run queues' locks are held at a time only here, the second one by trylock: if that fails, another try follows at
 * the next tick. Only tasks that do not run are taken; such a task's registers are saved, since the hart that switched
 * away from it kept the queue's lock until they were.
 */
import { list_entry } from '../../lib/list.ts';
import { cpu_online, NR_CPUS } from '../arch/cpu.ts';
import { spin_trylock, spin_unlock } from '../locking/spinlock.ts';
import {
  catch_up, cpu_allowed, dequeue_task, enqueue_task, RunQueue, runqueues, set_task_rq,
} from './runqueue.ts';
import { TaskStruct } from './task.ts';

/** Ticks between two looks of a busy hart at the other queues. */
const BALANCE_TICKS = 20;

/**
 * Takes one waiting task from the hart with the longest queue if that has more tasks than this one, whose lock is held.
 * A difference of one is enough, for fairness: of three equal tasks on two harts, each is alone for a while.
 */
export function pull_task(rq: RunQueue): bool {
  const busiest = find_busiest(rq);
  if (busiest === null || !spin_trylock(busiest.lock)) return false;
  const task = waiting_task(busiest, rq.cpu);
  if (task !== null) {
    catch_up(busiest, task);
    dequeue_task(busiest, task);
    set_task_rq(task, rq);
    enqueue_task(rq, task);
    rq.pulled++;
  }
  spin_unlock(busiest.lock);
  return task !== null;
}

/** At each tick, with the queue's lock held: whether a task was taken that should now run instead of `curr`. */
export function balance_tick(rq: RunQueue): bool {
  if (rq.nr_running === 0) return pull_task(rq);
  if (--rq.balance !== 0) return false;
  rq.balance = BALANCE_TICKS;
  pull_task(rq);
  return false;
}

/** The longest queue of those longer than `rq` with someone waiting in it; what it reads may be out of date. */
function find_busiest(rq: RunQueue): RunQueue | null {
  let busiest: RunQueue | null = null;
  let most = rq.nr_running > 1 ? rq.nr_running : 1;
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) {
    const other = runqueues[cpu];
    if (cpu === rq.cpu || !cpu_online(cpu) || other.nr_running <= most) continue;
    most = other.nr_running;
    busiest = other;
  }
  return busiest;
}

/**
 * The task that has waited shortest of those that may go to `cpu`, from the end, so that all of a long queue rotate.
 */
function waiting_task(rq: RunQueue, cpu: u32): TaskStruct | null {
  for (let link = rq.queue.prev; link !== rq.queue; link = link.prev) {
    const task = list_entry<TaskStruct>(link, offsetof<TaskStruct>('run_list'));
    if (task !== rq.curr && cpu_allowed(task, cpu)) return task;
  }
  return null;
}
