/** Self-test: tasklets and softirqs, raised on all harts at once. */
import { num_online_cpus } from '../arch/cpu.ts';
import { jiffies } from '../arch/time.ts';
import { local_bh_disable, local_bh_enable } from '../irq/softirq.ts';
import {
  tasklet_disable, tasklet_enable, tasklet_hi_schedule, tasklet_init, tasklet_kill, tasklet_schedule, TaskletStruct,
} from '../irq/tasklet.ts';
import { Atomic, atomic_add_return, atomic_dec, atomic_inc, atomic_read, atomic_set } from '../locking/atomic.ts';
import { in_interrupt } from '../locking/preempt.ts';
import { schedule_timeout, set_current_state, yield_ } from '../sched/sched.ts';
import { TASK_UNINTERRUPTIBLE } from '../sched/task.ts';
import { expect, run_crew } from './crew.ts';

const EACH = 2;
const ROUNDS = 300;
/** Jiffies after which something must have been lost, even if the host was busy. */
const LOST = 200;

export function selftest_softirq(): i32 {
  return test_tasklets() + test_disabling() + test_flood() + test_bh();
}

/** Which all harts schedule. */
let shared!: Embed<TaskletStruct>;
let inside!: Embed<Atomic>;
let runs!: Embed<Atomic>;
let wrong!: Embed<Atomic>;
/** How much each thread has asked for, and how much of it the tasklet has seen. */
let asked!: Arr<Volatile<u32>, 16>;
let seen!: Arr<Volatile<u32>, 16>;

function shared_ran(_: usize): void {
  if (atomic_add_return(1, inside) !== 1 || !in_interrupt()) atomic_inc(wrong);
  for (let n: u32 = 0; n < 16; n++) seen[n] = asked[n];
  atomic_inc(runs);
  atomic_dec(inside);
}

/** A tasklet runs on one hart at a time, and after each tasklet_schedule once more. */
function test_tasklets(): i32 {
  tasklet_init(shared, shared_ran, 0);
  atomic_set(inside, 0);
  atomic_set(runs, 0);
  atomic_set(wrong, 0);
  for (let n: u32 = 0; n < 16; n++) asked[n] = 0;
  const failed = run_crew(EACH, schedule_often);
  tasklet_kill(shared);
  const ran = atomic_read(runs) as u32;
  return failed + expect(atomic_read(wrong) === 0, 'a tasklet ran twice at a time', atomic_read(wrong) as u32)
    + expect(ran > 0 && ran <= ROUNDS * EACH * num_online_cpus(), 'a tasklet ran so often', ran);
}

function schedule_often(index: usize): i32 {
  for (let n: u32 = 1; n <= ROUNDS; n++) {
    asked[index] = n;
    if (n % 2 === 0) tasklet_schedule(shared);
    else tasklet_hi_schedule(shared);
    if (n % 32 !== 0) continue;
    const start = jiffies;
    while (seen[index] !== n) {
      if (jiffies - start > LOST) return expect(false, 'a scheduled tasklet did not run, at round', n);
      yield_();
    }
  }
  return 0;
}

let own!: Arr<Embed<TaskletStruct>, 16>;
let own_runs!: Arr<Volatile<u32>, 16>;

function own_ran(index: usize): void {
  own_runs[index] = own_runs[index] + 1;
}

function sleep(ticks: i32): void {
  set_current_state(TASK_UNINTERRUPTIBLE);
  schedule_timeout(ticks);
}

/** A disabled tasklet does not run, but does when it is enabled again; a killed one does not run any more. */
function test_disabling(): i32 {
  return run_crew(EACH, disable_often);
}

function disable_often(index: usize): i32 {
  const t = own[index];
  let failed: i32 = 0;
  tasklet_init(t, own_ran, index);
  for (let n: u32 = 0; n < 3; n++) {
    own_runs[index] = 0;
    tasklet_disable(t);
    tasklet_schedule(t);
    sleep(1);
    failed += expect(own_runs[index] === 0, 'a disabled tasklet ran', own_runs[index]);
    tasklet_enable(t);
    sleep(2);
    failed += expect(own_runs[index] === 1, 'an enabled tasklet ran so often', own_runs[index]);
    tasklet_schedule(t);
    tasklet_kill(t);
    const ran = own_runs[index];
    sleep(1);
    failed += expect(ran === 2 && own_runs[index] === 2, 'a killed tasklet ran so often', own_runs[index]);
  }
  return failed;
}

let flooding!: Arr<Volatile<u32>, 16>;

/** Schedules itself as long as it is told to. */
function flood_ran(index: usize): void {
  own_runs[index] = own_runs[index] + 1;
  if (flooding[index] !== 0) tasklet_schedule(own[index]);
}

/** A tasklet that never ends leaves time for the tasks of its hart, since ksoftirqd runs it. */
function test_flood(): i32 {
  return run_crew(1, flood);
}

function flood(index: usize): i32 {
  own_runs[index] = 0;
  flooding[index] = 1;
  tasklet_init(own[index], flood_ran, index);
  tasklet_schedule(own[index]);
  let passes: u32 = 0;
  const start = jiffies;
  while ((passes <= 1000 || own_runs[index] <= 100) && jiffies - start < LOST) passes++;
  flooding[index] = 0;
  tasklet_kill(own[index]);
  return expect(passes > 1000, 'tasklets starve tasks', passes)
    + expect(own_runs[index] > 100, 'a tasklet that schedules itself ran so often', own_runs[index]);
}

/** local_bh_disable keeps a tasklet of this hart away, and local_bh_enable lets it run at once. */
function test_bh(): i32 {
  return run_crew(EACH, hold_off);
}

function hold_off(index: usize): i32 {
  const t = own[index];
  let failed: i32 = 0;
  tasklet_init(t, own_ran, index);
  for (let n: u32 = 0; n < 50; n++) {
    own_runs[index] = 0;
    local_bh_disable();
    tasklet_schedule(t);
    for (let spin: u32 = 0; spin < 200; spin++) smp_mb();
    failed += expect(own_runs[index] === 0, 'a tasklet ran with softirqs off', n);
    local_bh_enable();
    // It ran, or this hart's ksoftirqd has it.
    const start = jiffies;
    while (own_runs[index] === 0 && jiffies - start < LOST) yield_();
    failed += expect(own_runs[index] === 1, 'a tasklet did not run with softirqs on', n);
  }
  return failed;
}
