/** Packets: Linux 2.4, include/linux/skbuff.h and net/core/skbuff.c; without fragments. */
import { memcpy } from '../../lib/memory.ts';
import { BUG, BUG_ON } from '../debug/panic.ts';
import { printk } from '../debug/printk.ts';
import { Atomic, atomic_dec_and_test, atomic_inc, atomic_read, atomic_set } from '../locking/atomic.ts';
import { in_irq } from '../locking/preempt.ts';
import { spin_lock_init, spin_lock_irqsave, spin_unlock_irqrestore, SpinLock } from '../locking/spinlock.ts';
import { kfree, kmalloc } from '../mm/kmalloc.ts';
import { GFP_ATOMIC } from '../mm/page_alloc.ts';
import { kmem_cache_alloc, kmem_cache_create, kmem_cache_free, kmem_cache_objects, KmemCache } from '../mm/slab.ts';
import type { NetDevice } from './netdevice.ts';

// SkBuff.ip_summed.
export const CHECKSUM_NONE = 0;
export const CHECKSUM_HW = 1;
export const CHECKSUM_UNNECESSARY = 2;

// SkBuff.pkt_type.
export const PACKET_HOST = 0;
export const PACKET_BROADCAST = 1;
export const PACKET_MULTICAST = 2;
export const PACKET_OTHERHOST = 3;

/** A packet: head <= data <= tail <= end; the packet lies from data to tail. */
export class SkBuff {
  next: SkBuff | null;
  prev: SkBuff | null;
  /** The queue it is in. */
  list: SkBuffHead | null;
  /** The socket it belongs to, for accounting; 0 if to none. @kernel */
  sk: usize;
  /** The interface it came in by or goes out by. */
  dev: NetDevice;
  /** Headers, once they have been looked at. */
  h: usize;
  nh: usize;
  mac: usize;
  len: u32;
  csum: u32;
  pkt_type: u8;
  ip_summed: u8;
  /** Of the Ethernet header, in network byte order. */
  protocol: u16;
  priority: u32;
  /** How many hold it. */
  users: Embed<Atomic>;
  truesize: u32;
  head: usize;
  data: usize;
  tail: usize;
  end: usize;
  /** Called when it is freed. @kernel */
  destructor: ((skb: SkBuff) => void) | null;
}

/** A queue of packets. */
export class SkBuffHead {
  next: SkBuff | null;
  prev: SkBuff | null;
  qlen: u32;
  /** Protects the queue; under a socket's lock and the device queue's. */
  lock: Embed<SpinLock>;
}

/** Addresses of packet data begin on a cache line, as drivers expect. */
const ALIGN = 16;
const HEADROOM = 16;

let skb_cache: KmemCache | null = null;

/** @internal */
export function skb_init(): void {
  skb_cache = kmem_cache_create('skbuff_head_cache', sizeof<SkBuff>(), 0, 0, null, null);
  BUG_ON(skb_cache === null);
}

/** A packet with room for `size` bytes, none of them in it yet; null for no memory. @returns new as SkBuff */
export function alloc_skb(size: u32, gfp: u32): SkBuff | null {
  const room = (size + ALIGN - 1) & ~(ALIGN - 1);
  const head = kmalloc(room, gfp);
  if (head === 0) return null;
  const skb = build_skb(head, room, gfp);
  if (skb === null) kfree(head);
  return skb;
}

/**
 * An empty packet in memory from kmalloc or the page allocator, of which it takes `room` bytes; it is the packet's from
 * then on. Null for no memory. Linux has it since 3.2. @returns new as SkBuff
 */
export function build_skb(head: usize, room: u32, gfp: u32): SkBuff | null {
  const cache = skb_cache;
  if (cache === null) return null;
  const skb = cast<SkBuff | null>(kmem_cache_alloc(cache, gfp));
  if (skb === null) return null;
  skb.next = null;
  skb.prev = null;
  skb.list = null;
  skb.sk = 0;
  skb.dev = cast<NetDevice>(0);
  skb.h = 0;
  skb.nh = 0;
  skb.mac = 0;
  skb.len = 0;
  skb.csum = 0;
  skb.pkt_type = PACKET_HOST;
  skb.ip_summed = CHECKSUM_NONE;
  skb.protocol = 0;
  skb.priority = 0;
  atomic_set(skb.users, 1);
  skb.truesize = room + sizeof<SkBuff>();
  skb.head = head;
  skb.data = head;
  skb.tail = head;
  skb.end = head + room;
  skb.destructor = null;
  return skb;
}

