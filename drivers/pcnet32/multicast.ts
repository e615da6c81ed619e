/** Which frames the chip takes: pcnet32_set_multicast_list. */
import { udelay } from '../../src/guest/kernel/arch/time.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../src/guest/kernel/locking/spinlock.ts';
import { ETH_ALEN, IFF_ALLMULTI } from '../../src/guest/kernel/net/if.ts';
import { type NetDevice, netif_running, netif_wake_queue } from '../../src/guest/kernel/net/netdevice.ts';
import { pcnet32_mode, pcnet32_restart } from './open.ts';
import { pcnet32_priv, Pcnet32Private } from './pcnet32.ts';
import { CSR0_NORMAL, CSR15, CSR5, CSR5_SUSPEND, PCNET32_79C970A, PCNET32_MC_FILTER } from './regs.ts';

/** IEEE 802.3, bit-reversed. */
const ETHERNET_POLYNOMIAL = 0xedb88320;
/** A frame of the greatest length takes 1.2 ms on the wire, and is not cut off. */
const SUSPEND_TRIES = 200;
const SUSPEND_STEP_US = 10;

/** NetDevice.set_multicast_list, under dev.xmit_lock. @interrupt */
export function pcnet32_set_multicast_list(dev: NetDevice): void {
  const lp = pcnet32_priv(dev);
  // Opening does the same.
  if (!netif_running(dev) || addr(lp.rx_ring) === 0) return;
  const flags = spin_lock_irqsave(lp.lock);
  lp.init_block.mode = pcnet32_mode(dev, lp) as u16;
  pcnet32_load_multicast(dev);
  if (pcnet32_suspend(dev, lp)) {
    pcnet32_write_filter(dev, lp);
    pcnet32_resume(dev, lp);
  } else {
    pcnet32_restart(dev, CSR0_NORMAL);
    netif_wake_queue(dev);
  }
  spin_unlock_irqrestore(lp.lock, flags);
}

/** Puts the filter for the interface's groups into the init block. */
export function pcnet32_load_multicast(dev: NetDevice): void {
  const filter = pcnet32_priv(dev).init_block.filter;
  const all = (dev.flags & IFF_ALLMULTI) !== 0;
  filter[0] = all ? 0xffffffff : 0;
  filter[1] = filter[0];
  if (all) return;
  for (let dmi = dev.mc_list; dmi !== null; dmi = dmi.next) {
    if ((dmi.dmi_addr[0] & 1) === 0) continue;
    const bit = ether_crc_le(ETH_ALEN, dmi.dmi_addr) >>> 26;
    filter[bit >>> 5] |= 1 << (bit & 31);
  }
}

/** "CSR5", SPND: true once the chip holds still, its rings as they are; false where it cannot, or does not. */
function pcnet32_suspend(dev: NetDevice, lp: Pcnet32Private): bool {
  const ioaddr = dev.base_addr;
  if (lp.chip_version < PCNET32_79C970A || lp.restart_failed) return false;
  lp.a.write_csr(ioaddr, CSR5, lp.a.read_csr(ioaddr, CSR5) | CSR5_SUSPEND);
  for (let tries: u32 = 0; tries < SUSPEND_TRIES; tries++) {
    if ((lp.a.read_csr(ioaddr, CSR5) & CSR5_SUSPEND) !== 0) return true;
    udelay(SUSPEND_STEP_US);
  }
  pcnet32_resume(dev, lp);
  return false;
}

function pcnet32_resume(dev: NetDevice, lp: Pcnet32Private): void {
  const ioaddr = dev.base_addr;
  lp.a.write_csr(ioaddr, CSR5, lp.a.read_csr(ioaddr, CSR5) & ~CSR5_SUSPEND);
}

/** What the chip would have from the init block. */
function pcnet32_write_filter(dev: NetDevice, lp: Pcnet32Private): void {
  const ioaddr = dev.base_addr, filter = lp.init_block.filter;
  for (let half: u32 = 0; half < 4; half++) {
    lp.a.write_csr(ioaddr, PCNET32_MC_FILTER + half, filter[half >>> 1] >>> (half & 1) * 16 & 0xffff);
  }
  lp.a.write_csr(ioaddr, CSR15, lp.init_block.mode);
}

/** The check sequence's polynomial over an address, lowest bits first: Linux, ether_crc_le. */
function ether_crc_le(length: u32, data: Ptr<u8>): u32 {
  let crc: u32 = 0xffffffff;
  for (let at: u32 = 0; at < length; at++) {
    let octet: u32 = data[at];
    for (let bit: u32 = 0; bit < 8; bit++) {
      crc = crc >>> 1 ^ (((crc ^ octet) & 1) !== 0 ? ETHERNET_POLYNOMIAL : 0);
      octet = octet >>> 1;
    }
  }
  return crc;
}
