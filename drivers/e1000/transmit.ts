/**
 * Packets on their way out: manual, sections 3.3 and 3.4; Linux 2.4, e1000_main.c. The ring has two sides that need no
 * lock: e1000_xmit_frame, one at a time under xmit_lock, fills from next_to_use on; the interrupt cleans up to it.
 */
import { jiffies } from '../../src/guest/kernel/arch/time.ts';
import { PCI_DMA_TODEVICE, pci_map_single } from '../../src/guest/kernel/mm/dma.ts';
import {
  type NetDevice, netif_carrier_ok, netif_queue_stopped, netif_start_queue, netif_stop_queue, netif_wake_queue,
} from '../../src/guest/kernel/net/netdevice.ts';
import { CHECKSUM_HW, dev_kfree_skb, type SkBuff } from '../../src/guest/kernel/net/skbuff.ts';
import {
  adapter_of, type E1000Adapter, type E1000DescRing, E1000_CONTEXT_DESC, E1000_DESC_UNUSED, E1000_TX_DESC,
} from './adapter.ts';
import { E1000_WRITE_REG } from './hw.ts';
import {
  E1000_TDT, E1000_TXD_CMD_DEXT, E1000_TXD_CMD_IFCS, E1000_TXD_DTYP_D,
  E1000_TXD_POPTS_TXSM, E1000_TXD_STAT_DD,
} from './regs.ts';
import { e1000_unmap_and_free_tx_resource } from './tx_ring.ts';

/** Bytes that one descriptor is given. */
const E1000_MAX_DATA_PER_TXD = 4096;
/** Free descriptors with which a stopped queue is woken: enough for any packet. */
const E1000_TX_WAKE_THRESHOLD = 16;

/** NetDevice.hard_start_xmit. @interrupt @consumes skb */
export function e1000_xmit_frame(skb: SkBuff, netdev: NetDevice): i32 {
  const adapter = adapter_of(netdev);
  if (skb.len === 0) {
    dev_kfree_skb(skb);
    return 0;
  }
  const offload = skb.ip_summed === CHECKSUM_HW;
  const needed = (skb.len + E1000_MAX_DATA_PER_TXD - 1) / E1000_MAX_DATA_PER_TXD + (offload ? 1 : 0);
  if (E1000_DESC_UNUSED(adapter.tx_ring) < needed && e1000_maybe_stop_tx(adapter, needed)) return 1;
  const first = adapter.tx_ring.next_to_use;
  if (offload) e1000_tx_csum(adapter, skb);
  const last = e1000_tx_map(adapter, skb, offload);
  e1000_tx_queue(adapter, first, last);
  netdev.trans_start = jiffies;
  return 0;
}

/** Stops the queue, unless the interrupt has made room meanwhile: it would not wake what it did not see stopped. */
function e1000_maybe_stop_tx(adapter: E1000Adapter, needed: u32): bool {
  const netdev = adapter.netdev;
  netif_stop_queue(netdev);
  smp_mb();
  if (E1000_DESC_UNUSED(adapter.tx_ring) < needed) return true;
  netif_start_queue(netdev);
  return false;
}

/** @inline */
function e1000_next(ring: E1000DescRing, index: u32): u32 {
  return index + 1 === ring.count ? 0 : index + 1;
}

/** A context: the sum from the transport header on goes to where the stack says, skb.csum bytes behind its start. */
function e1000_tx_csum(adapter: E1000Adapter, skb: SkBuff): void {
  const ring = adapter.tx_ring, i = ring.next_to_use;
  const context = E1000_CONTEXT_DESC(ring, i);
  const css = skb.h - skb.data;
  context.ipcss = 0;
  context.ipcso = 0;
  context.ipcse = 0;
  context.tucss = css as u8;
  context.tucso = (css + skb.csum) as u8;
  context.tucse = 0;
  context.mss = 0;
  context.hdr_len = 0;
  context.status = 0;
  context.cmd_and_length = E1000_TXD_CMD_DEXT;
  ring.buffer_info[i].time_stamp = jiffies;
  ring.next_to_use = e1000_next(ring, i);
}

