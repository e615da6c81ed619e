/** The interface's life and settings: Linux 2.4, drivers/net/e1000/e1000_main.c. */
import { memcpy } from '../../src/guest/lib/memory.ts';
import { jiffies } from '../../src/guest/kernel/arch/time.ts';
import { printk } from '../../src/guest/kernel/debug/printk.ts';
import { EADDRNOTAVAIL, EINVAL, EIO } from '../../src/guest/kernel/errno.ts';
import { free_irq, request_irq, SA_SHIRQ } from '../../src/guest/kernel/irq/irq.ts';
import { del_timer_sync, mod_timer } from '../../src/guest/kernel/irq/timer.ts';
import { ETH_ALEN, IFF_ALLMULTI, IFF_PROMISC, Sockaddr } from '../../src/guest/kernel/net/if.ts';
import {
  dev_name, type NetDevice, netif_carrier_off, netif_device_attach, netif_device_detach, netif_running,
  netif_stop_queue,
} from '../../src/guest/kernel/net/netdevice.ts';
import { rtnl_lock, rtnl_unlock } from '../../src/guest/kernel/net/rtnetlink.ts';
import { schedule_task } from '../../src/guest/kernel/sched/context.ts';
import { adapter_of, type E1000Adapter } from './adapter.ts';
import {
  E1000_READ_REG, E1000_WRITE_REG, ENET_HEADER_SIZE, ETHERNET_FCS_SIZE, MAX_JUMBO_FRAME_SIZE,
  MAXIMUM_ETHERNET_FRAME_SIZE, MINIMUM_ETHERNET_FRAME_SIZE,
} from './hw.ts';
import { e1000_intr, e1000_irq_disable, e1000_irq_enable } from './interrupt.ts';
import { e1000_init_hw, e1000_mc_addr_add, e1000_mc_addr_clear, e1000_rar_set, e1000_reset_adaptive, e1000_reset_hw }
  from './mac.ts';
import { E1000_PBA, E1000_RCTL, E1000_RCTL_MPE, E1000_RCTL_UPE } from './regs.ts';
import {
  e1000_alloc_rx_buffers, e1000_clean_rx_ring, e1000_configure_rx, E1000_RXBUFFER_16384, E1000_RXBUFFER_2048,
  E1000_RXBUFFER_4096, E1000_RXBUFFER_8192, e1000_free_rx_resources, e1000_setup_rctl, e1000_setup_rx_resources,
} from './rx_ring.ts';
import {
  e1000_clean_tx_ring, e1000_configure_tx, e1000_free_tx_resources, e1000_setup_tx_resources,
} from './tx_ring.ts';

/** KiB of the packet buffer that are the receiver's; less when frames are so long that two must fit the other half. */
const E1000_PBA_48K = 0x0030;
const E1000_PBA_40K = 0x0028;
/** How far below its end the receiver is full enough to send PAUSE, and empty enough to end it, in bytes. */
const FC_HIGH_DIFF = 0x1638;
const FC_LOW_DIFF = 0x1640;
/** In units of 512 bit times. */
const FC_PAUSE_TIME = 0x0680;

/** NetDevice.open: 0, -ENOMEM, -EBUSY or -EIO. @sleeps */
export function e1000_open(netdev: NetDevice): i32 {
  const adapter = adapter_of(netdev);
  let error = e1000_setup_tx_resources(adapter);
  if (error !== 0) return error;
  error = e1000_setup_rx_resources(adapter);
  if (error === 0) {
    error = e1000_up(adapter);
    if (error === 0) return 0;
    e1000_free_rx_resources(adapter);
  }
  e1000_free_tx_resources(adapter);
  return error;
}

/** NetDevice.stop. @sleeps */
export function e1000_close(netdev: NetDevice): i32 {
  const adapter = adapter_of(netdev);
  e1000_down(adapter);
  e1000_free_tx_resources(adapter);
  e1000_free_rx_resources(adapter);
  return 0;
}

/** Starts the hardware, whose rings are there; the watchdog finds the link. 0 or a negated error. @sleeps */
export function e1000_up(adapter: E1000Adapter): i32 {
  const netdev = adapter.netdev;
  e1000_set_multi(netdev);
  e1000_configure_tx(adapter);
  e1000_setup_rctl(adapter);
  e1000_configure_rx(adapter);
  e1000_alloc_rx_buffers(adapter);
  const error = request_irq(adapter.pdev.irq, e1000_intr, SA_SHIRQ, dev_name(netdev), addr(netdev));
  if (error !== 0) {
    e1000_reset(adapter);
    e1000_clean_rx_ring(adapter);
    return error;
  }
  adapter.is_up = true;
  mod_timer(adapter.watchdog_timer, jiffies);
  e1000_irq_enable(adapter);
  return 0;
}

/** Stops the hardware, and empties the rings. @sleeps */
export function e1000_down(adapter: E1000Adapter): void {
  const netdev = adapter.netdev;
  // It could not be started again after a time-out or a setting.
  if (!adapter.is_up) return;
  adapter.is_up = false;
  e1000_irq_disable(adapter);
  free_irq(adapter.pdev.irq, addr(netdev));
  // The interrupt can start it no more.
  del_timer_sync(adapter.watchdog_timer);
  adapter.link_speed = 0;
  adapter.link_duplex = 0;
  netif_carrier_off(netdev);
  netif_stop_queue(netdev);
  e1000_reset(adapter);
  e1000_clean_tx_ring(adapter);
  e1000_clean_rx_ring(adapter);
}

