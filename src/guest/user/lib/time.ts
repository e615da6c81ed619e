/** Time since the start of the machine. */
import { clock_gettime, CLOCK_MONOTONIC, Timespec } from './system.ts';

/** Wraps after 71 minutes: for differences. */
export function microseconds(): u32 {
  const time = local<Timespec>();
  clock_gettime(CLOCK_MONOTONIC, time);
  return time.tv_sec * 1000000 + time.tv_nsec / 1000;
}
