/**
 * Self-test: request_irq and its company, with the interrupt of the board's clock (goldfish RTC; QEMU hw/rtc/
 * goldfish_rtc.c), for which the kernel has no driver: an alarm in the past interrupts at once, until it is cleared.
 */
import { cpu_relax } from '../arch/cpu.ts';
import type { PtRegs } from '../arch/ptrace.ts';
import { jiffies } from '../arch/time.ts';
import { EBUSY, EINVAL } from '../errno.ts';
import { disable_irq, disable_irq_nosync, enable_irq, free_irq, request_irq, SA_INTERRUPT, SA_SHIRQ, synchronize_irq }
  from '../irq/irq.ts';
import { Atomic, atomic_add_return, atomic_dec, atomic_read, atomic_set } from '../locking/atomic.ts';
import { irqs_disabled } from '../locking/irqflags.ts';
import { in_irq } from '../locking/preempt.ts';
import { ioremap, iounmap } from '../mm/ioremap.ts';
import { schedule_timeout, set_current_state, yield_ } from '../sched/sched.ts';
import { TASK_UNINTERRUPTIBLE } from '../sched/task.ts';
import { expect, run_crew } from './crew.ts';

// src/platform/memory-map.ts and rtc.ts.
const RTC_BASE = 0x00101000;
const RTC_IRQ = 11;
const ALARM_LOW = 0x08;
const ALARM_HIGH = 0x0c;
const IRQ_ENABLED = 0x10;
const CLEAR_INTERRUPT = 0x1c;

/** Jiffies after which an interrupt must have been lost, even if the host was busy. */
const LOST = 200;
/** How often each thread of the stress comes and goes. */
const ROUNDS = 30;

let rtc: usize = 0;

/** A handler's dev_id. */
class Listener {
  /** How often it was called. */
  calls: Volatile<u32>;
  /** It is requested: it must not be called otherwise. */
  present: Volatile<u32>;
  /** It disables its own line when it is called. */
  disables: bool;
  /** The call that is going on has begun; and has ended. */
  begun: Volatile<u32>;
  ended: Volatile<u32>;
  /** The place of its last call among those of all. */
  order: u32;
}

let listeners!: Arr<Embed<Listener>, 16>;
let calls: u32 = 0;
let inside!: Embed<Atomic>;
let wrong!: Embed<Atomic>;

export function selftest_irq(): i32 {
  rtc = ioremap(RTC_BASE, 0x1000);
  if (rtc === 0) return expect(false, 'no window', 0);
  atomic_set(inside, 0);
  atomic_set(wrong, 0);
  writel(rtc + CLEAR_INTERRUPT, 1);
  writel(rtc + IRQ_ENABLED, 1);
  const failed = test_request() + test_sharing() + test_disabling() + test_disabling_itself() + test_synchronize()
    + test_stress();
  writel(rtc + IRQ_ENABLED, 0);
  iounmap(rtc);
  return failed + expect(atomic_read(wrong) === 0, 'handlers were called wrongly', atomic_read(wrong) as u32);
}

/** The line goes up, on whatever hart listens, and stays until a handler clears it. */
function interrupt(): void {
  writel(rtc + ALARM_HIGH, 0);
  writel(rtc + ALARM_LOW, 0);
}

function handler(irq: i32, dev_id: usize, regs: PtRegs): void {
  const listener = cast<Listener>(dev_id);
  if (irq !== RTC_IRQ || !in_irq() || listener.present === 0) atomic_add_return(1, wrong);
  if (atomic_add_return(1, inside) !== 1) atomic_add_return(1, wrong);
  listener.begun = 1;
  writel(rtc + CLEAR_INTERRUPT, 1);
  for (let spin: u32 = 0; spin < 100; spin++) smp_mb();
  if (listener.disables) disable_irq_nosync(irq);
  listener.order = ++calls;
  listener.ended = 1;
  atomic_dec(inside);
  listener.calls = listener.calls + 1;
}

/** The same with interrupts off. */
function fast_handler(irq: i32, dev_id: usize, regs: PtRegs): void {
  if (!irqs_disabled()) atomic_add_return(1, wrong);
  handler(irq, dev_id, regs);
}

function listen(index: u32, flags: u32): i32 {
  const listener = listeners[index];
  listener.calls = 0;
  listener.begun = 0;
  listener.ended = 0;
  listener.present = 1;
  listener.disables = false;
  const fast = (flags & SA_INTERRUPT) !== 0;
  return request_irq(RTC_IRQ, fast ? fast_handler : handler, flags, 'selftest', addr(listener));
}

function leave(index: u32): void {
  free_irq(RTC_IRQ, addr(listeners[index]));
  listeners[index].present = 0;
}

/** Whether it was called so often, soon; that it is not called more often is seen at the end of each test. */
function called(index: u32, times: u32): i32 {
  const start = jiffies;
  while (listeners[index].calls < times && jiffies - start < LOST) yield_();
  return expect(listeners[index].calls === times, 'a handler was called so often', listeners[index].calls);
}

function sleep(ticks: i32): void {
  set_current_state(TASK_UNINTERRUPTIBLE);
  schedule_timeout(ticks);
}

