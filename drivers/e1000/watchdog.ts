/** Every two seconds, and when the link may have changed: Linux 2.4, e1000_watchdog of e1000_main.c. */
import { HZ, jiffies } from '../../src/guest/kernel/arch/time.ts';
import { printk } from '../../src/guest/kernel/debug/printk.ts';
import { mod_timer, time_after } from '../../src/guest/kernel/irq/timer.ts';
import { DUPLEX_FULL } from '../../src/guest/kernel/net/ethtool.ts';
import {
  dev_name, type NetDevice, netif_carrier_off, netif_carrier_ok, netif_carrier_on, netif_stop_queue, netif_wake_queue,
} from '../../src/guest/kernel/net/netdevice.ts';
import { schedule_task } from '../../src/guest/kernel/sched/context.ts';
import { adapter_of, type E1000Adapter, E1000_DESC_UNUSED } from './adapter.ts';
import { E1000_READ_REG, E1000_WRITE_REG } from './hw.ts';
import { e1000_check_for_link, e1000_get_speed_and_duplex } from './link.ts';
import { e1000_update_adaptive } from './mac.ts';
import { E1000_ICR_RXDMT0, E1000_ICS, E1000_STATUS, E1000_STATUS_LU, E1000_STATUS_TXOFF } from './regs.ts';
import { e1000_update_stats } from './stats.ts';

/** The timer's function; `data` is the interface. @interrupt */
export function e1000_watchdog(data: usize): void {
  const netdev = cast<NetDevice>(data), adapter = adapter_of(netdev);
  e1000_check_for_link(adapter.hw);
  if (E1000_READ_REG(adapter.hw, E1000_STATUS) & E1000_STATUS_LU) e1000_link_is_up(adapter, netdev);
  else e1000_link_is_down(adapter, netdev);
  e1000_update_stats(adapter);
  e1000_update_adaptive(adapter.hw);
  // An interrupt, so that the receive ring gets the buffers that it could not get for want of memory.
  E1000_WRITE_REG(adapter.hw, E1000_ICS, E1000_ICR_RXDMT0);
  e1000_detect_tx_hang(adapter, netdev);
  mod_timer(adapter.watchdog_timer, jiffies + 2 * HZ);
}

function e1000_link_is_up(adapter: E1000Adapter, netdev: NetDevice): void {
  if (netif_carrier_ok(netdev)) return;
  e1000_get_speed_and_duplex(adapter.hw, ptr(adapter.link_speed), ptr(adapter.link_duplex));
  printk('<6>e1000: %s: NIC Link is Up %u Mbps %s Duplex\n', dev_name(netdev), adapter.link_speed,
    adapter.link_duplex === DUPLEX_FULL ? 'Full' : 'Half');
  netif_carrier_on(netdev);
  netif_wake_queue(netdev);
}

function e1000_link_is_down(adapter: E1000Adapter, netdev: NetDevice): void {
  if (netif_carrier_ok(netdev)) {
    adapter.link_speed = 0;
    adapter.link_duplex = 0;
    printk('<6>e1000: %s: NIC Link is Down\n', dev_name(netdev));
    netif_carrier_off(netdev);
    netif_stop_queue(netdev);
  }
  // What the hardware was given will not leave without a link: a reset, in a task, lets go of it.
  if (E1000_DESC_UNUSED(adapter.tx_ring) + 1 < adapter.tx_ring.count) schedule_task(adapter.tx_timeout_task);
}

/**
 * If a packet has been with the hardware for more than a second, and no PAUSE frame holds it up, stops the queue: then
 * the stack's watchdog calls e1000_tx_timeout, unless the packet leaves after all.
 */
function e1000_detect_tx_hang(adapter: E1000Adapter, netdev: NetDevice): void {
  const ring = adapter.tx_ring, i = ring.next_to_clean, buffer = ring.buffer_info[i];
  if (buffer.next_to_watch === ring.count || !time_after(jiffies, buffer.time_stamp + HZ)) return;
  if (!netif_carrier_ok(netdev) || E1000_READ_REG(adapter.hw, E1000_STATUS) & E1000_STATUS_TXOFF) return;
  netif_stop_queue(netdev);
  // The interrupt on another hart may have just been there, and would not wake what was not stopped.
  smp_mb();
  if (ring.next_to_clean !== i) netif_wake_queue(netdev);
}
