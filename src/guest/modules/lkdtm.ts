/**
 * Crashes the kernel in a chosen way, at its load: Linux, drivers/misc/lkdtm (Linux Kernel Dump Test Module).
 * `insmod /lib/modules/lkdtm.o type=2`.
 */
import { jiffies } from '../kernel/arch/time.ts';
import { BUG, panic } from '../kernel/debug/panic.ts';
import { printk } from '../kernel/debug/printk.ts';
import { EINVAL } from '../kernel/errno.ts';
import { add_timer, init_timer, TimerList } from '../kernel/irq/timer.ts';
import { local_irq_disable } from '../kernel/locking/irqflags.ts';
import { spin_lock, spin_lock_init, spin_lock_irqsave, SpinLock } from '../kernel/locking/spinlock.ts';
import { schedule_timeout, set_current_state } from '../kernel/sched/sched.ts';
import { TASK_UNINTERRUPTIBLE } from '../kernel/sched/task.ts';

export const PANIC = 1;
export const BUG_CALL = 2;
/** A store to address 0. */
export const EXCEPTION = 3;
/** Calls itself without end. */
export const OVERFLOW = 4;
/** A store to the kernel's code. */
export const WRITE_RO = 5;
/** A jump to data. */
export const EXEC_DATA = 6;
/** Spins with interrupts off, for the watchdog. */
export const HARDLOCKUP = 7;
/** Waits for a lock that is never given back, interrupts off. */
export const SPINLOCKUP = 8;
/** A store to address 0 in a timer's function. */
export const EXCEPTION_IN_INTERRUPT = 9;

/** Which. */
export let type: u32 = 0;

let timer!: Embed<TimerList>;
let lock!: Embed<SpinLock>;
let data: Arr<u32, 2> = [0x00008067, 0x00008067];

export function init_module(): i32 {
  printk('lkdtm: type %u\n', type);
  switch (type) {
    case PANIC: panic('dumptest');
    case BUG_CALL: BUG();
    case EXCEPTION: store_at_null(0); break;
    case OVERFLOW: printk('lkdtm: %u\n', recurse(1)); break;
    case WRITE_RO: cast<Ptr<u32>>(cast<usize>(printk))[0] = 0; break;
    case EXEC_DATA: cast<() => void>(addr(data))(); break;
    case HARDLOCKUP:
      local_irq_disable();
      for (;;) ;
    case SPINLOCKUP:
      spin_lock_init(lock, 'lkdtm_lock');
      spin_lock(lock);
      add_waiter();
      break;
    case EXCEPTION_IN_INTERRUPT:
      start(store_at_null);
      break;
    default: return -EINVAL;
  }
  return 0;
}

export function cleanup_module(): void {
  printk('lkdtm: still alive\n');
}

function store_at_null(unused: usize): void {
  cast<Ptr<u32>>(0)[0] = 0xdeadbeef;
}

function recurse(depth: u32): u32 {
  const frame = local<Arr<u32, 32>>();
  frame[depth % 32] = depth;
  return recurse(depth + 1) + frame[depth % 32];
}

/** A timer that calls `call` while this task waits. */
function start(call: (data: usize) => void): void {
  init_timer(timer);
  timer.function = call;
  timer.expires = jiffies + 1;
  add_timer(timer);
  set_current_state(TASK_UNINTERRUPTIBLE);
  schedule_timeout(10);
}

/** The timer's interrupt wants the lock that this task holds, on the same hart. */
function add_waiter(): void {
  init_timer(timer);
  timer.function = wait;
  timer.expires = jiffies + 1;
  add_timer(timer);
  for (;;) ;
}

function wait(unused: usize): void {
  spin_lock_irqsave(lock);
}
