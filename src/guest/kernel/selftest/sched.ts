/** Self-test: equal tasks get equal time, busy kernel threads are preempted, tasks spread over the harts. */
import { num_online_cpus } from '../arch/cpu.ts';
import { get_cycles, HZ, jiffies, TIMEBASE } from '../arch/time.ts';
import { Atomic, atomic_add_return, atomic_read, atomic_set } from '../locking/atomic.ts';
import { preempt_disable, preempt_enable } from '../locking/preempt.ts';
import { get_task_struct, put_task_struct, TASK_UNINTERRUPTIBLE, TaskStruct } from '../sched/task.ts';
import { kernel_thread, kernel_thread_on, kthread_should_stop, kthread_stop } from '../sched/fork.ts';
import { schedule_timeout, set_cpus_allowed, set_current_state, set_user_nice, yield_ } from '../sched/sched.ts';
import { current } from '../arch/cpu.ts';
import { expect, retry, run_crew } from './crew.ts';

export function selftest_sched(): i32 {
  return retry(test_fairness) + retry(test_niceness) + retry(test_preemption) + retry(test_spreading)
    + test_migration() + retry(test_yield);
}

const TASKS = 3;
/** Ticks that the fairness test takes: six slices of one tick for each task. */
const TICKS = 18;
/** Ticks until the slices are the epochs' own. */
const WARM_UP = 12;
/** Units of the time CSR in a tick. */
const TICK = TIMEBASE / HZ;

let spent!: Arr<u32, 8>;
let tasks!: Arr<TaskStruct, 8>;
/** Whether the time is counted. */
let counting: Volatile<u32> = 0;

/** Spins until told to stop, counting the time that it runs: the gaps between two looks at the clock that are short. */
function burn(index: usize): i32 {
  let last = lo32(get_cycles());
  while (!kthread_should_stop()) {
    const now = lo32(get_cycles());
    if (counting !== 0 && now - last < TICK / 4) spent[index] += now - last;
    last = now;
  }
  return 0;
}

function sleep(ticks: i32): void {
  set_current_state(TASK_UNINTERRUPTIBLE);
  schedule_timeout(ticks);
}

/** Starts burners on the last hart, lets them run, and stops them. False for no memory. */
function burn_for(count: u32, nices: Ptr<i32>, ticks: i32): bool {
  const cpu = num_online_cpus() - 1;
  for (let n: u32 = 0; n < count; n++) {
    spent[n] = 0;
    const task = kernel_thread_on(cpu, burn, n as usize, 'burner');
    if (task === null) return false;
    set_user_nice(task, nices[n]);
    tasks[n] = task;
  }
  // A new task begins with a part of its maker's slice: not counted.
  sleep(WARM_UP);
  counting = 1;
  sleep(ticks);
  // Before they are stopped one by one, as the others go on meanwhile.
  counting = 0;
  for (let n: u32 = 0; n < count; n++) kthread_stop(tasks[n]);
  return true;
}

/** Three tasks of the same niceness on one hart: none gets less than two thirds of what another gets. */
function test_fairness(): i32 {
  const nices = local<Arr<i32, 3>>();
  for (let n: u32 = 0; n < TASKS; n++) nices[n] = 19;
  if (!burn_for(TASKS, nices, TICKS)) return expect(false, 'no memory', 0);
  let least: u32 = spent[0], most: u32 = spent[0];
  for (let n: u32 = 1; n < TASKS; n++) {
    if (spent[n] < least) least = spent[n];
    if (spent[n] > most) most = spent[n];
  }
  return expect(3 * least >= 2 * most, 'equal tasks get unequal time: at least', least)
    + expect(most > TICKS / TASKS * TICK / 2, 'tasks get too little time: at most', most);
}

