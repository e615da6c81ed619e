/** Frames on their way out: pcnet32_start_xmit, what the interrupt does when they have left, pcnet32_tx_timeout. */
import { jiffies } from '../../src/guest/kernel/arch/time.ts';
import { printk } from '../../src/guest/kernel/debug/printk.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../src/guest/kernel/locking/spinlock.ts';
import { PCI_DMA_TODEVICE, pci_map_single } from '../../src/guest/kernel/mm/dma.ts';
import {
  type NetDevice, netif_queue_stopped, netif_start_queue, netif_stop_queue, netif_wake_queue,
} from '../../src/guest/kernel/net/netdevice.ts';
import { dev_kfree_skb, type SkBuff } from '../../src/guest/kernel/net/skbuff.ts';
import { pcnet32_restart } from './open.ts';
import { pcnet32_priv, Pcnet32Private, PKT_BUF_SZ } from './pcnet32.ts';
import {
  CSR0, CSR0_INTEN, CSR0_NORMAL, CSR0_TXPOLL, DESC_ENP, DESC_ERR, DESC_OWN, DESC_STP, TMD_LCAR, TMD_LCOL, TMD_MORE,
  TMD_ONE, TMD_RTRY, TMD_UFLO, TMD_BUFF,
} from './regs.ts';
import { pcnet32_free_tx_entry } from './rings.ts';

/** Descriptors that must be free before a queue that was stopped is woken. */
const TX_WAKE_THRESHOLD = 2;

/** NetDevice.hard_start_xmit. @interrupt @consumes skb */
export function pcnet32_start_xmit(skb: SkBuff, dev: NetDevice): i32 {
  const lp = pcnet32_priv(dev);
  if (skb.len > PKT_BUF_SZ) {
    lp.stats.tx_dropped++;
    dev_kfree_skb(skb);
    return 0;
  }
  const flags = spin_lock_irqsave(lp.lock);
  if (lp.cur_tx - lp.dirty_tx >= lp.tx_ring_size) {
    lp.tx_full = true;
    netif_stop_queue(dev);
    spin_unlock_irqrestore(lp.lock, flags);
    return 1;
  }
  pcnet32_queue_frame(lp, skb);
  lp.stats.tx_bytes += skb.len;
  // Have it look at once.
  lp.a.write_csr(dev.base_addr, CSR0, CSR0_INTEN | CSR0_TXPOLL);
  dev.trans_start = jiffies;
  if (lp.cur_tx - lp.dirty_tx === lp.tx_ring_size) {
    lp.tx_full = true;
    netif_stop_queue(dev);
  }
  spin_unlock_irqrestore(lp.lock, flags);
  return 0;
}

/** Puts a packet into the next descriptor, which is free, and gives that to the chip: OWN last. */
function pcnet32_queue_frame(lp: Pcnet32Private, skb: SkBuff): void {
  const entry = lp.cur_tx & lp.tx_mod_mask;
  const head = lp.tx_ring[entry];
  lp.tx_skbuff[entry] = skb;
  lp.tx_dma_addr[entry] = pci_map_single(lp.pci_dev, skb.data, skb.len, PCI_DMA_TODEVICE);
  head.base = lp.tx_dma_addr[entry];
  head.length = 0x10000 - skb.len as u16;
  head.misc = 0;
  wmb();
  head.status = DESC_OWN | DESC_STP | DESC_ENP;
  lp.cur_tx++;
}

/**
 * Frees what has been sent, and wakes the queue if there is room again; true when the transmitter has turned itself off
 * and must be restarted. In the interrupt, under the lock.
 */
export function pcnet32_tx_done(dev: NetDevice): bool {
  const lp = pcnet32_priv(dev);
  let must_restart = false;
  while (lp.dirty_tx !== lp.cur_tx) {
    const entry = lp.dirty_tx & lp.tx_mod_mask;
    const status: u32 = lp.tx_ring[entry].status;
    if ((status & DESC_OWN) !== 0) break;
    rmb();
    lp.tx_ring[entry].base = 0;
    if ((status & DESC_ERR) === 0) pcnet32_count_sent(lp, status);
    else if (pcnet32_count_tx_error(dev, lp, lp.tx_ring[entry].misc)) must_restart = true;
    pcnet32_free_tx_entry(lp, entry);
    lp.dirty_tx++;
  }
  pcnet32_check_tx_room(dev, lp);
  return must_restart;
}

