/**
 * An extension that cannot be relied upon: it serves a device of its own, with interrupts of the board's clock, timers,
 * tasklets and all that waits, and each of its functions, once in `odds` calls, does something wrong; or the one with
 * number `at` does wrong what `deed` says, always.
 */
import type { PtRegs } from '../kernel/arch/ptrace.ts';
import { get_cycles, jiffies } from '../kernel/arch/time.ts';
import { copy_from_user, copy_to_user } from '../kernel/arch/uaccess.ts';
import { BUG } from '../kernel/debug/panic.ts';
import { printk } from '../kernel/debug/printk.ts';
import { EBUSY, EFAULT, EINVAL, ENODEV } from '../kernel/errno.ts';
import { register_chrdev, unregister_chrdev } from '../kernel/fs/devices.ts';
import { POLLIN, POLLOUT } from '../kernel/fs/fcntl.ts';
import type { File, FileOperations, Inode } from '../kernel/fs/fs.ts';
import { poll_wait, PollTable } from '../kernel/fs/poll.ts';
import { create_proc_read_entry, remove_proc_entry } from '../kernel/fs/proc/proc_fs.ts';
import { free_irq, request_irq } from '../kernel/irq/irq.ts';
import {
  tasklet_hi_schedule, tasklet_init, tasklet_kill, tasklet_schedule, TaskletStruct,
} from '../kernel/irq/tasklet.ts';
import { add_timer, del_timer_sync, init_timer, mod_timer, TimerList } from '../kernel/irq/timer.ts';
import { complete, Completion, init_completion, wait_for_completion } from '../kernel/locking/completion.ts';
import { local_irq_disable } from '../kernel/locking/irqflags.ts';
import { down_interruptible, init_MUTEX, Semaphore, up } from '../kernel/locking/semaphore.ts';
import {
  spin_lock, spin_lock_init, spin_lock_irqsave, spin_unlock_irqrestore, SpinLock,
} from '../kernel/locking/spinlock.ts';
import { ioremap, iounmap } from '../kernel/mm/ioremap.ts';
import { kfree, kmalloc } from '../kernel/mm/kmalloc.ts';
import { GFP_ATOMIC, GFP_KERNEL } from '../kernel/mm/page_alloc.ts';
import { Module } from '../kernel/module/module.ts';
import { release_mem_region, request_mem_region } from '../kernel/pci/resource.ts';
import { schedule, schedule_timeout, set_current_state } from '../kernel/sched/sched.ts';
import { TASK_INTERRUPTIBLE } from '../kernel/sched/task.ts';
import {
  finish_wait, init_wait, init_waitqueue_head, prepare_to_wait, WaitQueue, WaitQueueHead, wake_up_all,
} from '../kernel/sched/wait.ts';

/** One call in so many goes wrong; 0: none. */
export let odds: u32 = 0;
export let seed: u32 = 1;
export let at: u32 = 0;
export let deed: u32 = 0;

// at: its functions.
const IN_INTERRUPT = 1;
const IN_TASKLET = 2;
const IN_URGENT = 3;
const IN_CLOCK = 4;
const IN_OTHER = 5;
const IN_OPEN = 6;
const IN_RELEASE = 7;
const IN_FLUSH = 8;
const IN_READ = 9;
const IN_WRITE = 10;
const IN_POLL = 11;
const IN_IOCTL = 12;
const IN_PROC = 13;
const IN_CLEANUP = 14;
const IN_INIT = 15;

/** How many misdeeds there are. */
const DEEDS = 21;

/** Of /dev/unruly. */
export const UNRULY_MAJOR = 240;

// src/platform/memory-map.ts and rtc.ts.
const RTC = 0x00101000;
const RTC_BYTES = 0x1000;
const RTC_IRQ = 11;
const TIME_LOW = 0x00;
const TIME_HIGH = 0x04;
const ALARM_LOW = 0x08;
const ALARM_HIGH = 0x0c;
const IRQ_ENABLED = 0x10;
const CLEAR_INTERRUPT = 0x1c;
/** Nanoseconds between alarms. */
const PERIOD = 700000;

declare let __this_module: Embed<Module>;

const fops: FileOperations = {
  owner: __this_module, llseek: null, read: unruly_read, write: unruly_write, readdir: null, poll: unruly_poll,
  ioctl: unruly_ioctl, open: unruly_open, flush: unruly_flush, release: unruly_release, fsync: null,
};

let registers: usize = 0;
let clock!: Embed<TimerList>;
let other!: Embed<TimerList>;
let tasklet!: Embed<TaskletStruct>;
let urgent!: Embed<TaskletStruct>;
let queue!: Embed<WaitQueueHead>;
let mutex!: Embed<Semaphore>;
let done!: Embed<Completion>;
/** Protects `alarms` and `block`. */
let lock!: Embed<SpinLock>;
let alarms: u32 = 0;
/** Of the last poll: whose file, and the caller's table. */
let polled_file: usize = 0;
let polled_table: usize = 0;
/** Memory that the tasklet takes and the urgent one gives back. */
export let block: usize = 0;
/** Those who wait for `done`. */
let waiting: u32 = 0;
let data: Arr<u32, 2> = [0x00008067, 0x00008067];

