/**
 * Reset and initialisation of the controller, its address filters, adaptive spacing and LED: manual, sections 13.4,
 * 13.5, 14; Linux 2.4, drivers/net/e1000/e1000_hw.c.
 */
import {
  E1000Hw, E1000_ERR_MAC_TYPE, E1000_READ_REG, E1000_WRITE_FLUSH, E1000_WRITE_REG,
  E1000_WRITE_REG_ARRAY, E1000_READ_REG_ARRAY, e1000_82540, e1000_82545, e1000_undefined, msec_delay,
} from './hw.ts';
import { e1000_setup_link } from './link.ts';
import {
  E1000_AIT, E1000_CRCERRS, E1000_CTRL, E1000_CTRL_EXT, E1000_CTRL_EXT_EE_RST, E1000_CTRL_RST, E1000_ICR, E1000_IMC,
  E1000_LEDCTL, E1000_MANC, E1000_MANC_ARP_EN, E1000_MC_TBL_SIZE, E1000_MTA, E1000_RA, E1000_RAH_AV,
  E1000_RAR_ENTRIES, E1000_RCTL, E1000_TCTL, E1000_TCTL_PSP, E1000_TSCTFC, E1000_TXDCTL, E1000_TXDCTL_FULL_TX_DESC_WB,
  E1000_TXDCTL_WTHRESH, E1000_VFTA, E1000_VLAN_FILTER_TBL_SIZE,
} from './regs.ts';

// Of what this driver is for; PCI device identifiers.
export const E1000_DEV_ID_82540EM = 0x100e;
export const E1000_DEV_ID_82540EM_LOM = 0x1015;
export const E1000_DEV_ID_82540EP_LOM = 0x1016;
export const E1000_DEV_ID_82540EP = 0x1017;
export const E1000_DEV_ID_82540EP_LP = 0x101e;
export const E1000_DEV_ID_82545EM_COPPER = 0x100f;

// Adaptive inter-frame spacing, in the units of AIT.
const IFS_MIN = 40;
const IFS_MAX = 80;
const IFS_STEP = 10;
const IFS_RATIO = 4;
const MIN_NUM_XMITS = 1000;

/** From the PCI identifier, which kind it is: 0 or -E1000_ERR_MAC_TYPE. */
export function e1000_set_mac_type(hw: E1000Hw): i32 {
  switch (hw.device_id) {
    case E1000_DEV_ID_82540EM:
    case E1000_DEV_ID_82540EM_LOM:
    case E1000_DEV_ID_82540EP:
    case E1000_DEV_ID_82540EP_LOM:
    case E1000_DEV_ID_82540EP_LP:
      hw.mac_type = e1000_82540;
      return 0;
    case E1000_DEV_ID_82545EM_COPPER:
      hw.mac_type = e1000_82545;
      return 0;
    default:
      hw.mac_type = e1000_undefined;
      return -E1000_ERR_MAC_TYPE;
  }
}

/** Stops the controller and takes it back to what it was at power-on. @sleeps */
export function e1000_reset_hw(hw: E1000Hw): void {
  E1000_WRITE_REG(hw, E1000_IMC, 0xffffffff);
  // Nothing more is fetched or stored; what is under way gets the time to end (section 14.9.3).
  E1000_WRITE_REG(hw, E1000_RCTL, 0);
  E1000_WRITE_REG(hw, E1000_TCTL, E1000_TCTL_PSP);
  E1000_WRITE_FLUSH(hw);
  msec_delay(10);
  E1000_WRITE_REG(hw, E1000_CTRL, E1000_READ_REG(hw, E1000_CTRL) | E1000_CTRL_RST);
  // The controller reads its EEPROM again.
  msec_delay(5);
  e1000_reload_eeprom(hw);
  const manc = E1000_READ_REG(hw, E1000_MANC);
  E1000_WRITE_REG(hw, E1000_MANC, manc & ~E1000_MANC_ARP_EN);
  E1000_WRITE_REG(hw, E1000_IMC, 0xffffffff);
  E1000_READ_REG(hw, E1000_ICR);
}

/** Section 13.4.8, EE_RST. @sleeps */
function e1000_reload_eeprom(hw: E1000Hw): void {
  const extended = E1000_READ_REG(hw, E1000_CTRL_EXT);
  E1000_WRITE_REG(hw, E1000_CTRL_EXT, extended | E1000_CTRL_EXT_EE_RST);
  E1000_WRITE_FLUSH(hw);
  msec_delay(2);
}

/** Makes a controller that has been reset ready, but for the rings; brings the link up. 0 or a negated E1000_ERR. */
export function e1000_init_hw(hw: E1000Hw): i32 {
  e1000_id_led_init(hw);
  e1000_clear_vfta(hw);
  e1000_init_rx_addrs(hw);
  for (let i: u32 = 0; i < E1000_MC_TBL_SIZE; i++) E1000_WRITE_REG_ARRAY(hw, E1000_MTA, i, 0);
  const error = e1000_setup_link(hw);
  const txdctl = E1000_READ_REG(hw, E1000_TXDCTL) & ~E1000_TXDCTL_WTHRESH;
  E1000_WRITE_REG(hw, E1000_TXDCTL, txdctl | E1000_TXDCTL_FULL_TX_DESC_WB);
  // What was counted before the link was up means nothing.
  e1000_clear_hw_cntrs(hw);
  return error;
}

/** The station's own address comes first; the other places are empty. */
function e1000_init_rx_addrs(hw: E1000Hw): void {
  e1000_rar_set(hw, ptr(hw.mac_addr[0]), 0);
  for (let i: u32 = 1; i < E1000_RAR_ENTRIES; i++) e1000_rar_clear(hw, i);
}

