/** Frames that have come in: manual, sections 3.2.2 to 3.2.9; Linux 2.4, e1000_main.c. */
import { jiffies } from '../../src/guest/kernel/arch/time.ts';
import { printk } from '../../src/guest/kernel/debug/printk.ts';
import { PCI_DMA_FROMDEVICE, pci_unmap_single } from '../../src/guest/kernel/mm/dma.ts';
import { eth_type_trans } from '../../src/guest/kernel/net/eth.ts';
import { dev_name } from '../../src/guest/kernel/net/netdevice.ts';
import { netif_rx } from '../../src/guest/kernel/net/rx.ts';
import {
  CHECKSUM_NONE, CHECKSUM_UNNECESSARY, skb_put, type SkBuff,
} from '../../src/guest/kernel/net/skbuff.ts';
import { dev_kfree_skb_irq } from '../../src/guest/kernel/net/xmit.ts';
import { type E1000Adapter, E1000_RX_DESC, type E1000RxDesc } from './adapter.ts';
import { ENET_HEADER_SIZE, ETHERNET_FCS_SIZE } from './hw.ts';
import {
  E1000_RXD_ERR_FRAME_ERR_MASK, E1000_RXD_ERR_TCPE, E1000_RXD_STAT_DD, E1000_RXD_STAT_EOP, E1000_RXD_STAT_IXSM,
  E1000_RXD_STAT_TCPCS,
} from './regs.ts';
import { e1000_alloc_rx_buffers } from './rx_ring.ts';

/**
 * Gives the frames that are done to the stack, and new buffers to the hardware: whether there were any. Buffers are
 * given back at the end only, so one call takes a ring's worth at most. @interrupt
 */
export function e1000_clean_rx_irq(adapter: E1000Adapter): bool {
  const ring = adapter.rx_ring;
  let i = ring.next_to_clean, cleaned = false;
  // No further than there are buffers: should memory have run out, what follows is old.
  while (i !== ring.next_to_use && E1000_RX_DESC(ring, i).status & E1000_RXD_STAT_DD) {
    const buffer = ring.buffer_info[i], desc = E1000_RX_DESC(ring, i);
    const skb = buffer.skb;
    // The rest of the descriptor, and the frame, are read after its status.
    rmb();
    cleaned = true;
    if (skb !== null) {
      pci_unmap_single(adapter.pdev, buffer.dma, buffer.length, PCI_DMA_FROMDEVICE);
      buffer.skb = null;
      buffer.dma = 0;
      e1000_receive(adapter, desc, skb);
    }
    desc.status = 0;
    i = i + 1 === ring.count ? 0 : i + 1;
    ring.next_to_clean = i;
  }
  e1000_alloc_rx_buffers(adapter);
  return cleaned;
}

/** One frame, or what was to be one. @consumes skb */
function e1000_receive(adapter: E1000Adapter, desc: E1000RxDesc, skb: SkBuff): void {
  const length: u32 = desc.length, netdev = adapter.netdev;
  if (!e1000_is_good(adapter, desc, length)) {
    dev_kfree_skb_irq(skb);
    return;
  }
  skb_put(skb, length - ETHERNET_FCS_SIZE);
  e1000_rx_checksum(adapter, desc, skb);
  skb.protocol = eth_type_trans(skb, netdev);
  netif_rx(skb);
  netdev.last_rx = jiffies;
}

/** Whether a descriptor is of a whole frame without errors: a buffer holds all that the receiver lets pass. */
function e1000_is_good(adapter: E1000Adapter, desc: E1000RxDesc, length: u32): bool {
  if ((desc.status & E1000_RXD_STAT_EOP) === 0) {
    printk('<7>%s: Receive packet consumed multiple buffers\n', dev_name(adapter.netdev));
    return false;
  }
  if (desc.errors & E1000_RXD_ERR_FRAME_ERR_MASK) return false;
  return length <= adapter.rx_buffer_len && length >= ENET_HEADER_SIZE + ETHERNET_FCS_SIZE;
}

/** What the hardware says of the TCP or UDP checksum: section 3.2.9. */
function e1000_rx_checksum(adapter: E1000Adapter, desc: E1000RxDesc, skb: SkBuff): void {
  skb.ip_summed = CHECKSUM_NONE;
  if (!adapter.rx_csum || desc.status & E1000_RXD_STAT_IXSM || (desc.status & E1000_RXD_STAT_TCPCS) === 0) return;
  if (desc.errors & E1000_RXD_ERR_TCPE) {
    // The stack finds out for itself.
    adapter.hw_csum_err++;
    return;
  }
  skb.ip_summed = CHECKSUM_UNNECESSARY;
  adapter.hw_csum_good++;
}
