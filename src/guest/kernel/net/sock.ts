/**
 * Sockets as protocols see them: Linux 2.4, include/net/sock.h and net/core/sock.c. A Sock is counted: by its hash
 * table, by its Socket, by each packet that is being sent, by whoever found it in a table.
 */
import { BUG_ON } from '../debug/panic.ts';
import { printk } from '../debug/printk.ts';
import {
  Atomic, atomic_add, atomic_dec_and_test, atomic_inc, atomic_read, atomic_set, atomic_sub, xchg,
} from '../locking/atomic.ts';
import {
  read_lock_bh, read_unlock_bh, RwLock, rwlock_init, write_lock_bh, write_unlock_bh,
} from '../locking/rwlock.ts';
import { spin_lock_bh, spin_lock_init, spin_unlock_bh, SpinLock } from '../locking/spinlock.ts';
import { GFP_KERNEL } from '../mm/page_alloc.ts';
import { kmem_cache_alloc, kmem_cache_create, kmem_cache_free, kmem_cache_objects, KmemCache } from '../mm/slab.ts';
import { MAX_SCHEDULE_TIMEOUT, schedule } from '../sched/sched.ts';
import { TASK_UNINTERRUPTIBLE } from '../sched/task.ts';
import {
  finish_wait, init_wait, init_waitqueue_head, prepare_to_wait_exclusive, WaitQueue, WaitQueueHead, wake_up,
  wake_up_interruptible_all,
} from '../sched/wait.ts';
import { memset } from '../../lib/memory.ts';
import type { Msghdr, Socket } from './net.ts';
import type { NetDevice } from './netdevice.ts';
import { skb_queue_head_init, skb_queue_purge, skb_queue_tail, type SkBuff, SkBuffHead } from './skbuff.ts';

/** Bytes of packets, with their overhead, that wait for a reader or are on their way out: at first, and at most. */
export const sysctl_rmem_default = 65535;
export const sysctl_wmem_default = 65535;
export const sysctl_rmem_max = 262144;
export const sysctl_wmem_max = 262144;

// Sock.shutdown.
export const RCV_SHUTDOWN = 1;
export const SEND_SHUTDOWN = 2;
export const SHUTDOWN_MASK = 3;

// Sock.state, of include/linux/tcp.h: what datagram sockets use of it. TCP's others belong to TCP.
export const TCP_ESTABLISHED = 1;
export const TCP_CLOSE = 7;

/** A protocol's functions for its sockets: struct proto. Null: nothing to do, or not supported. */
export class Proto {
  name: cstr;
  /** The Socket is gone. */
  close: (sk: Sock) => void;
  connect: ((sk: Sock, uaddr: usize, addr_len: u32) => i32) | null;
  disconnect: ((sk: Sock, flags: u32) => i32) | null;
  /** EINVAL here: an ioctl of nobody's. */
  ioctl: ((sk: Sock, cmd: u32, arg: usize) => i32) | null;
  init: ((sk: Sock) => i32) | null;
  /** What the protocol has of its own goes. */
  destroy: ((sk: Sock) => void) | null;
  sendmsg: (sk: Sock, msg: Msghdr, length: u32) => i32;
  recvmsg: (sk: Sock, msg: Msghdr, length: u32, noblock: bool, flags: u32) => i32;
  bind: ((sk: Sock, uaddr: usize, addr_len: u32) => i32) | null;
  /** Into the table of those who get packets, and out; an unhashed one is not found any more. */
  hash: ((sk: Sock) => void) | null;
  unhash: (sk: Sock) => void;
  /** Makes port `snum` (0: any) the socket's own: 0, or 1 if it is taken. */
  get_port: ((sk: Sock, snum: u32) => i32) | null;
}

/** Who may change a socket: a spinlock for moments, and a user who may sleep. */
export class SocketLock {
  /** Protects `users`; taken by softirqs. Outside receive queues and device queues. */
  slock: Embed<SpinLock>;
  users: u32;
  wq: Embed<WaitQueueHead>;
}

/**
 * Addresses and options are changed under lock_sock, and read by senders and softirqs without it, as in Linux: each is
 * one word. Links are the hash tables' locks'.
 */
