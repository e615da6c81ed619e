/** The rings of descriptors and the packets in them. Except where it says otherwise the caller holds the lock. */
import { printk } from '../../src/guest/kernel/debug/printk.ts';
import { ENOMEM } from '../../src/guest/kernel/errno.ts';
import {
  PCI_DMA_FROMDEVICE, pci_alloc_consistent, pci_free_consistent, pci_map_single, pci_unmap_single, PCI_DMA_TODEVICE,
} from '../../src/guest/kernel/mm/dma.ts';
import { kfree, kmalloc } from '../../src/guest/kernel/mm/kmalloc.ts';
import { GFP_KERNEL } from '../../src/guest/kernel/mm/page_alloc.ts';
import { ETH_ALEN } from '../../src/guest/kernel/net/if.ts';
import type { NetDevice } from '../../src/guest/kernel/net/netdevice.ts';
import { dev_alloc_skb, dev_kfree_skb, skb_reserve, type SkBuff } from '../../src/guest/kernel/net/skbuff.ts';
import { dev_kfree_skb_irq } from '../../src/guest/kernel/net/xmit.ts';
import { memset } from '../../src/guest/lib/memory.ts';
import { pcnet32_priv, Pcnet32Private, PKT_BUF_SZ } from './pcnet32.ts';
import { DESC_OWN, Pcnet32RxHead, Pcnet32TxHead } from './regs.ts';

/** What puts an IP header behind an Ethernet header at a multiple of four. */
export const NET_IP_ALIGN = 2;
/** Bytes of a receive buffer that the chip fills, as a descriptor wants it: negated, with ones above. */
export const RX_BUF_LENGTH = 0x10000 - (PKT_BUF_SZ - NET_IP_ALIGN);

/** Memory for the rings of an interface that is being opened: 0, or -ENOMEM and nothing is kept. Without the lock. */
export function pcnet32_alloc_ring(dev: NetDevice): i32 {
  const lp = pcnet32_priv(dev), handle = local<Arr<u32, 1>>();
  lp.tx_ring = cast(pci_alloc_consistent(lp.pci_dev, sizeof<Pcnet32TxHead>() * lp.tx_ring_size, handle));
  if (addr(lp.tx_ring) !== 0) lp.tx_ring_dma_addr = handle[0];
  lp.rx_ring = cast(pci_alloc_consistent(lp.pci_dev, sizeof<Pcnet32RxHead>() * lp.rx_ring_size, handle));
  if (addr(lp.rx_ring) !== 0) lp.rx_ring_dma_addr = handle[0];
  lp.tx_skbuff = cast(pcnet32_alloc_table(lp.tx_ring_size));
  lp.rx_skbuff = cast(pcnet32_alloc_table(lp.rx_ring_size));
  lp.tx_dma_addr = cast(pcnet32_alloc_table(lp.tx_ring_size));
  lp.rx_dma_addr = cast(pcnet32_alloc_table(lp.rx_ring_size));
  if (addr(lp.tx_ring) !== 0 && addr(lp.rx_ring) !== 0 && addr(lp.tx_skbuff) !== 0 && addr(lp.rx_skbuff) !== 0
    && addr(lp.tx_dma_addr) !== 0 && addr(lp.rx_dma_addr) !== 0) return 0;
  if (lp.msg_enable > 0) printk('<3>%s: no memory for the rings\n', cast<cstr>(dev.name));
  pcnet32_free_ring(dev);
  return -ENOMEM;
}

/** A table of so many words, all 0, or 0. */
function pcnet32_alloc_table(words: u32): usize {
  const table = kmalloc(words * 4, GFP_KERNEL);
  if (table !== 0) memset(cast(table), 0, words * 4);
  return table;
}

/** Gives back what pcnet32_alloc_ring got; the rings are empty. Without the lock. */
export function pcnet32_free_ring(dev: NetDevice): void {
  const lp = pcnet32_priv(dev);
  if (addr(lp.tx_dma_addr) !== 0) kfree(addr(lp.tx_dma_addr));
  lp.tx_dma_addr = cast(0);
  if (addr(lp.rx_dma_addr) !== 0) kfree(addr(lp.rx_dma_addr));
  lp.rx_dma_addr = cast(0);
  if (addr(lp.tx_skbuff) !== 0) kfree(addr(lp.tx_skbuff));
  lp.tx_skbuff = cast(0);
  if (addr(lp.rx_skbuff) !== 0) kfree(addr(lp.rx_skbuff));
  lp.rx_skbuff = cast(0);
  if (addr(lp.tx_ring) !== 0) {
    pci_free_consistent(lp.pci_dev, sizeof<Pcnet32TxHead>() * lp.tx_ring_size, addr(lp.tx_ring), lp.tx_ring_dma_addr);
  }
  lp.tx_ring = cast(0);
  if (addr(lp.rx_ring) !== 0) {
    pci_free_consistent(lp.pci_dev, sizeof<Pcnet32RxHead>() * lp.rx_ring_size, addr(lp.rx_ring), lp.rx_ring_dma_addr);
  }
  lp.rx_ring = cast(0);
}

