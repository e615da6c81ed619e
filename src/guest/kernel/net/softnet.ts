/**
 * What each hart has of the network: Linux 2.4, struct softnet_data and netif_rx_stats of include/linux/netdevice.h.
 */
import { NR_CPUS } from '../arch/cpu.ts';
import { NET_RX_SOFTIRQ, NET_TX_SOFTIRQ, open_softirq } from '../irq/softirq.ts';
import type { NetDevice } from './netdevice.ts';
import { net_rx_action } from './rx.ts';
import { skb_queue_head_init, type SkBuff, SkBuffHead } from './skbuff.ts';
import { net_tx_action } from './xmit.ts';

/** Packets that may wait on a hart for NET_RX_SOFTIRQ, and that one run of it takes. */
export const netdev_max_backlog = 300;

/** A hart's own: only code on that hart touches it, with interrupts off. */
export class SoftnetData {
  /** Packets that came in. */
  input_pkt_queue: Embed<SkBuffHead>;
  /** The backlog was full: all is dropped until it is empty. */
  throttle: bool;
  /** Interfaces whose queues are to be run, by next_sched. */
  output_queue: NetDevice | null;
  /** Packets that interrupts are done with, by next. */
  completion_queue: SkBuff | null;
  /** Counts for /proc/net/softnet_stat. */
  total: u32;
  dropped: u32;
  time_squeeze: u32;
  throttled: u32;
  cpu_collision: u32;
}

export let softnet_data!: Arr<Embed<SoftnetData>, 8>;

export function softnet_init(): void {
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) {
    const queue = softnet_data[cpu];
    skb_queue_head_init(queue.input_pkt_queue);
    queue.throttle = false;
    queue.output_queue = null;
    queue.completion_queue = null;
  }
  open_softirq(NET_TX_SOFTIRQ, net_tx_action);
  open_softirq(NET_RX_SOFTIRQ, net_rx_action);
}

/** Packets dropped because a hart's backlog was full, on all harts. */
export function softnet_dropped(): u32 {
  let sum: u32 = 0;
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) sum += softnet_data[cpu].dropped;
  return sum;
}
