/**
 * Self-test: what harts ask of each other. Functions called on all of them, and address spaces that grow and shrink as
 * their process goes from hart to hart: none may see a page that is no longer there.
 */
import { current, num_online_cpus, smp_processor_id } from '../arch/cpu.ts';
import { PAGE_SIZE } from '../arch/layout.ts';
import { smp_call_function, smp_send_reschedule } from '../arch/smp.ts';
import { get_user, put_user } from '../arch/uaccess.ts';
import { Atomic, atomic_inc, atomic_read, atomic_set } from '../locking/atomic.ts';
import { irqs_disabled } from '../locking/irqflags.ts';
import { in_irq, preempt_disable, preempt_enable } from '../locking/preempt.ts';
import { exec_mmap, mm_alloc, mm_setup, sys_brk } from '../mm/mmap.ts';
import { set_cpus_allowed, yield_ } from '../sched/sched.ts';
import { expect, run_crew } from './crew.ts';

const ROUNDS = 60;
const MOVES = 40;
const EACH = 2;
const HEAP = 0x00100000;
const PAGES = 3;

let wrong!: Embed<Atomic>;
/** By the thread that calls and the hart that is called: how often. */
let answers!: Arr<Volatile<u32>, 128>;

export function selftest_smp(): i32 {
  atomic_set(wrong, 0);
  const failed = run_crew(EACH, call_often) + run_crew(EACH, move_about);
  return failed + expect(atomic_read(wrong) === 0, 'calls in the wrong place', atomic_read(wrong) as u32);
}

function answer(caller: usize): void {
  if (!in_irq() || !irqs_disabled()) atomic_inc(wrong);
  const at = caller * 8 + smp_processor_id();
  answers[at] = answers[at] + 1;
}

/** With `wait`, when the call returns every other hart has answered, and this one has not. */
function call_often(caller: usize): i32 {
  let failed: i32 = 0;
  for (let cpu: u32 = 0; cpu < 8; cpu++) answers[caller * 8 + cpu] = 0;
  for (let n: u32 = 0; n < ROUNDS; n++) {
    preempt_disable();
    const here = smp_processor_id();
    const own = answers[caller * 8 + here], before = sum(caller);
    smp_call_function(answer, caller, true);
    failed += expect(sum(caller) - before === num_online_cpus() - 1, 'harts answered', sum(caller) - before)
      + expect(answers[caller * 8 + here] === own, 'a hart called itself', here);
    preempt_enable();
    if (n % 3 === 0) smp_send_reschedule((here + n) % num_online_cpus());
    if (n % 8 === 0) yield_();
  }
  return failed + call_without_waiting(caller);
}

/** Without `wait` they have at least begun, and will have answered when they answer the next call. */
function call_without_waiting(caller: usize): i32 {
  preempt_disable();
  const before = sum(caller);
  for (let n: u32 = 0; n < 4; n++) smp_call_function(answer, caller, false);
  smp_call_function(answer, caller, true);
  const came = sum(caller) - before;
  preempt_enable();
  return expect(came === 5 * (num_online_cpus() - 1), 'calls were lost: answers', came);
}

function sum(caller: usize): u32 {
  let total: u32 = 0;
  for (let cpu: u32 = 0; cpu < 8; cpu++) total += answers[caller * 8 + cpu];
  return total;
}

/** A process with a heap that goes round the harts. Its address space goes when it ends. */
function move_about(index: usize): i32 {
  const mm = mm_alloc();
  if (mm === null || mm_setup(mm, HEAP) !== 0) return expect(false, 'no memory for an address space', 0);
  exec_mmap(mm);
  const start = sys_brk(0) as usize;
  let failed: i32 = 0;
  for (let n: u32 = 0; n < MOVES && failed === 0; n++) {
    go_to(index + n);
    failed += expect(sys_brk(start + PAGES * PAGE_SIZE) as usize === start + PAGES * PAGE_SIZE, 'brk', n)
      + look_at(start, 0) + write_to(start, index << 16 | n);
    go_to(index + n + 1);
    failed += look_at(start, index << 16 | n);
    // Back to nothing here, and what the first hart still remembers must not be seen there.
    failed += expect(sys_brk(start) as usize === start, 'brk to nothing', n) + miss(start);
    go_to(index + n);
    failed += miss(start);
  }
  return failed;
}

function go_to(cpu: u32): void {
  set_cpus_allowed(current(), 1 << cpu % num_online_cpus());
}

/** Whether all pages contain this. */
function look_at(start: usize, content: u32): i32 {
  const word = local<Arr<u32, 1>>();
  let failed: i32 = 0;
  for (let page: u32 = 0; page < PAGES; page++) {
    const error = get_user(word, start + page * PAGE_SIZE);
    failed += expect(error === 0 && word[0] === content, 'a page of the heap contains', word[0]);
  }
  return failed;
}

function write_to(start: usize, content: u32): i32 {
  let failed: i32 = 0;
  for (let page: u32 = 0; page < PAGES; page++) {
    failed += expect(put_user(content, start + page * PAGE_SIZE) === 0, 'a page cannot be written', page);
  }
  return failed;
}

/** Whether all pages are gone. */
function miss(start: usize): i32 {
  const word = local<Arr<u32, 1>>();
  let failed: i32 = 0;
  for (let page: u32 = 0; page < PAGES; page++) {
    failed += expect(get_user(word, start + page * PAGE_SIZE) !== 0, 'a page that is gone is still seen', word[0]);
  }
  return failed;
}
