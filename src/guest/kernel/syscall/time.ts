/** System calls about time: Linux 2.4, kernel/timer.c (sys_nanosleep), kernel/time.c. */
import { current } from '../arch/cpu.ts';
import { get_cycles, HZ, TIMEBASE } from '../arch/time.ts';
import { copy_from_user, copy_to_user } from '../arch/uaccess.ts';
import { EFAULT, EINTR, EINVAL } from '../errno.ts';
import { schedule_timeout } from '../sched/sched.ts';
import { TASK_INTERRUPTIBLE } from '../sched/task.ts';

/** Seconds, and a part of a second in nanoseconds or, as struct timeval, microseconds. */
class Timespec {
  tv_sec: u32;
  tv_nsec: u32;
}

// Clocks of clock_gettime: both count from the start of the machine, which has no calendar.
const CLOCK_REALTIME = 0;
const CLOCK_MONOTONIC = 1;

const NSEC_PER_SEC = 1000000000;
/** Nanoseconds a jiffy and a unit of the time CSR. */
const TICK_NSEC = NSEC_PER_SEC / HZ;
const CYCLE_NSEC = NSEC_PER_SEC / TIMEBASE;
/** The longest sleep, about 248 days: what jiffies can count. */
const MOST_SECONDS = 0x7fffffff / HZ - 1;

/** Sleeps; when a signal comes first, the rest of the time goes to `rmtp` unless that is 0. */
export function sys_nanosleep(rqtp: usize, rmtp: usize): i32 {
  const time = local<Timespec>();
  if (copy_from_user(addr(time), rqtp, sizeof<Timespec>()) !== 0) return -EFAULT;
  if (time.tv_nsec >= NSEC_PER_SEC || (time.tv_sec as i32) < 0) return -EINVAL;
  if (time.tv_sec > MOST_SECONDS) time.tv_sec = MOST_SECONDS;
  // One more: the present tick has begun already.
  const ticks = time.tv_sec * HZ + (time.tv_nsec + TICK_NSEC - 1) / TICK_NSEC + (time.tv_sec | time.tv_nsec ? 1 : 0);
  current().state = TASK_INTERRUPTIBLE;
  const left = schedule_timeout(ticks as i32);
  if (left === 0) return 0;
  if (rmtp === 0) return -EINTR;
  time.tv_sec = (left / HZ) as u32;
  time.tv_nsec = (left % HZ) as u32 * TICK_NSEC;
  return copy_to_user(rmtp, addr(time), sizeof<Timespec>()) === 0 ? -EINTR : -EFAULT;
}

export function sys_clock_gettime(clock: u32, tp: usize): i32 {
  if (clock !== CLOCK_REALTIME && clock !== CLOCK_MONOTONIC) return -EINVAL;
  const time = local<Timespec>();
  const now = get_cycles();
  time.tv_sec = lo32(now / u64of(TIMEBASE));
  time.tv_nsec = lo32(now % u64of(TIMEBASE)) * CYCLE_NSEC;
  return copy_to_user(tp, addr(time), sizeof<Timespec>()) === 0 ? 0 : -EFAULT;
}

/** The time zone, which Linux fills too, is not there: `tz` must be 0. */
export function sys_gettimeofday(tv: usize, tz: usize): i32 {
  if (tz !== 0) return -EINVAL;
  const time = local<Timespec>();
  const now = get_cycles();
  time.tv_sec = lo32(now / u64of(TIMEBASE));
  time.tv_nsec = lo32(now % u64of(TIMEBASE)) / (TIMEBASE / 1000000);
  return copy_to_user(tv, addr(time), sizeof<Timespec>()) === 0 ? 0 : -EFAULT;
}
