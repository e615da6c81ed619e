/** Self-test: locks, semaphores, wait queues and completions under all harts at once. */
import { num_online_cpus } from '../arch/cpu.ts';
import { jiffies, udelay } from '../arch/time.ts';
import { complete, Completion, init_completion, wait_for_completion } from '../locking/completion.ts';
import { Atomic, atomic_add_return, atomic_dec, atomic_inc, atomic_read, atomic_set } from '../locking/atomic.ts';
import {
  read_lock, read_unlock, RwLock, rwlock_init, write_lock, write_trylock, write_unlock,
} from '../locking/rwlock.ts';
import { down, down_trylock, init_MUTEX, sema_init, Semaphore, up } from '../locking/semaphore.ts';
import {
  spin_is_locked, spin_lock, spin_lock_bh, spin_lock_init, spin_lock_irqsave, spin_trylock, spin_unlock, spin_unlock_bh,
  spin_unlock_irqrestore, SpinLock,
} from '../locking/spinlock.ts';
import { kernel_thread } from '../sched/fork.ts';
import { schedule, schedule_timeout, set_current_state, yield_ } from '../sched/sched.ts';
import { TASK_UNINTERRUPTIBLE } from '../sched/task.ts';
import { finish_wait, init_wait, init_waitqueue_head, prepare_to_wait, prepare_to_wait_exclusive, WaitQueue,
  WaitQueueHead, wake_up } from '../sched/wait.ts';
import { expect, run_crew } from './crew.ts';

const ROUNDS = 500;
const EACH = 2;
/** Jiffies after which a wake-up must have been lost. */
const LOST = 300;

export function selftest_locks(): i32 {
  let failed: i32 = test_spinlocks();
  failed += test_rwlocks();
  failed += test_semaphores();
  failed += test_ping_pong();
  failed += test_exclusive();
  failed += test_completions();
  return failed;
}

let lock!: Embed<SpinLock>;
let counter: u32 = 0;
let inside!: Embed<Atomic>;

function test_spinlocks(): i32 {
  spin_lock_init(lock, 'selftest');
  counter = 0;
  atomic_set(inside, 0);
  const failed = run_crew(EACH, count_under_lock);
  return failed + expect(counter === ROUNDS * EACH * num_online_cpus(), 'increments lost under a spinlock', counter)
    + expect(!spin_is_locked(lock), 'spinlock left locked', 0);
}

/** Each way to take it in turn. Not atomic: an increment is lost if two are inside. */
function count_under_lock(index: usize): i32 {
  let failed: i32 = 0;
  for (let round: u32 = 0; round < ROUNDS; round++) {
    switch ((round + index) % 4) {
      case 0: {
        const flags = spin_lock_irqsave(lock);
        failed += count();
        spin_unlock_irqrestore(lock, flags);
        break;
      }
      case 1:
        spin_lock_bh(lock);
        failed += count();
        spin_unlock_bh(lock);
        break;
      case 2:
        while (!spin_trylock(lock)) smp_mb();
        failed += count();
        spin_unlock(lock);
        break;
      default:
        spin_lock(lock);
        failed += count();
        spin_unlock(lock);
    }
  }
  return expect(failed === 0, 'two inside a spinlock', failed as u32);
}

function count(): i32 {
  const others = atomic_add_return(1, inside);
  counter++;
  atomic_dec(inside);
  return others === 1 ? 0 : 1;
}

let rwlock!: Embed<RwLock>;
let first: Volatile<u32> = 0;
let second: Volatile<u32> = 0;
let most_readers: Volatile<u32> = 0;

function test_rwlocks(): i32 {
  rwlock_init(rwlock, 'selftest');
  first = 0;
  second = 0;
  most_readers = 0;
  atomic_set(inside, 0);
  const failed = run_crew(EACH, read_and_write);
  return failed + expect(num_online_cpus() === 1 || most_readers > 1, 'readers never read together', most_readers)
    + expect(rwlock.count === 0, 'rwlock left locked', rwlock.count);
}

/** Readers on two harts wait for each other with the lock held. */
function read_together(index: usize): void {
  if (num_online_cpus() === 1 || (index !== 0 && index !== EACH)) return;
  const start = jiffies;
  read_lock(rwlock);
  note_reader();
  while (most_readers < 2 && jiffies - start < LOST) smp_mb();
  atomic_dec(inside);
  read_unlock(rwlock);
}

function note_reader(): void {
  const readers = atomic_add_return(1, inside) as u32;
  if (readers > most_readers) most_readers = readers;
}

function read_and_write(index: usize): i32 {
  let failed: i32 = 0;
  read_together(index);
  for (let round: u32 = 0; round < ROUNDS; round++) {
    if ((round + index) % 8 === 0) {
      if (round % 2 === 0) write_lock(rwlock);
      else while (!write_trylock(rwlock)) smp_mb();
      if (atomic_read(inside) !== 0 || first !== second) failed++;
      first = first + 1;
      udelay(1);
      second = second + 1;
      write_unlock(rwlock);
    } else {
      read_lock(rwlock);
      note_reader();
      if (first !== second) failed++;
      udelay(1);
      if (first !== second) failed++;
      atomic_dec(inside);
      read_unlock(rwlock);
    }
  }
  return expect(failed === 0, 'reader and writer, or two writers, inside a rwlock', failed as u32);
}

