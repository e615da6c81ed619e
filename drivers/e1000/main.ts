/**
 * A driver for Intel's 82540EM and its kin, copper only: the module, and how it meets and leaves devices. Linux 2.4,
 * drivers/net/e1000/e1000_main.c (4.x). The other files: hw.ts knows the hardware's state, regs.ts its registers;
 * eeprom.ts, phy.ts, link.ts, mac.ts its parts; netdev.ts the interface; tx_ring.ts and transmit.ts, rx_ring.ts and
 * receive.ts, interrupt.ts, watchdog.ts what happens while it is open; stats.ts, ethtool.ts, param.ts the rest.
 */
import { memcpy } from '../../src/guest/lib/memory.ts';
import { HZ } from '../../src/guest/kernel/arch/time.ts';
import { printk } from '../../src/guest/kernel/debug/printk.ts';
import { EIO, ENOMEM } from '../../src/guest/kernel/errno.ts';
import { init_timer } from '../../src/guest/kernel/irq/timer.ts';
import { atomic_set } from '../../src/guest/kernel/locking/atomic.ts';
import { spin_lock_init } from '../../src/guest/kernel/locking/spinlock.ts';
import { pci_set_dma_mask } from '../../src/guest/kernel/mm/dma.ts';
import { ioremap, iounmap } from '../../src/guest/kernel/mm/ioremap.ts';
import { register_netdev, unregister_netdev } from '../../src/guest/kernel/net/dev.ts';
import { ETH_ALEN } from '../../src/guest/kernel/net/if.ts';
import { alloc_etherdev, free_netdev } from '../../src/guest/kernel/net/net_init.ts';
import {
  dev_name, type NetDevice, netif_carrier_off, netif_stop_queue,
} from '../../src/guest/kernel/net/netdevice.ts';
import {
  pci_disable_device, pci_enable_device, pci_module_init, pci_release_regions, pci_request_regions, pci_set_master,
  pci_unregister_driver,
} from '../../src/guest/kernel/pci/driver.ts';
import {
  PCI_ANY_ID, pci_get_drvdata, pci_resource_len, pci_resource_start, pci_set_drvdata, type PciDev, PciDeviceId,
  PciDriver,
} from '../../src/guest/kernel/pci/pci.ts';
import { flush_scheduled_tasks, init_tq } from '../../src/guest/kernel/sched/context.ts';
import { __this_module, adapter_of, E1000Adapter } from './adapter.ts';
import { e1000_init_eeprom_params, e1000_read_mac_addr, e1000_read_part_num, e1000_validate_eeprom_checksum }
  from './eeprom.ts';
import { e1000_ioctl } from './ethtool.ts';
import { DRIVER_VERSION, e1000_hw_init, MAXIMUM_ETHERNET_FRAME_SIZE, MINIMUM_ETHERNET_FRAME_SIZE } from './hw.ts';
import {
  E1000_DEV_ID_82540EM, E1000_DEV_ID_82540EM_LOM, E1000_DEV_ID_82540EP, E1000_DEV_ID_82540EP_LOM,
  E1000_DEV_ID_82540EP_LP, E1000_DEV_ID_82545EM_COPPER, e1000_reset_hw, e1000_set_mac_type,
} from './mac.ts';
import {
  e1000_change_mtu, e1000_close, e1000_open, e1000_reset, e1000_set_mac, e1000_set_multi, e1000_tx_timeout,
  e1000_tx_timeout_task, is_valid_ether_addr,
} from './netdev.ts';
import { e1000_check_options } from './param.ts';
import { E1000_RXBUFFER_2048 } from './rx_ring.ts';
import { e1000_get_stats } from './stats.ts';
import { e1000_xmit_frame } from './transmit.ts';
import { e1000_watchdog } from './watchdog.ts';

const INTEL_VENDOR_ID = 0x8086;
const BAR_0 = 0;
const DMA_32BIT = 0xffffffff;
/** Without progress for so long, the hardware is reset: in jiffies. */
const TX_TIMEOUT = 5 * HZ;