function pcnet32_count_sent(lp: Pcnet32Private, status: u32): void {
  if ((status & (TMD_MORE | TMD_ONE)) !== 0) lp.stats.collisions++;
  lp.stats.tx_packets++;
}

/** A frame was not sent; true when the transmitter is off because of it. */
function pcnet32_count_tx_error(dev: NetDevice, lp: Pcnet32Private, misc: u32): bool {
  lp.stats.tx_errors++;
  if (lp.msg_enable > 1) printk('<4>%s: transmit error 0x%08x\n', cast<cstr>(dev.name), misc);
  if ((misc & TMD_RTRY) !== 0) lp.stats.tx_aborted_errors++;
  if ((misc & TMD_LCAR) !== 0) lp.stats.tx_carrier_errors++;
  if ((misc & TMD_LCOL) !== 0) lp.stats.tx_window_errors++;
  if ((misc & (TMD_UFLO | TMD_BUFF)) === 0) return false;
  lp.stats.tx_fifo_errors++;
  return true;
}

/** More descriptors in use than there are means that the counters are broken. */
function pcnet32_check_tx_room(dev: NetDevice, lp: Pcnet32Private): void {
  const used = lp.cur_tx - lp.dirty_tx;
  if (used > lp.tx_ring_size) {
    printk('<3>%s: out-of-sync dirty pointer, %u vs. %u, full=%u\n', cast<cstr>(dev.name), lp.dirty_tx, lp.cur_tx,
      lp.tx_full ? 1 : 0);
    lp.dirty_tx += lp.tx_ring_size;
    return;
  }
  const threshold: u32 = lp.tx_ring_size > TX_WAKE_THRESHOLD ? TX_WAKE_THRESHOLD : 1;
  if (!lp.tx_full || !netif_queue_stopped(dev) || lp.tx_ring_size - used < threshold) return;
  lp.tx_full = false;
  netif_wake_queue(dev);
}

/** NetDevice.tx_timeout: the ring has been full for seconds. @interrupt */
export function pcnet32_tx_timeout(dev: NetDevice): void {
  const lp = pcnet32_priv(dev);
  const flags = spin_lock_irqsave(lp.lock);
  if (lp.msg_enable > 0) {
    printk('<3>%s: transmit timed out, status 0x%04x, resetting\n', cast<cstr>(dev.name),
      lp.a.read_csr(dev.base_addr, CSR0));
  }
  lp.stats.tx_errors++;
  if (lp.msg_enable > 2) pcnet32_dump_rings(dev, lp);
  pcnet32_restart(dev, CSR0_NORMAL);
  dev.trans_start = jiffies;
  netif_wake_queue(dev);
  spin_unlock_irqrestore(lp.lock, flags);
}

function pcnet32_dump_rings(dev: NetDevice, lp: Pcnet32Private): void {
  printk('<7>%s: ring data dump: dirty_tx %u cur_tx %u%s cur_rx %u\n', cast<cstr>(dev.name), lp.dirty_tx, lp.cur_tx,
    lp.tx_full ? ' (full)' : '', lp.cur_rx);
  for (let i: u32 = 0; i < lp.rx_ring_size; i++) {
    const head = lp.rx_ring[i];
    printk('<7> rx %u: %08x %04x %08x %04x\n', i, head.base, 0x10000 - head.buf_length & 0xffff, head.msg_length,
      head.status);
  }
  for (let i: u32 = 0; i < lp.tx_ring_size; i++) {
    const head = lp.tx_ring[i];
    printk('<7> tx %u: %08x %04x %08x %04x\n', i, head.base, 0x10000 - head.length & 0xffff, head.misc, head.status);
  }
}
