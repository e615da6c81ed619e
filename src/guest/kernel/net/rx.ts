/**
 * Packets on their way in: Linux 2.4, net/core/dev.c (netif_rx, net_rx_action, dev_add_pack). The driver's interrupt
 * puts them on the hart's queue; NET_RX_SOFTIRQ gives them to the protocols.
 */
import { smp_processor_id } from '../arch/cpu.ts';
import { jiffies } from '../arch/time.ts';
import { NET_RX_SOFTIRQ, raise_softirq_irqoff } from '../irq/softirq.ts';
import { local_irq_disable, local_irq_enable, local_irq_restore, local_irq_save } from '../locking/irqflags.ts';
import { read_lock, read_unlock, RwLock, rwlock_init, write_lock_bh, write_unlock_bh } from '../locking/rwlock.ts';
import { dev_hold, dev_put, NET_RX_DROP, NET_RX_SUCCESS, type NetDevice } from './netdevice.ts';
import { __skb_dequeue, __skb_queue_tail, kfree_skb, skb_get, type SkBuff } from './skbuff.ts';
import { netdev_max_backlog, softnet_data } from './softnet.ts';

/** Who takes packets of a type. */
export class PacketType {
  /** ETH_P_, in network byte order. */
  type: u16;
  /** Of one interface only. */
  dev: NetDevice | null;
  /** Takes the packet over; others may hold it too: skb_share_check. In NET_RX_SOFTIRQ. @interrupt @consumes skb */
  func: (skb: SkBuff, dev: NetDevice, pt: PacketType) => i32;
  next: PacketType | null;
}

/**
 * Protects ptype_base (Linux: BR_NETPROTO_LOCK). Read by NET_RX_SOFTIRQ during all of its run: the writer who had the
 * lock knows that no packet is being handled by what it has taken out. Outside of all that handlers take.
 */
let ptype_lock!: Embed<RwLock>;
let ptype_base: PacketType | null = null;

/** @internal */
export function rx_init(): void {
  rwlock_init(ptype_lock, 'ptype_lock');
}

/** Begins to give packets to `pt`, which stays the caller's. */
export function dev_add_pack(pt: PacketType): void {
  write_lock_bh(ptype_lock);
  pt.next = ptype_base;
  ptype_base = pt;
  write_unlock_bh(ptype_lock);
}

/** Ends it: `pt.func` runs nowhere when this returns. */
export function dev_remove_pack(pt: PacketType): void {
  write_lock_bh(ptype_lock);
  if (ptype_base === pt) ptype_base = pt.next;
  for (let at = ptype_base; at !== null; at = at.next) if (at.next === pt) at.next = pt.next;
  write_unlock_bh(ptype_lock);
}

/** Waits until no packet that had been taken from a queue before is being handled. */
export function synchronize_net(): void {
  write_lock_bh(ptype_lock);
  write_unlock_bh(ptype_lock);
}

/**
 * A driver has received a packet, with `dev` and `protocol` set: NET_RX_SUCCESS, or NET_RX_DROP if too many wait on
 * this hart. From any context. @consumes skb @interrupt @deferred
 */
export function netif_rx(skb: SkBuff): i32 {
  const flags = local_irq_save();
  const queue = softnet_data[smp_processor_id()];
  const waiting = queue.input_pkt_queue.qlen;
  queue.total++;
  if (waiting === 0) queue.throttle = false;
  if (waiting >= netdev_max_backlog && !queue.throttle) {
    queue.throttle = true;
    queue.throttled++;
  }
  if (queue.throttle) {
    queue.dropped++;
    local_irq_restore(flags);
    kfree_skb(skb);
    return NET_RX_DROP;
  }
  dev_hold(skb.dev);
  __skb_queue_tail(queue.input_pkt_queue, skb);
  // If others wait, the softirq is raised already.
  if (waiting === 0) raise_softirq_irqoff(NET_RX_SOFTIRQ);
  local_irq_restore(flags);
  return NET_RX_SUCCESS;
}

/** NET_RX_SOFTIRQ: at most netdev_max_backlog packets or a jiffy, then others have their turn. @internal */
export function net_rx_action(_: u32): void {
  const queue = softnet_data[smp_processor_id()], start = jiffies;
  read_lock(ptype_lock);
  for (let handled: u32 = 0; ; handled++) {
    local_irq_disable();
    const over = handled === netdev_max_backlog || jiffies - start > 1;
    if (over && queue.input_pkt_queue.qlen !== 0) {
      queue.time_squeeze++;
      raise_softirq_irqoff(NET_RX_SOFTIRQ);
    }
    const skb = over ? null : __skb_dequeue(queue.input_pkt_queue);
    local_irq_enable();
    if (skb === null) break;
    const dev = skb.dev;
    deliver(skb, dev);
    dev_put(dev);
  }
  read_unlock(ptype_lock);
}

/** Gives the packet to all who want it: to the last one itself, to the others a reference. ptype_lock is held. */
function deliver(skb: SkBuff, dev: NetDevice): void {
  let last: PacketType | null = null;
  // The bytes that the header says: where protocols look.
  skb.h = skb.data;
  skb.nh = skb.data;
  for (let pt = ptype_base; pt !== null; pt = pt.next) {
    if (pt.type !== skb.protocol || (pt.dev !== null && pt.dev !== dev)) continue;
    if (last !== null) last.func(skb_get(skb), dev, last);
    last = pt;
  }
  if (last !== null) last.func(skb, dev, last);
  else kfree_skb(skb);
}
