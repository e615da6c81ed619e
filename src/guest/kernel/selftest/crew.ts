/** Threads that do the same thing at the same time, for self-tests. */
import { cpu_online, NR_CPUS } from '../arch/cpu.ts';
import { printk } from '../debug/printk.ts';
import { Atomic, atomic_dec_and_test, atomic_inc, atomic_read, atomic_set } from '../locking/atomic.ts';
import { complete, Completion, init_completion, wait_for_completion } from '../locking/completion.ts';
import { kernel_thread_on } from '../sched/fork.ts';
import { yield_ } from '../sched/sched.ts';

/** What each thread does; `index` counts from 0. 0 is good. */
export type CrewWork = (index: usize) => i32;

let work: CrewWork;
/** Threads that have not ended, and one for the starter. */
let running!: Embed<Atomic>;
let failures!: Embed<Atomic>;
let done!: Embed<Completion>;
/** No thread begins before all are there. */
let started: Volatile<u32> = 0;

/** Runs `each` threads on every hart, waits for them, and gives how many failed. One crew works at a time. @sleeps */
export function run_crew(each: u32, fn: CrewWork): i32 {
  return run_crew_on(0xffffffff, each, fn);
}

/** The same on the harts of a mask. @sleeps */
export function run_crew_on(cpus: u32, each: u32, fn: CrewWork): i32 {
  work = fn;
  started = 0;
  atomic_set(running, 1);
  atomic_set(failures, 0);
  init_completion(done);
  let index: u32 = 0;
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) {
    if (!cpu_online(cpu) || (cpus & (1 << cpu)) === 0) continue;
    for (let n: u32 = 0; n < each; n++) {
      atomic_inc(running);
      if (kernel_thread_on(cpu, member, index++ as usize, 'selftest') === null) end_member(-1);
    }
  }
  smp_mb();
  started = 1;
  end_member(0);
  wait_for_completion(done);
  return atomic_read(failures);
}

function member(index: usize): i32 {
  // Not spinning: the starter may wait for this hart.
  while (started === 0) yield_();
  end_member(work(index));
  return 0;
}

function end_member(result: i32): void {
  if (result !== 0) atomic_inc(failures);
  if (atomic_dec_and_test(running)) complete(done);
}

/** Times that a test is tried which expects every hart to get its share of the host's time. */
export const TRIES = 4;

/**
 * Such a test's last result, 0 as soon as one try is good. On the parallel engine a busy host may stop a hart for
 * ticks; the lockstep engine needs one try. Only for what a stopped hart can explain, not for anything that must never
 * happen.
 */
export function retry(test: () => i32): i32 {
  let result: i32 = 1;
  for (let n: u32 = 0; n < TRIES && result !== 0; n++) result = test();
  return result;
}

/** Says what failed unless `good`; 1 for a failure, to be added up. */
export function expect(good: bool, what: cstr, value: u32): i32 {
  if (good) return 0;
  printk('<3>selftest: %s (%u, 0x%x)\n', what, value, value);
  return 1;
}
