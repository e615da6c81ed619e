/** Which socket has a UDP port: Linux 2.4, net/ipv4/udp.c (udp_v4_get_port, udp_v4_lookup). */
import {
  read_lock_bh, read_unlock_bh, RwLock, rwlock_init, write_lock_bh, write_unlock_bh,
} from '../../locking/rwlock.ts';
import { htons } from '../byteorder.ts';
import { type Sock, sock_hold, sock_put } from '../sock.ts';

const UDP_HTABLE_SIZE = 64;

/** Ports that are given to those who do not ask for one: sysctl_local_port_range. */
const LOCAL_PORT_FIRST = 32768;
const LOCAL_PORT_LAST = 60999;

/** Protects the table and the bound ports of its sockets. Inside slock; receive queues inside it. */
export let udp_hash_lock!: Embed<RwLock>;
/** By port modulo the size: lists by Sock.next. Each socket in it is held. */
let udp_hash!: Arr<Sock | null, 64>;
let udp_port_rover: u32 = LOCAL_PORT_LAST;

export function udp_hash_init(): void {
  rwlock_init(udp_hash_lock, 'udp_hash_lock');
}

/** Gives the socket port `snum`, or for 0 one that nobody has: 0, or 1 if there is none. */
export function udp_v4_get_port(sk: Sock, snum: u32): i32 {
  write_lock_bh(udp_hash_lock);
  const num = snum === 0 ? free_port() : snum;
  const taken = num === 0 || conflicts(sk, num);
  if (!taken) {
    sk.num = num;
    sk.sport = htons(num);
    if (!sk.hashed) {
      sk.hashed = true;
      sk.next = udp_hash[num % UDP_HTABLE_SIZE];
      udp_hash[num % UDP_HTABLE_SIZE] = sk;
      sock_hold(sk);
    }
  }
  write_unlock_bh(udp_hash_lock);
  return taken ? 1 : 0;
}

/** A port that nobody has at any address, or 0. */
function free_port(): u32 {
  for (let tries: u32 = 0; tries <= LOCAL_PORT_LAST - LOCAL_PORT_FIRST; tries++) {
    udp_port_rover = udp_port_rover >= LOCAL_PORT_LAST ? LOCAL_PORT_FIRST : udp_port_rover + 1;
    let at = udp_hash[udp_port_rover % UDP_HTABLE_SIZE];
    while (at !== null && at.num !== udp_port_rover) at = at.next;
    if (at === null) return udp_port_rover;
  }
  return 0;
}

/** Whether another has the port at the same address, and one of both does not want to share it. */
function conflicts(sk: Sock, num: u32): bool {
  for (let at = udp_hash[num % UDP_HTABLE_SIZE]; at !== null; at = at.next) {
    if (at === sk || at.num !== num || (at.reuse && sk.reuse)) continue;
    if (at.rcv_saddr === 0 || sk.rcv_saddr === 0 || at.rcv_saddr === sk.rcv_saddr) return true;
  }
  return false;
}

/** The socket is not found any more. */
export function udp_v4_unhash(sk: Sock): void {
  write_lock_bh(udp_hash_lock);
  const found = sk.hashed;
  if (found) {
    sk.hashed = false;
    const head = sk.num % UDP_HTABLE_SIZE;
    if (udp_hash[head] === sk) udp_hash[head] = sk.next;
    for (let at = udp_hash[head]; at !== null; at = at.next) if (at.next === sk) at.next = sk.next;
    sk.num = 0;
  }
  write_unlock_bh(udp_hash_lock);
  if (found) sock_put(sk);
}

/** The socket for a datagram from `saddr`:`sport` to `daddr`:`dport`, held: the one that says most about it. */
export function udp_v4_lookup(saddr: u32, sport: u32, daddr: u32, dport: u32): Sock | null {
  let best: Sock | null = null, best_score: i32 = -1;
  read_lock_bh(udp_hash_lock);
  for (let sk = udp_hash[htons(dport) % UDP_HTABLE_SIZE]; sk !== null; sk = sk.next) {
    const score = match(sk, saddr, sport, daddr, dport);
    if (score <= best_score) continue;
    best = sk;
    best_score = score;
  }
  if (best !== null) sock_hold(best);
  read_unlock_bh(udp_hash_lock);
  return best;
}

/** How much the socket says about where a datagram comes from and goes to; -1 if it is not for it. */
function match(sk: Sock, saddr: u32, sport: u32, daddr: u32, dport: u32): i32 {
  if (sk.sport !== dport) return -1;
  if (sk.rcv_saddr !== 0 && sk.rcv_saddr !== daddr) return -1;
  if (sk.daddr !== 0 && sk.daddr !== saddr) return -1;
  if (sk.dport !== 0 && sk.dport !== sport) return -1;
  return (sk.rcv_saddr !== 0 ? 1 : 0) + (sk.daddr !== 0 ? 1 : 0) + (sk.dport !== 0 ? 1 : 0);
}

/** Calls `each` for all sockets that a datagram to all is for, under udp_hash_lock. */
export function udp_for_each_match(
  daddr: u32, dport: u32, saddr: u32, sport: u32, each: (sk: Sock, arg: usize) => void, arg: usize,
): void {
  read_lock_bh(udp_hash_lock);
  for (let sk = udp_hash[htons(dport) % UDP_HTABLE_SIZE]; sk !== null; sk = sk.next) {
    if (match(sk, saddr, sport, daddr, dport) >= 0) each(sk, arg);
  }
  read_unlock_bh(udp_hash_lock);
}

/** Calls `each` for all sockets with a port, under udp_hash_lock: for /proc/net/udp. */
export function udp_for_each(each: (sk: Sock, arg: usize) => void, arg: usize): void {
  read_lock_bh(udp_hash_lock);
  for (let head: u32 = 0; head < UDP_HTABLE_SIZE; head++) {
    for (let sk = udp_hash[head]; sk !== null; sk = sk.next) each(sk, arg);
  }
  read_unlock_bh(udp_hash_lock);
}
