/**
 * Timers: Linux 2.4, kernel/timer.c, with a wheel for each hart as in 2.6. A timer runs in TIMER_SOFTIRQ of the hart
 * that started it, at the first tick at or after `expires`.
 *
 * The wheel: 256 lists for the next 256 ticks, and four times 64 lists for spans of 2^8, 2^14, 2^20 and 2^26 ticks.
 * When the first level has gone round, the next list of the second one is spread over it, and so on.
 */
import {
  INIT_LIST_HEAD, list_add_tail, list_del, list_empty, list_entry, list_splice, ListHead,
} from '../../lib/list.ts';
import { cpu_relax, smp_processor_id, NR_CPUS } from '../arch/cpu.ts';
import { jiffies } from '../arch/time.ts';
import { bug } from '../debug/bug.ts';
import { in_irq, preempt_count } from '../locking/preempt.ts';
import {
  spin_lock, spin_lock_init, spin_lock_irq, spin_lock_irqsave, spin_unlock, spin_unlock_irq, spin_unlock_irqrestore,
  SpinLock,
} from '../locking/spinlock.ts';
import { scheduler_tick } from '../sched/sched.ts';
import { open_softirq, raise_softirq_irqoff, TIMER_SOFTIRQ } from './softirq.ts';

/**
 * A function to call at a time. init_timer first; then the owner sets `function`, `data`, `expires`.
 * @object Timer
 */
export class TimerList {
  /** `next` is 0 when it is not pending. */
  list: Embed<ListHead>;
  /** In jiffies. */
  expires: u32;
  data: usize;
  function: (data: usize) => void;
  /** The TimerBase it is in or was last; 0 for the moment while it goes to another. */
  base: Volatile<usize>;
}

const TVR_BITS = 8;
const TVN_BITS = 6;
const TVR_SIZE = 256;
const TVN_SIZE = 64;
/** Where level n's lists begin: level 0 at 0. */
const LISTS = 512;

/** A hart's wheel. `lock` protects it and the timers in it; taken with interrupts off, a leaf. */
export class TimerBase {
  lock: Embed<SpinLock>;
  /** The tick whose timers are run next. */
  timer_jiffies: u32;
  running_timer: TimerList | null;
  /** How many are pending. */
  pending: u32;
  lists: Arr<Embed<ListHead>, 512>;
}

let timer_bases!: Arr<Embed<TimerBase>, 8>;

export function timers_init(): void {
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) timer_base_init(timer_bases[cpu], jiffies);
  open_softirq(TIMER_SOFTIRQ, run_timers);
}

/** An empty wheel at tick `now`. */
export function timer_base_init(base: TimerBase, now: u32): void {
  spin_lock_init(base.lock, 'timer_base');
  base.timer_jiffies = now;
  base.running_timer = null;
  base.pending = 0;
  for (let at: u32 = 0; at < LISTS; at++) INIT_LIST_HEAD(base.lists[at]);
}

export function init_timer(timer: TimerList): void {
  timer.list.next = cast<ListHead>(0);
  timer.base = addr(timer_bases[smp_processor_id()]);
}

export function timer_pending(timer: TimerList): bool {
  return addr(timer.list.next) !== 0;
}

/** Starts a timer that is not pending: on this hart. */
export function add_timer(timer: TimerList): void {
  if (timer_pending(timer)) bug('add_timer of a pending timer');
  mod_timer(timer, timer.expires);
}

/** Starts a timer on this hart, or moves it, to this hart unless it runs at this moment; 1 if it was pending. */
export function mod_timer(timer: TimerList, expires: u32): i32 {
  const flags = local<Arr<u32, 1>>();
  let base = lock_timer_base(timer, flags);
  const pending = timer_pending(timer);
  if (pending) detach(base, timer);
  const here = timer_bases[smp_processor_id()];
  // While its function runs the timer stays with its hart: so it never runs twice at a time, and del_timer_sync, which
  // looks at one hart only, waits for the right one.
  if (base !== here && base.running_timer !== timer) {
    timer.base = 0;
    spin_unlock(base.lock);
    base = here;
    spin_lock(base.lock);
    timer.base = addr(base);
  }
  timer.expires = expires;
  internal_add_timer(base, timer, jiffies);
  spin_unlock_irqrestore(base.lock, flags[0]);
  return pending ? 1 : 0;
}

/** Stops a timer; 1 if it was pending. Its function may still be running on another hart. */
export function del_timer(timer: TimerList): i32 {
  const flags = local<Arr<u32, 1>>();
  const base = lock_timer_base(timer, flags);
  const pending = timer_pending(timer);
  if (pending) detach(base, timer);
  spin_unlock_irqrestore(base.lock, flags[0]);
  return pending ? 1 : 0;
}

/**
 * Stops a timer and waits until its function runs nowhere; 1 if it was pending. Not in interrupts, which may have come
 * between the function's instructions, nor with a lock that the function takes.
 */
export function del_timer_sync(timer: TimerList): i32 {
  if (in_irq()) bug('del_timer_sync in interrupt');
  let result: i32 = 0;
  for (;;) {
    const flags = local<Arr<u32, 1>>();
    const base = lock_timer_base(timer, flags);
    if (timer_pending(timer)) {
      detach(base, timer);
      result = 1;
    }
    // Under the lock: neither has the function begun since it was detached, nor can it have been started again unseen.
    const running = base.running_timer === timer;
    // Nothing but the function itself runs on a hart while it runs there.
    if (running && addr(base) === addr(timer_bases[smp_processor_id()])) bug('a timer waits for itself');
    spin_unlock_irqrestore(base.lock, flags[0]);
    if (!running) return result;
    cpu_relax();
  }
}

