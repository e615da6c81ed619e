/**
 * Waiting for packets and for room to send them: Linux 2.4, net/core/datagram.c and net/core/sock.c
 * (sock_alloc_send_skb, sock_wait_for_wmem).
 */
import { current } from '../arch/cpu.ts';
import { copy_to_user } from '../arch/uaccess.ts';
import { EAGAIN, EFAULT, EINTR, ENOBUFS, EPIPE, ERESTARTSYS } from '../errno.ts';
import { POLLERR, POLLHUP, POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../fs/fcntl.ts';
import type { File } from '../fs/fs.ts';
import { poll_wait, type PollTable } from '../fs/poll.ts';
import { atomic_read } from '../locking/atomic.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../locking/spinlock.ts';
import { MAX_SCHEDULE_TIMEOUT, schedule_timeout } from '../sched/sched.ts';
import { signal_pending } from '../sched/signal.ts';
import { TASK_INTERRUPTIBLE } from '../sched/task.ts';
import { finish_wait, init_wait, prepare_to_wait, WaitQueue } from '../sched/wait.ts';
import { MSG_PEEK } from './in.ts';
import type { Socket } from './net.ts';
import { alloc_skb, __skb_unlink, skb_dequeue, skb_get, type SkBuff } from './skbuff.ts';
import { RCV_SHUTDOWN, SEND_SHUTDOWN, SHUTDOWN_MASK, skb_set_owner_w, type Sock, sock_error } from './sock.ts';

/** Why a wait ends when a signal comes: without a time-out the call is made again. */
export function sock_intr_errno(timeout: i32): i32 {
  return timeout === MAX_SCHEDULE_TIMEOUT ? -ERESTARTSYS : -EINTR;
}

/**
 * The next packet for a reader, the caller's (kfree_skb) unless MSG_PEEK leaves it for others as well. Null with
 * `*error` negated; 0 there means the end: shut down. Socket locked or not. @out error @sleeps
 */
export function skb_recv_datagram(sk: Sock, flags: u32, noblock: bool, error: Ptr<i32>): SkBuff | null {
  let timeout = noblock ? 0 : sk.rcvtimeo;
  error[0] = sock_error(sk);
  while (error[0] === 0) {
    const skb = flags & MSG_PEEK ? peek(sk) : skb_dequeue(sk.receive_queue);
    if (skb !== null) return skb;
    if (sk.shutdown & RCV_SHUTDOWN) return null;
    if (timeout === 0) error[0] = -EAGAIN;
    else timeout = wait_for_packet(sk, timeout, error);
  }
  return null;
}

/** The first packet, held once more, left in the queue. */
function peek(sk: Sock): SkBuff | null {
  const flags = spin_lock_irqsave(sk.receive_queue.lock);
  const skb = sk.receive_queue.next;
  if (skb !== null) skb_get(skb);
  spin_unlock_irqrestore(sk.receive_queue.lock, flags);
  return skb;
}

/** Takes a packet that was peeked at out of the queue, if nobody else has, and lets go of it: for bad ones. */
export function skb_kill_datagram(sk: Sock, skb: SkBuff): bool {
  const flags = spin_lock_irqsave(sk.receive_queue.lock);
  const queued = skb.list === sk.receive_queue;
  if (queued) __skb_unlink(skb, sk.receive_queue);
  spin_unlock_irqrestore(sk.receive_queue.lock, flags);
  return queued;
}

/** Sleeps until there may be a packet: jiffies left, and `*error` if it should not go on. */
function wait_for_packet(sk: Sock, timeout: i32, error: Ptr<i32>): i32 {
  const queue = sk.sleep;
  if (queue === null) {
    error[0] = -EPIPE;
    return 0;
  }
  const wait = local<WaitQueue>();
  let left = timeout;
  init_wait(wait);
  prepare_to_wait(queue, wait, TASK_INTERRUPTIBLE);
  error[0] = sock_error(sk);
  const done = error[0] !== 0 || sk.receive_queue.qlen !== 0 || (sk.shutdown & RCV_SHUTDOWN) !== 0;
  if (!done && signal_pending(current())) error[0] = sock_intr_errno(timeout);
  else if (!done) left = schedule_timeout(timeout);
  finish_wait(queue, wait);
  return left;
}

/** A packet to send, with room for `size` bytes, that counts as the socket's; waits for its turn. @out error @sleeps */
export function sock_alloc_send_skb(sk: Sock, size: u32, noblock: bool, error: Ptr<i32>): SkBuff | null {
  let timeout = noblock ? 0 : sk.sndtimeo;
  for (;;) {
    error[0] = sock_error(sk);
    if (error[0] === 0 && sk.shutdown & SEND_SHUTDOWN) error[0] = -EPIPE;
    if (error[0] !== 0) return null;
    if ((atomic_read(sk.wmem_alloc) as u32) < sk.sndbuf) {
      const skb = alloc_skb(size, sk.allocation);
      if (skb === null) error[0] = -ENOBUFS;
      else skb_set_owner_w(skb, sk);
      return skb;
    }
    if (timeout === 0) error[0] = -EAGAIN;
    else if (signal_pending(current())) error[0] = sock_intr_errno(timeout);
    if (error[0] !== 0) return null;
    timeout = sock_wait_for_wmem(sk, timeout);
  }
}

function sock_wait_for_wmem(sk: Sock, timeout: i32): i32 {
  const queue = sk.sleep;
  if (queue === null) return 0;
  const wait = local<WaitQueue>();
  let left = timeout;
  init_wait(wait);
  prepare_to_wait(queue, wait, TASK_INTERRUPTIBLE);
  const full = (atomic_read(sk.wmem_alloc) as u32) >= sk.sndbuf && (sk.shutdown & SEND_SHUTDOWN) === 0;
  if (full && sk.err === 0 && !signal_pending(current())) left = schedule_timeout(timeout);
  finish_wait(queue, wait);
  return left;
}

/** `size` bytes from byte `offset` of a packet to the user: 0 or -EFAULT. @sleeps */
export function skb_copy_datagram(skb: SkBuff, offset: u32, to: usize, size: u32): i32 {
  return copy_to_user(to, skb.data + offset, size) === 0 ? 0 : -EFAULT;
}

/** poll for sockets of datagrams. */
export function datagram_poll(file: File, sock: Socket, wait: PollTable | null): u32 {
  const sk = sock.sk;
  poll_wait(file, sock.wait, wait);
  if (sk === null) return POLLERR;
  let mask: u32 = 0;
  if (sk.err !== 0) mask |= POLLERR;
  if (sk.shutdown === SHUTDOWN_MASK) mask |= POLLHUP;
  if (sk.receive_queue.qlen !== 0 || (sk.shutdown & RCV_SHUTDOWN) !== 0) mask |= POLLIN | POLLRDNORM;
  if ((atomic_read(sk.wmem_alloc) as u32) * 2 <= sk.sndbuf) mask |= POLLOUT | POLLWRNORM;
  return mask;
}