/** A packet to receive into, with room before it: from interrupts. @returns new as SkBuff */
export function dev_alloc_skb(length: u32): SkBuff | null {
  const skb = alloc_skb(length + HEADROOM, GFP_ATOMIC);
  if (skb !== null) skb_reserve(skb, HEADROOM);
  return skb;
}

/**
 * Lets go of a packet; the last to do so frees it. In hard interrupts dev_kfree_skb_irq is better. @consumes skb
 * @deferred
 */
export function kfree_skb(skb: SkBuff): void {
  if (atomic_read(skb.users) === 1 || atomic_dec_and_test(skb.users)) __kfree_skb(skb);
}

/** Frees a packet that nobody holds. @internal */
export function __kfree_skb(skb: SkBuff): void {
  const cache = skb_cache, destructor = skb.destructor;
  if (cache === null || skb.list !== null) BUG();
  if (destructor !== null) {
    // It takes locks that the interrupted code may hold.
    if (in_irq()) printk('<4>Warning: kfree_skb on hard IRQ %08x\n', addr(skb));
    destructor(skb);
  }
  kfree(skb.head);
  kmem_cache_free(cache, addr(skb));
}

/** The same, as drivers call it for packets they have sent. @consumes skb @deferred */
export function dev_kfree_skb(skb: SkBuff): void {
  kfree_skb(skb);
}

/** Packets in memory. @internal */
export function skb_count(): u32 {
  return skb_cache === null ? 0 : kmem_cache_objects(skb_cache);
}

/** Another holder. */
export function skb_get(skb: SkBuff): SkBuff {
  atomic_inc(skb.users);
  return skb;
}

/** Whether others hold it too: then it must not be changed. */
export function skb_shared(skb: SkBuff): bool {
  return atomic_read(skb.users) !== 1;
}

/** The packet itself if nobody else holds it, or a copy, or null for no memory. @consumes skb @returns new as SkBuff */
export function skb_share_check(skb: SkBuff, gfp: u32): SkBuff | null {
  if (!skb_shared(skb)) return skb;
  const copy = skb_copy(skb, gfp);
  kfree_skb(skb);
  return copy;
}

/** The packet belongs to its socket no more. @internal */
export function skb_orphan(skb: SkBuff): void {
  const destructor = skb.destructor;
  if (destructor !== null) destructor(skb);
  skb.destructor = null;
  skb.sk = 0;
}

/** Bytes before the packet. @inline */
export function skb_headroom(skb: SkBuff): u32 {
  return skb.data - skb.head;
}

/** Bytes after it. @inline */
export function skb_tailroom(skb: SkBuff): u32 {
  return skb.end - skb.tail;
}

/** Leaves room at the start of an empty packet. */
export function skb_reserve(skb: SkBuff, length: u32): void {
  skb.data += length;
  skb.tail += length;
}

/** Adds bytes at the end; gives their address. */
export function skb_put(skb: SkBuff, length: u32): usize {
  const at = skb.tail;
  skb.tail += length;
  skb.len += length;
  if (skb.tail > skb.end) BUG();
  return at;
}

/** Adds bytes at the start; gives the address of the packet. */
export function skb_push(skb: SkBuff, length: u32): usize {
  skb.data -= length;
  skb.len += length;
  if (skb.data < skb.head) BUG();
  return skb.data;
}

/** Takes bytes off the start; gives the address of the rest, or 0 when there are not so many. */
export function skb_pull(skb: SkBuff, length: u32): usize {
  if (length > skb.len) return 0;
  skb.len -= length;
  skb.data += length;
  return skb.data;
}

/** Cuts the packet to `length` bytes, if it is longer. */
export function skb_trim(skb: SkBuff, length: u32): void {
  if (skb.len <= length) return;
  skb.len = length;
  skb.tail = skb.data + length;
}