function e1000_rar_clear(hw: E1000Hw, index: u32): void {
  E1000_WRITE_REG_ARRAY(hw, E1000_RA, index * 2 + 1, 0);
  E1000_WRITE_REG_ARRAY(hw, E1000_RA, index * 2, 0);
}

/** Frames to this address are taken: section 13.5.1. */
export function e1000_rar_set(hw: E1000Hw, address: Ptr<u8>, index: u32): void {
  const low = address[0] | address[1] << 8 | address[2] << 16 | address[3] << 24;
  const high = address[4] | address[5] << 8 | E1000_RAH_AV;
  E1000_WRITE_REG_ARRAY(hw, E1000_RA, index * 2, low);
  E1000_WRITE_REG_ARRAY(hw, E1000_RA, index * 2 + 1, high);
}

function e1000_clear_vfta(hw: E1000Hw): void {
  for (let i: u32 = 0; i < E1000_VLAN_FILTER_TBL_SIZE; i++) E1000_WRITE_REG_ARRAY(hw, E1000_VFTA, i, 0);
}

/** The table and all places but the first are emptied, before e1000_mc_addr_add is called for each group. */
export function e1000_mc_addr_clear(hw: E1000Hw): void {
  for (let i: u32 = 1; i < E1000_RAR_ENTRIES; i++) e1000_rar_clear(hw, i);
  for (let i: u32 = 0; i < E1000_MC_TBL_SIZE; i++) E1000_WRITE_REG_ARRAY(hw, E1000_MTA, i, 0);
}

/** The `index`-th group, from 0 on: into an exact place while there are some, else into the table. */
export function e1000_mc_addr_add(hw: E1000Hw, address: Ptr<u8>, index: u32): void {
  if (index + 1 < E1000_RAR_ENTRIES) e1000_rar_set(hw, address, index + 1);
  else e1000_mta_set(hw, e1000_hash_mc_addr(hw, address));
}

/** The twelve bits of the address that index the table: table 13-67, MO. */
export function e1000_hash_mc_addr(hw: E1000Hw, address: Ptr<u8>): u32 {
  const bits = address[4] | address[5] << 8;
  switch (hw.mc_filter_type) {
    case 0: return bits >>> 4 & 0xfff;
    case 1: return bits >>> 3 & 0xfff;
    case 2: return bits >>> 2 & 0xfff;
    default: return bits & 0xfff;
  }
}

function e1000_mta_set(hw: E1000Hw, hash: u32): void {
  const word = hash >>> 5 & 0x7f, bit = hash & 0x1f;
  const mta = E1000_READ_REG_ARRAY(hw, E1000_MTA, word);
  E1000_WRITE_REG_ARRAY(hw, E1000_MTA, word, mta | 1 << bit);
}

/** Reads, and so clears, all counters. */
function e1000_clear_hw_cntrs(hw: E1000Hw): void {
  for (let reg: u32 = E1000_CRCERRS; reg <= E1000_TSCTFC; reg += 4) E1000_READ_REG(hw, reg);
}

/** Spacing as at the start. */
export function e1000_reset_adaptive(hw: E1000Hw): void {
  if (!hw.adaptive_ifs) return;
  hw.current_ifs_val = 0;
  hw.in_ifs_mode = false;
  E1000_WRITE_REG(hw, E1000_AIT, 0);
}

/** Sends further apart while many packets collide, from what the last update of the counters found: 13.4.36. */
export function e1000_update_adaptive(hw: E1000Hw): void {
  if (!hw.adaptive_ifs) return;
  if (hw.collision_delta * IFS_RATIO > hw.tx_packet_delta) {
    if (hw.tx_packet_delta <= MIN_NUM_XMITS) return;
    hw.in_ifs_mode = true;
    if (hw.current_ifs_val >= IFS_MAX) return;
    hw.current_ifs_val = hw.current_ifs_val === 0 ? IFS_MIN : hw.current_ifs_val + IFS_STEP;
    E1000_WRITE_REG(hw, E1000_AIT, hw.current_ifs_val);
  } else if (hw.in_ifs_mode && hw.tx_packet_delta <= MIN_NUM_XMITS) {
    e1000_reset_adaptive(hw);
  }
}

/** LEDCTL's four fields of eight bits: 13.4.43. Mode 1 turns all on, mode 2 off. */
function e1000_id_led_init(hw: E1000Hw): void {
  const ledctl_on = 0x0e, ledctl_off = 0x0f, fields = 4;
  hw.ledctl_default = E1000_READ_REG(hw, E1000_LEDCTL);
  hw.ledctl_mode1 = hw.ledctl_default;
  hw.ledctl_mode2 = hw.ledctl_default;
  for (let i: u32 = 0; i < fields; i++) {
    const mask: u32 = 0xff << (i * 8);
    hw.ledctl_mode1 = (hw.ledctl_mode1 & ~mask) | ledctl_on << (i * 8);
    hw.ledctl_mode2 = (hw.ledctl_mode2 & ~mask) | ledctl_off << (i * 8);
  }
}

/** So that a user sees which card it is: on, off, or as it was. */
export function e1000_led_on(hw: E1000Hw): void {
  E1000_WRITE_REG(hw, E1000_LEDCTL, hw.ledctl_mode1);
}

export function e1000_led_off(hw: E1000Hw): void {
  E1000_WRITE_REG(hw, E1000_LEDCTL, hw.ledctl_mode2);
}

export function e1000_cleanup_led(hw: E1000Hw): void {
  E1000_WRITE_REG(hw, E1000_LEDCTL, hw.ledctl_default);
}
