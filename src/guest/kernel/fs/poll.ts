/** Waiting for several files: Linux 2.4, include/linux/poll.h and fs/select.c. */
import type { WaitQueueHead } from '../sched/wait.ts';
import type { File } from './fs.ts';

/** The queues on which a poll call waits. */
export class PollTable {
  error: i32;
  nr: u32;
  entries: usize;
}

/** struct pollfd. */
export class PollFd {
  fd: i32;
  events: u16;
  revents: u16;
}

/** For f_op.poll: a change is told on `queue`. A null table asks for the present state only. */
export declare function poll_wait(file: File, queue: WaitQueueHead, table: PollTable | null): void;
/** poll(2): `fds` is a user address, `timeout` in jiffies (MAX_SCHEDULE_TIMEOUT: forever). May sleep. */
export declare function do_poll(fds: usize, nfds: u32, timeout: i32): i32;