export function init_module(): i32 {
  seed ^= lo32(get_cycles());
  spin_lock_init(lock, 'unruly_lock');
  init_waitqueue_head(queue);
  init_MUTEX(mutex);
  init_completion(done);
  tasklet_init(tasklet, unruly_tasklet, 0);
  tasklet_init(urgent, unruly_urgent, 0);
  if (request_mem_region(RTC, RTC_BYTES, 'unruly') === null) return -EBUSY;
  registers = ioremap(RTC, RTC_BYTES);
  if (registers === 0) {
    release_mem_region(RTC, RTC_BYTES);
    return -ENODEV;
  }
  let error = register_chrdev(UNRULY_MAJOR, 'unruly', fops);
  if (error === 0) {
    error = request_irq(RTC_IRQ, unruly_interrupt, 0, 'unruly', addr(clock));
    if (error !== 0) unregister_chrdev(UNRULY_MAJOR, 'unruly');
  }
  if (error !== 0) {
    iounmap(registers);
    release_mem_region(RTC, RTC_BYTES);
    return error;
  }
  create_proc_read_entry('unruly', 0o444, null, unruly_read_proc, 7);
  start(clock, unruly_clock);
  start(other, unruly_other);
  writel(registers + IRQ_ENABLED, 1);
  set_alarm();
  strike(IN_INIT);
  return 0;
}

function start(timer: TimerList, fn: (data: usize) => void): void {
  init_timer(timer);
  timer.function = fn;
  timer.data = addr(timer);
  timer.expires = jiffies + 1;
  add_timer(timer);
}

export function cleanup_module(): void {
  strike(IN_CLEANUP);
  writel(registers + IRQ_ENABLED, 0);
  remove_proc_entry('unruly', null);
  free_irq(RTC_IRQ, addr(clock));
  del_timer_sync(clock);
  del_timer_sync(other);
  tasklet_kill(tasklet);
  tasklet_kill(urgent);
  unregister_chrdev(UNRULY_MAJOR, 'unruly');
  iounmap(registers);
  release_mem_region(RTC, RTC_BYTES);
  kfree(block);
}

/** xorshift32. Harts that come at once may draw the same. */
function random(limit: u32): u32 {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  if (seed === 0) seed = 1;
  return seed % limit;
}

/** What every function begins with. */
function strike(place: u32): void {
  if (at === place) misbehave(deed);
  else if (odds !== 0 && random(odds) === 0) misbehave(random(DEEDS));
}

function misbehave(what: u32): void {
  switch (what) {
    case 0: readl(0); break;
    case 1: writel(addr(printk), 0); break;
    case 2: BUG();
    case 3: illegal(); break;
    case 4: kfree(addr(__this_module)); break;
    case 5:
      spin_lock_irqsave(lock);
      readl(0);
      break;
    case 6: recurse(1); break;
    case 7: cast<() => void>(addr(data))(); break;
    case 8: up(cast<Semaphore>(addr(data))); break;
    case 9: spoil_registers(); break;
    case 10: mod_timer(cast<TimerList>(addr(data)), 0); break;
    case 11:
      spin_lock(lock);
      set_current_state(TASK_INTERRUPTIBLE);
      schedule();
      break;
    case 12: wake_up_all(cast<WaitQueueHead>(0x10)); break;
    case 13: printk('%s\n', cast<cstr>(0x20)); break;
    case 14: free_irq(RTC_IRQ + 1, 0); break;
    case 15: tasklet_schedule(cast<TaskletStruct>(registers)); break;
    case 16:
      while (random(64) !== 1) if (kmalloc(3000, GFP_ATOMIC) === 0) break;
      break;
    case 17: init_timer(clock); break;
    case 18: for (;;) ;
    case 19:
      // It takes long to be found.
      if (odds !== 0 && random(4) !== 0) break;
      local_irq_disable();
      for (;;) ;
    case 20: poll_wait(cast<File>(polled_file), queue, cast<PollTable | null>(polled_table));
  }
}

function illegal(): void {
  asm`
    .word 0
    ret
  `;
}

/** Leaves nothing in the registers by which anyone could find back. */
function spoil_registers(): void {
  asm`
    li sp, 0x12345678
    li gp, -1
    li tp, 4
    li ra, 0x80000001
    li s0, 1
    li s1, 2
    ret
  `;
}

function recurse(depth: u32): u32 {
  const frame = local<Arr<u32, 32>>();
  frame[depth % 32] = depth;
  return recurse(depth + 1) + frame[depth % 32];
}

