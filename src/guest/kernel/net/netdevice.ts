/**
 * Network interfaces: Linux 2.4, include/linux/netdevice.h. The life of one: alloc_etherdev, the driver fills it in,
 * register_netdev (dev.ts), any number of open and stop, unregister_netdev, which waits for those who use it,
 * free_netdev.
 */
import { Atomic, atomic_dec, atomic_inc } from '../locking/atomic.ts';
import { clear_bit, set_bit, test_and_clear_bit, test_and_set_bit, test_bit } from '../locking/bitops.ts';
import type { SpinLock } from '../locking/spinlock.ts';
import type { Module } from '../module/module.ts';
import type { TimerList } from '../irq/timer.ts';
import type { Ifreq } from './if.ts';
import type { SkBuff, SkBuffHead } from './skbuff.ts';
import { __netdev_watchdog_up } from './sch_generic.ts';
import { __netif_schedule } from './xmit.ts';

/** The longest hardware address, in bytes. */
export const MAX_ADDR_LEN = 8;

// Bits of NetDevice.state.
/** The driver has no room: no packet is given to it. */
export const __LINK_STATE_XOFF = 0;
/** Between open and stop. */
export const __LINK_STATE_START = 1;
/** The hardware is there. */
export const __LINK_STATE_PRESENT = 2;
/** In the output queue of some hart. */
export const __LINK_STATE_SCHED = 3;
export const __LINK_STATE_NOCARRIER = 4;

// What netif_rx says.
export const NET_RX_SUCCESS = 0;
export const NET_RX_DROP = 1;

// What dev_queue_xmit says, besides negated errors.
export const NET_XMIT_SUCCESS = 0;
export const NET_XMIT_DROP = 1;

/** What a driver counts. */
export class NetDeviceStats {
  rx_packets: u32;
  tx_packets: u32;
  rx_bytes: u32;
  tx_bytes: u32;
  rx_errors: u32;
  tx_errors: u32;
  rx_dropped: u32;
  tx_dropped: u32;
  multicast: u32;
  collisions: u32;
  rx_length_errors: u32;
  rx_over_errors: u32;
  rx_crc_errors: u32;
  rx_frame_errors: u32;
  rx_fifo_errors: u32;
  rx_missed_errors: u32;
  tx_aborted_errors: u32;
  tx_carrier_errors: u32;
  tx_fifo_errors: u32;
  tx_heartbeat_errors: u32;
  tx_window_errors: u32;
  rx_compressed: u32;
  tx_compressed: u32;
}

/** A group address that an interface takes packets for: in NetDevice.mc_list. */
export class DevMcList {
  next: DevMcList | null;
  dmi_addr: Arr<u8, 8>;
  dmi_addrlen: u32;
  /** How often it was added. */
  dmi_users: u32;
}

/**
 * An interface. `flags`, the addresses and what ioctls change are rtnl_sem's; the list and ifindex dev_base_lock's.
 * Null functions mean: not supported, or nothing to do.
 */
export class NetDevice {
  /** `eth%d` asks register_netdev for a number. */
  name: Arr<u8, 16>;
  /** Where the hardware is, for the user to see. */
  base_addr: u32;
  mem_start: u32;
  mem_end: u32;
  irq: u32;
  /** __LINK_STATE bits, changed atomically. @kernel */
  state: Volatile<u32>;
  /** In the list of all. @kernel */
  next: NetDevice | null;
  /** In a hart's output queue, while __LINK_STATE_SCHED is set. @kernel */
  next_sched: NetDevice | null;
  /** From 1 on; 0 before register_netdev. @kernel */
  ifindex: u32;
  /** IFF_ bits. */
  flags: u32;
  /** The most bytes a packet carries. */
  mtu: u32;
  /** ARPHRD_. */
  type: u32;
  /** Bytes that hard_header puts before a packet. */
  hard_header_len: u32;
  addr_len: u32;
  dev_addr: Arr<u8, 8>;
  broadcast: Arr<u8, 8>;
  /** Group addresses: under xmit_lock. */
  mc_list: DevMcList | null;
  mc_count: u32;
  /** How many want all packets, and all of groups: under xmit_lock. */
  promiscuity: u32;
  allmulti: u32;
  /** The driver's own. */
  priv: usize;
  /** When the last packet was given to the hardware, in jiffies: the driver's, for the watchdog. */
  trans_start: u32;
  last_rx: u32;
  /** Jiffies without progress of a stopped queue after which tx_timeout is called; 0: 5 seconds. */
  watchdog_timeo: u32;
  /** Holds a reference while it is pending. @kernel */
  watchdog_timer: Embed<TimerList>;
  /** Who uses it: all that keep its address, but the list. @kernel */
  refcnt: Embed<Atomic>;
  /** register_netdev gave it references and ifindex, unregister_netdev has not taken them. @kernel */
  registered: bool;
  /** The module whose code it calls. */
  owner: Module | null;

  /**
   * Held around hard_start_xmit, tx_timeout and set_multicast_list, softirqs off: the driver is called for one packet
   * at a time. Inside queue_lock (only tried there), outside the driver's own locks. @kernel
   */
  xmit_lock: Embed<SpinLock>;
  /** The hart that holds it, or -1. @kernel */
  xmit_lock_owner: Volatile<i32>;
  /** Protects qdisc and queue; inside sockets' locks, softirqs off. @kernel */
  queue_lock: Embed<SpinLock>;
  /** QDISC_: sch_generic.ts. @kernel */
  qdisc: Volatile<u32>;
  /** Packets that wait for the driver. @kernel */
  queue: Embed<SkBuffHead>;
  /** The most of them; 0: packets never wait, as the device never refuses one. */
  tx_queue_len: u32;
  /** Packets that the queue dropped. @kernel */
  qdisc_drops: u32;

