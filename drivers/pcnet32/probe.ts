/** Finding the chip, what it is and whose address it has: pcnet32_probe_pci, pcnet32_probe1, pcnet32_remove_one. */
import { inb } from '../../src/guest/kernel/arch/io.ts';
import { HZ } from '../../src/guest/kernel/arch/time.ts';
import { printk } from '../../src/guest/kernel/debug/printk.ts';
import { EBUSY, ENODEV, ENOMEM } from '../../src/guest/kernel/errno.ts';
import { init_timer } from '../../src/guest/kernel/irq/timer.ts';
import { spin_lock_init } from '../../src/guest/kernel/locking/spinlock.ts';
import { pci_alloc_consistent, pci_free_consistent, pci_set_dma_mask } from '../../src/guest/kernel/mm/dma.ts';
import type { Module } from '../../src/guest/kernel/module/module.ts';
import { register_netdev, unregister_netdev } from '../../src/guest/kernel/net/dev.ts';
import { ETH_ALEN } from '../../src/guest/kernel/net/if.ts';
import { alloc_etherdev, free_netdev } from '../../src/guest/kernel/net/net_init.ts';
import type { NetDevice } from '../../src/guest/kernel/net/netdevice.ts';
import { pci_disable_device, pci_enable_device, pci_set_master } from '../../src/guest/kernel/pci/driver.ts';
import {
  pci_get_drvdata, pci_resource_flags, pci_resource_start, pci_set_drvdata, type PciDev, type PciDeviceId,
} from '../../src/guest/kernel/pci/pci.ts';
import { IORESOURCE_IO, release_region, request_region } from '../../src/guest/kernel/pci/resource.ts';
import { memcpy } from '../../src/guest/lib/memory.ts';
import {
  pcnet32_dwio, pcnet32_dwio_check, pcnet32_dwio_reset, pcnet32_enter_dwio, pcnet32_wio, pcnet32_wio_check,
  pcnet32_wio_reset, type Pcnet32Access,
} from './access.ts';
import { pcnet32_ioctl } from './ioctl.ts';
import { pcnet32_find_phy } from './mii.ts';
import { pcnet32_set_multicast_list } from './multicast.ts';
import { pcnet32_close, pcnet32_open } from './open.ts';
import { debug, dwio, full_duplex, log_rx_buffers, log_tx_buffers, options } from './options.ts';
import { DRV_NAME, pcnet32_priv, Pcnet32Private } from './pcnet32.ts';
import {
  CSR0, CSR0_STOP, PCNET32_79C970A, PCNET32_CHIP_HIGH, PCNET32_CHIP_LOW, PCNET32_PADR, PCNET32_PROM_SIZE,
  PCNET32_TOTAL_SIZE, Pcnet32InitBlock,
} from './regs.ts';
import { pcnet32_change_mtu, pcnet32_get_stats } from './stats.ts';
import { pcnet32_start_xmit, pcnet32_tx_timeout } from './transmit.ts';
import { pcnet32_watchdog } from './watchdog.ts';

/** This module, as insmod names it. */
declare let __this_module: Embed<Module>;

const ALL_32_BITS = 0xffffffff;
/** Jiffies that a full ring may stand still. */
const PCNET32_TX_TIMEOUT = 5 * HZ;

/** A chip of the PCI bus: 0, or why it is not ours. @sleeps */
export function pcnet32_probe_pci(pdev: PciDev, id: PciDeviceId): i32 {
  const error = pci_enable_device(pdev);
  if (error < 0) {
    printk('<3>pcnet32: %s: cannot be enabled\n', cast<cstr>(pdev.slot_name));
    return error;
  }
  if ((pci_resource_flags(pdev, 0) & IORESOURCE_IO) === 0 || pci_set_dma_mask(pdev, ALL_32_BITS) !== 0) {
    printk('<3>pcnet32: %s: no ports, or no way to memory\n', cast<cstr>(pdev.slot_name));
    pci_disable_device(pdev);
    return -ENODEV;
  }
  pci_set_master(pdev);
  const ioaddr = pci_resource_start(pdev, 0);
  if (request_region(ioaddr, PCNET32_TOTAL_SIZE, DRV_NAME) === null) {
    printk('<3>pcnet32: %s: the ports are taken\n', cast<cstr>(pdev.slot_name));
    pci_disable_device(pdev);
    return -EBUSY;
  }
  const found = pcnet32_probe1(ioaddr as u32, pdev);
  if (found < 0) {
    release_region(ioaddr, PCNET32_TOTAL_SIZE);
    pci_disable_device(pdev);
  }
  return found;
}

