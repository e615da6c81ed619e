/** What the host's tests call: the scheduler's and the timers' parts in shapes that cross to the host. */
import { memset } from '../../lib/memory.ts';
import { jiffies, set_jiffies } from '../arch/time.ts';
import { del_timer, init_timer, mod_timer, run_timers, timer_pending, TimerList, timers_init } from '../irq/timer.ts';
import { init_idle } from './idle.ts';
import { enqueue_task, nice_to_ticks, pick_next_task, runqueues, runqueues_init, set_task_rq } from './runqueue.ts';
import { init_task_struct, TaskStruct } from './task.ts';

const MOST = 64;

let timers!: Arr<Embed<TimerList>, 64>;
/** Which timers ran, in order, since the last look. */
export let fired!: Arr<u32, 1024>;
export let fired_count: u32 = 0;
/** Distance at which a timer starts itself again; 0 for none. */
let period!: Arr<u32, 64>;

/** Time begins at `now`, with this hart's idle task running. */
export function begin(now: u32): void {
  write_tp(addr(init_idle(0, 0)));
  set_jiffies(now);
  runqueues_init();
  timers_init();
  fired_count = 0;
  for (let n: u32 = 0; n < MOST; n++) {
    init_timer(timers[n]);
    timers[n].function = fire;
    timers[n].data = n as usize;
    period[n] = 0;
  }
}

function fire(n: usize): void {
  fired[fired_count++] = n;
  if (period[n] !== 0) mod_timer(timers[n], jiffies + period[n]);
}

export function start(n: u32, expires: u32): i32 {
  return mod_timer(timers[n], expires);
}

export function repeat(n: u32, ticks: u32): void {
  period[n] = ticks;
}

export function stop(n: u32): i32 {
  return del_timer(timers[n]);
}

export function pending(n: u32): bool {
  return timer_pending(timers[n]);
}

/** The time is `now`, and the softirq runs. Gives how many timers ran. */
export function tick(now: u32): u32 {
  set_jiffies(now);
  fired_count = 0;
  run_timers(0);
  return fired_count;
}

export function fired_timer(index: u32): u32 {
  return fired[index];
}

let tasks!: Arr<Embed<TaskStruct>, 64>;
export let ran!: Arr<u32, 64>;

/** A runnable task on the first hart's queue. */
export function add_task(n: u32, nice: i32): void {
  const task = tasks[n];
  memset(task, 0, sizeof<TaskStruct>());
  init_task_struct(task, 0, 'test');
  task.nice = nice;
  ran[n] = 0;
  set_task_rq(task, runqueues[0]);
  enqueue_task(runqueues[0], task);
}

/** Lets the queue's tasks run for so many ticks, as scheduler_tick and schedule do. */
export function run_tasks(ticks: u32): void {
  const rq = runqueues[0];
  for (let n: u32 = 0; n < ticks; n++) {
    if (rq.curr === rq.idle || rq.curr.counter === 0) rq.curr = pick_next_task(rq, rq.curr);
    rq.curr.counter--;
    ran[(addr(rq.curr) - addr(tasks)) / sizeof<TaskStruct>()]++;
  }
}

export function ticks_of(n: u32): u32 {
  return ran[n];
}

export function slice(nice: i32): i32 {
  return nice_to_ticks(nice);
}
