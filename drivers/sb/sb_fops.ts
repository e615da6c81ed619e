/** /dev/dsp: opening, writing, waiting, closing. Linux 2.4, drivers/sound/audio.c and dmabuf.c. */
import { current } from '../../src/guest/kernel/arch/cpu.ts';
import { HZ } from '../../src/guest/kernel/arch/time.ts';
import { access_ok, copy_from_user, VERIFY_READ } from '../../src/guest/kernel/arch/uaccess.ts';
import { EAGAIN, EBUSY, EFAULT, EINVAL, EIO, ERESTARTSYS } from '../../src/guest/kernel/errno.ts';
import { FMODE_READ, FMODE_WRITE, O_NONBLOCK, POLLERR, POLLOUT, POLLWRNORM } from '../../src/guest/kernel/fs/fcntl.ts';
import { File, FileOperations, Inode } from '../../src/guest/kernel/fs/fs.ts';
import { poll_wait, PollTable } from '../../src/guest/kernel/fs/poll.ts';
import { down, down_interruptible, up } from '../../src/guest/kernel/locking/semaphore.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../src/guest/kernel/locking/spinlock.ts';
import { Module } from '../../src/guest/kernel/module/module.ts';
import { schedule, schedule_timeout } from '../../src/guest/kernel/sched/sched.ts';
import { signal_pending } from '../../src/guest/kernel/sched/signal.ts';
import { TASK_INTERRUPTIBLE } from '../../src/guest/kernel/sched/task.ts';
import { finish_wait, init_wait, prepare_to_wait, WaitQueue, wake_up } from '../../src/guest/kernel/sched/wait.ts';
import { dealloc_dmabuf, dmabuf_room, dmabuf_room_in_one, prog_dmabuf } from './dmabuf.ts';
import { DMA_STOPPED, DSP_CMD_SPKOFF, sb_bytes_per_second, SbDevc } from './sb.ts';
import { sb_output_failed, sb_restart_ring, sb_start_output, sb_update } from './sb_audio.ts';
import { sb_dsp_command } from './sb_common.ts';
import { sb_audio_ioctl } from './sb_ioctl.ts';

/** What /dev/dsp plays until it is told otherwise. */
const DSP_DEFAULT_SPEED = 8000;

declare let __this_module: Embed<Module>;

export const sb_audio_fops: FileOperations = {
  owner: __this_module, llseek: null, read: null, write: sb_audio_write, readdir: null, poll: sb_audio_poll,
  ioctl: sb_audio_file_ioctl, open: sb_audio_open, flush: null, release: sb_audio_release, fsync: null,
};

/** The card there is; there is one. */
let audio_devc: SbDevc | null = null;

export function sb_audio_attach(devc: SbDevc | null): void {
  audio_devc = devc;
}

/** One at a time: others wait until it is closed, or get -EBUSY with O_NONBLOCK. For playing only. */
function sb_audio_open(inode: Inode, file: File): i32 {
  const devc = audio_devc;
  if (devc === null || (file.f_mode & (FMODE_READ | FMODE_WRITE)) !== FMODE_WRITE) return -EINVAL;
  const error = sb_claim_open(devc, (file.f_flags & O_NONBLOCK) !== 0);
  if (error !== 0) return error;
  const dmap = devc.dmap;
  const flags = spin_lock_irqsave(devc.lock);
  devc.speed = DSP_DEFAULT_SPEED;
  devc.channels = 1;
  devc.bits = 8;
  dmap.ready = false;
  dmap.error = false;
  dmap.flush = false;
  dmap.ossfragshift = 0;
  dmap.ossmaxfrags = 0;
  spin_unlock_irqrestore(devc.lock, flags);
  file.private_data = addr(devc);
  return 0;
}

function sb_claim_open(devc: SbDevc, nonblock: bool): i32 {
  const wait = local<WaitQueue>();
  init_wait(wait);
  let error: i32 = 0;
  for (;;) {
    prepare_to_wait(devc.open_wait, wait, TASK_INTERRUPTIBLE);
    if (sb_try_open(devc)) break;
    if (nonblock) error = -EBUSY;
    else if (signal_pending(current())) error = -ERESTARTSYS;
    if (error !== 0) break;
    schedule();
  }
  finish_wait(devc.open_wait, wait);
  return error;
}

function sb_try_open(devc: SbDevc): bool {
  const flags = spin_lock_irqsave(devc.lock);
  const free = devc.open_mode === 0;
  if (free) devc.open_mode = FMODE_WRITE;
  spin_unlock_irqrestore(devc.lock, flags);
  return free;
}

/** Plays what is left, unless the program is being killed or does not want to wait, and lets the next one in. */
function sb_audio_release(inode: Inode, file: File): i32 {
  const devc = cast<SbDevc>(file.private_data);
  if ((file.f_flags & O_NONBLOCK) === 0) sb_drain(devc);
  down(devc.dmap.sem);
  const flags = spin_lock_irqsave(devc.lock);
  sb_restart_ring(devc);
  sb_dsp_command(devc, DSP_CMD_SPKOFF);
  spin_unlock_irqrestore(devc.lock, flags);
  dealloc_dmabuf(devc.dmap);
  up(devc.dmap.sem);
  sb_end_open(devc);
  return 0;
}

function sb_end_open(devc: SbDevc): void {
  const flags = spin_lock_irqsave(devc.lock);
  devc.open_mode = 0;
  spin_unlock_irqrestore(devc.lock, flags);
  wake_up(devc.open_wait);
}