/** Driver or device go. @sleeps */
export function pcnet32_remove_one(pdev: PciDev): void {
  const dev = cast<NetDevice | null>(pci_get_drvdata(pdev));
  if (dev === null) return;
  const lp = pcnet32_priv(dev), ioaddr = dev.base_addr as usize;
  unregister_netdev(dev);
  pci_free_consistent(pdev, sizeof<Pcnet32InitBlock>(), addr(lp.init_block), lp.init_dma_addr);
  free_netdev(dev);
  release_region(ioaddr, PCNET32_TOTAL_SIZE);
  pci_disable_device(pdev);
  pci_set_drvdata(pdev, 0);
}

/** The ports are ours: makes an interface of the chip. 0 or a negated error, with nothing kept. */
function pcnet32_probe1(ioaddr: u32, pdev: PciDev): i32 {
  const a = pcnet32_find_access(ioaddr);
  if (a === null) {
    printk('<3>pcnet32: %s: no chip answers\n', cast<cstr>(pdev.slot_name));
    return -ENODEV;
  }
  const chip_version = pcnet32_chip_version(a, ioaddr);
  const chipname = pcnet32_chip_name(chip_version);
  if (chipname === null) {
    printk('<3>pcnet32: %s: version 0x%04x is not known\n', cast<cstr>(pdev.slot_name), chip_version);
    return -ENODEV;
  }
  const dev = alloc_etherdev(sizeof<Pcnet32Private>());
  if (dev === null) return -ENOMEM;
  dev.base_addr = ioaddr;
  dev.irq = pdev.irq as u32;
  dev.owner = __this_module;
  pcnet32_station_address(a, dev);
  const error = pcnet32_init_private(dev, pdev, a, chip_version);
  if (error < 0) {
    free_netdev(dev);
    return error;
  }
  pcnet32_set_operations(dev);
  return pcnet32_register(dev, pdev, chipname);
}

/** Resets the chip in whatever mode it is, and tells which one that is; null if nothing answers as a chip would. */
function pcnet32_find_access(ioaddr: u32): Pcnet32Access | null {
  pcnet32_dwio_reset(ioaddr);
  pcnet32_wio_reset(ioaddr);
  if (pcnet32_wio.read_csr(ioaddr, CSR0) === CSR0_STOP && pcnet32_wio_check(ioaddr)) {
    if (dwio === 0) return pcnet32_wio;
    pcnet32_enter_dwio(ioaddr);
  }
  if (pcnet32_dwio.read_csr(ioaddr, CSR0) === CSR0_STOP && pcnet32_dwio_check(ioaddr)) return pcnet32_dwio;
  return null;
}

/** "CSR88", "CSR89": the part number is in bits 12 to 27. 0 if it is not AMD's. */
function pcnet32_chip_version(a: Pcnet32Access, ioaddr: u32): u32 {
  const id = a.read_csr(ioaddr, PCNET32_CHIP_LOW) | a.read_csr(ioaddr, PCNET32_CHIP_HIGH) << 16;
  if (debug > 2) printk('<7>pcnet32: chip id 0x%08x\n', id);
  return (id & 0xfff) === 0x003 ? id >>> 12 & 0xffff : 0;
}

function pcnet32_chip_name(version: u32): cstr | null {
  switch (version) {
    case 0x2420: return 'PCnet/PCI 79C970';
    case 0x2621: return 'PCnet/PCI II 79C970A';
    case 0x2623: return 'PCnet/FAST 79C971';
    case 0x2624: return 'PCnet/FAST+ 79C972';
    case 0x2625: return 'PCnet/FAST III 79C973';
    case 0x2627: return 'PCnet/FAST III 79C975';
    default: return null;
  }
}

