/**
 * The link, and flow control on it: manual, sections 8.6 to 8.9, 13.4.1 to 13.4.11; Linux 2.4, drivers/net/e1000/
 * e1000_hw.c.
 */
import {
  ADVERTISE_ASM_PAUSE, ADVERTISE_PAUSE, BMSR_LSTATUS, MII_ADVERTISE, MII_BMSR, MII_LPA,
} from '../../src/guest/kernel/net/mii.ts';
import { DUPLEX_FULL, DUPLEX_HALF, SPEED_10, SPEED_100, SPEED_1000 } from '../../src/guest/kernel/net/ethtool.ts';
import {
  EEPROM_INIT_CONTROL2_REG, EEPROM_WORD0F_ASM_DIR, EEPROM_WORD0F_PAUSE_MASK, e1000_read_eeprom,
} from './eeprom.ts';
import {
  E1000Hw, E1000_ERR_CONFIG, E1000_ERR_EEPROM, E1000_ERR_PHY, E1000_READ_REG, E1000_WRITE_REG, e1000_10_half,
  e1000_100_half, e1000_fc_default, e1000_fc_full, e1000_fc_none, e1000_fc_rx_pause, e1000_fc_tx_pause,
} from './hw.ts';
import {
  e1000_autoneg_complete, e1000_copper_link_autoneg, e1000_detect_gig_phy, e1000_phy_force_speed_duplex,
  e1000_phy_setup_marvell, e1000_read_phy_reg, M88E1000_PHY_SPEC_STATUS, M88E1000_PSSR_1000MBS, M88E1000_PSSR_100MBS,
  M88E1000_PSSR_DPLX, M88E1000_PSSR_SPD_DPLX_RESOLVED, M88E1000_PSSR_SPEED,
} from './phy.ts';
import {
  E1000_CTRL, E1000_CTRL_FD, E1000_CTRL_FRCDPX, E1000_CTRL_FRCSPD, E1000_CTRL_RFCE,
  E1000_CTRL_SLU, E1000_CTRL_SPD_100, E1000_CTRL_SPD_1000, E1000_CTRL_SPD_SEL, E1000_CTRL_TFCE, E1000_FCAH, E1000_FCAL,
  E1000_FCRTH, E1000_FCRTL, E1000_FCRTL_XONE, E1000_FCT, E1000_FCTTV, E1000_FDX_COLLISION_DISTANCE,
  E1000_HDX_COLLISION_DISTANCE, E1000_STATUS, E1000_STATUS_FD, E1000_STATUS_SPEED_100, E1000_STATUS_SPEED_1000,
  E1000_TCTL, E1000_TCTL_COLD_MASK, E1000_TCTL_COLD_SHIFT, FLOW_CONTROL_ADDRESS_HIGH, FLOW_CONTROL_ADDRESS_LOW,
  FLOW_CONTROL_TYPE,
} from './regs.ts';

/** Brings the link up, or begins to: flow control, then the PHY. 0 or a negated E1000_ERR. */
export function e1000_setup_link(hw: E1000Hw): i32 {
  if (hw.fc === e1000_fc_default) {
    const fc = e1000_eeprom_fc(hw);
    if (fc < 0) return fc;
    hw.fc = fc as u32;
  }
  hw.original_fc = hw.fc;
  const error = e1000_setup_copper_link(hw);
  if (error < 0) return error;
  e1000_setup_flow_control(hw);
  return 0;
}

/** The flow control that the EEPROM's second control word asks for. */
function e1000_eeprom_fc(hw: E1000Hw): i32 {
  const word = local<Arr<u16, 1>>();
  if (e1000_read_eeprom(hw, EEPROM_INIT_CONTROL2_REG, 1, word) < 0) return -E1000_ERR_EEPROM;
  const pause = word[0] & EEPROM_WORD0F_PAUSE_MASK;
  if (pause === 0) return e1000_fc_none;
  return pause === EEPROM_WORD0F_ASM_DIR ? e1000_fc_tx_pause : e1000_fc_full;
}