/** Brings the hardware from any state to one in which it does nothing but look for a link: 0 or -EIO. @sleeps */
export function e1000_reset(adapter: E1000Adapter): i32 {
  const hw = adapter.hw;
  const pba = hw.max_frame_size > E1000_RXBUFFER_8192 ? E1000_PBA_40K : E1000_PBA_48K;
  hw.fc_high_water = (pba << 10) - FC_HIGH_DIFF;
  hw.fc_low_water = (pba << 10) - FC_LOW_DIFF;
  hw.fc_pause_time = FC_PAUSE_TIME;
  hw.fc_send_xon = true;
  hw.fc = hw.original_fc;
  e1000_reset_hw(hw);
  E1000_WRITE_REG(hw, E1000_PBA, pba);
  const error = e1000_init_hw(hw);
  if (error !== 0) printk('<3>e1000: %s: Hardware Error\n', dev_name(adapter.netdev));
  e1000_reset_adaptive(hw);
  return error === 0 ? 0 : -EIO;
}

/** NetDevice.tx_timeout: the reset needs a task. @interrupt */
export function e1000_tx_timeout(netdev: NetDevice): void {
  const adapter = adapter_of(netdev);
  adapter.tx_timeout_count++;
  schedule_task(adapter.tx_timeout_task);
}

/** The task's part; `data` is the interface. @sleeps */
export function e1000_tx_timeout_task(data: usize): void {
  const netdev = cast<NetDevice>(data), adapter = adapter_of(netdev);
  // Against open, stop and settings; it may have been closed since.
  rtnl_lock();
  if (netif_running(netdev)) {
    netif_device_detach(netdev);
    e1000_reinit(adapter);
    netif_device_attach(netdev);
  }
  rtnl_unlock();
}

/** Down and up again, the rings staying: 0 or a negated error, and then the interface does not work. @sleeps */
export function e1000_reinit(adapter: E1000Adapter): i32 {
  e1000_down(adapter);
  const error = e1000_up(adapter);
  if (error !== 0) printk('<3>e1000: %s: cannot start again: %d\n', dev_name(adapter.netdev), error);
  return error;
}

/** NetDevice.set_multicast_list: which frames are taken. @interrupt */
export function e1000_set_multi(netdev: NetDevice): void {
  const hw = adapter_of(netdev).hw;
  let rctl = E1000_READ_REG(hw, E1000_RCTL) & ~(E1000_RCTL_UPE | E1000_RCTL_MPE);
  if (netdev.flags & IFF_PROMISC) rctl |= E1000_RCTL_UPE | E1000_RCTL_MPE;
  else if (netdev.flags & IFF_ALLMULTI) rctl |= E1000_RCTL_MPE;
  E1000_WRITE_REG(hw, E1000_RCTL, rctl);
  e1000_mc_addr_clear(hw);
  let index: u32 = 0;
  for (let entry = netdev.mc_list; entry !== null; entry = entry.next) {
    e1000_mc_addr_add(hw, ptr(entry.dmi_addr[0]), index);
    index++;
  }
}

/** NetDevice.set_mac_address, also while it is open: 0 or -EADDRNOTAVAIL. */
export function e1000_set_mac(netdev: NetDevice, address: usize): i32 {
  const hw = adapter_of(netdev).hw, from = cast<Sockaddr>(address).sa_data;
  if (!is_valid_ether_addr(from)) return -EADDRNOTAVAIL;
  memcpy(netdev.dev_addr, from, ETH_ALEN);
  memcpy(hw.mac_addr, from, ETH_ALEN);
  e1000_rar_set(hw, ptr(hw.mac_addr[0]), 0);
  return 0;
}

/** Linux 2.4, include/linux/etherdevice.h: an address of one station. */
export function is_valid_ether_addr(address: Ptr<u8>): bool {
  let any: u32 = 0;
  for (let i: u32 = 0; i < ETH_ALEN; i++) any |= address[i];
  return (address[0] & 1) === 0 && any !== 0;
}

/** NetDevice.change_mtu: 0, -EINVAL or what starting again gives. @sleeps */
export function e1000_change_mtu(netdev: NetDevice, mtu: u32): i32 {
  const adapter = adapter_of(netdev), max_frame = mtu + ENET_HEADER_SIZE + ETHERNET_FCS_SIZE;
  if (max_frame < MINIMUM_ETHERNET_FRAME_SIZE || max_frame > MAX_JUMBO_FRAME_SIZE || mtu > max_frame) {
    printk('<3>e1000: %s: Invalid MTU setting\n', dev_name(netdev));
    return -EINVAL;
  }
  if (max_frame <= MAXIMUM_ETHERNET_FRAME_SIZE) adapter.rx_buffer_len = E1000_RXBUFFER_2048;
  else if (max_frame <= E1000_RXBUFFER_4096) adapter.rx_buffer_len = E1000_RXBUFFER_4096;
  else if (max_frame <= E1000_RXBUFFER_8192) adapter.rx_buffer_len = E1000_RXBUFFER_8192;
  else adapter.rx_buffer_len = E1000_RXBUFFER_16384;
  adapter.hw.max_frame_size = max_frame;
  netdev.mtu = mtu;
  return netif_running(netdev) ? e1000_reinit(adapter) : 0;
}