/** The address PROM has it; where that is blank, the chip's own registers, which it may have from an EEPROM. */
function pcnet32_station_address(a: Pcnet32Access, dev: NetDevice): void {
  const prom = local<Arr<u8, 16>>();
  pcnet32_get_prom(dev.base_addr, prom);
  memcpy(dev.dev_addr, prom, ETH_ALEN);
  if (is_valid_ether_addr(dev.dev_addr)) return;
  for (let at: u32 = 0; at < ETH_ALEN / 2; at++) {
    const half = a.read_csr(dev.base_addr, PCNET32_PADR + at);
    dev.dev_addr[2 * at] = half as u8;
    dev.dev_addr[2 * at + 1] = half >>> 8 as u8;
  }
  if (!is_valid_ether_addr(dev.dev_addr)) printk('<4>pcnet32: the chip has no address\n');
}

/** The sixteen bytes of the address PROM. */
export function pcnet32_get_prom(ioaddr: u32, to: Ptr<u8>): void {
  for (let at: u32 = 0; at < PCNET32_PROM_SIZE; at++) to[at] = inb(ioaddr + at) as u8;
}

/** Whether an address is one station's: no group's, not all zero. */
export function is_valid_ether_addr(address: Ptr<u8>): bool {
  let some: u32 = 0;
  for (let at: u32 = 0; at < ETH_ALEN; at++) some |= address[at];
  return some !== 0 && (address[0] & 1) === 0;
}

/** 0 or -ENOMEM. */
function pcnet32_init_private(dev: NetDevice, pdev: PciDev, a: Pcnet32Access, chip_version: u32): i32 {
  const lp = pcnet32_priv(dev), handle = local<Arr<u32, 1>>();
  const block = pci_alloc_consistent(pdev, sizeof<Pcnet32InitBlock>(), handle);
  if (block === 0) {
    printk('<3>pcnet32: no memory for the init block\n');
    return -ENOMEM;
  }
  spin_lock_init(lp.lock, 'pcnet32_lock');
  lp.init_block = cast<Pcnet32InitBlock>(block);
  lp.init_dma_addr = handle[0];
  lp.pci_dev = pdev;
  lp.a = a;
  lp.chip_version = chip_version;
  lp.options = options;
  lp.full_duplex = full_duplex !== 0 && chip_version >= PCNET32_79C970A;
  lp.msg_enable = debug;
  lp.rx_ring_size = 1 << log_rx_buffers;
  lp.rx_mod_mask = lp.rx_ring_size - 1;
  lp.tx_ring_size = 1 << log_tx_buffers;
  lp.tx_mod_mask = lp.tx_ring_size - 1;
  lp.init_block.tlen_rlen = (log_tx_buffers << 12 | log_rx_buffers << 4) as u16;
  init_timer(lp.watchdog_timer);
  lp.watchdog_timer.data = addr(dev);
  lp.watchdog_timer.function = pcnet32_watchdog;
  pcnet32_find_phy(dev);
  return 0;
}

function pcnet32_set_operations(dev: NetDevice): void {
  dev.open = pcnet32_open;
  dev.stop = pcnet32_close;
  dev.hard_start_xmit = pcnet32_start_xmit;
  dev.get_stats = pcnet32_get_stats;
  dev.set_multicast_list = pcnet32_set_multicast_list;
  dev.do_ioctl = pcnet32_ioctl;
  dev.change_mtu = pcnet32_change_mtu;
  dev.tx_timeout = pcnet32_tx_timeout;
  dev.watchdog_timeo = PCNET32_TX_TIMEOUT;
}

function pcnet32_register(dev: NetDevice, pdev: PciDev, chipname: cstr): i32 {
  const lp = pcnet32_priv(dev);
  pci_set_drvdata(pdev, addr(dev));
  const error = register_netdev(dev);
  if (error < 0) {
    printk('<3>pcnet32: %s cannot be registered: %d\n', chipname, error);
    pci_set_drvdata(pdev, 0);
    pci_free_consistent(pdev, sizeof<Pcnet32InitBlock>(), addr(lp.init_block), lp.init_dma_addr);
    free_netdev(dev);
    return error;
  }
  const mac = dev.dev_addr;
  printk('<6>%s: %s at 0x%04x, irq %u, %02x:%02x:%02x:%02x:%02x:%02x\n', cast<cstr>(dev.name), chipname, dev.base_addr,
    dev.irq, mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
  return 0;
}