  /** IPv4's part, an InDevice: ipv4/devinet.ts. @kernel */
  ip_ptr: usize;

  /** Called once by register_netdev, before anyone else knows the interface. 0 or a negated error. @inout dev */
  init: ((dev: NetDevice) => i32) | null;
  /** Called by unregister_netdev at its end; then, when nobody uses it any more, destructor. @inout dev */
  uninit: ((dev: NetDevice) => void) | null;
  destructor: ((dev: NetDevice) => void) | null;
  /** Begin and end of use. 0 or a negated error. @inout dev @sleeps */
  open: ((dev: NetDevice) => i32) | null;
  /** @inout dev @sleeps */
  stop: ((dev: NetDevice) => i32) | null;
  /**
   * Sends a packet, which is the driver's from then on (dev_kfree_skb_irq when it has left), and gives 0; or gives 1
   * and has not touched it, having called netif_stop_queue. Softirqs are off. @inout dev @consumes skb @interrupt
   */
  hard_start_xmit: (skb: SkBuff, dev: NetDevice) => i32;
  /** Puts the hardware's header before a packet; a null address is the own one, or unknown: then gives < 0. */
  hard_header: ((skb: SkBuff, dev: NetDevice, type: u32, daddr: usize, saddr: usize, length: u32) => i32) | null;
  /** Tells the hardware of flags, mc_list; under xmit_lock. @inout dev @interrupt */
  set_multicast_list: ((dev: NetDevice) => void) | null;
  /** `address` is a Sockaddr. @inout dev @sleeps */
  set_mac_address: ((dev: NetDevice, address: usize) => i32) | null;
  /** SIOCDEVPRIVATE and those after it, SIOCETHTOOL. @inout dev @inout ifr @sleeps */
  do_ioctl: ((dev: NetDevice, ifr: Ifreq, cmd: u32) => i32) | null;
  /** @inout dev @sleeps */
  change_mtu: ((dev: NetDevice, mtu: u32) => i32) | null;
  /** The watchdog found the queue stopped for too long: under xmit_lock. @inout dev @interrupt */
  tx_timeout: ((dev: NetDevice) => void) | null;
  /** @inout dev */
  get_stats: ((dev: NetDevice) => NetDeviceStats | null) | null;
}

/** Keeps an interface from being freed. */
export function dev_hold(dev: NetDevice): void {
  atomic_inc(dev.refcnt);
}

/** Ends what dev_hold or a dev_get function began. unregister_netdev looks from time to time, so nobody is woken. */
export function dev_put(dev: NetDevice): void {
  // What this holder did is seen by whoever finds the count low.
  smp_mb();
  atomic_dec(dev.refcnt);
}

/** The driver takes packets. @interrupt */
export function netif_start_queue(dev: NetDevice): void {
  clear_bit(__LINK_STATE_XOFF, ptr(dev.state));
}

/** The driver takes packets again, and gets those that wait, in NET_TX_SOFTIRQ. @interrupt */
export function netif_wake_queue(dev: NetDevice): void {
  if (test_and_clear_bit(__LINK_STATE_XOFF, ptr(dev.state))) __netif_schedule(dev);
}

/** The driver has no room for another packet. @interrupt */
export function netif_stop_queue(dev: NetDevice): void {
  set_bit(__LINK_STATE_XOFF, ptr(dev.state));
}

/** @interrupt */
export function netif_queue_stopped(dev: NetDevice): bool {
  return test_bit(__LINK_STATE_XOFF, ptr(dev.state));
}

/** Whether it is open. @interrupt */
export function netif_running(dev: NetDevice): bool {
  return test_bit(__LINK_STATE_START, ptr(dev.state));
}

/** Whether there is someone at the other end. @interrupt */
export function netif_carrier_ok(dev: NetDevice): bool {
  return !test_bit(__LINK_STATE_NOCARRIER, ptr(dev.state));
}

/** The link came up. @interrupt */
export function netif_carrier_on(dev: NetDevice): void {
  clear_bit(__LINK_STATE_NOCARRIER, ptr(dev.state));
  if (netif_running(dev)) __netdev_watchdog_up(dev);
}

/** The link went down: the watchdog does not mind that nothing is sent. @interrupt */
export function netif_carrier_off(dev: NetDevice): void {
  set_bit(__LINK_STATE_NOCARRIER, ptr(dev.state));
}

/** @interrupt */
export function netif_device_present(dev: NetDevice): bool {
  return test_bit(__LINK_STATE_PRESENT, ptr(dev.state));
}

/** The hardware is away: asleep, or being reset. @interrupt */
export function netif_device_detach(dev: NetDevice): void {
  if (test_and_clear_bit(__LINK_STATE_PRESENT, ptr(dev.state)) && netif_running(dev)) netif_stop_queue(dev);
}

/** It is back. @interrupt */
export function netif_device_attach(dev: NetDevice): void {
  if (test_and_set_bit(__LINK_STATE_PRESENT, ptr(dev.state)) || !netif_running(dev)) return;
  netif_wake_queue(dev);
  __netdev_watchdog_up(dev);
}

/** The name as text. @inline */
export function dev_name(dev: NetDevice): cstr {
  return cast<cstr>(dev.name);
}

