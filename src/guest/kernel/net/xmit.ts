/**
 * Packets on their way out: Linux 2.4, net/core/dev.c (dev_queue_xmit, net_tx_action) and the freeing of those that
 * have left (net/core/skbuff.c, include/linux/netdevice.h).
 */
import { smp_processor_id } from '../arch/cpu.ts';
import { ENETDOWN } from '../errno.ts';
import { NET_TX_SOFTIRQ, local_bh_disable, local_bh_enable, raise_softirq_irqoff } from '../irq/softirq.ts';
import { local_irq_disable, local_irq_enable, local_irq_restore, local_irq_save } from '../locking/irqflags.ts';
import { atomic_dec_and_test } from '../locking/atomic.ts';
import { clear_bit, test_and_set_bit, test_bit } from '../locking/bitops.ts';
import { in_irq } from '../locking/preempt.ts';
import { spin_lock, spin_trylock, spin_unlock } from '../locking/spinlock.ts';
import { printk } from '../debug/printk.ts';
import {
  __LINK_STATE_SCHED, __LINK_STATE_XOFF, dev_hold, dev_name, dev_put, type NetDevice, netif_queue_stopped,
} from './netdevice.ts';
import { QDISC_NOQUEUE, qdisc_enqueue, qdisc_run } from './sch_generic.ts';
import { __kfree_skb, kfree_skb, type SkBuff } from './skbuff.ts';
import { softnet_data } from './softnet.ts';

/**
 * Sends a packet out of `skb.dev`, headers and all: 0, NET_XMIT_DROP if its queue is full, or a negated error. Whatever
 * the result, the packet is gone. The caller keeps the interface from going. Not in hard interrupts. @consumes skb
 */
export function dev_queue_xmit(skb: SkBuff): i32 {
  const dev = skb.dev;
  local_bh_disable();
  spin_lock(dev.queue_lock);
  let result: i32 = 0;
  if (dev.qdisc !== QDISC_NOQUEUE) {
    result = qdisc_enqueue(dev, skb);
    qdisc_run(dev);
    spin_unlock(dev.queue_lock);
  } else {
    spin_unlock(dev.queue_lock);
    result = xmit_now(dev, skb);
  }
  local_bh_enable();
  return result;
}

/** To an interface without a queue, which is one without hardware, and so never goes away. Softirqs are off. */
function xmit_now(dev: NetDevice, skb: SkBuff): i32 {
  if (dev.xmit_lock_owner === (smp_processor_id() as i32)) {
    printk('<4>Dead loop on virtual device %s, fix it urgently!\n', dev_name(dev));
    kfree_skb(skb);
    return -ENETDOWN;
  }
  spin_lock(dev.xmit_lock);
  dev.xmit_lock_owner = smp_processor_id() as i32;
  const sent = !netif_queue_stopped(dev) && dev.hard_start_xmit(skb, dev) === 0;
  dev.xmit_lock_owner = -1;
  spin_unlock(dev.xmit_lock);
  if (sent) return 0;
  kfree_skb(skb);
  return -ENETDOWN;
}

/** Has the interface's queue run soon, in NET_TX_SOFTIRQ of this hart, unless its driver has stopped it. @interrupt */
export function netif_schedule(dev: NetDevice): void {
  if (!test_bit(__LINK_STATE_XOFF, ptr(dev.state))) __netif_schedule(dev);
}

/**
 * The same whether stopped or not. The softirq has a reference: Linux 2.4 has none, and may run a freed one's queue.
 * @internal
 */
export function __netif_schedule(dev: NetDevice): void {
  if (test_and_set_bit(__LINK_STATE_SCHED, ptr(dev.state))) return;
  dev_hold(dev);
  const flags = local_irq_save();
  const here = softnet_data[smp_processor_id()];
  dev.next_sched = here.output_queue;
  here.output_queue = dev;
  raise_softirq_irqoff(NET_TX_SOFTIRQ);
  local_irq_restore(flags);
}

/** NET_TX_SOFTIRQ: frees what has been sent, and runs queues. @internal */
export function net_tx_action(_: u32): void {
  const here = softnet_data[smp_processor_id()];
  local_irq_disable();
  let skb = here.completion_queue, dev = here.output_queue;
  here.completion_queue = null;
  here.output_queue = null;
  local_irq_enable();
  while (skb !== null) {
    const next = skb.next;
    skb.next = null;
    __kfree_skb(skb);
    skb = next;
  }
  while (dev !== null) {
    const next = dev.next_sched;
    run_queue(dev);
    dev = next;
  }
}

function run_queue(dev: NetDevice): void {
  // Before the bit is cleared, all that was done under it: from then on another hart may link the interface.
  smp_mb();
  clear_bit(__LINK_STATE_SCHED, ptr(dev.state));
  if (spin_trylock(dev.queue_lock)) {
    qdisc_run(dev);
    spin_unlock(dev.queue_lock);
  } else netif_schedule(dev);
  dev_put(dev);
}

/**
 * Lets go of a packet in a hard interrupt: what may take long is left to NET_TX_SOFTIRQ. @consumes skb @interrupt
 * @deferred
 */
export function dev_kfree_skb_irq(skb: SkBuff): void {
  if (!atomic_dec_and_test(skb.users)) return;
  const flags = local_irq_save();
  const here = softnet_data[smp_processor_id()];
  skb.next = here.completion_queue;
  here.completion_queue = skb;
  raise_softirq_irqoff(NET_TX_SOFTIRQ);
  local_irq_restore(flags);
}

/** The same from any context. @consumes skb @interrupt @deferred */
export function dev_kfree_skb_any(skb: SkBuff): void {
  if (in_irq()) dev_kfree_skb_irq(skb);
  else kfree_skb(skb);
}
