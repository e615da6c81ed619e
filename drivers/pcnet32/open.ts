/** Begin and end of an interface's use, and the chip's start and restart: pcnet32_open, pcnet32_close. */
import { jiffies, udelay } from '../../src/guest/kernel/arch/time.ts';
import { printk } from '../../src/guest/kernel/debug/printk.ts';
import { EAGAIN, EINVAL, EIO, ENOMEM } from '../../src/guest/kernel/errno.ts';
import { free_irq, request_irq, SA_SHIRQ } from '../../src/guest/kernel/irq/irq.ts';
import { del_timer_sync, mod_timer } from '../../src/guest/kernel/irq/timer.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../src/guest/kernel/locking/spinlock.ts';
import { IFF_PROMISC } from '../../src/guest/kernel/net/if.ts';
import { type NetDevice, netif_start_queue, netif_stop_queue } from '../../src/guest/kernel/net/netdevice.ts';
import { pcnet32_interrupt } from './interrupt.ts';
import { pcnet32_load_multicast } from './multicast.ts';
import { PORT_10BT, PORT_ASEL, PORT_AUI, PORT_PORTSEL } from './options.ts';
import { pcnet32_priv, Pcnet32Private } from './pcnet32.ts';
import { is_valid_ether_addr } from './probe.ts';
import {
  BCR2_ASEL, BCR9_AUIFD, BCR9_FDEN, CSR0, CSR0_IDON, CSR0_INIT, CSR0_NORMAL, CSR0_STOP, CSR15_PORTSEL_SHIFT,
  CSR15_PROMISC, CSR4, CSR4_SETTING, PCNET32_BCR_DUPLEX, PCNET32_BCR_MISC, PCNET32_BCR_STYLE, PCNET32_INIT_HIGH,
  PCNET32_INIT_LOW, SWSTYLE_LANCE, SWSTYLE_PCNET32,
} from './regs.ts';
import {
  pcnet32_alloc_ring, pcnet32_free_ring, pcnet32_init_ring, pcnet32_purge_rx_ring, pcnet32_purge_tx_ring,
} from './rings.ts';
import { pcnet32_count_missed } from './stats.ts';
import { pcnet32_check_link, PCNET32_WATCHDOG_PERIOD } from './watchdog.ts';

/** How often, with a microsecond between, the chip is asked whether it has stopped, and whether it has initialized. */
const STOP_TRIES = 100;
const INIT_TRIES = 1000;

/** @sleeps */
export function pcnet32_open(dev: NetDevice): i32 {
  const lp = pcnet32_priv(dev);
  if (!is_valid_ether_addr(dev.dev_addr)) return -EINVAL;
  if (dev.irq === 0 || request_irq(dev.irq as i32, pcnet32_interrupt, SA_SHIRQ, cast<cstr>(dev.name), addr(dev)) < 0) {
    return -EAGAIN;
  }
  const error = pcnet32_alloc_ring(dev);
  if (error < 0) {
    free_irq(dev.irq as i32, addr(dev));
    return error;
  }
  const flags = spin_lock_irqsave(lp.lock);
  pcnet32_setup_chip(dev, lp);
  const started = pcnet32_init_ring(dev) < 0 ? -ENOMEM : pcnet32_start_chip(dev, lp, CSR0_NORMAL);
  if (started === 0) {
    netif_start_queue(dev);
    pcnet32_check_link(dev, lp);
  } else {
    pcnet32_stop_chip(dev, lp);
  }
  spin_unlock_irqrestore(lp.lock, flags);
  if (started < 0) {
    pcnet32_release(dev);
    return started;
  }
  mod_timer(lp.watchdog_timer, jiffies + PCNET32_WATCHDOG_PERIOD);
  if (lp.msg_enable > 2) {
    printk('<7>%s: open, tx ring at 0x%08x, rx ring at 0x%08x, init block at 0x%08x\n', cast<cstr>(dev.name),
      lp.tx_ring_dma_addr, lp.rx_ring_dma_addr, lp.init_dma_addr);
  }
  return 0;
}

/** @sleeps */
export function pcnet32_close(dev: NetDevice): i32 {
  const lp = pcnet32_priv(dev);
  del_timer_sync(lp.watchdog_timer);
  const flags = spin_lock_irqsave(lp.lock);
  netif_stop_queue(dev);
  pcnet32_count_missed(dev, lp);
  if (lp.msg_enable > 2) {
    printk('<7>%s: closing, status was 0x%04x\n', cast<cstr>(dev.name), lp.a.read_csr(dev.base_addr, CSR0));
  }
  pcnet32_stop_chip(dev, lp);
  // Whoever drives it next may be of the old school.
  lp.a.write_bcr(dev.base_addr, PCNET32_BCR_STYLE, SWSTYLE_LANCE);
  spin_unlock_irqrestore(lp.lock, flags);
  pcnet32_release(dev);
  return 0;
}