/** A packet of the same bytes and headroom; null for no memory. @returns new as SkBuff */
export function skb_copy(skb: SkBuff, gfp: u32): SkBuff | null {
  return skb_copy_expand(skb, skb_headroom(skb), gfp);
}

/**
 * A packet of the same bytes, with `headroom` before them, which are the same too as far as there are any: headers may
 * have been taken off. Null for no memory. @returns new as SkBuff
 */
export function skb_copy_expand(skb: SkBuff, headroom: u32, gfp: u32): SkBuff | null {
  const copy = alloc_skb(headroom + skb.len, gfp);
  if (copy === null) return null;
  skb_reserve(copy, headroom);
  memcpy(cast(skb_put(copy, skb.len)), cast(skb.data), skb.len);
  const before = skb_headroom(skb) < headroom ? skb_headroom(skb) : headroom;
  memcpy(cast(copy.data - before), cast(skb.data - before), before);
  // Addresses of headers, relative to the packet; 0 stays "not looked at".
  const moved = copy.data - skb.data;
  copy.h = skb.h === 0 ? 0 : skb.h + moved;
  copy.nh = skb.nh === 0 ? 0 : skb.nh + moved;
  copy.mac = skb.mac === 0 || skb.mac + headroom < skb.data ? 0 : skb.mac + moved;
  copy.dev = skb.dev;
  copy.protocol = skb.protocol;
  copy.pkt_type = skb.pkt_type;
  copy.ip_summed = skb.ip_summed;
  copy.csum = skb.csum;
  copy.priority = skb.priority;
  return copy;
}

export function skb_queue_head_init(list: SkBuffHead): void {
  spin_lock_init(list.lock, 'skb_queue');
  list.next = null;
  list.prev = null;
  list.qlen = 0;
}

/** How many packets are in a queue. @inline */
export function skb_queue_len(list: SkBuffHead): u32 {
  return list.qlen;
}

/** Puts a packet last; the caller has the lock or the queue to itself. */
export function __skb_queue_tail(list: SkBuffHead, skb: SkBuff): void {
  skb.list = list;
  skb.next = null;
  skb.prev = list.prev;
  if (list.prev === null) list.next = skb;
  else list.prev.next = skb;
  list.prev = skb;
  list.qlen++;
}

/** Puts a packet first; likewise. */
export function __skb_queue_head(list: SkBuffHead, skb: SkBuff): void {
  skb.list = list;
  skb.prev = null;
  skb.next = list.next;
  if (list.next === null) list.prev = skb;
  else list.next.prev = skb;
  list.next = skb;
  list.qlen++;
}

/** Takes a packet out of its queue; likewise. */
export function __skb_unlink(skb: SkBuff, list: SkBuffHead): void {
  if (skb.prev === null) list.next = skb.next;
  else skb.prev.next = skb.next;
  if (skb.next === null) list.prev = skb.prev;
  else skb.next.prev = skb.prev;
  list.qlen--;
  skb.next = null;
  skb.prev = null;
  skb.list = null;
}

/** Takes the first packet out; likewise. Null if there is none. */
export function __skb_dequeue(list: SkBuffHead): SkBuff | null {
  const skb = list.next;
  if (skb !== null) __skb_unlink(skb, list);
  return skb;
}

export function skb_queue_tail(list: SkBuffHead, skb: SkBuff): void {
  const flags = spin_lock_irqsave(list.lock);
  __skb_queue_tail(list, skb);
  spin_unlock_irqrestore(list.lock, flags);
}

export function skb_queue_head(list: SkBuffHead, skb: SkBuff): void {
  const flags = spin_lock_irqsave(list.lock);
  __skb_queue_head(list, skb);
  spin_unlock_irqrestore(list.lock, flags);
}

export function skb_dequeue(list: SkBuffHead): SkBuff | null {
  const flags = spin_lock_irqsave(list.lock);
  const skb = __skb_dequeue(list);
  spin_unlock_irqrestore(list.lock, flags);
  return skb;
}

/** Frees all packets of a queue. */
export function skb_queue_purge(list: SkBuffHead): void {
  for (let skb = skb_dequeue(list); skb !== null; skb = skb_dequeue(list)) kfree_skb(skb);
}
