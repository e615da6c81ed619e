/**
 * What the hardware layer knows of one controller, and how it reaches registers: Linux 2.4, drivers/net/e1000,
 * struct e1000_hw of e1000_hw.h and e1000_osdep.h. This layer knows no network interface.
 */
import { HZ, udelay } from '../../src/guest/kernel/arch/time.ts';
import { BUG } from '../../src/guest/kernel/debug/panic.ts';
import { SpinLock, spin_lock_init } from '../../src/guest/kernel/locking/spinlock.ts';
import { in_interrupt } from '../../src/guest/kernel/locking/preempt.ts';
import { schedule_timeout, set_current_state } from '../../src/guest/kernel/sched/sched.ts';
import { TASK_UNINTERRUPTIBLE } from '../../src/guest/kernel/sched/task.ts';
import { E1000_STATUS } from './regs.ts';

export const DRIVER_VERSION: cstr = '4.4.12-nk1';

// E1000Hw.mac_type.
export const e1000_undefined = 0;
export const e1000_82540 = 1;
export const e1000_82545 = 2;

// E1000Hw.fc: who may stop whom by PAUSE frames.
export const e1000_fc_none = 0;
export const e1000_fc_rx_pause = 1;
export const e1000_fc_tx_pause = 2;
export const e1000_fc_full = 3;
/** As the EEPROM says. */
export const e1000_fc_default = 0xff;

// E1000Hw.forced_speed_duplex, when autoneg is off.
export const e1000_10_half = 0;
export const e1000_10_full = 1;
export const e1000_100_half = 2;
export const e1000_100_full = 3;

// What the hardware layer's functions give, besides 0.
export const E1000_ERR_EEPROM = 1;
export const E1000_ERR_PHY = 2;
export const E1000_ERR_CONFIG = 3;
export const E1000_ERR_MAC_TYPE = 5;

// E1000Hw.autoneg_advertised.
export const ADVERTISE_10_HALF = 0x0001;
export const ADVERTISE_10_FULL = 0x0002;
export const ADVERTISE_100_HALF = 0x0004;
export const ADVERTISE_100_FULL = 0x0008;
export const ADVERTISE_1000_FULL = 0x0020;
export const AUTONEG_ADVERTISE_SPEED_DEFAULT = 0x2f;

/** The most bytes that a frame may have, its check sequence included. */
export const MAX_JUMBO_FRAME_SIZE = 0x3f00;
export const ENET_HEADER_SIZE = 14;
export const ETHERNET_FCS_SIZE = 4;
export const MINIMUM_ETHERNET_FRAME_SIZE = 64;
export const MAXIMUM_ETHERNET_FRAME_SIZE = 1518;

/** One controller. */
export class E1000Hw {
  /** Of the window on its registers. */
  hw_addr: usize;
  mac_type: u32;
  vendor_id: u16;
  device_id: u16;
  subsystem_vendor_id: u16;
  subsystem_id: u16;
  revision_id: u8;
  /** Where the PHY is on the management bus; its identifier and revision. */
  phy_addr: u32;
  phy_id: u32;
  phy_revision: u32;
  /** Protects MDIC: an access is two steps. Innermost; taken in timers. */
  phy_lock: Embed<SpinLock>;
  /** Bits of an EEPROM address, words of it. */
  eeprom_address_bits: u32;
  eeprom_words: u32;
  /** The link is to be agreed on with the partner; else it is forced_speed_duplex. */
  autoneg: bool;
  autoneg_advertised: u32;
  forced_speed_duplex: u32;
  /** The link may have changed: e1000_check_for_link is to look. */
  get_link_status: bool;
  /** What flow control is to be, and, once the link is up, is. */
  original_fc: u32;
  fc: u32;
  fc_high_water: u32;
  fc_low_water: u32;
  fc_pause_time: u32;
  fc_send_xon: bool;
  /** Which bits of a group address index the multicast table: RCTL.MO. */
  mc_filter_type: u32;
  /** LEDCTL as it was, and with the LED on and off. */
  ledctl_default: u32;
  ledctl_mode1: u32;
  ledctl_mode2: u32;
  /** Adaptive inter-frame spacing: section 13.4.36. */
  adaptive_ifs: bool;
  in_ifs_mode: bool;
  current_ifs_val: u32;
  collision_delta: u32;
  tx_packet_delta: u32;
  max_frame_size: u32;
  min_frame_size: u32;
  mac_addr: Arr<u8, 6>;
  perm_mac_addr: Arr<u8, 6>;
}

/** A controller whose registers are at `hw_addr`, of which nothing is known yet. */
export function e1000_hw_init(hw: E1000Hw, hw_addr: usize): void {
  hw.hw_addr = hw_addr;
  spin_lock_init(hw.phy_lock, 'e1000_phy');
}

/** @inline */
export function E1000_READ_REG(hw: E1000Hw, reg: u32): u32 {
  return readl(hw.hw_addr + reg);
}

/** @inline */
export function E1000_WRITE_REG(hw: E1000Hw, reg: u32, value: u32): void {
  writel(hw.hw_addr + reg, value);
}

/** Word `index` of a table of registers. @inline */
export function E1000_WRITE_REG_ARRAY(hw: E1000Hw, reg: u32, index: u32, value: u32): void {
  writel(hw.hw_addr + reg + index * 4, value);
}

/** @inline */
export function E1000_READ_REG_ARRAY(hw: E1000Hw, reg: u32, index: u32): u32 {
  return readl(hw.hw_addr + reg + index * 4);
}

/** Writes that were posted on the bus have arrived when a read is answered. */
export function E1000_WRITE_FLUSH(hw: E1000Hw): void {
  E1000_READ_REG(hw, E1000_STATUS);
}

/** Waits without sleeping. */
export function usec_delay(microseconds: u32): void {
  udelay(microseconds);
}

/** Waits so many milliseconds at least. @sleeps */
export function msec_delay(milliseconds: u32): void {
  if (in_interrupt()) BUG();
  set_current_state(TASK_UNINTERRUPTIBLE);
  schedule_timeout((milliseconds * HZ / 1000 + 2) as i32);
}
