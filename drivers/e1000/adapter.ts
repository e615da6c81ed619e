/** What the driver keeps for one interface: Linux 2.4, drivers/net/e1000/e1000.h. */
import { Atomic } from '../../src/guest/kernel/locking/atomic.ts';
import { SpinLock } from '../../src/guest/kernel/locking/spinlock.ts';
import { TimerList } from '../../src/guest/kernel/irq/timer.ts';
import type { Module } from '../../src/guest/kernel/module/module.ts';
import { type NetDevice, NetDeviceStats } from '../../src/guest/kernel/net/netdevice.ts';
import type { SkBuff } from '../../src/guest/kernel/net/skbuff.ts';
import type { PciDev } from '../../src/guest/kernel/pci/pci.ts';
import { TqStruct } from '../../src/guest/kernel/sched/context.ts';
import { E1000Hw } from './hw.ts';
import { E1000HwStats } from './stats.ts';

/** This module, for use counts. */
export declare let __this_module: Embed<Module>;

/** A received frame's descriptor: section 3.2.3. */
export class E1000RxDesc {
  buffer_addr_lo: u32;
  buffer_addr_hi: u32;
  length: u16;
  csum: u16;
  status: Volatile<u8>;
  errors: u8;
  special: u16;
}

/** A descriptor of data to send, legacy or extended: sections 3.3.3, 3.3.7. */
export class E1000TxDesc {
  buffer_addr_lo: u32;
  buffer_addr_hi: u32;
  /** Length and command. */
  lower: u32;
  /** Status, options, special. */
  upper: Volatile<u32>;
}

/** How checksums are to be put in: section 3.3.6. */
export class E1000ContextDesc {
  ipcss: u8;
  ipcso: u8;
  ipcse: u16;
  tucss: u8;
  tucso: u8;
  tucse: u16;
  cmd_and_length: u32;
  status: u8;
  hdr_len: u8;
  mss: u16;
}

/** What belongs to a descriptor: `skb` with the last one of a packet. */
export class E1000Buffer {
  skb: SkBuff | null;
  /** Bus address, 0 for none. */
  dma: u32;
  length: u32;
  /** When it was given to the hardware, in jiffies. */
  time_stamp: u32;
  /** The last descriptor of the packet that begins here; the index behind the ring for none. */
  next_to_watch: u32;
}

/** A ring: one descriptor is always left empty, so that a full ring is not an empty one. */
export class E1000DescRing {
  /** Descriptors, and their bus address. */
  desc: usize;
  dma: u32;
  /** Bytes of them. */
  size: u32;
  count: u32;
  /** The next for the driver to fill. */
  next_to_use: Volatile<u32>;
  /** The next that the hardware will have done. */
  next_to_clean: Volatile<u32>;
  buffer_info: Ptr<Embed<E1000Buffer>>;
}

/** The driver's part of a NetDevice. */
export class E1000Adapter {
  netdev: NetDevice;
  pdev: PciDev;
  hw: Embed<E1000Hw>;
  /** Every two seconds while it is open, and when the link changes. */
  watchdog_timer: Embed<TimerList>;
  tx_timeout_task: Embed<TqStruct>;
  /** Between e1000_up and e1000_down. */
  is_up: bool;
  /** How often the interrupt has been disabled. */
  irq_sem: Embed<Atomic>;
  /** Protects stats and net_stats; taken in timers, a leaf. */
  stats_lock: Embed<SpinLock>;
  stats: Embed<E1000HwStats>;
  net_stats: Embed<NetDeviceStats>;
  tx_ring: Embed<E1000DescRing>;
  rx_ring: Embed<E1000DescRing>;
  /** What every transmit descriptor asks for. */
  txd_cmd: u32;
  /** Whether checksums of received frames are looked at by the hardware. */
  rx_csum: bool;
  rx_buffer_len: u32;
  link_speed: u16;
  link_duplex: u16;
  part_num: u32;
  // Moderation, in the registers' units.
  tx_int_delay: u32;
  tx_abs_int_delay: u32;
  rx_int_delay: u32;
  rx_abs_int_delay: u32;
  itr: u32;
  // What has happened, for ETHTOOL_GREGS and the watchdog's messages.
  tx_timeout_count: u32;
  hw_csum_err: u32;
  hw_csum_good: u32;
  alloc_rx_buff_failed: u32;
  /** The module parameters' number of this interface. */
  bd_number: u32;
}

/** Descriptors that can be filled. @inline */
export function E1000_DESC_UNUSED(ring: E1000DescRing): u32 {
  const clean = ring.next_to_clean, use = ring.next_to_use;
  return (clean > use ? 0 : ring.count) + clean - use - 1;
}

/** @inline */
export function E1000_RX_DESC(ring: E1000DescRing, index: u32): E1000RxDesc {
  return cast<Ptr<Embed<E1000RxDesc>>>(ring.desc)[index];
}

/** @inline */
export function E1000_TX_DESC(ring: E1000DescRing, index: u32): E1000TxDesc {
  return cast<Ptr<Embed<E1000TxDesc>>>(ring.desc)[index];
}

/** @inline */
export function E1000_CONTEXT_DESC(ring: E1000DescRing, index: u32): E1000ContextDesc {
  return cast<Ptr<Embed<E1000ContextDesc>>>(ring.desc)[index];
}

/** The adapter of an interface. @inline */
export function adapter_of(netdev: NetDevice): E1000Adapter {
  return cast<E1000Adapter>(netdev.priv);
}