/** A task of nice 8 has four ticks an epoch, one of nice 19 has one. */
function test_niceness(): i32 {
  const nices = local<Arr<i32, 3>>();
  nices[0] = 8;
  nices[1] = 19;
  if (!burn_for(2, nices, TICKS)) return expect(false, 'no memory', 0);
  return expect(spent[0] > 2 * spent[1], 'niceness makes too little difference', spent[0] / (spent[1] + 1))
    + expect(spent[1] > 0, 'a nice task starves', spent[1]);
}

/**
 * A task that mostly sleeps gets the hart within two ticks, from a busy one that never gives it up. In 2.4 it must have
 * slept over an epoch's end for that, to have more of its slice left than the other.
 */
function test_preemption(): i32 {
  const cpu = num_online_cpus() - 1;
  const task = kernel_thread_on(cpu, burn, 0, 'burner');
  if (task === null) return expect(false, 'no memory', 0);
  const late = kernel_thread_on(cpu, wake_often, 0, 'sleeper');
  if (late === null) return expect(false, 'no memory', 0);
  sleep(WARM_UP);
  counting = 1;
  sleep(12);
  counting = 0;
  const worst = kthread_stop(late) as u32;
  kthread_stop(task);
  return expect(worst <= 2, 'a busy kernel thread is not preempted for ticks', worst);
}

/** Sleeps a tick at a time until told to stop; gives the most ticks that it woke late. */
function wake_often(_: usize): i32 {
  let worst: i32 = 0;
  while (!kthread_should_stop()) {
    const due = jiffies + 1;
    sleep(1);
    const late = (jiffies - due) as i32;
    if (counting !== 0 && late > worst) worst = late;
  }
  return worst;
}

let places: Volatile<u32> = 0;

/** As many busy threads as harts: soon each hart has one. */
function test_spreading(): i32 {
  const harts = num_online_cpus();
  for (let n: u32 = 0; n < harts; n++) {
    const task = kernel_thread(burn, n as usize, 'burner');
    if (task === null) return expect(false, 'no memory', 0);
    tasks[n] = task;
  }
  sleep(4);
  places = 0;
  for (let n: u32 = 0; n < harts; n++) places |= 1 << tasks[n].processor;
  for (let n: u32 = 0; n < harts; n++) kthread_stop(tasks[n]);
  return expect(places === (1 << harts) - 1, 'busy threads crowd, by a mask of harts', places);
}

let visits!: Embed<Atomic>;

/** Threads that send themselves from hart to hart, and find themselves there. */
function test_migration(): i32 {
  atomic_set(visits, 0);
  const failed = run_crew(2, travel);
  const expected = 2 * num_online_cpus() * 20;
  return failed + expect(atomic_read(visits) as u32 === expected, 'journeys missing', atomic_read(visits) as u32);
}

function travel(index: usize): i32 {
  for (let n: u32 = 0; n < 20; n++) {
    const cpu = (index + n) % num_online_cpus();
    set_cpus_allowed(current(), 1 << cpu);
    preempt_disable();
    const there = current().processor;
    preempt_enable();
    if (there !== cpu) return expect(false, 'set_cpus_allowed returned on hart', there);
    atomic_add_return(1, visits);
  }
  return 0;
}

/** Two threads that yield to each other on one hart take turns. */
function test_yield(): i32 {
  const cpu = num_online_cpus() - 1;
  spent[0] = 0;
  spent[1] = 0;
  for (let n: u32 = 0; n < 2; n++) {
    const task = kernel_thread_on(cpu, give_way, n as usize, 'yielder');
    if (task === null) return expect(false, 'no memory', 0);
    get_task_struct(task);
    tasks[n] = task;
  }
  sleep(4);
  const turns = spent[0] < spent[1] ? spent[0] : spent[1];
  for (let n: u32 = 0; n < 2; n++) {
    kthread_stop(tasks[n]);
    put_task_struct(tasks[n]);
  }
  return expect(turns > 100, 'yield_ does not let the other run: turns', turns);
}

function give_way(index: usize): i32 {
  while (!kthread_should_stop()) {
    spent[index]++;
    yield_();
  }
  return 0;
}