/** The wheel the timer is in or was last, locked; waits while another hart moves the timer. */
function lock_timer_base(timer: TimerList, flags: Ptr<u32>): TimerBase {
  for (;;) {
    const address = timer.base;
    if (address !== 0) {
      if (address - addr(timer_bases) >= sizeof<TimerBase>() * NR_CPUS) bug('a timer was not initialised');
      const base = cast<TimerBase>(address);
      flags[0] = spin_lock_irqsave(base.lock);
      if (timer.base === address) return base;
      spin_unlock_irqrestore(base.lock, flags[0]);
    }
    cpu_relax();
  }
}

function detach(base: TimerBase, timer: TimerList): void {
  list_del(timer.list);
  timer.list.next = cast<ListHead>(0);
  base.pending--;
}

/** Puts a timer into the list for its time; the wheel is locked. */
export function internal_add_timer(base: TimerBase, timer: TimerList, now: u32): void {
  // An empty wheel stood still; there is nothing in the ticks that it missed. Never back: a timer that starts itself
  // again for the tick that is being run must wait for the next.
  if (base.pending === 0 && ((now - base.timer_jiffies) as i32) > 0) base.timer_jiffies = now;
  place(base, timer);
}

function place(base: TimerBase, timer: TimerList): void {
  list_add_tail(timer.list, base.lists[list_of(base, timer.expires)]);
  base.pending++;
}

/** Which list: what should have run already comes with the next tick's. */
function list_of(base: TimerBase, expires: u32): u32 {
  const ticks = expires - base.timer_jiffies;
  if ((ticks as i32) < 0) return base.timer_jiffies % TVR_SIZE;
  if (ticks < TVR_SIZE) return expires % TVR_SIZE;
  let level: u32 = 1;
  let shift: u32 = TVR_BITS;
  while (level < 4 && ticks >>> (shift + TVN_BITS) !== 0) {
    level++;
    shift += TVN_BITS;
  }
  return TVR_SIZE + (level - 1) * TVN_SIZE + (expires >>> shift) % TVN_SIZE;
}

/** Spreads a list of an upper level over those below; whether that level has gone round too. */
function cascade(base: TimerBase, level: u32): bool {
  const index = (base.timer_jiffies >>> (TVR_BITS + (level - 1) * TVN_BITS)) % TVN_SIZE;
  const head = base.lists[TVR_SIZE + (level - 1) * TVN_SIZE + index];
  let link = head.next;
  INIT_LIST_HEAD(head);
  while (link !== head) {
    const timer = list_entry<TimerList>(link, offsetof<TimerList>('list'));
    link = link.next;
    base.pending--;
    place(base, timer);
  }
  return index === 0;
}

/** TIMER_SOFTIRQ: the timers of all ticks up to now. */
export function run_timers(_: u32): void {
  run_timer_base(timer_bases[smp_processor_id()], jiffies);
}

/** Calls the functions of the timers that expire up to tick `now`, without the lock and with interrupts on. */
export function run_timer_base(base: TimerBase, now: u32): void {
  spin_lock_irq(base.lock);
  while (((now - base.timer_jiffies) as i32) >= 0) {
    // Nothing to find in the ticks that were missed.
    if (base.pending === 0) {
      base.timer_jiffies = now + 1;
      break;
    }
    const index = base.timer_jiffies % TVR_SIZE;
    if (index === 0) {
      let level: u32 = 1;
      while (cascade(base, level) && level < 4) level++;
    }
    base.timer_jiffies++;
    // Off the wheel: a function that starts a timer 256 ticks from now puts it into this very list.
    const work = local<ListHead>();
    INIT_LIST_HEAD(work);
    list_splice(base.lists[index], work);
    INIT_LIST_HEAD(base.lists[index]);
    run_list(base, work);
  }
  base.running_timer = null;
  spin_unlock_irq(base.lock);
}

/** Calls the functions of a list's timers; meanwhile others may take some out of it. */
function run_list(base: TimerBase, head: ListHead): void {
  while (!list_empty(head)) {
    const timer = list_entry<TimerList>(head.next, offsetof<TimerList>('list'));
    const action = timer.function, data = timer.data;
    detach(base, timer);
    base.running_timer = timer;
    spin_unlock_irq(base.lock);
    const before = preempt_count();
    action(data);
    if (preempt_count() !== before) bug('a timer changed preempt_count');
    spin_lock_irq(base.lock);
    // The timer may be gone: only its address is compared from here on.
    base.running_timer = null;
  }
}

/** From the clock interrupt of each hart, once a tick, after jiffies was counted; `user`: that was in user mode. */
export function do_timer(user: bool): void {
  const base = timer_bases[smp_processor_id()];
  if (base.pending !== 0) raise_softirq_irqoff(TIMER_SOFTIRQ);
  scheduler_tick(user);
}

/** Whether jiffies `a` is later than `b`, across the wrap. @inline */
export function time_after(a: u32, b: u32): bool {
  return ((b - a) as i32) < 0;
}

/** @inline */
export function time_before(a: u32, b: u32): bool {
  return time_after(b, a);
}

/** @inline */
export function time_after_eq(a: u32, b: u32): bool {
  return ((a - b) as i32) >= 0;
}
