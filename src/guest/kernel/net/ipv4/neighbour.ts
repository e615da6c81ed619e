/**
 * Hardware addresses of the hosts of our networks, found by ARP and forgotten by and by: Linux 2.4,
 * net/core/neighbour.c with the only table there is, ARP's; states as in RFC 2461, section 7.3.2.
 *
 * A neighbour is counted: by the table, by its pending timer, by whoever uses it. It holds its interface.
 */
import { HZ, jiffies } from '../../arch/time.ts';
import { ENOBUFS, EINVAL } from '../../errno.ts';
import { del_timer, init_timer, mod_timer, TimerList } from '../../irq/timer.ts';
import { Atomic, atomic_dec_and_test, atomic_inc, atomic_read, atomic_set } from '../../locking/atomic.ts';
import {
  read_lock_bh, read_unlock_bh, RwLock, rwlock_init, write_lock, write_lock_bh, write_unlock, write_unlock_bh,
} from '../../locking/rwlock.ts';
import { kfree, kzalloc } from '../../mm/kmalloc.ts';
import { GFP_ATOMIC } from '../../mm/page_alloc.ts';
import { memcmp, memcpy } from '../../../lib/memory.ts';
import { ETH_P_IP, IFF_UP } from '../if.ts';
import { dev_hold, dev_put, type NetDevice } from '../netdevice.ts';
import {
  __skb_dequeue, __skb_queue_tail, kfree_skb, skb_queue_head_init, skb_queue_purge, type SkBuff, SkBuffHead,
} from '../skbuff.ts';
import { dev_queue_xmit } from '../xmit.ts';
import { arp_solicit } from './arp.ts';
import { ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, icmp_send } from './icmp.ts';

// Neighbour.nud_state.
export const NUD_NONE = 0x00;
export const NUD_INCOMPLETE = 0x01;
export const NUD_REACHABLE = 0x02;
export const NUD_STALE = 0x04;
export const NUD_DELAY = 0x08;
export const NUD_PROBE = 0x10;
export const NUD_FAILED = 0x20;
const NUD_IN_TIMER = NUD_INCOMPLETE | NUD_DELAY | NUD_PROBE;
/** The address is known. */
export const NUD_VALID = NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE;

// What arp_tbl of net/ipv4/arp.c has; times in jiffies.
const REACHABLE_TIME = 30 * HZ;
const RETRANS_TIME = HZ;
const DELAY_PROBE_TIME = 5 * HZ;
/** After an address has changed, others' claims to it are not believed so soon. */
const LOCKTIME = HZ;
const PROBES = 3;
/** Packets that wait for an address; the oldest goes when there is another. */
const QUEUE_LEN = 3;
/** From this on unused ones are forgotten; and the most there can be. */
const GC_THRESH = 128;
const MOST_NEIGHBOURS = 512;

/** A host. `lock` protects all below it; inside neigh_tbl_lock; packets are sent, and timers deleted, without it. */
export class Neighbour {
  /** neigh_tbl_lock's. */
  next: Neighbour | null;
  dev: NetDevice;
  /** Its address in network byte order. */
  primary_key: u32;
  refcnt: Embed<Atomic>;
  lock: Embed<RwLock>;
  nud_state: u32;
  ha: Arr<u8, 8>;
  /** Out of the table. */
  dead: bool;
  probes: u32;
  /** When it was last heard of, changed, used. */
  confirmed: u32;
  updated: u32;
  used: u32;
  timer: Embed<TimerList>;
  arp_queue: Embed<SkBuffHead>;
}

/** Protects the table; softirqs take it too. */
let neigh_tbl_lock!: Embed<RwLock>;
let neigh_tbl: Neighbour | null = null;
let entries: u32 = 0;

export function neigh_init(): void {
  rwlock_init(neigh_tbl_lock, 'neigh_tbl_lock');
}

export function neigh_release(neigh: Neighbour): void {
  if (!atomic_dec_and_test(neigh.refcnt)) return;
  skb_queue_purge(neigh.arp_queue);
  dev_put(neigh.dev);
  kfree(addr(neigh));
}

/** The neighbour of that address, held, or null. */
export function neigh_lookup(dev: NetDevice, key: u32): Neighbour | null {
  read_lock_bh(neigh_tbl_lock);
  const neigh = find(dev, key);
  if (neigh !== null) atomic_inc(neigh.refcnt);
  read_unlock_bh(neigh_tbl_lock);
  return neigh;
}

function find(dev: NetDevice, key: u32): Neighbour | null {
  let neigh = neigh_tbl;
  while (neigh !== null && (neigh.primary_key !== key || neigh.dev !== dev)) neigh = neigh.next;
  return neigh;
}

/**
 * The same, made if there is none; null for no memory, too many, or an interface that has been closed: what a sender on
 * another hart asks for after `neigh_ifdown` would wait for an answer to its first question when the interface is open
 * again.
 */
