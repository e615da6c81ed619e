/** The receive ring's memory and buffers, and the receiver's registers: manual, sections 3.2, 14.4. */
import { memset } from '../../src/guest/lib/memory.ts';
import { PCI_DMA_FROMDEVICE, pci_map_single, pci_unmap_single } from '../../src/guest/kernel/mm/dma.ts';
import { dev_alloc_skb, kfree_skb, skb_reserve } from '../../src/guest/kernel/net/skbuff.ts';
import { type E1000Adapter, type E1000Buffer, E1000_DESC_UNUSED, E1000_RX_DESC, E1000RxDesc } from './adapter.ts';
import { E1000_READ_REG, E1000_WRITE_REG } from './hw.ts';
import {
  E1000_ITR, E1000_RADV, E1000_RCTL, E1000_RCTL_BAM, E1000_RCTL_BSEX, E1000_RCTL_EN, E1000_RCTL_LPE,
  E1000_RCTL_MO_SHIFT, E1000_RCTL_MPE, E1000_RCTL_RDMTS_HALF, E1000_RCTL_SZ_16384, E1000_RCTL_SZ_2048,
  E1000_RCTL_SZ_4096, E1000_RCTL_SZ_8192, E1000_RCTL_UPE, E1000_RDBAH, E1000_RDBAL, E1000_RDH, E1000_RDLEN, E1000_RDT,
  E1000_RDTR, E1000_RXCSUM, E1000_RXCSUM_TUOFL,
} from './regs.ts';
import { e1000_free_ring, e1000_setup_ring } from './tx_ring.ts';

// E1000Adapter.rx_buffer_len.
export const E1000_RXBUFFER_2048 = 2048;
export const E1000_RXBUFFER_4096 = 4096;
export const E1000_RXBUFFER_8192 = 8192;
export const E1000_RXBUFFER_16384 = 16384;

/** Left free before a frame, so that the IP header behind its 14 bytes lies at a multiple of 4. */
const NET_IP_ALIGN = 2;

/** 0 or -ENOMEM. @sleeps */
export function e1000_setup_rx_resources(adapter: E1000Adapter): i32 {
  return e1000_setup_ring(adapter.pdev, adapter.rx_ring, sizeof<E1000RxDesc>());
}

/** @sleeps */
export function e1000_free_rx_resources(adapter: E1000Adapter): void {
  e1000_clean_rx_ring(adapter);
  e1000_free_ring(adapter.pdev, adapter.rx_ring);
}

/** Lets go of all buffers; the receiver is off. */
export function e1000_clean_rx_ring(adapter: E1000Adapter): void {
  const ring = adapter.rx_ring;
  for (let i: u32 = 0; i < ring.count; i++) e1000_free_rx_buffer(adapter, ring.buffer_info[i]);
  memset(cast(ring.desc), 0, ring.size);
  ring.next_to_use = 0;
  ring.next_to_clean = 0;
  E1000_WRITE_REG(adapter.hw, E1000_RDH, 0);
  E1000_WRITE_REG(adapter.hw, E1000_RDT, 0);
}

function e1000_free_rx_buffer(adapter: E1000Adapter, buffer: E1000Buffer): void {
  const skb = buffer.skb;
  if (skb === null) return;
  pci_unmap_single(adapter.pdev, buffer.dma, buffer.length, PCI_DMA_FROMDEVICE);
  buffer.dma = 0;
  buffer.skb = null;
  kfree_skb(skb);
}

/** Gives the hardware a buffer for every free descriptor, as far as there is memory. @interrupt */
export function e1000_alloc_rx_buffers(adapter: E1000Adapter): void {
  const ring = adapter.rx_ring, before = ring.next_to_use;
  let i = before;
  for (let free = E1000_DESC_UNUSED(ring); free > 0; free--) {
    const skb = dev_alloc_skb(adapter.rx_buffer_len + NET_IP_ALIGN);
    if (skb === null) {
      // The watchdog has the interrupt come, should none that is left bring a frame.
      adapter.alloc_rx_buff_failed++;
      break;
    }
    skb_reserve(skb, NET_IP_ALIGN);
    skb.dev = adapter.netdev;
    const buffer = ring.buffer_info[i], desc = E1000_RX_DESC(ring, i);
    buffer.skb = skb;
    buffer.length = adapter.rx_buffer_len;
    buffer.dma = pci_map_single(adapter.pdev, skb.data, adapter.rx_buffer_len, PCI_DMA_FROMDEVICE);
    desc.buffer_addr_lo = buffer.dma;
    desc.buffer_addr_hi = 0;
    desc.status = 0;
    i = i + 1 === ring.count ? 0 : i + 1;
  }
  if (i === before) return;
  ring.next_to_use = i;
  // Descriptors are in memory before the hardware may fetch them.
  wmb();
  E1000_WRITE_REG(adapter.hw, E1000_RDT, i);
}

/** Says how frames are taken; the receiver stays off. */
export function e1000_setup_rctl(adapter: E1000Adapter): void {
  const hw = adapter.hw;
  // What set_multicast_list has put there stays.
  let rctl = E1000_READ_REG(hw, E1000_RCTL) & (E1000_RCTL_UPE | E1000_RCTL_MPE);
  rctl |= E1000_RCTL_BAM | E1000_RCTL_RDMTS_HALF | hw.mc_filter_type << E1000_RCTL_MO_SHIFT;
  switch (adapter.rx_buffer_len) {
    case E1000_RXBUFFER_4096: rctl |= E1000_RCTL_SZ_4096 | E1000_RCTL_BSEX | E1000_RCTL_LPE; break;
    case E1000_RXBUFFER_8192: rctl |= E1000_RCTL_SZ_8192 | E1000_RCTL_BSEX | E1000_RCTL_LPE; break;
    case E1000_RXBUFFER_16384: rctl |= E1000_RCTL_SZ_16384 | E1000_RCTL_BSEX | E1000_RCTL_LPE; break;
    default: rctl |= E1000_RCTL_SZ_2048; break;
  }
  E1000_WRITE_REG(hw, E1000_RCTL, rctl);
}

/** Tells the receiver of its ring, and starts it. */
export function e1000_configure_rx(adapter: E1000Adapter): void {
  const hw = adapter.hw, ring = adapter.rx_ring;
  const rctl = E1000_READ_REG(hw, E1000_RCTL);
  E1000_WRITE_REG(hw, E1000_RCTL, rctl & ~E1000_RCTL_EN);
  E1000_WRITE_REG(hw, E1000_RDTR, adapter.rx_int_delay);
  E1000_WRITE_REG(hw, E1000_RADV, adapter.rx_abs_int_delay);
  E1000_WRITE_REG(hw, E1000_ITR, adapter.itr);
  E1000_WRITE_REG(hw, E1000_RDBAL, ring.dma);
  E1000_WRITE_REG(hw, E1000_RDBAH, 0);
  E1000_WRITE_REG(hw, E1000_RDLEN, ring.count * sizeof<E1000RxDesc>());
  E1000_WRITE_REG(hw, E1000_RDH, 0);
  E1000_WRITE_REG(hw, E1000_RDT, 0);
  const rxcsum = E1000_READ_REG(hw, E1000_RXCSUM);
  E1000_WRITE_REG(hw, E1000_RXCSUM, adapter.rx_csum ? rxcsum | E1000_RXCSUM_TUOFL : rxcsum & ~E1000_RXCSUM_TUOFL);
  E1000_WRITE_REG(hw, E1000_RCTL, rctl | E1000_RCTL_EN);
}