const e1000_pci_tbl: Arr<Embed<PciDeviceId>, 7> = [
  {
    vendor: INTEL_VENDOR_ID, device: E1000_DEV_ID_82540EM, subvendor: PCI_ANY_ID, subdevice: PCI_ANY_ID, class: 0,
    class_mask: 0, driver_data: 0,
  },
  {
    vendor: INTEL_VENDOR_ID, device: E1000_DEV_ID_82540EM_LOM, subvendor: PCI_ANY_ID, subdevice: PCI_ANY_ID, class: 0,
    class_mask: 0, driver_data: 0,
  },
  {
    vendor: INTEL_VENDOR_ID, device: E1000_DEV_ID_82540EP, subvendor: PCI_ANY_ID, subdevice: PCI_ANY_ID, class: 0,
    class_mask: 0, driver_data: 0,
  },
  {
    vendor: INTEL_VENDOR_ID, device: E1000_DEV_ID_82540EP_LOM, subvendor: PCI_ANY_ID, subdevice: PCI_ANY_ID, class: 0,
    class_mask: 0, driver_data: 0,
  },
  {
    vendor: INTEL_VENDOR_ID, device: E1000_DEV_ID_82540EP_LP, subvendor: PCI_ANY_ID, subdevice: PCI_ANY_ID, class: 0,
    class_mask: 0, driver_data: 0,
  },
  {
    vendor: INTEL_VENDOR_ID, device: E1000_DEV_ID_82545EM_COPPER, subvendor: PCI_ANY_ID, subdevice: PCI_ANY_ID,
    class: 0, class_mask: 0, driver_data: 0,
  },
  { vendor: 0, device: 0, subvendor: 0, subdevice: 0, class: 0, class_mask: 0, driver_data: 0 },
];

let e1000_driver!: Embed<PciDriver>;
/** Interfaces that there have been. */
let cards_found: u32 = 0;

export function init_module(): i32 {
  printk('<6>Intel(R) PRO/1000 Network Driver - version %s\n', DRIVER_VERSION);
  e1000_driver.name = 'e1000';
  e1000_driver.id_table = cast<Ptr<Embed<PciDeviceId>>>(e1000_pci_tbl);
  e1000_driver.probe = e1000_probe;
  e1000_driver.remove = e1000_remove;
  return pci_module_init(e1000_driver);
}

export function cleanup_module(): void {
  pci_unregister_driver(e1000_driver);
}

/** PciDriver.probe: 0 and there is an interface, or a negated error and all is as before. @sleeps */
function e1000_probe(pdev: PciDev, id: PciDeviceId): i32 {
  let error = pci_enable_device(pdev);
  if (error !== 0) return error;
  error = pci_set_dma_mask(pdev, DMA_32BIT);
  if (error === 0) error = pci_request_regions(pdev, 'e1000');
  if (error === 0) {
    pci_set_master(pdev);
    error = e1000_probe_netdev(pdev);
    if (error === 0) return 0;
    pci_release_regions(pdev);
  }
  pci_disable_device(pdev);
  return error;
}

/** Makes the interface and the window on the registers. */
function e1000_probe_netdev(pdev: PciDev): i32 {
  const netdev = alloc_etherdev(sizeof<E1000Adapter>());
  if (netdev === null) return -ENOMEM;
  const adapter = adapter_of(netdev);
  adapter.netdev = netdev;
  adapter.pdev = pdev;
  netdev.owner = __this_module;
  pci_set_drvdata(pdev, addr(netdev));
  const window = ioremap(pci_resource_start(pdev, BAR_0), pci_resource_len(pdev, BAR_0));
  let error: i32 = -EIO;
  if (window !== 0) {
    e1000_hw_init(adapter.hw, window);
    error = e1000_probe_hw(adapter);
    if (error === 0) return 0;
    iounmap(window);
  }
  pci_set_drvdata(pdev, 0);
  free_netdev(netdev);
  return error;
}

/** Finds out what the hardware is, brings it into a known state, and registers the interface. */
function e1000_probe_hw(adapter: E1000Adapter): i32 {
  const netdev = adapter.netdev;
  const error = e1000_sw_init(adapter);
  if (error !== 0) return error;
  e1000_fill_netdev(adapter, netdev);
  e1000_reset_hw(adapter.hw);
  if (e1000_read_identity(adapter, netdev) !== 0) return -EIO;
  e1000_check_options(adapter);
  if (e1000_reset(adapter) !== 0) return -EIO;
  // Until it is open and there is a link.
  netif_carrier_off(netdev);
  netif_stop_queue(netdev);
  const registered = register_netdev(netdev);
  if (registered !== 0) {
    e1000_reset_hw(adapter.hw);
    return registered;
  }
  cards_found++;
  printk('<6>%s: Intel(R) PRO/1000 Network Connection\n', dev_name(netdev));
  return 0;
}

