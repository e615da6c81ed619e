/**
 * A driver for AMD's PCnet-PCI II (Am79C970A) and its relatives on the PCI bus, after Linux 2.4, drivers/net/pcnet32.c.
 *
 * The chip reads frames to send from one ring of descriptors and puts received ones into the buffers of another; a
 * descriptor is the chip's while OWN is set in it. One lock protects registers, rings and counters of an interface: it
 * is taken by the interrupt handler, so with interrupts off elsewhere, and inside dev.xmit_lock.
 */
import type { SpinLock } from '../../src/guest/kernel/locking/spinlock.ts';
import type { TimerList } from '../../src/guest/kernel/irq/timer.ts';
import type { NetDevice, NetDeviceStats } from '../../src/guest/kernel/net/netdevice.ts';
import type { SkBuff } from '../../src/guest/kernel/net/skbuff.ts';
import { pci_module_init, pci_unregister_driver } from '../../src/guest/kernel/pci/driver.ts';
import { PCI_ANY_ID, type PciDev, PciDeviceId, PciDriver } from '../../src/guest/kernel/pci/pci.ts';
import { EINVAL } from '../../src/guest/kernel/errno.ts';
import { printk } from '../../src/guest/kernel/debug/printk.ts';
import type { Pcnet32Access } from './access.ts';
import { log_rx_buffers, log_tx_buffers, options, PORT_ASEL, PORT_PORTSEL } from './options.ts';
import { pcnet32_probe_pci, pcnet32_remove_one } from './probe.ts';
import { PCNET32_LOG_MAX_BUFFERS, Pcnet32InitBlock, Pcnet32RxHead, Pcnet32TxHead } from './regs.ts';

export const DRV_NAME = 'pcnet32';
export const DRV_VERSION = '1.25';

/** Bytes of a receive buffer: a frame with its check sequence, and room for a VLAN tag. */
export const PKT_BUF_SZ = 1544;

/** An interface's driver data, at NetDevice.priv. */
export class Pcnet32Private {
  /** Protects the registers, of which only one can be reached at a time, and all below. */
  lock: Embed<SpinLock>;
  pci_dev: PciDev;
  /** How the registers are reached. */
  a: Pcnet32Access;
  chip_version: u32;
  /** Memory that the chip sees too, and where it sees it. */
  init_block: Pcnet32InitBlock;
  init_dma_addr: u32;
  rx_ring: Ptr<Embed<Pcnet32RxHead>>;
  rx_ring_dma_addr: u32;
  tx_ring: Ptr<Embed<Pcnet32TxHead>>;
  tx_ring_dma_addr: u32;
  /** The packets in the rings' buffers, and the buffers' addresses for the chip. */
  rx_skbuff: Ptr<SkBuff | null>;
  rx_dma_addr: Ptr<u32>;
  tx_skbuff: Ptr<SkBuff | null>;
  tx_dma_addr: Ptr<u32>;
  /** The next descriptors to use, and the oldest one not yet freed: they count on, modulo the rings' lengths. */
  cur_rx: u32;
  cur_tx: u32;
  dirty_tx: u32;
  rx_ring_size: u32;
  rx_mod_mask: u32;
  tx_ring_size: u32;
  tx_mod_mask: u32;
  tx_full: bool;
  /** The chip could not be started again: the watchdog tries it. */
  restart_failed: bool;
  full_duplex: bool;
  /** There is a PHY to ask, at phy_id. */
  mii: bool;
  phy_id: u32;
  options: u32;
  msg_enable: u32;
  /** CSR112 when it was last looked at. */
  last_missed: u32;
  /** dirty_tx and cur_rx when the watchdog last looked, and whether there was a frame at cur_rx. */
  last_dirty_tx: u32;
  last_cur_rx: u32;
  rx_waiting: bool;
  stats: Embed<NetDeviceStats>;
  watchdog_timer: Embed<TimerList>;
}

/** @inline */
export function pcnet32_priv(dev: NetDevice): Pcnet32Private {
  return cast<Pcnet32Private>(dev.priv);
}

const PCI_VENDOR_ID_AMD = 0x1022;
const PCI_DEVICE_ID_AMD_LANCE = 0x2000;

let pcnet32_pci_tbl: Arr<Embed<PciDeviceId>, 2> = [
  {
    vendor: PCI_VENDOR_ID_AMD, device: PCI_DEVICE_ID_AMD_LANCE, subvendor: PCI_ANY_ID, subdevice: PCI_ANY_ID, class: 0,
    class_mask: 0, driver_data: 0,
  },
  { vendor: 0, device: 0, subvendor: 0, subdevice: 0, class: 0, class_mask: 0, driver_data: 0 },
];

let pcnet32_driver!: Embed<PciDriver>;

export function init_module(): i32 {
  if (!valid_log(log_tx_buffers) || !valid_log(log_rx_buffers) || (options & ~(PORT_PORTSEL | PORT_ASEL)) !== 0) {
    printk('<3>pcnet32: bad parameters\n');
    return -EINVAL;
  }
  pcnet32_driver.name = DRV_NAME;
  pcnet32_driver.id_table = ptr(pcnet32_pci_tbl[0]);
  pcnet32_driver.probe = pcnet32_probe_pci;
  pcnet32_driver.remove = pcnet32_remove_one;
  return pci_module_init(pcnet32_driver);
}

export function cleanup_module(): void {
  pci_unregister_driver(pcnet32_driver);
}

function valid_log(log: u32): bool {
  return log >= 1 && log <= PCNET32_LOG_MAX_BUFFERS;
}