/** Where PAUSE frames go, and how full the receiver is when it sends them. */
function e1000_setup_flow_control(hw: E1000Hw): void {
  E1000_WRITE_REG(hw, E1000_FCAL, FLOW_CONTROL_ADDRESS_LOW);
  E1000_WRITE_REG(hw, E1000_FCAH, FLOW_CONTROL_ADDRESS_HIGH);
  E1000_WRITE_REG(hw, E1000_FCT, FLOW_CONTROL_TYPE);
  E1000_WRITE_REG(hw, E1000_FCTTV, hw.fc_pause_time);
  if ((hw.fc & e1000_fc_tx_pause) === 0) {
    E1000_WRITE_REG(hw, E1000_FCRTL, 0);
    E1000_WRITE_REG(hw, E1000_FCRTH, 0);
    return;
  }
  E1000_WRITE_REG(hw, E1000_FCRTL, hw.fc_send_xon ? hw.fc_low_water | E1000_FCRTL_XONE : hw.fc_low_water);
  E1000_WRITE_REG(hw, E1000_FCRTH, hw.fc_high_water);
}

/** The controller follows the PHY; the PHY agrees with its partner, or takes what is forced. */
function e1000_setup_copper_link(hw: E1000Hw): i32 {
  let ctrl = E1000_READ_REG(hw, E1000_CTRL) | E1000_CTRL_SLU;
  ctrl &= ~(E1000_CTRL_FRCSPD | E1000_CTRL_FRCDPX);
  E1000_WRITE_REG(hw, E1000_CTRL, ctrl);
  let error = e1000_detect_gig_phy(hw);
  if (error < 0) return error;
  error = e1000_phy_setup_marvell(hw);
  if (error < 0) return error;
  if (!hw.autoneg) return e1000_phy_force_speed_duplex(hw);
  return e1000_copper_link_autoneg(hw);
}

/** How far apart stations may collide, which depends on the duplex. */
export function e1000_config_collision_dist(hw: E1000Hw): void {
  const full = (E1000_READ_REG(hw, E1000_STATUS) & E1000_STATUS_FD) !== 0;
  const distance = full ? E1000_FDX_COLLISION_DISTANCE : E1000_HDX_COLLISION_DISTANCE;
  const tctl = E1000_READ_REG(hw, E1000_TCTL) & ~E1000_TCTL_COLD_MASK;
  E1000_WRITE_REG(hw, E1000_TCTL, tctl | distance << E1000_TCTL_COLD_SHIFT);
}

/**
 * If the link may have changed, looks, and when it is up sets the controller to what the PHY has agreed on. 0, also
 * while it is down, or a negated E1000_ERR.
 */
export function e1000_check_for_link(hw: E1000Hw): i32 {
  const status = local<Arr<u16, 1>>();
  if (!hw.get_link_status) return 0;
  // The first reading tells whether the link was lost, the second how it is.
  if (e1000_read_phy_reg(hw, MII_BMSR, status) < 0) return -E1000_ERR_PHY;
  if (e1000_read_phy_reg(hw, MII_BMSR, status) < 0) return -E1000_ERR_PHY;
  if ((status[0] & BMSR_LSTATUS) === 0) return 0;
  hw.get_link_status = false;
  if (!hw.autoneg) return e1000_config_mac_to_phy(hw);
  // The PHY tells the controller speed and duplex by itself.
  e1000_config_collision_dist(hw);
  return e1000_config_fc_after_link_up(hw);
}

