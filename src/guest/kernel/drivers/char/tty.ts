/** Terminals: Linux 2.4, drivers/char/tty_io.c and the reading and writing side of n_tty.c. There is one. */
import { current } from '../../arch/cpu.ts';
import { HZ } from '../../arch/time.ts';
import { copy_from_user, copy_to_user } from '../../arch/uaccess.ts';
import { BUG_ON } from '../../debug/panic.ts';
import { register_console } from '../../debug/printk.ts';
import { EAGAIN, EFAULT, ERESTARTSYS } from '../../errno.ts';
import { devfs_register_chrdev, register_chrdev } from '../../fs/devices.ts';
import { O_NOCTTY, O_NONBLOCK, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../../fs/fcntl.ts';
import { File, FileOperations, Inode } from '../../fs/fs.ts';
import { PollTable, poll_wait } from '../../fs/poll.ts';
import { no_llseek } from '../../fs/read_write.ts';
import { Semaphore, down_interruptible, init_MUTEX, up } from '../../locking/semaphore.ts';
import { SpinLock, spin_lock_init, spin_lock_irqsave, spin_unlock_irqrestore } from '../../locking/spinlock.ts';
import { schedule, schedule_timeout } from '../../sched/sched.ts';
import { kill_pg, signal_pending } from '../../sched/signal.ts';
import { TASK_INTERRUPTIBLE } from '../../sched/task.ts';
import {
  WaitQueue, WaitQueueHead, finish_wait, init_wait, init_waitqueue_head, prepare_to_wait, wake_up_interruptible_all,
} from '../../sched/wait.ts';
import { n_tty_output, n_tty_readable, n_tty_receive_char, n_tty_take } from './n_tty.ts';
import { ICANON, Termios, VMIN, VTIME, default_termios } from './termios.ts';
import { tty_ioctl } from './tty_ioctl.ts';
import { serial_console_setup, serial_console_write, uart_driver, uart_startup } from './uart.ts';

/** Bytes of input that wait for a reader: a power of two. */
export const N_TTY_BUF_SIZE = 4096;
/** Bytes that go between user and terminal in one step. */
const CHUNK = 128;

// Major numbers: Linux 2.4, Documentation/devices.txt.
const TTY_MAJOR = 4;
const TTYAUX_MAJOR = 5;
const SERIAL_MINOR = 64;

/** The line's side of a terminal; both from any context. */
export class TtyDriver {
  /** Queues up to `count` bytes; gives how many. */
  put_chars: (text: Ptr<u8>, count: u32) => u32;
  /** Bytes that put_chars takes now. */
  write_room: () => u32;
}

/** `lock` protects input and settings; outside the driver's lock; taken in interrupts. */
export class TtyStruct {
  lock: Embed<SpinLock>;
  driver: TtyDriver;
  termios: Embed<Termios>;
  /** The foreground process group, which ^C is for; 0 before the first. */
  pgrp: i32;
  read_wait: Embed<WaitQueueHead>;
  write_wait: Embed<WaitQueueHead>;
  /** One reader and one writer at a time, outside `lock`. */
  atomic_read: Embed<Semaphore>;
  atomic_write: Embed<Semaphore>;
  /** Counts of bytes come, read, and (canon_head) come in complete lines. */
  read_head: u32;
  read_tail: u32;
  canon_head: u32;
  /** n_tty_take's second result. */
  line_ended: bool;
  /** Bit n: read_buf[n] ends a line. */
  read_flags: Arr<u32, 128>;
  read_buf: Arr<u8, 4096>;
}

const tty_fops: FileOperations = {
  owner: null, llseek: no_llseek, read: tty_read, write: tty_write, readdir: null, poll: tty_poll,
  ioctl: tty_file_ioctl, open: tty_open, flush: null, release: null, fsync: null,
};

let console_tty!: Embed<TtyStruct>;

/** The kernel's messages go to the serial port; /dev/console, /dev/tty and /dev/ttyS0 are it. @sleeps */
export function tty_init(): void {
  tty_setup(console_tty, uart_driver);
  serial_console_setup();
  register_console(serial_console_write);
  BUG_ON(register_chrdev(TTY_MAJOR, 'ttyS', tty_fops) !== 0);
  BUG_ON(register_chrdev(TTYAUX_MAJOR, 'tty', tty_fops) !== 0);
  devfs_register_chrdev('tty', TTYAUX_MAJOR, 0, 0o666);
  devfs_register_chrdev('console', TTYAUX_MAJOR, 1, 0o600);
  devfs_register_chrdev('ttyS0', TTY_MAJOR, SERIAL_MINOR, 0o600);
  BUG_ON(uart_startup(console_tty) !== 0);
}

/** A terminal with the settings that all begin with. */
export function tty_setup(tty: TtyStruct, driver: TtyDriver): void {
  spin_lock_init(tty.lock, 'tty');
  tty.driver = driver;
  default_termios(tty.termios);
  tty.pgrp = 0;
  init_waitqueue_head(tty.read_wait);
  init_waitqueue_head(tty.write_wait);
  init_MUTEX(tty.atomic_read);
  init_MUTEX(tty.atomic_write);
}

/** A byte has come on the line. In interrupts. */
export function tty_receive(tty: TtyStruct, c: u32): void {
  const flags = spin_lock_irqsave(tty.lock);
  const signal = n_tty_receive_char(tty, c);
  const readable = n_tty_readable(tty);
  const group = tty.pgrp;
  spin_unlock_irqrestore(tty.lock, flags);
  if (signal !== 0 && group > 0) kill_pg(group, signal);
  if (readable) wake_up_interruptible_all(tty.read_wait);
}

/** The line can take more. In interrupts. */
export function tty_wakeup(tty: TtyStruct): void {
  wake_up_interruptible_all(tty.write_wait);
}

/** The first to open it makes its process group the foreground one. */
function tty_open(inode: Inode, file: File): i32 {
  const tty = console_tty;
  const flags = spin_lock_irqsave(tty.lock);
  if (tty.pgrp === 0 && (file.f_flags & O_NOCTTY) === 0) tty.pgrp = current().pgrp;
  spin_unlock_irqrestore(tty.lock, flags);
  file.private_data = addr(tty);
  return 0;
}

/** @inline */
function tty_of(file: File): TtyStruct {
  return cast<TtyStruct>(file.private_data);
}

function tty_file_ioctl(inode: Inode, file: File, cmd: u32, arg: usize): i32 {
  return tty_ioctl(tty_of(file), cmd, arg);
}

/** A line or part of one; without ICANON at least VMIN bytes, waiting for each VTIME tenths of a second if not 0. */
function tty_read(file: File, buf: usize, count: u32, ppos: Ptr<i64>): i32 {
  const tty = tty_of(file);
  if (count === 0) return 0;
  if (down_interruptible(tty.atomic_read)) return -ERESTARTSYS;
  const result = read_lines(tty, file, buf, count);
  up(tty.atomic_read);
  return result;
}

function read_lines(tty: TtyStruct, file: File, buf: usize, count: u32): i32 {
  const chunk = local<Arr<u8, 128>>();
  let done: u32 = 0;
  for (;;) {
    const flags = spin_lock_irqsave(tty.lock);
    const wanted = count - done < CHUNK ? count - done : CHUNK;
    const taken = n_tty_take(tty, ptr(chunk[0]), wanted);
    const canonical = (tty.termios.c_lflag & ICANON) !== 0;
    const least = tty.termios.c_cc[VMIN], patience = tty.termios.c_cc[VTIME];
    const ended = tty.line_ended, more = n_tty_readable(tty);
    spin_unlock_irqrestore(tty.lock, flags);
    if (taken !== 0 && copy_to_user(buf + done, addr(chunk), taken)) return done !== 0 ? (done as i32) : -EFAULT;
    done += taken;
    if (done === count || ended) return done as i32;
    if (more) continue;
    if (canonical ? done !== 0 : done >= least) return done as i32;
    if (file.f_flags & O_NONBLOCK) return done !== 0 ? (done as i32) : -EAGAIN;
    const waited = wait_for_input(tty, canonical ? 0 : patience);
    if (waited !== 0) return done !== 0 || waited === -EAGAIN ? (done as i32) : waited;
  }
}

/** 0 when there is input, ERESTARTSYS for a signal, EAGAIN after `tenths` of a second if that is not 0. */
function wait_for_input(tty: TtyStruct, tenths: u32): i32 {
  const wait = local<WaitQueue>();
  let left = (tenths * HZ / 10) as i32, result: i32 = 0;
  init_wait(wait);
  for (;;) {
    prepare_to_wait(tty.read_wait, wait, TASK_INTERRUPTIBLE);
    const flags = spin_lock_irqsave(tty.lock);
    const readable = n_tty_readable(tty);
    spin_unlock_irqrestore(tty.lock, flags);
    if (readable) break;
    if (signal_pending(current())) {
      result = -ERESTARTSYS;
      break;
    }
    if (tenths === 0) {
      schedule();
      continue;
    }
    left = schedule_timeout(left);
    if (left === 0) {
      result = -EAGAIN;
      break;
    }
  }
  finish_wait(tty.read_wait, wait);
  return result;
}

function tty_write(file: File, buf: usize, count: u32, ppos: Ptr<i64>): i32 {
  const tty = tty_of(file);
  if (down_interruptible(tty.atomic_write)) return -ERESTARTSYS;
  const result = write_chunks(tty, file, buf, count);
  up(tty.atomic_write);
  return result;
}

function write_chunks(tty: TtyStruct, file: File, buf: usize, count: u32): i32 {
  const chunk = local<Arr<u8, 128>>(), cooked = local<Arr<u8, 256>>();
  let done: u32 = 0;
  while (done < count) {
    const bytes = count - done < CHUNK ? count - done : CHUNK;
    if (copy_from_user(addr(chunk), buf + done, bytes)) return done !== 0 ? (done as i32) : -EFAULT;
    let length: u32 = 0;
    for (let i: u32 = 0; i < bytes; i++) length += n_tty_output(tty, chunk[i], ptr(cooked[length]));
    const error = put_all(tty, file, ptr(cooked[0]), length);
    if (error !== 0) return done !== 0 ? (done as i32) : error;
    done += bytes;
  }
  return done as i32;
}

/** All or nothing, so that a write that is interrupted knows where it was. */
function put_all(tty: TtyStruct, file: File, text: Ptr<u8>, length: u32): i32 {
  const wait = local<WaitQueue>();
  let error: i32 = 0;
  init_wait(wait);
  for (;;) {
    prepare_to_wait(tty.write_wait, wait, TASK_INTERRUPTIBLE);
    if (tty.driver.write_room() >= length) break;
    if (file.f_flags & O_NONBLOCK) error = -EAGAIN;
    else if (signal_pending(current())) error = -ERESTARTSYS;
    if (error !== 0) break;
    schedule();
  }
  finish_wait(tty.write_wait, wait);
  if (error === 0) tty.driver.put_chars(text, length);
  return error;
}

function tty_poll(file: File, wait: PollTable | null): u32 {
  const tty = tty_of(file);
  poll_wait(file, tty.read_wait, wait);
  poll_wait(file, tty.write_wait, wait);
  const flags = spin_lock_irqsave(tty.lock);
  const readable = n_tty_readable(tty);
  spin_unlock_irqrestore(tty.lock, flags);
  return (readable ? POLLIN | POLLRDNORM : 0) | (tty.driver.write_room() !== 0 ? POLLOUT | POLLWRNORM : 0);
}