let mutex!: Embed<Semaphore>;
let places!: Embed<Semaphore>;
const PLACES = 2;

function test_semaphores(): i32 {
  init_MUTEX(mutex);
  sema_init(places, PLACES);
  counter = 0;
  atomic_set(inside, 0);
  const failed = run_crew(EACH, count_under_semaphores);
  return failed + expect(counter === ROUNDS / 5 * EACH * num_online_cpus(), 'increments lost under a mutex', counter)
    + expect(mutex.count === 1 && places.count === PLACES, 'a semaphore has lost its count', places.count as u32);
}

function count_under_semaphores(index: usize): i32 {
  let failed: i32 = 0;
  for (let round: u32 = 0; round < ROUNDS / 5; round++) {
    down(places);
    if (atomic_add_return(1, inside) > PLACES) failed++;
    if (down_trylock(mutex) !== 0) down(mutex);
    const before = counter;
    if ((round + index) % 4 === 0) yield_();
    if ((round + index) % 50 === 0) sleep(1);
    counter = before + 1;
    up(mutex);
    atomic_dec(inside);
    up(places);
  }
  return expect(failed === 0, 'more inside a semaphore than its count', failed as u32);
}

function sleep(jiffies: i32): void {
  set_current_state(TASK_UNINTERRUPTIBLE);
  schedule_timeout(jiffies);
}

let queue!: Embed<WaitQueueHead>;
/** Whose turn it is: the threads wait for their number in a ring. */
let turn: Volatile<u32> = 0;
let members: u32 = 0;

/** Every wake-up is needed: one lost would stop the ring, and is seen by the time it takes. */
function test_ping_pong(): i32 {
  init_waitqueue_head(queue);
  turn = 0;
  members = EACH * num_online_cpus();
  const failed = run_crew(EACH, pass_on);
  return failed + expect(turn === ROUNDS * members, 'turns lost', turn);
}

function pass_on(index: usize): i32 {
  const wait = local<WaitQueue>();
  for (let round: u32 = 0; round < ROUNDS; round++) {
    const mine = round * members + index;
    init_wait(wait);
    for (;;) {
      prepare_to_wait(queue, wait, TASK_UNINTERRUPTIBLE);
      if (turn === mine) break;
      if (schedule_timeout(LOST) === 0) {
        finish_wait(queue, wait);
        return expect(false, 'a wake-up was lost', mine);
      }
    }
    finish_wait(queue, wait);
    turn = mine + 1;
    wake_up(queue);
  }
  return 0;
}

let awake!: Embed<Atomic>;
/** Waiters that came out alone. */
let alone: u32 = 0;
let woken!: Embed<Completion>;

/** Of exclusive waiters, wake_up wakes one. */
function test_exclusive(): i32 {
  init_waitqueue_head(queue);
  init_completion(woken);
  atomic_set(awake, 0);
  atomic_set(inside, 0);
  alone = 0;
  members = EACH * num_online_cpus();
  if (kernel_thread(wake_one_by_one, 0, 'selftest') === null) return expect(false, 'no memory', 0);
  const failed = run_crew(EACH, wait_exclusively);
  wait_for_completion(woken);
  return failed + expect(alone === members, 'exclusive waiters woken together', alone);
}

function wait_exclusively(_: usize): i32 {
  const wait = local<WaitQueue>();
  init_wait(wait);
  prepare_to_wait_exclusive(queue, wait, TASK_UNINTERRUPTIBLE);
  atomic_inc(inside);
  schedule();
  atomic_inc(awake);
  finish_wait(queue, wait);
  return 0;
}

function wake_one_by_one(_: usize): i32 {
  while (atomic_read(inside) as u32 !== members) sleep(1);
  for (let n: u32 = 1; n <= members; n++) {
    wake_up(queue);
    while ((atomic_read(awake) as u32) < n) sleep(1);
    // Anyone else who was woken would be there by now.
    sleep(1);
    if (atomic_read(awake) as u32 === n) alone++;
  }
  complete(woken);
  return 0;
}

/** The completion lies on the waiter's stack and is gone when it returns. */
function test_completions(): i32 {
  return run_crew(1, complete_many);
}

function complete_many(_: usize): i32 {
  const done = local<Completion>();
  for (let round: u32 = 0; round < 20; round++) {
    init_completion(done);
    if (kernel_thread(finish, addr(done), 'selftest') === null) return expect(false, 'no memory', 0);
    wait_for_completion(done);
    done.done = 0x5a5a5a5a;
  }
  return 0;
}

function finish(done: usize): i32 {
  complete(cast<Completion>(done));
  return 0;
}
