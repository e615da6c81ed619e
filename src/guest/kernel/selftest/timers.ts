/** Self-test: timers on all harts come in time, on the right hart, and not after they were deleted. */
import { current, smp_processor_id } from '../arch/cpu.ts';
import { jiffies } from '../arch/time.ts';
import { add_timer, del_timer_sync, init_timer, mod_timer, timer_pending, TimerList } from '../irq/timer.ts';
import { in_irq, in_softirq, preempt_disable, preempt_enable } from '../locking/preempt.ts';
import { schedule_timeout, set_current_state, yield_ } from '../sched/sched.ts';
import { TASK_UNINTERRUPTIBLE } from '../sched/task.ts';
import { expect, retry, run_crew, TRIES } from './crew.ts';

const EACH = 2;
const TIMERS = 16;
/** The most ticks that a timer may be late: one for the tick in which it is due, one for a hart with another phase. */
const LATE = 2;

export function selftest_timers(): i32 {
  return test_expiry() + retry(test_far) + test_deletion() + test_modification();
}

/** A timer with what is expected of it and what came. */
class Probe {
  timer: Embed<TimerList>;
  cpu: u32;
  ran_at: u32;
  ran_on: u32;
  ran: Volatile<u32>;
  in_softirq: bool;
}

let probes!: Arr<Embed<Probe>, 256>;

function probe_ran(address: usize): void {
  const probe = cast<Probe>(address);
  probe.ran_at = jiffies;
  probe.ran_on = smp_processor_id();
  probe.in_softirq = in_softirq() && !in_irq();
  probe.ran = probe.ran + 1;
}

function start_probe(probe: Probe, ticks: u32): void {
  init_timer(probe.timer);
  probe.ran = 0;
  probe.timer.function = probe_ran;
  probe.timer.data = addr(probe);
  // The hart and the start of its timer belong together.
  preempt_disable();
  probe.cpu = current().processor;
  probe.timer.expires = jiffies + ticks;
  add_timer(probe.timer);
  preempt_enable();
}

function sleep(ticks: i32): void {
  set_current_state(TASK_UNINTERRUPTIBLE);
  schedule_timeout(ticks);
}

/** The most ticks that a timer was late. */
let most_late: u32 = 0;

/** A stopped hart makes timers late, and another try may be better; what else is wrong with them is never right. */
function test_expiry(): i32 {
  let failed: i32 = 0;
  for (let n: u32 = 0; n < TRIES && failed === 0; n++) {
    most_late = 0;
    failed += run_crew(EACH, start_and_see);
    if (most_late <= LATE) break;
  }
  return failed + expect(most_late <= LATE, 'a timer came late, by', most_late);
}

function start_and_see(index: usize): i32 {
  for (let n: u32 = 0; n < TIMERS; n++) start_probe(probes[index * TIMERS + n], n % 5);
  sleep(5 + 4 * LATE);
  let failed: i32 = 0;
  for (let n: u32 = 0; n < TIMERS; n++) failed += examine(probes[index * TIMERS + n]);
  return failed;
}

function examine(probe: Probe): i32 {
  const late = (probe.ran_at - probe.timer.expires) as i32;
  if (late > 0) amomaxu(addr(most_late), late as u32);
  return expect(probe.ran === 1, 'a timer ran that many times', probe.ran)
    + expect(late >= 0, 'a timer came too early, by', (-late) as u32)
    + expect(probe.ran_on === probe.cpu, 'a timer ran on another hart', probe.ran_on)
    + expect(probe.in_softirq, 'a timer ran outside of softirqs', 0);
}

/** Beyond the first level of the wheel, at its borders. */
function test_far(): i32 {
  let failed: i32 = 0;
  most_late = 0;
  for (let n: u32 = 0; n < 4; n++) start_probe(probes[n], 254 + n);
  sleep(258 + LATE);
  for (let n: u32 = 0; n < 4; n++) failed += examine(probes[n]);
  return failed + expect(most_late <= LATE, 'a distant timer came late, by', most_late);
}

let eternal!: Arr<Embed<Probe>, 16>;

/** A function that starts its own timer again, for ever. */
function again(address: usize): void {
  const probe = cast<Probe>(address);
  probe.ran = probe.ran + 1;
  mod_timer(probe.timer, jiffies);
  probe.ran_at = jiffies;
}

/** After del_timer_sync the function does not run, even one that starts itself, from whichever hart it is deleted. */
function test_deletion(): i32 {
  return run_crew(EACH, start_and_delete);
}

function start_and_delete(index: usize): i32 {
  const probe = eternal[index];
  let failed: i32 = 0;
  for (let n: u32 = 0; n < 4; n++) {
    init_timer(probe.timer);
    probe.ran = 0;
    probe.timer.function = again;
    probe.timer.data = addr(probe);
    mod_timer(probe.timer, jiffies + 1);
    sleep(3);
    del_timer_sync(probe.timer);
    const ran = probe.ran;
    failed += expect(ran > 0, 'a timer that starts itself did not run', ran);
    failed += expect(!timer_pending(probe.timer), 'a deleted timer is pending', 0);
    sleep(2);
    failed += expect(probe.ran === ran, 'a deleted timer ran', probe.ran - ran);
  }
  return failed;
}

let shared!: Embed<Probe>;

/** All harts move the same timer all the time; at the end it runs once. */
function test_modification(): i32 {
  init_timer(shared.timer);
  shared.ran = 0;
  shared.timer.function = probe_ran;
  shared.timer.data = addr(shared);
  const failed = run_crew(EACH, move_often);
  const ran = shared.ran;
  mod_timer(shared.timer, jiffies + 1);
  sleep(1 + LATE + 1);
  return failed + expect(shared.ran === ran + 1 || (ran === 0 && shared.ran <= 2), 'a moved timer ran', shared.ran);
}

function move_often(index: usize): i32 {
  for (let n: u32 = 0; n < 300; n++) {
    mod_timer(shared.timer, jiffies + 3 + (n + index) % 300);
    if (n % 16 === 0) del_timer_sync(shared.timer);
    if (n % 64 === 0) yield_();
  }
  return 0;
}
