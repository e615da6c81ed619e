/** Self-test: what must not be done with locks is noticed, ends the task that does it, and no other. */
import { current } from '../arch/cpu.ts';
import { complete, Completion, init_completion, wait_for_completion } from '../locking/completion.ts';
import { preempt_disable } from '../locking/preempt.ts';
import { RwLock, rwlock_init, write_lock } from '../locking/rwlock.ts';
import { down, init_MUTEX_LOCKED, Semaphore } from '../locking/semaphore.ts';
import { spin_lock, spin_lock_init, spin_unlock, SpinLock } from '../locking/spinlock.ts';
import { kernel_thread } from '../sched/fork.ts';
import { schedule } from '../sched/sched.ts';
import { SIGSEGV } from '../sched/signal.ts';
import { get_task_struct, put_task_struct } from '../sched/task.ts';
import { expect } from './crew.ts';

let lock!: Embed<SpinLock>;
let rwlock!: Embed<RwLock>;
let semaphore!: Embed<Semaphore>;
/** For `ends`: what a misuse waits for first. */
export let may_begin!: Embed<Completion>;

export function selftest_misuse(): i32 {
  return ends(take_twice, 'a spinlock was taken twice')
    + ends(release_unlocked, 'a free spinlock was released')
    + ends(release_foreign, 'the lock of another task was released')
    + ends(write_twice, 'a rwlock was taken twice')
    + ends(schedule_with_lock, 'schedule with a spinlock held')
    + ends(down_without_preemption, 'down with preemption off');
}

/** Whether a thread that does this ends by an oops. It waits until it cannot vanish unseen. */
export function ends(misuse: (arg: usize) => i32, what: cstr): i32 {
  spin_lock_init(lock, 'selftest_misuse');
  rwlock_init(rwlock, 'selftest_misuse');
  init_MUTEX_LOCKED(semaphore);
  init_completion(may_begin);
  const task = kernel_thread(misuse, 0, 'misuse');
  if (task === null) return expect(false, 'no memory', 0);
  get_task_struct(task);
  complete(may_begin);
  wait_for_completion(task.exited);
  const code = task.exit_code;
  put_task_struct(task);
  return expect(code === SIGSEGV, what, code as u32);
}

function take_twice(_: usize): i32 {
  wait_for_completion(may_begin);
  spin_lock(lock);
  spin_lock(lock);
  return 0;
}

function release_unlocked(_: usize): i32 {
  wait_for_completion(may_begin);
  spin_unlock(lock);
  return 0;
}

/** Takes it in the name of nobody: what another task's lock looks like. */
function release_foreign(_: usize): i32 {
  wait_for_completion(may_begin);
  spin_lock(lock);
  lock.owner = addr(current().parent);
  spin_unlock(lock);
  return 0;
}

function write_twice(_: usize): i32 {
  wait_for_completion(may_begin);
  write_lock(rwlock);
  write_lock(rwlock);
  return 0;
}

function schedule_with_lock(_: usize): i32 {
  wait_for_completion(may_begin);
  spin_lock(lock);
  schedule();
  return 0;
}

function down_without_preemption(_: usize): i32 {
  wait_for_completion(may_begin);
  preempt_disable();
  down(semaphore);
  return 0;
}