export function neigh_get(dev: NetDevice, key: u32): Neighbour | null {
  const found = neigh_lookup(dev, key);
  if (found !== null) return found;
  if (entries >= GC_THRESH) neigh_forced_gc();
  const fresh = entries < MOST_NEIGHBOURS ? kzalloc<Neighbour>(GFP_ATOMIC) : null;
  if (fresh === null) return null;
  rwlock_init(fresh.lock, 'neighbour');
  init_timer(fresh.timer);
  fresh.timer.data = addr(fresh);
  fresh.timer.function = neigh_timer_handler;
  skb_queue_head_init(fresh.arp_queue);
  fresh.dev = dev;
  fresh.primary_key = key;
  fresh.used = jiffies;
  fresh.updated = jiffies - LOCKTIME;
  dev_hold(dev);
  // For the table, and for the caller.
  atomic_set(fresh.refcnt, 2);
  write_lock_bh(neigh_tbl_lock);
  const other = find(dev, key), made = other === null && (dev.flags & IFF_UP) !== 0;
  if (other !== null) atomic_inc(other.refcnt);
  if (made) {
    fresh.next = neigh_tbl;
    neigh_tbl = fresh;
    entries++;
  }
  write_unlock_bh(neigh_tbl_lock);
  if (made) return fresh;
  atomic_set(fresh.refcnt, 1);
  neigh_release(fresh);
  return other;
}

/** Forgets those that nobody uses and nothing is asked about. */
function neigh_forced_gc(): void {
  drop_matching(null);
}

/** The interface is closed: forgets all its neighbours. */
export function neigh_ifdown(dev: NetDevice): void {
  drop_matching(dev);
}

/** Our own address has changed: neighbours are asked anew, from the new one. */
export function neigh_changeaddr(dev: NetDevice): void {
  drop_matching(dev);
}

/** Takes all of an interface out of the table, or for null those that are unused. */
function drop_matching(dev: NetDevice | null): void {
  let before: Neighbour | null = null;
  write_lock_bh(neigh_tbl_lock);
  for (let neigh = neigh_tbl; neigh !== null;) {
    const next = neigh.next;
    const unused = atomic_read(neigh.refcnt) === 1 && (neigh.nud_state & NUD_IN_TIMER) === 0;
    if (dev === null ? unused : neigh.dev === dev) {
      if (before === null) neigh_tbl = next;
      else before.next = next;
      entries--;
      neigh_die(neigh);
    } else before = neigh;
    neigh = next;
  }
  write_unlock_bh(neigh_tbl_lock);
}

/** It is out of the table: ends its timer, and the table's reference. */
function neigh_die(neigh: Neighbour): void {
  write_lock(neigh.lock);
  neigh.dead = true;
  neigh.nud_state = NUD_NONE;
  skb_queue_purge(neigh.arp_queue);
  const pending = del_timer(neigh.timer) !== 0;
  write_unlock(neigh.lock);
  if (pending) neigh_release(neigh);
  neigh_release(neigh);
}

/** Sends an IPv4 packet to a neighbour of the interface's network, once its address is known. @consumes skb */
export function neigh_resolve_output(skb: SkBuff, dev: NetDevice, nexthop: u32): i32 {
  const neigh = neigh_get(dev, nexthop);
  if (neigh === null) {
    kfree_skb(skb);
    return -ENOBUFS;
  }
  const result = neigh_event_send(neigh, skb) ? 0 : neigh_connected_output(neigh, skb);
  neigh_release(neigh);
  return result;
}

/** True if the packet has to wait for the address, and is the neighbour's; false if it can be sent. */
function neigh_event_send(neigh: Neighbour, skb: SkBuff): bool {
  let solicit = false;
  write_lock_bh(neigh.lock);
  neigh.used = jiffies;
  if (neigh.nud_state === NUD_REACHABLE && jiffies - neigh.confirmed > REACHABLE_TIME) neigh.nud_state = NUD_STALE;
  if (neigh.nud_state === NUD_STALE) {
    neigh.nud_state = NUD_DELAY;
    neigh_add_timer(neigh, DELAY_PROBE_TIME);
  } else if (neigh.nud_state === NUD_NONE || neigh.nud_state === NUD_FAILED) {
    neigh.nud_state = NUD_INCOMPLETE;
    neigh.probes = 1;
    neigh_add_timer(neigh, RETRANS_TIME);
    solicit = true;
  }
  const wait = (neigh.nud_state & NUD_VALID) === 0;
  if (wait) {
    if (neigh.arp_queue.qlen >= QUEUE_LEN) drop_oldest(neigh);
    __skb_queue_tail(neigh.arp_queue, skb);
  }
  write_unlock_bh(neigh.lock);
  if (solicit) arp_solicit(neigh);
  return wait;
}

function drop_oldest(neigh: Neighbour): void {
  const oldest = __skb_dequeue(neigh.arp_queue);
  if (oldest !== null) kfree_skb(oldest);
}

/** The neighbour's lock is held. */
function neigh_add_timer(neigh: Neighbour, time: u32): void {
  if (neigh.dead) return;
  // Before it may run.
  atomic_inc(neigh.refcnt);
  if (mod_timer(neigh.timer, jiffies + time)) neigh_release(neigh);
}

