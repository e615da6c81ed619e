/**
 * What no interrupt tells is looked at from time to time: the link, and whether chip and driver still agree on the
 * rings. They do not when a descriptor was written wrongly: each then waits for the other.
 */
import { HZ, jiffies } from '../../src/guest/kernel/arch/time.ts';
import { printk } from '../../src/guest/kernel/debug/printk.ts';
import { mod_timer } from '../../src/guest/kernel/irq/timer.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../src/guest/kernel/locking/spinlock.ts';
import {
  type NetDevice, netif_carrier_off, netif_carrier_ok, netif_carrier_on, netif_wake_queue,
} from '../../src/guest/kernel/net/netdevice.ts';
import { mii_link_ok } from './mii.ts';
import { pcnet32_restart } from './open.ts';
import { pcnet32_priv, Pcnet32Private } from './pcnet32.ts';
import {
  BCR4_LEDOUT, BCR4_LNKSTE, CSR0, CSR0_NORMAL, CSR0_RXON, CSR0_TXON, DESC_OWN, PCNET32_BCR_LINK,
} from './regs.ts';

/** Jiffies. */
export const PCNET32_WATCHDOG_PERIOD = HZ;

/** The timer's function; `data`: the NetDevice. @interrupt */
export function pcnet32_watchdog(data: usize): void {
  const dev = cast<NetDevice>(data), lp = pcnet32_priv(dev);
  const flags = spin_lock_irqsave(lp.lock);
  pcnet32_check_link(dev, lp);
  const why = pcnet32_find_trouble(dev, lp);
  if (why !== null) {
    if (lp.msg_enable > 1) printk('<4>%s: %s, restarting\n', cast<cstr>(dev.name), why);
    pcnet32_restart(dev, CSR0_NORMAL);
    netif_wake_queue(dev);
  }
  lp.last_dirty_tx = lp.dirty_tx;
  lp.last_cur_rx = lp.cur_rx;
  mod_timer(lp.watchdog_timer, jiffies + PCNET32_WATCHDOG_PERIOD);
  spin_unlock_irqrestore(lp.lock, flags);
}

/** Whether there is a link: the PHY knows, or, where there is none, the LED for it. Under the lock. */
export function pcnet32_link_ok(dev: NetDevice, lp: Pcnet32Private): bool {
  if (lp.mii) return mii_link_ok(dev);
  const led = lp.a.read_bcr(dev.base_addr, PCNET32_BCR_LINK);
  // An LED that shows something else says nothing.
  return (led & BCR4_LNKSTE) === 0 || (led & BCR4_LEDOUT) !== 0;
}

/** Tells the network core of a link that came or went. Under the lock. */
export function pcnet32_check_link(dev: NetDevice, lp: Pcnet32Private): void {
  const link = pcnet32_link_ok(dev, lp);
  if (link === netif_carrier_ok(dev)) return;
  if (link) netif_carrier_on(dev);
  else netif_carrier_off(dev);
  if (lp.msg_enable > 0) printk('<6>%s: link %s\n', cast<cstr>(dev.name), link ? 'up' : 'down');
}

/** Why the chip has to be restarted; null if it need not. */
function pcnet32_find_trouble(dev: NetDevice, lp: Pcnet32Private): cstr | null {
  if (lp.restart_failed) return 'not started';
  const on = CSR0_TXON | CSR0_RXON;
  if ((lp.a.read_csr(dev.base_addr, CSR0) & on) !== on) return 'turned off';
  if (pcnet32_tx_stuck(dev, lp)) return 'transmit ring stuck';
  if (pcnet32_tx_stray(lp)) return 'free transmit descriptor in use';
  if (pcnet32_rx_stuck(lp)) return 'receive ring stuck';
  if (pcnet32_rx_forgotten(lp)) return 'receive interrupt lost';
  return null;
}

/** Whether the oldest frame was there a period ago and has not left since. */
function pcnet32_tx_stuck(dev: NetDevice, lp: Pcnet32Private): bool {
  return lp.cur_tx !== lp.dirty_tx && lp.dirty_tx === lp.last_dirty_tx
    && jiffies - dev.trans_start > PCNET32_WATCHDOG_PERIOD;
}

/** Whether a descriptor that the driver has not filled is the chip's, which will send what is there when it comes. */
function pcnet32_tx_stray(lp: Pcnet32Private): bool {
  for (let at = lp.cur_tx; at !== lp.dirty_tx + lp.tx_ring_size; at++) {
    if ((lp.tx_ring[at & lp.tx_mod_mask].status & DESC_OWN) !== 0) return true;
  }
  return false;
}

/** Whether the chip has given back a descriptor out of turn: the next one is still its own, though another is not. */
function pcnet32_rx_stuck(lp: Pcnet32Private): bool {
  const next = lp.cur_rx & lp.rx_mod_mask;
  let given_back = false;
  for (let i: u32 = 0; i < lp.rx_ring_size; i++) if ((lp.rx_ring[i].status & DESC_OWN) === 0) given_back = true;
  // Read last: it may all have come while the others were looked at.
  rmb();
  return given_back && (lp.rx_ring[next].status & DESC_OWN) !== 0;
}

/** Whether the next descriptor is the driver's, and nothing has been received for a period: no interrupt told of it. */
function pcnet32_rx_forgotten(lp: Pcnet32Private): bool {
  const next = lp.cur_rx & lp.rx_mod_mask;
  const forgotten = (lp.rx_ring[next].status & DESC_OWN) === 0;
  const before = lp.rx_waiting && lp.cur_rx === lp.last_cur_rx;
  lp.rx_waiting = forgotten;
  return forgotten && before;
}
