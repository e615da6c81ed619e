/** A driver for the invented thermometer: /proc/thermometer measures, and says what was found. */
import { inb, outb } from '../../../../src/guest/kernel/arch/io.ts';
import { isa_irq } from '../../../../src/guest/kernel/arch/isa.ts';
import { PAGE_SIZE } from '../../../../src/guest/kernel/arch/layout.ts';
import type { PtRegs } from '../../../../src/guest/kernel/arch/ptrace.ts';
import { HZ } from '../../../../src/guest/kernel/arch/time.ts';
import { printk } from '../../../../src/guest/kernel/debug/printk.ts';
import { EBUSY, EIO, ENODEV, ENOMEM } from '../../../../src/guest/kernel/errno.ts';
import { create_proc_read_entry, remove_proc_entry } from '../../../../src/guest/kernel/fs/proc/proc_fs.ts';
import { free_irq, request_irq } from '../../../../src/guest/kernel/irq/irq.ts';
import { down, init_MUTEX, Semaphore, up } from '../../../../src/guest/kernel/locking/semaphore.ts';
import {
  spin_lock, spin_lock_init, spin_lock_irqsave, spin_unlock, spin_unlock_irqrestore, SpinLock,
} from '../../../../src/guest/kernel/locking/spinlock.ts';
import { release_region, request_region } from '../../../../src/guest/kernel/pci/resource.ts';
import { schedule_timeout } from '../../../../src/guest/kernel/sched/sched.ts';
import { TASK_UNINTERRUPTIBLE } from '../../../../src/guest/kernel/sched/task.ts';
import {
  finish_wait, init_wait, init_waitqueue_head, prepare_to_wait, WaitQueue, WaitQueueHead, wake_up,
} from '../../../../src/guest/kernel/sched/wait.ts';
import { snprintf } from '../../../../src/guest/lib/format.ts';

/** Parameters: the first port, and the ISA interrupt. */
export let io: u32 = 0x300;
export let irq: u32 = 9;

const PORTS = 8;
const IDENTITY = 0;
const CONTROL = 1;
const STATUS = 2;
const ACKNOWLEDGE = 3;
const LOW = 4;
const HIGH = 5;
const THERMOMETER = 0x54;
const CONTROL_START = 1;
const CONTROL_INTERRUPT = 2;
const STATUS_DONE = 2;
/** Jiffies that a measurement may take. */
const PATIENCE = HZ;

/** One measurement at a time. */
let measuring!: Embed<Semaphore>;
/** Protects the ports, and what follows; taken in interrupts. */
let lock!: Embed<SpinLock>;
let wait!: Embed<WaitQueueHead>;
/** Whether the measurement has ended, and the tenths of a degree that it found. */
let done: Volatile<u32> = 0;
let found: u32 = 0;
let measurements: u32 = 0;

export function init_module(): i32 {
  init_MUTEX(measuring);
  spin_lock_init(lock, 'thermometer');
  init_waitqueue_head(wait);
  if (request_region(io as usize, PORTS, 'thermometer') === null) return -EBUSY;
  let error = inb(io + IDENTITY) === THERMOMETER ? 0 : -ENODEV;
  if (error === 0) error = request_irq(isa_irq(irq), thermometer_intr, 0, 'thermometer', addr(lock));
  if (error !== 0) {
    release_region(io as usize, PORTS);
    return error;
  }
  if (create_proc_read_entry('thermometer', 0o444, null, thermometer_read, 0) === null) {
    free();
    return -ENOMEM;
  }
  printk('<6>thermometer: at 0x%x, irq %u\n', io, irq);
  return 0;
}

export function cleanup_module(): void {
  remove_proc_entry('thermometer', null);
  free();
}

function free(): void {
  outb(0, io + CONTROL);
  free_irq(isa_irq(irq), addr(lock));
  release_region(io as usize, PORTS);
}

function thermometer_intr(number: i32, dev_id: usize, regs: PtRegs): void {
  spin_lock(lock);
  if ((inb(io + STATUS) & STATUS_DONE) !== 0) {
    outb(0, io + ACKNOWLEDGE);
    found = inb(io + LOW) | inb(io + HIGH) << 8;
    done = 1;
    wake_up(wait);
  }
  spin_unlock(lock);
}

function thermometer_read(
  page: Ptr<u8>, start: Ptr<usize>, off: i32, count: i32, eof: Ptr<i32>, data: usize,
): i32 {
  eof[0] = 1;
  // The reader has it all, and looks for more.
  if (off > 0) return 0;
  down(measuring);
  const error = measure();
  const tenths = found;
  if (error === 0) measurements++;
  const number = measurements;
  up(measuring);
  if (error !== 0) return error;
  return snprintf(page, PAGE_SIZE, '%u.%u degrees, measurement %u\n', tenths / 10, tenths % 10, number) as i32;
}

/** Starts a measurement, and waits for its interrupt: 0 or -EIO. @sleeps */
function measure(): i32 {
  const entry = local<WaitQueue>();
  init_wait(entry);
  const flags = spin_lock_irqsave(lock);
  done = 0;
  outb(CONTROL_START | CONTROL_INTERRUPT, io + CONTROL);
  spin_unlock_irqrestore(lock, flags);
  let left: i32 = PATIENCE;
  for (;;) {
    prepare_to_wait(wait, entry, TASK_UNINTERRUPTIBLE);
    if (done !== 0 || left === 0) break;
    left = schedule_timeout(left);
  }
  finish_wait(wait, entry);
  return done !== 0 ? 0 : -EIO;
}
