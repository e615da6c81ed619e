/** Waiting for several files: Linux 2.4, include/linux/poll.h and fs/select.c (sys_poll). */
import { PAGE_SIZE } from '../arch/layout.ts';
import { current } from '../arch/cpu.ts';
import { copy_from_user, copy_to_user } from '../arch/uaccess.ts';
import { EFAULT, EINTR, EINVAL, ENOMEM } from '../errno.ts';
import { GFP_KERNEL, __get_free_page, free_page } from '../mm/page_alloc.ts';
import { schedule_timeout, set_current_state } from '../sched/sched.ts';
import { signal_pending } from '../sched/signal.ts';
import { TASK_INTERRUPTIBLE, TASK_RUNNING } from '../sched/task.ts';
import { WaitQueue, WaitQueueHead, add_wait_queue, init_waitqueue_entry, remove_wait_queue } from '../sched/wait.ts';
import { POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT, POLLRDNORM, POLLWRNORM } from './fcntl.ts';
import { NR_OPEN, fget } from './file.ts';
import { fput, get_file } from './file_table.ts';
import { File } from './fs.ts';

/** What files without a poll function are. */
const DEFAULT_POLLMASK = POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;

/** A queue on which a poll call waits, and its file, which stays open. */
class PollTableEntry {
  filp: File;
  wait: Embed<WaitQueue>;
  wait_address: WaitQueueHead;
}

/** The queues on which a poll call waits. */
export class PollTable {
  /** ENOMEM, negated, once there are more queues than a page of entries holds. */
  error: i32;
  nr: u32;
  entries: Ptr<Embed<PollTableEntry>>;
}

/** struct pollfd. */
export class PollFd {
  fd: i32;
  events: u16;
  revents: u16;
}

/** For poll functions: a change is told on `queue`. A null table asks for the present state only. */
export function poll_wait(file: File, queue: WaitQueueHead, table: PollTable | null): void {
  if (table === null) return;
  if (table.nr >= PAGE_SIZE / sizeof<PollTableEntry>()) {
    table.error = -ENOMEM;
    return;
  }
  const entry = table.entries[table.nr++];
  get_file(file);
  entry.filp = file;
  entry.wait_address = queue;
  init_waitqueue_entry(entry.wait, current());
  add_wait_queue(queue, entry.wait);
}

function poll_freewait(table: PollTable): void {
  for (let i: u32 = 0; i < table.nr; i++) {
    const entry = table.entries[i];
    remove_wait_queue(entry.wait_address, entry.wait);
    fput(entry.filp);
  }
}

/**
 * poll(2): `ufds` is the user address of `nfds` PollFds, `timeout` in jiffies (MAX_SCHEDULE_TIMEOUT: for ever). Gives
 * how many are ready, or a negated error. @sleeps
 */
export function do_poll(ufds: usize, nfds: u32, timeout: i32): i32 {
  if (nfds > NR_OPEN) return -EINVAL;
  const fds = local<Arr<Embed<PollFd>, 64>>();
  const bytes = nfds * sizeof<PollFd>();
  if (copy_from_user(addr(fds), ufds, bytes)) return -EFAULT;
  const table = local<PollTable>();
  const page = __get_free_page(GFP_KERNEL);
  if (!page) return -ENOMEM;
  table.error = 0;
  table.nr = 0;
  table.entries = cast<Ptr<Embed<PollTableEntry>>>(page);
  const ready = wait_for_any(ptr(fds[0]), nfds, timeout, table);
  poll_freewait(table);
  free_page(page);
  if (ready >= 0 && copy_to_user(ufds, addr(fds), bytes)) return -EFAULT;
  return ready;
}

function wait_for_any(fds: Ptr<Embed<PollFd>>, nfds: u32, timeout: i32, table: PollTable): i32 {
  let left = timeout, wait: PollTable | null = table;
  for (;;) {
    set_current_state(TASK_INTERRUPTIBLE);
    let ready: i32 = 0;
    for (let i: u32 = 0; i < nfds; i++) {
      if (poll_one(fds[i], ready === 0 && left !== 0 ? wait : null)) ready++;
    }
    // The queues are entered once: in the first round.
    wait = null;
    if (ready === 0 && table.error !== 0) ready = table.error;
    else if (ready === 0 && left !== 0 && signal_pending(current())) ready = -EINTR;
    if (ready !== 0 || left === 0) {
      set_current_state(TASK_RUNNING);
      return ready;
    }
    left = schedule_timeout(left);
  }
}

/** Sets revents; whether there are any. */
function poll_one(pollfd: PollFd, table: PollTable | null): bool {
  pollfd.revents = 0;
  if (pollfd.fd < 0) return false;
  const file = fget(pollfd.fd as u32);
  let mask: u32 = POLLNVAL;
  if (file !== null) {
    const poll = file.f_op.poll;
    mask = poll === null ? DEFAULT_POLLMASK : poll(file, table);
    mask &= pollfd.events | POLLERR | POLLHUP;
    fput(file);
  }
  pollfd.revents = mask as u16;
  return mask !== 0;
}