/** Sends the packet to the address that the neighbour has. @consumes skb */
function neigh_connected_output(neigh: Neighbour, skb: SkBuff): i32 {
  const dev = neigh.dev, hard_header = dev.hard_header;
  let error: i32 = 0;
  read_lock_bh(neigh.lock);
  if (hard_header !== null) error = hard_header(skb, dev, ETH_P_IP, addr(neigh.ha), 0, skb.len);
  read_unlock_bh(neigh.lock);
  skb.dev = dev;
  if (error >= 0) return dev_queue_xmit(skb);
  kfree_skb(skb);
  return -EINVAL;
}

/** No answer for RETRANS_TIME, or no word for DELAY_PROBE_TIME: asks again, or gives up. */
function neigh_timer_handler(data: usize): void {
  const neigh = cast<Neighbour>(data);
  let solicit = false;
  write_lock(neigh.lock);
  if (neigh.nud_state === NUD_DELAY) {
    if (jiffies - neigh.confirmed <= REACHABLE_TIME) neigh.nud_state = NUD_REACHABLE;
    else {
      neigh.nud_state = NUD_PROBE;
      neigh.probes = 0;
    }
  }
  if (neigh.nud_state & (NUD_INCOMPLETE | NUD_PROBE)) {
    if (neigh.probes >= PROBES) neigh.nud_state = NUD_FAILED;
    else {
      neigh.probes++;
      neigh_add_timer(neigh, RETRANS_TIME);
      solicit = true;
    }
  }
  const failed = neigh.nud_state === NUD_FAILED;
  write_unlock(neigh.lock);
  if (solicit) arp_solicit(neigh);
  if (failed) report_failure(neigh);
  neigh_release(neigh);
}

/** Tells the senders of the packets that waited: net/ipv4/route.c, ipv4_link_failure. */
function report_failure(neigh: Neighbour): void {
  for (;;) {
    write_lock(neigh.lock);
    const skb = neigh.nud_state === NUD_FAILED ? __skb_dequeue(neigh.arp_queue) : null;
    write_unlock(neigh.lock);
    if (skb === null) return;
    icmp_send(skb, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0);
    kfree_skb(skb);
  }
}

/**
 * Something was heard of a neighbour: `lladdr` is its hardware address, `state` NUD_REACHABLE if it has answered, or
 * NUD_STALE if it has only been seen. Sends the packets that waited.
 */
export function neigh_update(neigh: Neighbour, lladdr: usize, state: u32): void {
  write_lock_bh(neigh.lock);
  const before = neigh.nud_state, known = (before & NUD_VALID) !== 0;
  const same = known && memcmp(neigh.ha, cast(lladdr), neigh.dev.addr_len) === 0;
  // The first of several that claim an address is believed for a while.
  const locked = known && !same && jiffies - neigh.updated < LOCKTIME;
  if (neigh.dead || locked || (same && state === NUD_STALE)) {
    write_unlock_bh(neigh.lock);
    return;
  }
  if (!same) {
    memcpy(neigh.ha, cast(lladdr), neigh.dev.addr_len);
    neigh.updated = jiffies;
  }
  neigh.nud_state = state;
  if (state === NUD_REACHABLE) neigh.confirmed = jiffies;
  const stopped = (before & NUD_IN_TIMER) !== 0 && del_timer(neigh.timer) !== 0;
  write_unlock_bh(neigh.lock);
  if (stopped) neigh_release(neigh);
  if (!known) flush_queue(neigh);
}

/** Sends what waited for the address. */
function flush_queue(neigh: Neighbour): void {
  for (;;) {
    write_lock_bh(neigh.lock);
    const skb = neigh.nud_state & NUD_VALID ? __skb_dequeue(neigh.arp_queue) : null;
    write_unlock_bh(neigh.lock);
    if (skb === null) return;
    neigh_connected_output(neigh, skb);
  }
}

/** The hardware address, and whether it is known, for those who only look. */
export function neigh_get_address(neigh: Neighbour, to: usize): bool {
  read_lock_bh(neigh.lock);
  memcpy(cast(to), neigh.ha, neigh.dev.addr_len);
  const known = (neigh.nud_state & NUD_VALID) !== 0;
  read_unlock_bh(neigh.lock);
  return known;
}

/** The first packet that waits, held, or null. */
export function neigh_first_packet(neigh: Neighbour): SkBuff | null {
  read_lock_bh(neigh.lock);
  const skb = neigh.arp_queue.next;
  if (skb !== null) atomic_inc(skb.users);
  read_unlock_bh(neigh.lock);
  return skb;
}

/** Calls `each` for all, under neigh_tbl_lock: for /proc/net/arp. */
export function neigh_for_each(each: (neigh: Neighbour, arg: usize) => void, arg: usize): void {
  read_lock_bh(neigh_tbl_lock);
  for (let neigh = neigh_tbl; neigh !== null; neigh = neigh.next) each(neigh, arg);
  read_unlock_bh(neigh_tbl_lock);
}
