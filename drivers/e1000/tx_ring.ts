/** The transmit ring's memory, and the transmitter's registers: manual, sections 3.4, 14.5. Linux 2.4: e1000_main.c. */
import { memset } from '../../src/guest/lib/memory.ts';
import { ENOMEM } from '../../src/guest/kernel/errno.ts';
import {
  PCI_DMA_TODEVICE, pci_alloc_consistent, pci_free_consistent, pci_unmap_single,
} from '../../src/guest/kernel/mm/dma.ts';
import { vfree, vmalloc } from '../../src/guest/kernel/mm/vmalloc.ts';
import { dev_kfree_skb_any } from '../../src/guest/kernel/net/xmit.ts';
import type { PciDev } from '../../src/guest/kernel/pci/pci.ts';
import { type E1000Adapter, E1000Buffer, type E1000DescRing, E1000TxDesc } from './adapter.ts';
import { E1000Hw, E1000_WRITE_REG } from './hw.ts';
import { e1000_config_collision_dist } from './link.ts';
import {
  E1000_COLLISION_THRESHOLD, E1000_TADV, E1000_TCTL, E1000_TCTL_CT_SHIFT, E1000_TCTL_EN, E1000_TCTL_PSP,
  E1000_TCTL_RTLC, E1000_TDBAH, E1000_TDBAL, E1000_TDH, E1000_TDLEN, E1000_TDT, E1000_TIDV, E1000_TIPG,
  E1000_TIPG_COPPER, E1000_TXD_CMD_EOP, E1000_TXD_CMD_IDE, E1000_TXD_CMD_IFCS, E1000_TXD_CMD_RS,
} from './regs.ts';

/** Makes a ring of `count` descriptors of `bytes` each: 0 or -ENOMEM. */
export function e1000_setup_ring(pdev: PciDev, ring: E1000DescRing, bytes: u32): i32 {
  const info = ring.count * sizeof<E1000Buffer>();
  const buffers = vmalloc(info);
  if (buffers === 0) return -ENOMEM;
  memset(cast(buffers), 0, info);
  ring.size = (ring.count * bytes + 4095) & ~4095;
  const dma = local<Arr<u32, 1>>();
  ring.desc = pci_alloc_consistent(pdev, ring.size, dma);
  if (ring.desc === 0) {
    vfree(buffers);
    return -ENOMEM;
  }
  memset(cast(ring.desc), 0, ring.size);
  ring.dma = dma[0];
  ring.buffer_info = cast<Ptr<Embed<E1000Buffer>>>(buffers);
  ring.next_to_use = 0;
  ring.next_to_clean = 0;
  return 0;
}

/** Gives the ring's memory back; its buffers must be gone. */
export function e1000_free_ring(pdev: PciDev, ring: E1000DescRing): void {
  vfree(addr(ring.buffer_info));
  ring.buffer_info = cast<Ptr<Embed<E1000Buffer>>>(0);
  pci_free_consistent(pdev, ring.size, ring.desc, ring.dma);
  ring.desc = 0;
}

/** 0 or -ENOMEM. @sleeps */
export function e1000_setup_tx_resources(adapter: E1000Adapter): i32 {
  const ring = adapter.tx_ring;
  const error = e1000_setup_ring(adapter.pdev, ring, sizeof<E1000TxDesc>());
  if (error === 0) e1000_forget_packets(ring);
  return error;
}

function e1000_forget_packets(ring: E1000DescRing): void {
  for (let i: u32 = 0; i < ring.count; i++) ring.buffer_info[i].next_to_watch = ring.count;
}

/** @sleeps */
export function e1000_free_tx_resources(adapter: E1000Adapter): void {
  e1000_clean_tx_ring(adapter);
  e1000_free_ring(adapter.pdev, adapter.tx_ring);
}

/** Lets go of what is waiting to be sent; the transmitter is off. */
export function e1000_clean_tx_ring(adapter: E1000Adapter): void {
  const ring = adapter.tx_ring;
  for (let i: u32 = 0; i < ring.count; i++) e1000_unmap_and_free_tx_resource(adapter, ring.buffer_info[i]);
  memset(cast(ring.desc), 0, ring.size);
  e1000_forget_packets(ring);
  ring.next_to_use = 0;
  ring.next_to_clean = 0;
  E1000_WRITE_REG(adapter.hw, E1000_TDH, 0);
  E1000_WRITE_REG(adapter.hw, E1000_TDT, 0);
}

/** What one descriptor holds. @interrupt */
export function e1000_unmap_and_free_tx_resource(adapter: E1000Adapter, buffer: E1000Buffer): void {
  if (buffer.dma !== 0) {
    pci_unmap_single(adapter.pdev, buffer.dma, buffer.length, PCI_DMA_TODEVICE);
    buffer.dma = 0;
  }
  const skb = buffer.skb;
  if (skb !== null) {
    buffer.skb = null;
    dev_kfree_skb_any(skb);
  }
}

/** Tells the transmitter of its ring, and starts it. */
export function e1000_configure_tx(adapter: E1000Adapter): void {
  const hw = adapter.hw, ring = adapter.tx_ring;
  E1000_WRITE_REG(hw, E1000_TDBAL, ring.dma);
  E1000_WRITE_REG(hw, E1000_TDBAH, 0);
  E1000_WRITE_REG(hw, E1000_TDLEN, ring.count * sizeof<E1000TxDesc>());
  E1000_WRITE_REG(hw, E1000_TDH, 0);
  E1000_WRITE_REG(hw, E1000_TDT, 0);
  E1000_WRITE_REG(hw, E1000_TIPG, E1000_TIPG_COPPER);
  E1000_WRITE_REG(hw, E1000_TIDV, adapter.tx_int_delay);
  E1000_WRITE_REG(hw, E1000_TADV, adapter.tx_abs_int_delay);
  e1000_enable_tx(hw);
  // The last descriptor of a packet reports, and its interrupt may wait if there is a delay.
  adapter.txd_cmd = E1000_TXD_CMD_EOP | E1000_TXD_CMD_IFCS | E1000_TXD_CMD_RS;
  if (adapter.tx_int_delay !== 0) adapter.txd_cmd |= E1000_TXD_CMD_IDE;
}

function e1000_enable_tx(hw: E1000Hw): void {
  const tctl = E1000_TCTL_PSP | E1000_TCTL_EN | E1000_TCTL_RTLC | E1000_COLLISION_THRESHOLD << E1000_TCTL_CT_SHIFT;
  E1000_WRITE_REG(hw, E1000_TCTL, tctl);
  e1000_config_collision_dist(hw);
}