/**
 * Makes the rings as a chip that begins wants them: all receive descriptors its own, each with a buffer, all transmit
 * descriptors the driver's, and the init block telling where they are. 0, or -ENOMEM with the buffers got so far kept.
 */
export function pcnet32_init_ring(dev: NetDevice): i32 {
  const lp = pcnet32_priv(dev);
  lp.tx_full = false;
  lp.cur_rx = 0;
  lp.cur_tx = 0;
  lp.dirty_tx = 0;
  lp.last_dirty_tx = 0;
  lp.last_cur_rx = 0;
  lp.rx_waiting = false;
  for (let i: u32 = 0; i < lp.rx_ring_size; i++) {
    if (lp.rx_skbuff[i] === null && pcnet32_new_rx_buffer(dev, lp, i) === null) return -ENOMEM;
    pcnet32_give_to_chip(lp, i);
  }
  for (let i: u32 = 0; i < lp.tx_ring_size; i++) {
    const head = lp.tx_ring[i];
    head.status = 0;
    head.base = 0;
    head.misc = 0;
    lp.tx_dma_addr[i] = 0;
  }
  const block = lp.init_block;
  for (let i: u32 = 0; i < ETH_ALEN; i++) block.phys_addr[i] = dev.dev_addr[i];
  block.tx_ring = lp.tx_ring_dma_addr;
  block.rx_ring = lp.rx_ring_dma_addr;
  // The chip sees rings and block before it is told to look at them.
  wmb();
  return 0;
}

/** An empty buffer for receive descriptor `entry`, instead of what was there; null for no memory. */
export function pcnet32_new_rx_buffer(dev: NetDevice, lp: Pcnet32Private, entry: u32): SkBuff | null {
  const skb = dev_alloc_skb(PKT_BUF_SZ);
  if (skb === null) {
    if (lp.msg_enable > 1) printk('<4>%s: no memory for a receive buffer\n', cast<cstr>(dev.name));
    return null;
  }
  skb_reserve(skb, NET_IP_ALIGN);
  skb.dev = dev;
  lp.rx_skbuff[entry] = skb;
  lp.rx_dma_addr[entry] = pci_map_single(lp.pci_dev, skb.data, PKT_BUF_SZ - NET_IP_ALIGN, PCI_DMA_FROMDEVICE);
  return skb;
}

/** Gives receive descriptor `entry` with its buffer to the chip: OWN last. */
export function pcnet32_give_to_chip(lp: Pcnet32Private, entry: u32): void {
  const head = lp.rx_ring[entry];
  head.base = lp.rx_dma_addr[entry];
  head.buf_length = RX_BUF_LENGTH as u16;
  head.msg_length = 0;
  wmb();
  head.status = DESC_OWN;
}

/** Frees the packet in transmit descriptor `entry`, if there is one. */
export function pcnet32_free_tx_entry(lp: Pcnet32Private, entry: u32): void {
  const skb = lp.tx_skbuff[entry];
  if (skb === null) return;
  pci_unmap_single(lp.pci_dev, lp.tx_dma_addr[entry], skb.len, PCI_DMA_TODEVICE);
  lp.tx_skbuff[entry] = null;
  lp.tx_dma_addr[entry] = 0;
  dev_kfree_skb_irq(skb);
}

/** The chip is stopped: frees the packets that it has not sent. */
export function pcnet32_purge_tx_ring(dev: NetDevice): void {
  const lp = pcnet32_priv(dev);
  for (let i: u32 = 0; i < lp.tx_ring_size; i++) {
    lp.tx_ring[i].status = 0;
    if (lp.tx_skbuff[i] !== null) lp.stats.tx_dropped++;
    pcnet32_free_tx_entry(lp, i);
  }
}

/** The chip is stopped for good: frees the receive buffers. Without the lock. */
export function pcnet32_purge_rx_ring(dev: NetDevice): void {
  const lp = pcnet32_priv(dev);
  for (let i: u32 = 0; i < lp.rx_ring_size; i++) {
    lp.rx_ring[i].status = 0;
    const skb = lp.rx_skbuff[i];
    if (skb === null) continue;
    pci_unmap_single(lp.pci_dev, lp.rx_dma_addr[i], PKT_BUF_SZ - NET_IP_ALIGN, PCI_DMA_FROMDEVICE);
    lp.rx_skbuff[i] = null;
    lp.rx_dma_addr[i] = 0;
    dev_kfree_skb(skb);
  }
}