/** Waits until all that was written is played: 0, -EIO, -ERESTARTSYS. Not under the semaphore. @sleeps */
export function sb_drain(devc: SbDevc): i32 {
  const dmap = devc.dmap;
  const wait = local<WaitQueue>();
  init_wait(wait);
  let error: i32 = 0;
  let late = false;
  for (;;) {
    prepare_to_wait(dmap.wait, wait, TASK_INTERRUPTIBLE);
    const patience = sb_drain_step(devc, late);
    if (dmap.error) error = -EIO;
    else if (patience !== 0 && signal_pending(current())) error = -ERESTARTSYS;
    if (patience === 0 || error !== 0) break;
    late = schedule_timeout(patience) === 0;
  }
  finish_wait(dmap.wait, wait);
  return error;
}

/** Keeps it playing to the end; gives the jiffies that may take, 0 if all is played. */
function sb_drain_step(devc: SbDevc, late: bool): i32 {
  const dmap = devc.dmap;
  const flags = spin_lock_irqsave(devc.lock);
  let patience: i32 = 0;
  if (dmap.ready && !dmap.error && dmap.count > 0) {
    dmap.flush = true;
    sb_start_output(devc);
    sb_update(devc);
  }
  if (dmap.state !== DMA_STOPPED) {
    if (late) sb_output_failed(devc, 'it does not come to an end');
    else patience = (dmap.dmasize * HZ / sb_bytes_per_second(devc) + 2 * HZ) as i32;
  }
  spin_unlock_irqrestore(devc.lock, flags);
  return patience;
}

/** Takes as much as there is room for, and waits for more room unless O_NONBLOCK is set. */
function sb_audio_write(file: File, buf: usize, count: u32, ppos: Ptr<i64>): i32 {
  const devc = cast<SbDevc>(file.private_data);
  if (!access_ok(VERIFY_READ, buf, count)) return -EFAULT;
  if (down_interruptible(devc.dmap.sem) !== 0) return -ERESTARTSYS;
  let done: u32 = 0;
  let error: i32 = 0;
  while (done < count && error === 0) {
    const room = sb_wait_room(devc, (file.f_flags & O_NONBLOCK) !== 0);
    if (room < 0) error = room;
    else error = sb_copy_in(devc, buf + done, lesser(room as u32, count - done));
    if (error > 0) {
      done += error as u32;
      error = 0;
    }
  }
  up(devc.dmap.sem);
  return done > 0 ? done as i32 : error;
}

function lesser(a: u32, b: u32): u32 {
  return a < b ? a : b;
}

/** Bytes that can be written in one piece, or an error. Gives up the semaphore while it waits. */
function sb_wait_room(devc: SbDevc, nonblock: bool): i32 {
  const dmap = devc.dmap;
  const wait = local<WaitQueue>();
  init_wait(wait);
  let result: i32 = 0;
  for (;;) {
    if (!dmap.ready) result = prog_dmabuf(devc);
    if (result !== 0) break;
    prepare_to_wait(dmap.wait, wait, TASK_INTERRUPTIBLE);
    result = sb_room(devc);
    if (result === 0 && nonblock) result = -EAGAIN;
    else if (result === 0 && signal_pending(current())) result = -ERESTARTSYS;
    if (result !== 0) break;
    up(dmap.sem);
    schedule();
    finish_wait(dmap.wait, wait);
    down(dmap.sem);
  }
  finish_wait(dmap.wait, wait);
  return result;
}

function sb_room(devc: SbDevc): i32 {
  const flags = spin_lock_irqsave(devc.lock);
  if (dmabuf_room(devc.dmap) === 0) {
    sb_update(devc);
    sb_start_output(devc);
  }
  const room = devc.dmap.error ? -EIO : dmabuf_room_in_one(devc.dmap) as i32;
  spin_unlock_irqrestore(devc.lock, flags);
  return room;
}

/** Bytes copied into the ring, 0 if it began anew meanwhile, or -EFAULT. Under the semaphore. */
function sb_copy_in(devc: SbDevc, from: usize, bytes: u32): i32 {
  const dmap = devc.dmap;
  const epoch = dmap.epoch, swptr = dmap.swptr;
  if (copy_from_user(dmap.rawbuf + swptr, from, bytes) !== 0) return -EFAULT;
  const flags = spin_lock_irqsave(devc.lock);
  const current_ring = dmap.epoch === epoch;
  if (current_ring) {
    dmap.swptr = (swptr + bytes) % dmap.dmasize;
    dmap.count += bytes as i32;
    sb_start_output(devc);
  }
  spin_unlock_irqrestore(devc.lock, flags);
  return current_ring ? bytes as i32 : 0;
}

/** POLLOUT when a fragment has room. */
function sb_audio_poll(file: File, wait: PollTable | null): u32 {
  const devc = cast<SbDevc>(file.private_data);
  const dmap = devc.dmap;
  poll_wait(file, dmap.wait, wait);
  const flags = spin_lock_irqsave(devc.lock);
  if (dmap.ready) sb_update(devc);
  const room = !dmap.ready || dmabuf_room(dmap) >= dmap.fragsize;
  const mask: u32 = (room ? POLLOUT | POLLWRNORM : 0) | (dmap.error ? POLLERR : 0);
  spin_unlock_irqrestore(devc.lock, flags);
  return mask;
}

function sb_audio_file_ioctl(inode: Inode, file: File, cmd: u32, arg: usize): i32 {
  return sb_audio_ioctl(cast<SbDevc>(file.private_data), file, cmd, arg);
}
