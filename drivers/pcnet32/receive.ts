/** Frames that have come in: pcnet32_rx. */
import { jiffies } from '../../src/guest/kernel/arch/time.ts';
import { printk } from '../../src/guest/kernel/debug/printk.ts';
import {
  PCI_DMA_FROMDEVICE, pci_dma_sync_single, pci_unmap_single,
} from '../../src/guest/kernel/mm/dma.ts';
import { eth_type_trans } from '../../src/guest/kernel/net/eth.ts';
import { ETH_ZLEN } from '../../src/guest/kernel/net/if.ts';
import type { NetDevice } from '../../src/guest/kernel/net/netdevice.ts';
import { netif_rx } from '../../src/guest/kernel/net/rx.ts';
import { dev_alloc_skb, skb_put, skb_reserve, type SkBuff } from '../../src/guest/kernel/net/skbuff.ts';
import { memcpy } from '../../src/guest/lib/memory.ts';
import { rx_copybreak } from './options.ts';
import { pcnet32_priv, Pcnet32Private, PKT_BUF_SZ } from './pcnet32.ts';
import {
  DESC_ENP, DESC_OWN, RMD_BUFF, RMD_CRC, RMD_FRAM, RMD_LENGTH, RMD_OFLO, RMD_STATUS, RMD_WHOLE,
} from './regs.ts';
import { NET_IP_ALIGN, pcnet32_give_to_chip, pcnet32_new_rx_buffer } from './rings.ts';

/** Bytes of the check sequence, which the chip stores too. */
const FCS_LENGTH = 4;

/** Takes what the chip has given back, and gives it the descriptors again. In the interrupt, under the lock. */
export function pcnet32_rx(dev: NetDevice): void {
  const lp = pcnet32_priv(dev);
  for (let most = lp.rx_ring_size; most !== 0; most--) {
    const entry = lp.cur_rx & lp.rx_mod_mask;
    const status: u32 = lp.rx_ring[entry].status;
    if ((status & DESC_OWN) !== 0) return;
    // The length is read after OWN.
    rmb();
    if ((status & RMD_STATUS) !== RMD_WHOLE) pcnet32_count_rx_error(lp, status);
    else pcnet32_rx_entry(dev, lp, entry);
    pcnet32_give_to_chip(lp, entry);
    lp.cur_rx++;
  }
}

/** Only the descriptor that ends a frame counts as one: a frame of more than one buffer is wrong in each. */
function pcnet32_count_rx_error(lp: Pcnet32Private, status: u32): void {
  if ((status & DESC_ENP) !== 0) lp.stats.rx_errors++;
  if ((status & RMD_FRAM) !== 0) lp.stats.rx_frame_errors++;
  if ((status & RMD_OFLO) !== 0) lp.stats.rx_over_errors++;
  if ((status & RMD_CRC) !== 0) lp.stats.rx_crc_errors++;
  if ((status & RMD_BUFF) !== 0) lp.stats.rx_fifo_errors++;
}

/** A frame that the chip found good. */
function pcnet32_rx_entry(dev: NetDevice, lp: Pcnet32Private, entry: u32): void {
  const stored = lp.rx_ring[entry].msg_length & RMD_LENGTH;
  if (stored < ETH_ZLEN + FCS_LENGTH || stored > PKT_BUF_SZ - NET_IP_ALIGN) {
    if (lp.msg_enable > 1) printk('<4>%s: frame of %u bytes\n', cast<cstr>(dev.name), stored);
    lp.stats.rx_errors++;
    lp.stats.rx_length_errors++;
    return;
  }
  const pkt_len = stored - FCS_LENGTH;
  const skb = pkt_len > rx_copybreak ? pcnet32_take_buffer(dev, lp, entry, pkt_len)
    : pcnet32_copy_buffer(lp, entry, pkt_len);
  if (skb === null) {
    // The frame's buffer goes back to the chip with the frame in it.
    lp.stats.rx_dropped++;
    return;
  }
  skb.dev = dev;
  lp.stats.rx_bytes += pkt_len;
  lp.stats.rx_packets++;
  skb.protocol = eth_type_trans(skb, dev) as u16;
  netif_rx(skb);
  dev.last_rx = jiffies;
}

/** A long frame: its buffer itself, with an empty one in its place; null for no memory. */
function pcnet32_take_buffer(dev: NetDevice, lp: Pcnet32Private, entry: u32, pkt_len: u32): SkBuff | null {
  const skb = lp.rx_skbuff[entry], mapping = lp.rx_dma_addr[entry];
  if (skb === null || pcnet32_new_rx_buffer(dev, lp, entry) === null) return null;
  pci_unmap_single(lp.pci_dev, mapping, PKT_BUF_SZ - NET_IP_ALIGN, PCI_DMA_FROMDEVICE);
  skb_put(skb, pkt_len);
  return skb;
}

/** A short frame: a packet of its size, so that the buffer can stay; null for no memory. */
function pcnet32_copy_buffer(lp: Pcnet32Private, entry: u32, pkt_len: u32): SkBuff | null {
  const from = lp.rx_skbuff[entry];
  if (from === null) return null;
  const skb = dev_alloc_skb(pkt_len + NET_IP_ALIGN);
  if (skb === null) return null;
  skb_reserve(skb, NET_IP_ALIGN);
  pci_dma_sync_single(lp.pci_dev, lp.rx_dma_addr[entry], pkt_len, PCI_DMA_FROMDEVICE);
  memcpy(cast(skb_put(skb, pkt_len)), cast(from.data), pkt_len);
  return skb;
}