export class Sock {
  // What packets are told apart by; network byte order, but num.
  daddr: u32;
  /** The address it is bound to, 0 for any, and the one it sends from. */
  rcv_saddr: u32;
  saddr: u32;
  dport: u16;
  sport: u16;
  /** The port, or a raw socket's protocol. */
  num: u32;
  next: Sock | null;
  hashed: bool;

  family: u32;
  type: u32;
  protocol: u32;
  state: u32;
  refcnt: Embed<Atomic>;
  lock: Embed<SocketLock>;
  prot: Proto;
  /** Packets for readers; its own lock. */
  receive_queue: Embed<SkBuffHead>;
  rmem_alloc: Embed<Atomic>;
  rcvbuf: u32;
  wmem_alloc: Embed<Atomic>;
  sndbuf: u32;
  allocation: u32;
  /** Jiffies, or MAX_SCHEDULE_TIMEOUT. */
  rcvtimeo: i32;
  sndtimeo: i32;
  /** An errno that the next call gives, once. */
  err: Volatile<u32>;
  shutdown: Volatile<u32>;
  reuse: bool;
  broadcast: bool;
  ttl: u32;
  tos: u32;
  /** Packets that came when the receive queue was full. */
  drops: Embed<Atomic>;
  /** For a raw ICMP socket: bit n, messages of type n are not wanted. */
  icmp_filter: u32;

  /** Protects sleep and socket, so that softirqs wake nobody who is gone. Inside slock; wait queues inside it. */
  callback_lock: Embed<RwLock>;
  dead: bool;
  sleep: WaitQueueHead | null;
  socket: Socket | null;
  /** Told of a packet, of room to send, of an error. */
  data_ready: (sk: Sock, length: u32) => void;
  write_space: (sk: Sock) => void;
  error_report: (sk: Sock) => void;
  /** The last reference is gone. */
  destruct: ((sk: Sock) => void) | null;
  /** A protocol's own, as TCP's state will be. */
  protinfo: usize;
}

let sk_cachep!: KmemCache;

export function sk_init(): void {
  const cache = kmem_cache_create('sock', sizeof<Sock>(), 0, 0, null, null);
  BUG_ON(cache === null);
  sk_cachep = cast<KmemCache>(cache);
}

/** Socks in memory. */
export function sk_count(): u32 {
  return kmem_cache_objects(sk_cachep);
}

/** A Sock of zeros; null for no memory. @sleeps */
export function sk_alloc(family: u32): Sock | null {
  const memory = kmem_cache_alloc(sk_cachep, GFP_KERNEL);
  if (memory === 0) return null;
  memset(cast(memory), 0, sizeof<Sock>());
  const sk = cast<Sock>(memory);
  sk.family = family;
  return sk;
}

/** What all protocols begin with; referenced once, by `sock`. */
export function sock_init_data(sock: Socket, sk: Sock): void {
  skb_queue_head_init(sk.receive_queue);
  sk.allocation = GFP_KERNEL;
  sk.rcvbuf = sysctl_rmem_default;
  sk.sndbuf = sysctl_wmem_default;
  sk.state = TCP_CLOSE;
  sk.type = sock.type;
  sk.socket = sock;
  sk.sleep = sock.wait;
  sock.sk = sk;
  rwlock_init(sk.callback_lock, 'sk_callback_lock');
  spin_lock_init(sk.lock.slock, 'slock');
  init_waitqueue_head(sk.lock.wq);
  sk.data_ready = sock_def_readable;
  sk.write_space = sock_def_write_space;
  sk.error_report = sock_def_error_report;
  sk.rcvtimeo = MAX_SCHEDULE_TIMEOUT;
  sk.sndtimeo = MAX_SCHEDULE_TIMEOUT;
  atomic_set(sk.refcnt, 1);
}

/** @inline */
export function sock_hold(sk: Sock): void {
  atomic_inc(sk.refcnt);
}

export function sock_put(sk: Sock): void {
  if (atomic_dec_and_test(sk.refcnt)) sk_free(sk);
}

