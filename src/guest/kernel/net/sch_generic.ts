/**
 * The queue before a driver and its watchdog: Linux 2.4, net/sched/sch_generic.c. Of its disciplines there are three: a
 * first-in first-out queue, none for interfaces that never refuse a packet, and for closed ones one that drops all.
 */
import { smp_processor_id } from '../arch/cpu.ts';
import { HZ, jiffies } from '../arch/time.ts';
import { printk } from '../debug/printk.ts';
import { ENETDOWN } from '../errno.ts';
import { del_timer, init_timer, mod_timer } from '../irq/timer.ts';
import { test_bit } from '../locking/bitops.ts';
import {
  spin_lock, spin_lock_bh, spin_trylock, spin_unlock, spin_unlock_bh, spin_unlock_wait,
} from '../locking/spinlock.ts';
import { yield_ } from '../sched/sched.ts';
import {
  __LINK_STATE_SCHED, dev_hold, dev_name, dev_put, type NetDevice, NET_XMIT_DROP, netif_carrier_ok,
  netif_device_present, netif_queue_stopped, netif_running,
} from './netdevice.ts';
import {
  __skb_dequeue, __skb_queue_head, __skb_queue_tail, kfree_skb, skb_queue_purge, type SkBuff,
} from './skbuff.ts';
import { softnet_data } from './softnet.ts';
import { netif_schedule } from './xmit.ts';

// NetDevice.qdisc.
export const QDISC_NOOP = 0;
export const QDISC_NOQUEUE = 1;
export const QDISC_PFIFO = 2;

const DEFAULT_WATCHDOG = 5 * HZ;

/** Puts a packet into the queue, or drops it; queue_lock is held. 0, NET_XMIT_DROP or -ENETDOWN. @internal */
export function qdisc_enqueue(dev: NetDevice, skb: SkBuff): i32 {
  if (dev.qdisc === QDISC_PFIFO && dev.queue.qlen < dev.tx_queue_len) {
    __skb_queue_tail(dev.queue, skb);
    return 0;
  }
  dev.qdisc_drops++;
  kfree_skb(skb);
  return dev.qdisc === QDISC_PFIFO ? NET_XMIT_DROP : -ENETDOWN;
}

/** Gives the driver packets as long as it takes them; queue_lock is held, softirqs are off. @internal */
export function qdisc_run(dev: NetDevice): void {
  while (!netif_queue_stopped(dev) && qdisc_restart(dev));
}

/**
 * Gives the driver one packet; false if there is none, or another time is better. Releases queue_lock meanwhile.
 */
function qdisc_restart(dev: NetDevice): bool {
  const skb = __skb_dequeue(dev.queue);
  if (skb === null) return false;
  if (spin_trylock(dev.xmit_lock)) {
    dev.xmit_lock_owner = smp_processor_id() as i32;
    spin_unlock(dev.queue_lock);
    const sent = !netif_queue_stopped(dev) && dev.hard_start_xmit(skb, dev) === 0;
    dev.xmit_lock_owner = -1;
    spin_unlock(dev.xmit_lock);
    spin_lock(dev.queue_lock);
    if (sent) return true;
  } else if (dev.xmit_lock_owner === (smp_processor_id() as i32)) {
    // The driver sends from within its own hard_start_xmit.
    kfree_skb(skb);
    printk('<7>Dead loop on netdevice %s, fix it urgently!\n', dev_name(dev));
    return true;
  } else {
    // The hart that has it runs the queue; this one has NET_TX_SOFTIRQ look again.
    softnet_data[smp_processor_id()].cpu_collision++;
  }
  if (dev.qdisc === QDISC_NOOP) kfree_skb(skb);
  else {
    __skb_queue_head(dev.queue, skb);
    netif_schedule(dev);
  }
  return false;
}

/** A new interface's queue and watchdog. @internal */
export function dev_init_scheduler(dev: NetDevice): void {
  dev.qdisc = QDISC_NOOP;
  init_timer(dev.watchdog_timer);
  dev.watchdog_timer.data = addr(dev);
  dev.watchdog_timer.function = dev_watchdog;
}

/** The interface has been opened: packets pass. @internal */
export function dev_activate(dev: NetDevice): void {
  spin_lock_bh(dev.queue_lock);
  dev.qdisc = dev.tx_queue_len === 0 ? QDISC_NOQUEUE : QDISC_PFIFO;
  if (dev.qdisc === QDISC_PFIFO) {
    dev.trans_start = jiffies;
    dev_watchdog_up(dev);
  }
  spin_unlock_bh(dev.queue_lock);
}

/**
 * The interface is about to be closed: drops its queue, and waits until its driver's hard_start_xmit and tx_timeout run
 * nowhere and will not be called any more. @internal @sleeps
 */
export function dev_deactivate(dev: NetDevice): void {
  spin_lock_bh(dev.queue_lock);
  dev.qdisc = QDISC_NOOP;
  skb_queue_purge(dev.queue);
  spin_unlock_bh(dev.queue_lock);
  dev_watchdog_down(dev);
  while (test_bit(__LINK_STATE_SCHED, ptr(dev.state))) yield_();
  spin_unlock_wait(dev.xmit_lock);
}

/** Starts the watchdog of a running interface with a tx_timeout. */
export function __netdev_watchdog_up(dev: NetDevice): void {
  if (dev.tx_timeout === null) return;
  if (dev.watchdog_timeo === 0) dev.watchdog_timeo = DEFAULT_WATCHDOG;
  if (!mod_timer(dev.watchdog_timer, jiffies + dev.watchdog_timeo)) dev_hold(dev);
}

function dev_watchdog_up(dev: NetDevice): void {
  spin_lock_bh(dev.xmit_lock);
  __netdev_watchdog_up(dev);
  spin_unlock_bh(dev.xmit_lock);
}

function dev_watchdog_down(dev: NetDevice): void {
  spin_lock_bh(dev.xmit_lock);
  if (del_timer(dev.watchdog_timer)) dev_put(dev);
  spin_unlock_bh(dev.xmit_lock);
}

/** The timer: if the driver has stopped its queue for too long while there is a link, tells it. */
function dev_watchdog(data: usize): void {
  const dev = cast<NetDevice>(data);
  spin_lock(dev.xmit_lock);
  if (dev.qdisc !== QDISC_NOOP && netif_device_present(dev) && netif_running(dev) && netif_carrier_ok(dev)) {
    const tx_timeout = dev.tx_timeout;
    if (tx_timeout !== null && netif_queue_stopped(dev) && jiffies - dev.trans_start > dev.watchdog_timeo) {
      printk('<6>NETDEV WATCHDOG: %s: transmit timed out\n', dev_name(dev));
      tx_timeout(dev);
    }
    if (!mod_timer(dev.watchdog_timer, jiffies + dev.watchdog_timeo)) dev_hold(dev);
  }
  spin_unlock(dev.xmit_lock);
  dev_put(dev);
}
