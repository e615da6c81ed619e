/**
 * A network driver that touches no hardware, and does one bad thing, by the parameter `misdeed`: the rows of
 * net-misdeeds.ts have the numbers.
 */
import { printk } from '../../../../src/guest/kernel/debug/printk.ts';
import { EIO, ENOMEM } from '../../../../src/guest/kernel/errno.ts';
import { init_timer, mod_timer, TimerList } from '../../../../src/guest/kernel/irq/timer.ts';
import { jiffies } from '../../../../src/guest/kernel/arch/time.ts';
import { pci_map_single, PCI_DMA_FROMDEVICE } from '../../../../src/guest/kernel/mm/dma.ts';
import { ioremap } from '../../../../src/guest/kernel/mm/ioremap.ts';
import { kfree } from '../../../../src/guest/kernel/mm/kmalloc.ts';
import type { Module } from '../../../../src/guest/kernel/module/module.ts';
import { dev_base, register_netdev, unregister_netdev } from '../../../../src/guest/kernel/net/dev.ts';
import { eth_header, eth_type_trans } from '../../../../src/guest/kernel/net/eth.ts';
import { alloc_etherdev, free_netdev, init_etherdev } from '../../../../src/guest/kernel/net/net_init.ts';
import {
  type NetDevice, NetDeviceStats, netif_start_queue, netif_stop_queue, netif_wake_queue,
} from '../../../../src/guest/kernel/net/netdevice.ts';
import { rtnl_lock, rtnl_unlock } from '../../../../src/guest/kernel/net/rtnetlink.ts';
import { netif_rx } from '../../../../src/guest/kernel/net/rx.ts';
import { dev_alloc_skb, kfree_skb, skb_put, type SkBuff } from '../../../../src/guest/kernel/net/skbuff.ts';
import { pci_read_config_dword, pci_write_config_dword } from '../../../../src/guest/kernel/pci/access.ts';
import {
  pci_disable_device, pci_enable_device, pci_find_device, pci_module_init, pci_release_regions, pci_request_regions,
  pci_unregister_driver,
} from '../../../../src/guest/kernel/pci/driver.ts';
import {
  PCI_ANY_ID, PCI_BASE_ADDRESS_0, pci_get_drvdata, pci_set_drvdata, type PciDev, PciDeviceId, PciDriver,
} from '../../../../src/guest/kernel/pci/pci.ts';
import {
  flush_scheduled_tasks, init_tq, schedule_task, TqStruct,
} from '../../../../src/guest/kernel/sched/context.ts';

declare let __this_module: Embed<Module>;

export let misdeed: u32 = 0;

const table: Arr<Embed<PciDeviceId>, 2> = [
  {
    vendor: 0x8086, device: 0x100e, subvendor: PCI_ANY_ID, subdevice: PCI_ANY_ID, class: 0, class_mask: 0,
    driver_data: 0,
  },
  { vendor: 0, device: 0, subvendor: 0, subdevice: 0, class: 0, class_mask: 0, driver_data: 0 },
];
let driver!: Embed<PciDriver>;
let stats!: Embed<NetDeviceStats>;
let work!: Embed<TqStruct>;
let timer!: Embed<TimerList>;
let kept: SkBuff | null = null;
let words!: Arr<u32, 4>;

export function init_module(): i32 {
  driver.name = misdeed === 1 ? cast<cstr>(16) : 'netrogue';
  driver.id_table = cast<Ptr<Embed<PciDeviceId>>>(misdeed === 2 ? 0 : addr(table));
  if (misdeed !== 3) driver.probe = probe;
  driver.remove = remove;
  const result = pci_module_init(misdeed === 4 ? cast<PciDriver>(addr(loopback())) : driver);
  if (misdeed === 5) pci_module_init(driver);
  return result;
}

export function cleanup_module(): void {
  pci_unregister_driver(driver);
}

function remove(pdev: PciDev): void {
  const dev = cast<NetDevice>(pci_get_drvdata(pdev));
  if (misdeed === 50) free_netdev(dev);
  unregister_netdev(dev);
  free_netdev(dev);
  pci_release_regions(pdev);
  pci_disable_device(pdev);
}

function probe(pdev: PciDev, id: PciDeviceId): i32 {
  if (pci_enable_device(pdev) !== 0 || pci_request_regions(pdev, 'netrogue') !== 0) return -EIO;
  const dev = make(pdev);
  if (dev === null) return -ENOMEM;
  pci_set_drvdata(pdev, addr(dev));
  spoil_interface(dev);
  const error = misdeed === 19 ? (init_etherdev(dev, 0) === null ? -EIO : 0) : register_netdev(dev);
  // What is registered at once is filled in afterwards.
  if (misdeed === 19) fill(dev);
  if (error !== 0) return error;
  init_tq(work, do_work, addr(dev));
  init_timer(timer);
  timer.function = do_work;
  timer.data = addr(dev);
  misuse_bus(pdev);
  misuse_packets(dev);
  misuse_tasks(dev);
  return 0;
}

function make(pdev: PciDev): NetDevice | null {
  const dev = alloc_etherdev(64);
  if (dev === null) return null;
  dev.owner = __this_module;
  dev.irq = pdev.irq as u32;
  dev.dev_addr[0] = 2;
  if (misdeed !== 19) fill(dev);
  return dev;
}