function sk_free(sk: Sock): void {
  const destruct = sk.destruct;
  skb_queue_purge(sk.receive_queue);
  if (destruct !== null) destruct(sk);
  if (atomic_read(sk.rmem_alloc) !== 0 || atomic_read(sk.wmem_alloc) !== 0) {
    printk('<3>sk_free: %s socket with %d and %d bytes of packets\n', sk.prot.name, atomic_read(sk.rmem_alloc),
      atomic_read(sk.wmem_alloc));
  }
  kmem_cache_free(sk_cachep, addr(sk));
}

/** The Socket goes: nobody is woken any more. */
export function sock_orphan(sk: Sock): void {
  write_lock_bh(sk.callback_lock);
  sk.dead = true;
  sk.socket = null;
  sk.sleep = null;
  write_unlock_bh(sk.callback_lock);
}

/** Has the socket to oneself, against other users. @sleeps */
export function lock_sock(sk: Sock): void {
  const wait = local<WaitQueue>();
  spin_lock_bh(sk.lock.slock);
  if (sk.lock.users !== 0) {
    init_wait(wait);
    do {
      prepare_to_wait_exclusive(sk.lock.wq, wait, TASK_UNINTERRUPTIBLE);
      spin_unlock_bh(sk.lock.slock);
      schedule();
      spin_lock_bh(sk.lock.slock);
    } while (sk.lock.users !== 0);
    finish_wait(sk.lock.wq, wait);
  }
  sk.lock.users = 1;
  spin_unlock_bh(sk.lock.slock);
}

/** TCP will take its backlog of packets from here: those that came while the socket was locked. */
export function release_sock(sk: Sock): void {
  spin_lock_bh(sk.lock.slock);
  sk.lock.users = 0;
  wake_up(sk.lock.wq);
  spin_unlock_bh(sk.lock.slock);
}

/** The error that waits for a caller, negated, which it then does no more; 0 if there is none. */
export function sock_error(sk: Sock): i32 {
  return sk.err === 0 ? 0 : -(xchg(addr(sk.err), 0) as i32);
}

/** A packet on its way out: counts against sndbuf until it is freed. */
export function skb_set_owner_w(skb: SkBuff, sk: Sock): void {
  sock_hold(sk);
  skb.sk = addr(sk);
  skb.destructor = sock_wfree;
  atomic_add(skb.truesize as i32, sk.wmem_alloc);
}

function sock_wfree(skb: SkBuff): void {
  const sk = cast<Sock>(skb.sk);
  atomic_sub(skb.truesize as i32, sk.wmem_alloc);
  sk.write_space(sk);
  sock_put(sk);
}

/** A packet that waits for a reader: counts against rcvbuf until it is freed, which is before the socket is. */
export function skb_set_owner_r(skb: SkBuff, sk: Sock): void {
  skb.sk = addr(sk);
  skb.destructor = sock_rfree;
  atomic_add(skb.truesize as i32, sk.rmem_alloc);
}

function sock_rfree(skb: SkBuff): void {
  atomic_sub(skb.truesize as i32, cast<Sock>(skb.sk).rmem_alloc);
}

/** Gives a packet to the socket's readers: true, or false if too much waits, and the packet is the caller's still. */
export function sock_queue_rcv_skb(sk: Sock, skb: SkBuff): bool {
  if ((atomic_read(sk.rmem_alloc) as u32) + skb.truesize >= sk.rcvbuf) {
    atomic_inc(sk.drops);
    return false;
  }
  // The interface may go while the packet waits.
  skb.dev = cast<NetDevice>(0);
  skb_set_owner_r(skb, sk);
  const length = skb.len;
  skb_queue_tail(sk.receive_queue, skb);
  if (!sk.dead) sk.data_ready(sk, length);
  return true;
}

function sock_def_readable(sk: Sock, length: u32): void {
  wake_users(sk);
}

function sock_def_error_report(sk: Sock): void {
  wake_users(sk);
}

/** Not before half of the room is free: one packet at a time would be many switches. */
function sock_def_write_space(sk: Sock): void {
  if (atomic_read(sk.wmem_alloc) as u32 * 2 <= sk.sndbuf) wake_users(sk);
}

function wake_users(sk: Sock): void {
  read_lock_bh(sk.callback_lock);
  const queue = sk.sleep;
  if (queue !== null) wake_up_interruptible_all(queue);
  read_unlock_bh(sk.callback_lock);
}
