/** The chip has something to tell: pcnet32_interrupt. */
import type { PtRegs } from '../../src/guest/kernel/arch/ptrace.ts';
import { printk } from '../../src/guest/kernel/debug/printk.ts';
import { spin_lock, spin_unlock } from '../../src/guest/kernel/locking/spinlock.ts';
import { type NetDevice, netif_wake_queue } from '../../src/guest/kernel/net/netdevice.ts';
import { pcnet32_restart } from './open.ts';
import { max_interrupt_work } from './options.ts';
import { pcnet32_priv, Pcnet32Private } from './pcnet32.ts';
import { pcnet32_rx } from './receive.ts';
import {
  CSR0, CSR0_BABL, CSR0_COMMANDS, CSR0_MERR, CSR0_MISS, CSR0_NORMAL, CSR0_REARM, CSR0_RINT, CSR0_RXON, CSR0_TINT,
  CSR0_TXON, CSR0_WORK,
} from './regs.ts';
import { pcnet32_tx_done } from './transmit.ts';

/** The line is shared: the cause may be another card's. `dev_id`: the NetDevice. @interrupt */
export function pcnet32_interrupt(irq: i32, dev_id: usize, regs: PtRegs): void {
  if (dev_id === 0) {
    printk('<3>pcnet32_interrupt(): irq %d for unknown device\n', irq);
    return;
  }
  const dev = cast<NetDevice>(dev_id), lp = pcnet32_priv(dev), ioaddr = dev.base_addr;
  spin_lock(lp.lock);
  const rap = lp.a.read_rap(ioaddr);
  let boguscnt = max_interrupt_work;
  let csr0 = lp.a.read_csr(ioaddr, CSR0);
  while ((csr0 & CSR0_WORK) !== 0 && boguscnt !== 0) {
    boguscnt--;
    // Acknowledge first: what comes from here on interrupts again.
    lp.a.write_csr(ioaddr, CSR0, csr0 & ~CSR0_COMMANDS);
    if (lp.msg_enable > 3) printk('<7>%s: interrupt, csr0 0x%04x\n', cast<cstr>(dev.name), csr0);
    if (pcnet32_handle(dev, lp, csr0)) {
      pcnet32_restart(dev, CSR0_NORMAL);
      netif_wake_queue(dev);
    }
    csr0 = lp.a.read_csr(ioaddr, CSR0);
  }
  // Clear any other cause, and interrupt again.
  lp.a.write_csr(ioaddr, CSR0, CSR0_REARM);
  lp.a.write_rap(ioaddr, rap);
  spin_unlock(lp.lock);
}

/** Does what the causes ask for; true when the chip must be restarted. */
function pcnet32_handle(dev: NetDevice, lp: Pcnet32Private, csr0: u32): bool {
  let must_restart = false;
  if ((csr0 & CSR0_RINT) !== 0) pcnet32_rx(dev);
  if ((csr0 & CSR0_TINT) !== 0 && pcnet32_tx_done(dev)) must_restart = true;
  if ((csr0 & CSR0_BABL) !== 0) lp.stats.tx_errors++;
  if ((csr0 & CSR0_MISS) !== 0) {
    // The ring was full; the frames in it may have come without an interrupt of their own that is seen here.
    lp.stats.rx_errors++;
    pcnet32_rx(dev);
  }
  if ((csr0 & CSR0_MERR) !== 0 && pcnet32_memory_error(dev, lp)) must_restart = true;
  return must_restart;
}

/** The chip asked for the bus and did not get it, or not its memory; true when it has turned something off. */
function pcnet32_memory_error(dev: NetDevice, lp: Pcnet32Private): bool {
  const csr0 = lp.a.read_csr(dev.base_addr, CSR0);
  if (lp.msg_enable > 0) printk('<3>%s: bus master arbitration failure, status 0x%04x\n', cast<cstr>(dev.name), csr0);
  lp.stats.tx_errors++;
  return (csr0 & (CSR0_TXON | CSR0_RXON)) !== (CSR0_TXON | CSR0_RXON);
}