function fill(dev: NetDevice): void {
  dev.open = open;
  dev.stop = stop;
  dev.hard_start_xmit = xmit;
  dev.get_stats = get_stats;
  dev.change_mtu = change_mtu;
}

function spoil_interface(dev: NetDevice): void {
  switch (misdeed) {
    case 10: dev.name[3] = char('%'); dev.name[4] = char('s'); break;
    case 11: dev.addr_len = 9; break;
    case 12: dev.hard_header_len = 0xfffffff8; break;
    case 13: dev.mtu = 0xffffffff; break;
    case 14: dev.hard_start_xmit = cast(0); break;
    case 15: dev.hard_header = own_header; break;
    case 16: register_netdev(dev); break;
    case 17: netif_wake_queue(dev); break;
    case 18: register_netdev(loopback()); break;
  }
}

function own_header(skb: SkBuff, dev: NetDevice, type: u32, daddr: usize, saddr: usize, length: u32): i32 {
  return eth_header(skb, dev, type, daddr, saddr, length);
}

/** An interface of the kernel's. */
function loopback(): NetDevice {
  return cast<NetDevice>(addr(dev_base));
}

function misuse_bus(pdev: PciDev): void {
  const bridge = pci_find_device(PCI_ANY_ID, PCI_ANY_ID, null);
  switch (misdeed) {
    case 20: if (bridge !== null) pci_enable_device(bridge); break;
    case 21: pci_write_config_dword(pdev, PCI_BASE_ADDRESS_0, 0x10000000); break;
    case 22: pci_read_config_dword(pdev, 0, cast(addr(loopback()))); break;
    case 23: pci_read_config_dword(pdev, 0x100000, words); break;
    case 24: ioremap(0x10000000, 0x100); break;
    case 25: pci_map_single(pdev, addr(pdev), 64, PCI_DMA_FROMDEVICE); break;
    case 26: pci_release_regions(pdev); pci_release_regions(pdev); break;
  }
}

function misuse_packets(dev: NetDevice): void {
  if (misdeed === 51) while (dev_alloc_skb(2000) !== null);
  if (misdeed < 30 || misdeed >= 40) return;
  const skb = dev_alloc_skb(200);
  if (skb === null) return;
  skb_put(skb, 100);
  skb.protocol = eth_type_trans(skb, dev);
  switch (misdeed) {
    case 30: skb.data = addr(loopback()); break;
    case 31: skb.tail = skb.end + 4; skb.len = skb.tail - skb.data; break;
    case 32: skb.len = 0x10000; break;
    case 33: skb.mac = 16; break;
    case 34: skb.pkt_type = 9; break;
    case 35: skb.dev = loopback(); break;
    case 36: kfree_skb(skb); break;
    case 37: spoil_queue(skb); break;
    case 38: kept = skb; break;
    case 39: skb.tail = skb.data - 4; skb.len = skb.tail - skb.data; break;
  }
  netif_rx(skb);
  // Any call of the kernel takes the packet.
  netif_start_queue(dev);
  if (kept !== null) writeb(kept.data, 0);
}

/** Deferred calls lie at the end of the stack: all that is above this is what called it. */
function spoil_queue(skb: SkBuff): void {
  netif_rx(skb);
  const end = (read_sp() & ~4095) + 4096;
  for (let at = end - 272; at < end; at += 4) if (readl(at) === addr(skb) as u32) writel(at - 4, addr(kfree) as u32);
}

function misuse_tasks(dev: NetDevice): void {
  switch (misdeed) {
    case 40: schedule_task(cast<TqStruct>(addr(loopback()))); break;
    case 41: work.routine = cast(0); schedule_task(work); break;
    case 42: case 47: schedule_task(work); break;
    case 43: rtnl_lock(); rtnl_lock(); break;
    case 44: rtnl_unlock(); break;
    case 45: rtnl_lock(); break;
    case 46: case 48: case 49: mod_timer(timer, jiffies + 1); break;
  }
}

/** As a task, or as a timer. */
function do_work(data: usize): void {
  switch (misdeed) {
    case 42: case 46: flush_scheduled_tasks(); break;
    case 47: rtnl_lock(); writel(0, 0); break;
    case 48: rtnl_lock(); break;
    case 49: alloc_etherdev(0); break;
  }
}

function open(dev: NetDevice): i32 {
  netif_start_queue(dev);
  return misdeed === 60 ? 7 : 0;
}

function stop(dev: NetDevice): i32 {
  netif_stop_queue(dev);
  return 0;
}

function xmit(skb: SkBuff, dev: NetDevice): i32 {
  if (misdeed === 52) printk('<3>netrogue: flags %04x\n', dev.flags);
  kfree_skb(skb);
  return misdeed === 61 ? 1 : 0;
}

function get_stats(dev: NetDevice): NetDeviceStats | null {
  return misdeed === 62 ? cast<NetDeviceStats>(0x10) : stats;
}

function change_mtu(dev: NetDevice, mtu: u32): i32 {
  dev.mtu = misdeed === 63 ? 0x80000000 : mtu;
  return 0;
}