/** What is known without asking the hardware: 0 or -EIO for a device that is in the table by mistake. */
function e1000_sw_init(adapter: E1000Adapter): i32 {
  const hw = adapter.hw, pdev = adapter.pdev;
  hw.vendor_id = pdev.vendor;
  hw.device_id = pdev.device;
  hw.subsystem_vendor_id = pdev.subsystem_vendor;
  hw.subsystem_id = pdev.subsystem_device;
  hw.revision_id = pdev.revision;
  adapter.rx_buffer_len = E1000_RXBUFFER_2048;
  hw.max_frame_size = MAXIMUM_ETHERNET_FRAME_SIZE;
  hw.min_frame_size = MINIMUM_ETHERNET_FRAME_SIZE;
  hw.mc_filter_type = 0;
  hw.adaptive_ifs = true;
  adapter.bd_number = cards_found;
  atomic_set(adapter.irq_sem, 1);
  spin_lock_init(adapter.stats_lock, 'e1000_stats');
  init_timer(adapter.watchdog_timer);
  adapter.watchdog_timer.function = e1000_watchdog;
  adapter.watchdog_timer.data = addr(adapter.netdev);
  init_tq(adapter.tx_timeout_task, e1000_tx_timeout_task, addr(adapter.netdev));
  if (e1000_set_mac_type(hw) === 0) return 0;
  printk('<3>e1000: MAC type of device %04x is not known\n', hw.device_id);
  return -EIO;
}

function e1000_fill_netdev(adapter: E1000Adapter, netdev: NetDevice): void {
  netdev.open = e1000_open;
  netdev.stop = e1000_close;
  netdev.hard_start_xmit = e1000_xmit_frame;
  netdev.get_stats = e1000_get_stats;
  netdev.set_multicast_list = e1000_set_multi;
  netdev.set_mac_address = e1000_set_mac;
  netdev.change_mtu = e1000_change_mtu;
  netdev.do_ioctl = e1000_ioctl;
  netdev.tx_timeout = e1000_tx_timeout;
  netdev.watchdog_timeo = TX_TIMEOUT;
  netdev.irq = adapter.pdev.irq as u32;
  netdev.mem_start = pci_resource_start(adapter.pdev, BAR_0) as u32;
  netdev.mem_end = netdev.mem_start + pci_resource_len(adapter.pdev, BAR_0) - 1;
}

/** What the EEPROM says: 0, or -EIO when it cannot be believed. */
function e1000_read_identity(adapter: E1000Adapter, netdev: NetDevice): i32 {
  const hw = adapter.hw, part = local<Arr<u32, 1>>();
  if (e1000_init_eeprom_params(hw) < 0 || e1000_validate_eeprom_checksum(hw) < 0) {
    printk('<3>e1000: The EEPROM Checksum Is Not Valid\n');
    return -EIO;
  }
  if (e1000_read_mac_addr(hw) < 0) printk('<3>e1000: EEPROM Read Error\n');
  memcpy(netdev.dev_addr, hw.mac_addr, ETH_ALEN);
  if (!is_valid_ether_addr(ptr(netdev.dev_addr[0]))) {
    printk('<3>e1000: Invalid MAC Address\n');
    return -EIO;
  }
  if (e1000_read_part_num(hw, part) === 0) adapter.part_num = part[0];
  return 0;
}

/** PciDriver.remove: the interface goes, and all that probe took. @sleeps */
function e1000_remove(pdev: PciDev): void {
  const netdev = cast<NetDevice>(pci_get_drvdata(pdev)), adapter = adapter_of(netdev);
  // Closes it: then nothing but a reset that was asked for before can still come.
  unregister_netdev(netdev);
  flush_scheduled_tasks();
  e1000_reset_hw(adapter.hw);
  iounmap(adapter.hw.hw_addr);
  pci_release_regions(pdev);
  pci_disable_device(pdev);
  pci_set_drvdata(pdev, 0);
  free_netdev(netdev);
}