/** Describes the packet's data; gives the last descriptor's index, and leaves next_to_use behind it. */
function e1000_tx_map(adapter: E1000Adapter, skb: SkBuff, offload: bool): u32 {
  const ring = adapter.tx_ring;
  const lower = E1000_TXD_CMD_IFCS | (offload ? E1000_TXD_CMD_DEXT | E1000_TXD_DTYP_D : 0);
  const upper = offload ? E1000_TXD_POPTS_TXSM : 0;
  let i = ring.next_to_use, last = i;
  for (let offset: u32 = 0; offset < skb.len;) {
    const left = skb.len - offset;
    const size = left < E1000_MAX_DATA_PER_TXD ? left : E1000_MAX_DATA_PER_TXD;
    const buffer = ring.buffer_info[i], desc = E1000_TX_DESC(ring, i);
    buffer.length = size;
    buffer.dma = pci_map_single(adapter.pdev, skb.data + offset, size, PCI_DMA_TODEVICE);
    buffer.time_stamp = jiffies;
    desc.buffer_addr_lo = buffer.dma;
    desc.buffer_addr_hi = 0;
    desc.lower = lower | size;
    desc.upper = upper;
    offset += size;
    last = i;
    i = e1000_next(ring, i);
  }
  ring.buffer_info[last].skb = skb;
  ring.next_to_use = i;
  return last;
}

/** Hands a packet to the hardware. */
function e1000_tx_queue(adapter: E1000Adapter, first: u32, last: u32): void {
  const ring = adapter.tx_ring, desc = E1000_TX_DESC(ring, last);
  desc.lower |= adapter.txd_cmd;
  // The descriptors are in memory before the interrupt looks at them, or the hardware is told.
  wmb();
  ring.buffer_info[first].next_to_watch = last;
  wmb();
  E1000_WRITE_REG(adapter.hw, E1000_TDT, ring.next_to_use);
}

/** Lets go of packets that have been sent, and wakes the queue: whether there were any. @interrupt */
export function e1000_clean_tx_irq(adapter: E1000Adapter): bool {
  const ring = adapter.tx_ring, netdev = adapter.netdev;
  let i = ring.next_to_clean, cleaned = false;
  for (let last = e1000_tx_done(ring, i); last !== ring.count; last = e1000_tx_done(ring, i)) {
    i = e1000_clean_packet(adapter, i, last);
    cleaned = true;
  }
  ring.next_to_clean = i;
  if (!cleaned) return false;
  // Against e1000_maybe_stop_tx: it sees the new next_to_clean, or this sees the queue stopped.
  smp_mb();
  if (netif_queue_stopped(netdev) && netif_carrier_ok(netdev)
    && E1000_DESC_UNUSED(ring) >= E1000_TX_WAKE_THRESHOLD) netif_wake_queue(netdev);
  return true;
}

/** The last descriptor of the packet that begins at `first`, if the packet has left; else the ring's count. */
function e1000_tx_done(ring: E1000DescRing, first: u32): u32 {
  const last = ring.buffer_info[first].next_to_watch;
  if (last === ring.count) return last;
  rmb();
  return E1000_TX_DESC(ring, last).upper & E1000_TXD_STAT_DD ? last : ring.count;
}

/** Frees all from `first` to `last`; gives the index behind. */
function e1000_clean_packet(adapter: E1000Adapter, first: u32, last: u32): u32 {
  const ring = adapter.tx_ring;
  ring.buffer_info[first].next_to_watch = ring.count;
  for (let i = first; ; i = e1000_next(ring, i)) {
    e1000_unmap_and_free_tx_resource(adapter, ring.buffer_info[i]);
    E1000_TX_DESC(ring, i).upper = 0;
    if (i === last) return e1000_next(ring, i);
  }
}