/** One handler, and what is refused; what comes while nobody listens comes when somebody does. */
function test_request(): i32 {
  let failed = expect(listen(0, 0) === 0, 'request_irq', 0)
    + expect(request_irq(RTC_IRQ, handler, 0, 'selftest', addr(listeners[1])) === -EBUSY, 'a line was given twice', 0)
    + expect(request_irq(RTC_IRQ, handler, SA_SHIRQ, 'selftest', 1) === -EBUSY, 'a line was shared', 0)
    + expect(request_irq(RTC_IRQ, handler, SA_SHIRQ, 'selftest', 0) === -EINVAL, 'a sharer without a dev_id', 0)
    + expect(request_irq(0, handler, 0, 'selftest', 1) === -EINVAL, 'line 0', 0);
  for (let n: u32 = 1; n <= 3; n++) {
    interrupt();
    failed += called(0, n);
  }
  leave(0);
  interrupt();
  sleep(2);
  failed += expect(listeners[0].calls === 3, 'a freed handler was called', listeners[0].calls)
    + expect(listen(0, SA_INTERRUPT) === 0, 'request_irq again', 0) + called(0, 1);
  leave(0);
  return failed;
}

/** Those who share a line are called in the order of their requests, and those who are left when one is gone. */
function test_sharing(): i32 {
  let failed: i32 = 0;
  for (let n: u32 = 0; n < 3; n++) failed += expect(listen(n, SA_SHIRQ) === 0, 'request_irq of a sharer', n);
  interrupt();
  for (let n: u32 = 0; n < 3; n++) failed += called(n, 1);
  failed += expect(listeners[0].order < listeners[1].order && listeners[1].order < listeners[2].order, 'order', 0)
    + expect(request_irq(RTC_IRQ, handler, 0, 'selftest', 1) === -EBUSY, 'a shared line was given alone', 0);
  leave(1);
  interrupt();
  failed += called(0, 2) + called(2, 2) + expect(listeners[1].calls === 1, 'the one who left was called', 0);
  leave(0);
  leave(2);
  return failed;
}

/** disable_irq nests; what comes meanwhile comes afterwards, once. */
function test_disabling(): i32 {
  let failed = expect(listen(0, 0) === 0, 'request_irq', 0);
  disable_irq(RTC_IRQ);
  disable_irq(RTC_IRQ);
  interrupt();
  sleep(2);
  enable_irq(RTC_IRQ);
  sleep(2);
  failed += expect(listeners[0].calls === 0, 'a disabled line interrupted', listeners[0].calls);
  enable_irq(RTC_IRQ);
  failed += called(0, 1);
  sleep(2);
  failed += called(0, 1);
  leave(0);
  return failed;
}

/** A handler that disables its own line is not called until the line is enabled, but then is. */
function test_disabling_itself(): i32 {
  let failed = expect(listen(0, 0) === 0, 'request_irq', 0);
  listeners[0].disables = true;
  for (let n: u32 = 1; n <= 3; n++) {
    interrupt();
    failed += called(0, n);
    // It has returned, and so has disable_irq_nosync.
    synchronize_irq(RTC_IRQ);
    interrupt();
    sleep(1);
    failed += expect(listeners[0].calls === n, 'a line that disabled itself interrupted', n);
    writel(rtc + CLEAR_INTERRUPT, 1);
    enable_irq(RTC_IRQ);
  }
  leave(0);
  return failed;
}

/** After synchronize_irq and disable_irq a handler that had begun has ended. */
function test_synchronize(): i32 {
  const failed = expect(listen(0, 0) === 0, 'request_irq', 0);
  const crew = run_crew(1, begin_and_wait);
  leave(0);
  return failed + crew;
}

function begin_and_wait(index: usize): i32 {
  if (index !== 0) return 0;
  const listener = listeners[0];
  let failed: i32 = 0;
  for (let n: u32 = 0; n < ROUNDS; n++) {
    listener.begun = 0;
    listener.ended = 0;
    smp_mb();
    interrupt();
    const start = jiffies;
    while (listener.begun === 0 && jiffies - start < LOST) cpu_relax();
    if (n % 2 === 0) synchronize_irq(RTC_IRQ);
    else disable_irq(RTC_IRQ);
    failed += expect(listener.ended === 1, 'waiting for a handler did not wait', n);
    if (n % 2 === 1) enable_irq(RTC_IRQ);
  }
  return failed;
}

/**
 * On all harts threads come and go as listeners of the line, disable it, and make it interrupt. The handler itself sees
 * that it runs on one hart at a time, and for nobody who has left.
 */
function test_stress(): i32 {
  return run_crew(2, come_and_go);
}

function come_and_go(member: usize): i32 {
  const index = member as u32;
  const listener = listeners[index];
  let failed: i32 = 0;
  for (let n: u32 = 0; n < ROUNDS; n++) {
    failed += expect(listen(index, SA_SHIRQ) === 0, 'request_irq of a sharer', index);
    interrupt();
    if ((n + index) % 3 === 0) {
      disable_irq(RTC_IRQ);
      const before = listener.calls;
      interrupt();
      for (let spin: u32 = 0; spin < 50; spin++) smp_mb();
      failed += expect(listener.calls === before, 'a handler was called with its line disabled', n);
      enable_irq(RTC_IRQ);
    }
    if ((n + index) % 5 === 0) {
      interrupt();
      const start = jiffies;
      while (listener.calls === 0 && jiffies - start < LOST) yield_();
      failed += expect(listener.calls !== 0, 'an interrupt was lost', n);
    }
    leave(index);
    if (n % 4 === 0) yield_();
  }
  return failed;
}