/** The chip is stopped: gives interrupt, packets and rings back. Without the lock. */
function pcnet32_release(dev: NetDevice): void {
  const lp = pcnet32_priv(dev);
  free_irq(dev.irq as i32, addr(dev));
  const flags = spin_lock_irqsave(lp.lock);
  pcnet32_purge_tx_ring(dev);
  spin_unlock_irqrestore(lp.lock, flags);
  pcnet32_purge_rx_ring(dev);
  pcnet32_free_ring(dev);
}

/** Resets the chip, and sets what stays set until it is reset again. */
function pcnet32_setup_chip(dev: NetDevice, lp: Pcnet32Private): void {
  const ioaddr = dev.base_addr, a = lp.a;
  a.reset(ioaddr);
  lp.last_missed = 0;
  lp.restart_failed = false;
  a.write_bcr(ioaddr, PCNET32_BCR_STYLE, SWSTYLE_PCNET32);
  const misc = a.read_bcr(ioaddr, PCNET32_BCR_MISC) & ~BCR2_ASEL;
  a.write_bcr(ioaddr, PCNET32_BCR_MISC, (lp.options & PORT_ASEL) !== 0 ? misc | BCR2_ASEL : misc);
  if (lp.full_duplex) pcnet32_setup_duplex(dev, lp);
  lp.init_block.mode = pcnet32_mode(dev, lp) as u16;
  pcnet32_load_multicast(dev);
}

/** BCR9: the AUI has a bit of its own. */
function pcnet32_setup_duplex(dev: NetDevice, lp: Pcnet32Private): void {
  const ioaddr = dev.base_addr;
  let duplex = lp.a.read_bcr(ioaddr, PCNET32_BCR_DUPLEX) & ~(BCR9_FDEN | BCR9_AUIFD) | BCR9_FDEN;
  if ((lp.options & (PORT_ASEL | PORT_PORTSEL)) === PORT_AUI) duplex |= BCR9_AUIFD;
  lp.a.write_bcr(ioaddr, PCNET32_BCR_DUPLEX, duplex);
}

/** CSR15 as the interface's flags want it. */
export function pcnet32_mode(dev: NetDevice, lp: Pcnet32Private): u32 {
  const port = (lp.options & PORT_ASEL) !== 0 ? PORT_10BT : lp.options & PORT_PORTSEL;
  const promiscuous = (dev.flags & IFF_PROMISC) !== 0;
  return port << CSR15_PORTSEL_SHIFT | (promiscuous ? CSR15_PROMISC : 0);
}

/** Lets the chip, which is stopped, read the init block, and start with these bits of CSR0: 0, or -EIO. */
function pcnet32_start_chip(dev: NetDevice, lp: Pcnet32Private, csr0_bits: u32): i32 {
  const ioaddr = dev.base_addr, a = lp.a;
  a.write_csr(ioaddr, PCNET32_INIT_LOW, lp.init_dma_addr & 0xffff);
  a.write_csr(ioaddr, PCNET32_INIT_HIGH, lp.init_dma_addr >>> 16);
  a.write_csr(ioaddr, CSR4, CSR4_SETTING);
  a.write_csr(ioaddr, CSR0, CSR0_INIT);
  let tries: u32 = 0;
  while ((a.read_csr(ioaddr, CSR0) & CSR0_IDON) === 0 && tries < INIT_TRIES) {
    udelay(1);
    tries++;
  }
  if (tries === INIT_TRIES) {
    if (lp.msg_enable > 0) {
      printk('<3>%s: does not initialize, status 0x%04x\n', cast<cstr>(dev.name), a.read_csr(ioaddr, CSR0));
    }
    return -EIO;
  }
  // IDON is left set: clearing it here makes some chips of the family, the Am79C974, forget to start.
  a.write_csr(ioaddr, CSR0, csr0_bits);
  return 0;
}

/** Stops the chip, and waits until it has stopped: from then on it leaves memory alone. */
export function pcnet32_stop_chip(dev: NetDevice, lp: Pcnet32Private): void {
  const ioaddr = dev.base_addr;
  lp.a.write_csr(ioaddr, CSR0, CSR0_STOP);
  for (let tries: u32 = 0; (lp.a.read_csr(ioaddr, CSR0) & CSR0_STOP) === 0; tries++) {
    if (tries === STOP_TRIES) {
      if (lp.msg_enable > 0) printk('<3>%s: does not stop\n', cast<cstr>(dev.name));
      return;
    }
    udelay(1);
  }
}

/**
 * Starts a chip anew that has lost its way, with rings as new: packets not yet sent are lost, those received but not
 * yet seen too. When it fails the watchdog tries it again. Under the lock.
 */
export function pcnet32_restart(dev: NetDevice, csr0_bits: u32): void {
  const lp = pcnet32_priv(dev);
  if (lp.msg_enable > 2) printk('<7>%s: restart\n', cast<cstr>(dev.name));
  pcnet32_count_missed(dev, lp);
  pcnet32_stop_chip(dev, lp);
  pcnet32_purge_tx_ring(dev);
  // Not all that may be wrong with a chip ends when it is stopped: a suspension does not.
  pcnet32_setup_chip(dev, lp);
  lp.restart_failed = pcnet32_init_ring(dev) < 0 || pcnet32_start_chip(dev, lp, csr0_bits) < 0;
}
