/**
 * Self-test: objects that are freed as soon as they may be. Timers and tasklets are started on one hart and taken away
 * by another at the moment they run; semaphores are waited for by threads whom signals keep interrupting.
 */
import { memset } from '../../lib/memory.ts';
import { current, num_online_cpus } from '../arch/cpu.ts';
import { jiffies } from '../arch/time.ts';
import { EINTR } from '../errno.ts';
import { local_bh_disable, local_bh_enable } from '../irq/softirq.ts';
import { tasklet_init, tasklet_kill, tasklet_schedule, TaskletStruct } from '../irq/tasklet.ts';
import { del_timer_sync, init_timer, mod_timer, TimerList } from '../irq/timer.ts';
import { Atomic, atomic_add_return, atomic_dec, atomic_inc, atomic_read, atomic_set } from '../locking/atomic.ts';
import { down_interruptible, init_MUTEX, init_MUTEX_LOCKED, sema_init, Semaphore, up } from '../locking/semaphore.ts';
import { spin_lock, spin_lock_init, spin_unlock, SpinLock } from '../locking/spinlock.ts';
import { kfree, kmalloc } from '../mm/kmalloc.ts';
import { GFP_KERNEL, nr_free_pages } from '../mm/page_alloc.ts';
import { kmem_cache_reap, slab_active_objects } from '../mm/slab.ts';
import { schedule_timeout, set_current_state, yield_ } from '../sched/sched.ts';
import { flush_signals, send_sig, SIGUSR1 } from '../sched/signal.ts';
import { TASK_UNINTERRUPTIBLE, TaskStruct } from '../sched/task.ts';
import { expect, run_crew } from './crew.ts';
import { all_came_back } from './mm.ts';

const EACH = 2;
const TIMERS = 6;
const TICKS = 4;
const TASKLETS = 60;
const WAITS = 40;

/** What an object contains while it lives. */
const ALIVE = 0x600d600d;
const FREED = 0x6b;

/** Which is used after it was freed if its `magic` is not ALIVE. */
class Victim {
  magic: Volatile<u32>;
  runs: Volatile<u32>;
  /** The function runs: no other hart may run it too. */
  busy: Volatile<u32>;
  /** How long it takes. */
  spins: u32;
  /** The function starts its timer again, for the same tick. */
  again: bool;
  timer: Embed<TimerList>;
  tasklet: Embed<TaskletStruct>;
}

let wrong!: Embed<Atomic>;
let members: u32 = 0;

export function selftest_races(): i32 {
  kmem_cache_reap();
  const free = nr_free_pages(), objects = slab_active_objects();
  atomic_set(wrong, 0);
  members = EACH * num_online_cpus();
  const failed = run_crew(EACH, hand_timers_on) + run_crew(EACH, hand_tasklets_on) + test_interrupted_waits();
  return failed + expect(atomic_read(wrong) === 0, 'a freed object was used', atomic_read(wrong) as u32)
    + all_came_back(free, objects);
}

/** Where each thread leaves an object for the next one: its address, or 0. */
let handed!: Arr<Volatile<usize>, 128>;

function make_victim(): Victim | null {
  const memory = kmalloc(sizeof<Victim>(), GFP_KERNEL);
  if (memory === 0) return null;
  const victim = cast<Victim>(memory);
  victim.magic = ALIVE;
  victim.runs = 0;
  victim.busy = 0;
  victim.spins = 20;
  victim.again = false;
  return victim;
}

function destroy(victim: Victim): void {
  memset(cast<unknown>(victim), FREED, sizeof<Victim>());
  kfree(addr(victim));
}

/** What runs: it takes a while, and its object must be there from the beginning to the end. */
function run(address: usize): void {
  const victim = cast<Victim>(address);
  if (victim.magic !== ALIVE || victim.busy !== 0) atomic_inc(wrong);
  victim.busy = 1;
  victim.runs = victim.runs + 1;
  if (victim.again) mod_timer(victim.timer, jiffies);
  for (let spin: u32 = 0; spin < victim.spins; spin++) smp_mb();
  if (victim.magic !== ALIVE) atomic_inc(wrong);
  victim.busy = 0;
}

/**
 * Timers of one thread are deleted and freed by another, in the tick in which they expire on all harts. Those of every
 * other hart take long: the hart before has done its own by then, and finds them running.
 */
function hand_timers_on(member: usize): i32 {
  const index = member as u32;
  let failed: i32 = 0;
  for (let tick: u32 = 0; tick < TICKS; tick++) {
    for (let n: u32 = 0; n < TIMERS; n++) {
      const victim = make_victim();
      if (victim === null) return expect(false, 'no memory', 0);
      init_timer(victim.timer);
      victim.timer.function = run;
      victim.timer.data = addr(victim);
      victim.again = n % 2 === 0;
      victim.spins = index / EACH % 2 === 0 ? 20 : 400;
      mod_timer(victim.timer, jiffies + 1);
      give(index * TIMERS + n, victim);
    }
    set_current_state(TASK_UNINTERRUPTIBLE);
    schedule_timeout(1);
    for (let n: u32 = 0; n < TIMERS; n++) {
      const victim = take((index + 1) % members * TIMERS + n);
      if (n % 3 === 0) mod_timer(victim.timer, jiffies);
      del_timer_sync(victim.timer);
      const runs = victim.runs;
      for (let spin: u32 = 0; spin < 20; spin++) smp_mb();
      failed += expect(victim.runs === runs, 'a deleted timer ran', victim.runs - runs);
      destroy(victim);
    }
  }
  return failed;
}