/** Forced speed and duplex, from the PHY to the controller. */
export function e1000_config_mac_to_phy(hw: E1000Hw): i32 {
  const data = local<Arr<u16, 1>>();
  if (e1000_read_phy_reg(hw, M88E1000_PHY_SPEC_STATUS, data) < 0) return -E1000_ERR_PHY;
  let ctrl = E1000_READ_REG(hw, E1000_CTRL) | E1000_CTRL_FRCSPD | E1000_CTRL_FRCDPX;
  ctrl &= ~(E1000_CTRL_FD | E1000_CTRL_SPD_SEL);
  if (data[0] & M88E1000_PSSR_SPD_DPLX_RESOLVED) {
    if (data[0] & M88E1000_PSSR_DPLX) ctrl |= E1000_CTRL_FD;
    const speed = data[0] & M88E1000_PSSR_SPEED;
    if (speed === M88E1000_PSSR_1000MBS) ctrl |= E1000_CTRL_SPD_1000;
    else if (speed === M88E1000_PSSR_100MBS) ctrl |= E1000_CTRL_SPD_100;
  }
  E1000_WRITE_REG(hw, E1000_CTRL, ctrl);
  e1000_config_collision_dist(hw);
  return e1000_force_mac_fc(hw);
}

/** Has the controller obey and send PAUSE frames as `fc` says. */
export function e1000_force_mac_fc(hw: E1000Hw): i32 {
  let ctrl = E1000_READ_REG(hw, E1000_CTRL) & ~(E1000_CTRL_RFCE | E1000_CTRL_TFCE);
  switch (hw.fc) {
    case e1000_fc_none: break;
    case e1000_fc_rx_pause: ctrl |= E1000_CTRL_RFCE; break;
    case e1000_fc_tx_pause: ctrl |= E1000_CTRL_TFCE; break;
    case e1000_fc_full: ctrl |= E1000_CTRL_RFCE | E1000_CTRL_TFCE; break;
    default: return -E1000_ERR_CONFIG;
  }
  E1000_WRITE_REG(hw, E1000_CTRL, ctrl);
  return 0;
}

/** What both ends can do of flow control decides what is done: IEEE 802.3, table 28B-3. */
function e1000_config_fc_after_link_up(hw: E1000Hw): i32 {
  const data = local<Arr<u16, 2>>(), speed = local<Arr<u16, 2>>();
  const complete = e1000_autoneg_complete(hw);
  if (complete < 0) return complete;
  if (complete === 0) return 0;
  if (e1000_read_phy_reg(hw, MII_ADVERTISE, ptr(data[0])) < 0) return -E1000_ERR_PHY;
  if (e1000_read_phy_reg(hw, MII_LPA, ptr(data[1])) < 0) return -E1000_ERR_PHY;
  hw.fc = e1000_resolved_fc(hw, data[0], data[1]);
  e1000_get_speed_and_duplex(hw, ptr(speed[0]), ptr(speed[1]));
  // There is no PAUSE on half duplex.
  if (speed[1] === DUPLEX_HALF) hw.fc = e1000_fc_none;
  return e1000_force_mac_fc(hw);
}

function e1000_resolved_fc(hw: E1000Hw, own: u32, partner: u32): u32 {
  const both = own & partner;
  if (both & ADVERTISE_PAUSE) return hw.original_fc === e1000_fc_full ? e1000_fc_full : e1000_fc_rx_pause;
  if ((both & ADVERTISE_ASM_PAUSE) === 0) return e1000_fc_none;
  if (partner & ADVERTISE_PAUSE) return e1000_fc_tx_pause;
  return own & ADVERTISE_PAUSE ? e1000_fc_rx_pause : e1000_fc_none;
}

/** In Mb/s, and DUPLEX_FULL or DUPLEX_HALF. @out speed @out duplex */
export function e1000_get_speed_and_duplex(hw: E1000Hw, speed: Ptr<u16>, duplex: Ptr<u16>): void {
  const status = E1000_READ_REG(hw, E1000_STATUS);
  if (status & E1000_STATUS_SPEED_1000) speed[0] = SPEED_1000;
  else if (status & E1000_STATUS_SPEED_100) speed[0] = SPEED_100;
  else speed[0] = SPEED_10;
  duplex[0] = status & E1000_STATUS_FD ? DUPLEX_FULL : DUPLEX_HALF;
}

/** Whether what is forced is half duplex. */
export function e1000_forced_half(hw: E1000Hw): bool {
  return hw.forced_speed_duplex === e1000_10_half || hw.forced_speed_duplex === e1000_100_half;
}