function set_alarm(): void {
  const low = readl(registers + TIME_LOW), high = readl(registers + TIME_HIGH);
  const at = wide(high, low) + u64of(PERIOD as u32);
  writel(registers + ALARM_HIGH, hi32(at));
  writel(registers + ALARM_LOW, lo32(at));
}

function unruly_interrupt(irq: i32, dev_id: usize, regs: PtRegs): void {
  strike(IN_INTERRUPT);
  writel(registers + CLEAR_INTERRUPT, 1);
  strike(IN_INTERRUPT);
  const flags = spin_lock_irqsave(lock);
  alarms++;
  spin_unlock_irqrestore(lock, flags);
  tasklet_schedule(tasklet);
  set_alarm();
}

function unruly_tasklet(unused: usize): void {
  strike(IN_TASKLET);
  const fresh = kmalloc(16 << random(6), GFP_ATOMIC);
  const flags = spin_lock_irqsave(lock);
  const old = block;
  block = fresh;
  spin_unlock_irqrestore(lock, flags);
  kfree(old);
  tasklet_hi_schedule(urgent);
}

function unruly_urgent(unused: usize): void {
  strike(IN_URGENT);
  wake_up_all(queue);
}

function unruly_clock(timer: usize): void {
  strike(IN_CLOCK);
  if (waiting !== 0) complete(done);
  mod_timer(cast<TimerList>(timer), jiffies + 1);
}

function unruly_other(timer: usize): void {
  strike(IN_OTHER);
  tasklet_hi_schedule(urgent);
  tasklet_schedule(tasklet);
  mod_timer(cast<TimerList>(timer), jiffies + 2);
}

function unruly_open(inode: Inode, file: File): i32 {
  strike(IN_OPEN);
  if (odds !== 0 && random(16) === 0) return -EBUSY;
  const own = kmalloc(40, GFP_KERNEL);
  file.private_data = own;
  return own === 0 ? -ENODEV : 0;
}

function unruly_release(inode: Inode, file: File): i32 {
  strike(IN_RELEASE);
  kfree(file.private_data);
  return 0;
}

function unruly_flush(file: File): i32 {
  strike(IN_FLUSH);
  return 0;
}

/** Waits, in one of four ways, and gives what has been counted. */
function unruly_read(file: File, buf: usize, count: u32, ppos: Ptr<i64>): i32 {
  strike(IN_READ);
  switch (random(4)) {
    case 0: wait_for_alarm(); break;
    case 1:
      if (down_interruptible(mutex) !== 0) return -EBUSY;
      nap();
      strike(IN_READ);
      up(mutex);
      break;
    case 2:
      amoadd(addr(waiting), 1);
      wait_for_completion(done);
      amoadd(addr(waiting), -1);
      break;
    default: nap();
  }
  const cell = local<Arr<u32, 1>>();
  cell[0] = alarms;
  if (count < 4) return -EINVAL;
  return copy_to_user(buf, addr(cell), 4) === 0 ? 4 : -EFAULT;
}

function nap(): void {
  set_current_state(TASK_INTERRUPTIBLE);
  schedule_timeout(1);
}

function wait_for_alarm(): void {
  const wait = local<WaitQueue>();
  const before = alarms;
  init_wait(wait);
  for (let turn = 0; turn < 8; turn++) {
    prepare_to_wait(queue, wait, TASK_INTERRUPTIBLE);
    if (alarms !== before) break;
    schedule();
    strike(IN_READ);
  }
  finish_wait(queue, wait);
}

function unruly_write(file: File, buf: usize, count: u32, ppos: Ptr<i64>): i32 {
  strike(IN_WRITE);
  const size: u32 = count < 2000 ? count : 2000;
  const bytes = kmalloc(size + 1, GFP_KERNEL);
  if (bytes === 0) return -ENODEV;
  const left = copy_from_user(bytes, buf, size);
  strike(IN_WRITE);
  kfree(bytes);
  return left === 0 ? (size as i32) : -EFAULT;
}

function unruly_poll(file: File, table: PollTable | null): u32 {
  if (table !== null) polled_table = addr(table);
  polled_file = addr(file);
  poll_wait(file, queue, table);
  strike(IN_POLL);
  return (alarms & 3) === 0 ? POLLIN | POLLOUT : 0;
}

function unruly_ioctl(inode: Inode, file: File, cmd: u32, arg: usize): i32 {
  strike(IN_IOCTL);
  const flags = spin_lock_irqsave(lock);
  const count = alarms;
  strike(IN_IOCTL);
  spin_unlock_irqrestore(lock, flags);
  return (count & 0xff) as i32;
}

function unruly_read_proc(page: Ptr<u8>, start: Ptr<usize>, off: i32, count: i32, eof: Ptr<i32>, data: usize): i32 {
  strike(IN_PROC);
  page[0] = char('0') + alarms % 10;
  page[1] = char('\n');
  eof[0] = 1;
  return 2;
}