/** Leaves an object in a place, when the one before has been taken. */
function give(place: u32, victim: Victim): void {
  while (handed[place] !== 0) yield_();
  smp_wmb();
  handed[place] = addr(victim);
}

function take(place: u32): Victim {
  let address: usize = 0;
  while ((address = handed[place]) === 0) yield_();
  handed[place] = 0;
  smp_mb();
  return cast<Victim>(address);
}

/** The same with tasklets: each runs once, and not after tasklet_kill. */
function hand_tasklets_on(member: usize): i32 {
  const index = member as u32;
  let failed: i32 = 0;
  for (let n: u32 = 0; n < TASKLETS; n++) {
    const victim = make_victim();
    if (victim === null) return expect(false, 'no memory', 0);
    tasklet_init(victim.tasklet, run, addr(victim));
    while (handed[index] !== 0) yield_();
    // It begins to run at local_bh_enable, when the other may have it: otherwise ksoftirqd would run it, ticks later.
    local_bh_disable();
    tasklet_schedule(victim.tasklet);
    give(index, victim);
    local_bh_enable();
    const other = take((index + 1) % members);
    tasklet_kill(other.tasklet);
    failed += expect(other.runs === 1, 'a tasklet that was killed had run so often', other.runs);
    destroy(other);
  }
  return failed;
}

let mutex!: Embed<Semaphore>;
let places!: Embed<Semaphore>;
let inside!: Embed<Atomic>;
/** Nobody gives it up: only a signal ends a wait for it. */
let taken!: Embed<Semaphore>;
/** Who waits; `waiters_lock` keeps them there. */
let waiters!: Arr<TaskStruct | null, 16>;
let waiters_lock!: Embed<SpinLock>;
const PLACES = 2;
/** Signals for each waiter: without an end of them it might never get what it waits for. */
const SIGNALS = 100;

/** Every other thread waits for semaphores; its neighbour sends it signals. No place may be lost or taken twice. */
function test_interrupted_waits(): i32 {
  init_MUTEX(mutex);
  sema_init(places, PLACES);
  atomic_set(inside, 0);
  init_MUTEX_LOCKED(taken);
  spin_lock_init(waiters_lock, 'selftest_waiters');
  for (let n: u32 = 0; n < 16; n++) waiters[n] = null;
  const failed = run_crew(EACH, wait_or_interrupt);
  return failed + expect(mutex.count === 1 && places.count === PLACES, 'a semaphore has lost its count', 0)
    + expect(taken.count === 0, 'a wait that was interrupted has changed a count', taken.count as u32);
}

function wait_or_interrupt(member: usize): i32 {
  const index = member as u32;
  return index % 2 === 0 ? wait_often(index) : interrupt_often(index - 1);
}

function wait_often(index: u32): i32 {
  const task = current();
  let failed: i32 = 0;
  // A kernel thread ignores signals unless it says otherwise.
  task.ignored = 0;
  waiters[index] = task;
  failed += expect(down_interruptible(taken) === -EINTR, 'a wait that cannot end has ended', 0);
  flush_signals(task);
  for (let n: u32 = 0; n < WAITS; n++) {
    failed += wait_for(places, PLACES);
    yield_();
    failed += wait_for(mutex, 1);
    yield_();
    up(mutex);
    leave_place();
  }
  spin_lock(waiters_lock);
  waiters[index] = null;
  spin_unlock(waiters_lock);
  return failed;
}

/** Waits until it has the semaphore; each interruption is a way out without it. */
function wait_for(sem: Semaphore, most: i32): i32 {
  while (down_interruptible(sem) !== 0) flush_signals(current());
  if (sem !== places) return 0;
  const others = atomic_add_return(1, inside);
  return expect(others <= most, 'too many inside a semaphore', others as u32);
}

function leave_place(): void {
  atomic_dec(inside);
  up(places);
}

/** Until the neighbour has done all its waits. */
function interrupt_often(neighbour: u32): i32 {
  while (waiters[neighbour] === null) yield_();
  for (let n: u32 = 0; n < SIGNALS; n++) {
    spin_lock(waiters_lock);
    const task = waiters[neighbour];
    if (task !== null) send_sig(SIGUSR1, task);
    spin_unlock(waiters_lock);
    if (task === null) break;
    for (let spin: u32 = 0; spin < 16 * n; spin++) smp_mb();
    yield_();
  }
  return 0;
}
