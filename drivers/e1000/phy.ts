/**
 * The PHY inside the controller, a Marvell 88E1011, behind the management interface: manual, sections 8.8 and 13.4.7;
 * Linux 2.4, drivers/net/e1000/e1000_hw.c.
 */
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../src/guest/kernel/locking/spinlock.ts';
import {
  ADVERTISE_1000FULL, ADVERTISE_1000HALF, ADVERTISE_100FULL, ADVERTISE_100HALF, ADVERTISE_10FULL, ADVERTISE_10HALF,
  ADVERTISE_ASM_PAUSE, ADVERTISE_PAUSE, BMCR_ANENABLE, BMCR_ANRESTART, BMCR_FULLDPLX, BMCR_RESET, BMCR_SPEED100,
  BMCR_SPEED1000, BMSR_ANEGCOMPLETE, MII_ADVERTISE, MII_BMCR, MII_BMSR, MII_CTRL1000, MII_PHYSID1, MII_PHYSID2,
} from '../../src/guest/kernel/net/mii.ts';
import {
  ADVERTISE_1000_FULL, ADVERTISE_100_FULL, ADVERTISE_100_HALF, ADVERTISE_10_FULL, ADVERTISE_10_HALF,
  AUTONEG_ADVERTISE_SPEED_DEFAULT, E1000Hw, E1000_ERR_CONFIG, E1000_ERR_PHY, E1000_READ_REG, E1000_WRITE_FLUSH,
  E1000_WRITE_REG, e1000_100_full, e1000_100_half, e1000_10_full, e1000_fc_full, e1000_fc_none, e1000_fc_rx_pause,
  e1000_fc_tx_pause, msec_delay, usec_delay,
} from './hw.ts';
import {
  E1000_CTRL, E1000_CTRL_PHY_RST, E1000_MDIC, E1000_MDIC_DATA_MASK, E1000_MDIC_ERROR, E1000_MDIC_OP_READ,
  E1000_MDIC_OP_WRITE, E1000_MDIC_PHY_SHIFT, E1000_MDIC_READY, E1000_MDIC_REG_SHIFT,
} from './regs.ts';

const MAX_PHY_REG_ADDRESS = 0x1f;
/** Identifier without the revision. */
const M88E1011_I_PHY_ID = 0x01410c20;
const PHY_REVISION_MASK = 0xfffffff0;

// The Marvell's own registers: section 8.8.
const M88E1000_PHY_SPEC_CTRL = 0x10;
export const M88E1000_PHY_SPEC_STATUS = 0x11;
const M88E1000_PSCR_POLARITY_REVERSAL = 0x0002;
const M88E1000_PSCR_AUTO_X_MODE = 0x0060;
const M88E1000_PSCR_ASSERT_CRS_ON_TX = 0x0800;
export const M88E1000_PSSR_SPD_DPLX_RESOLVED = 0x0800;
export const M88E1000_PSSR_DPLX = 0x2000;
export const M88E1000_PSSR_SPEED = 0xc000;
export const M88E1000_PSSR_1000MBS = 0x8000;
export const M88E1000_PSSR_100MBS = 0x4000;

/** Looks at MDIC's READY, 50 us apart. */
const MDIC_ATTEMPTS = 64;

/** 0 or -E1000_ERR_PHY. @out data */
export function e1000_read_phy_reg(hw: E1000Hw, reg: u32, data: Ptr<u16>): i32 {
  const mdic = e1000_mdic(hw, reg, E1000_MDIC_OP_READ);
  if (mdic & E1000_MDIC_ERROR || (mdic & E1000_MDIC_READY) === 0) return -E1000_ERR_PHY;
  data[0] = (mdic & E1000_MDIC_DATA_MASK) as u16;
  return 0;
}

/** 0 or -E1000_ERR_PHY. */
export function e1000_write_phy_reg(hw: E1000Hw, reg: u32, data: u32): i32 {
  const mdic = e1000_mdic(hw, reg, E1000_MDIC_OP_WRITE | (data & E1000_MDIC_DATA_MASK));
  return mdic & E1000_MDIC_ERROR || (mdic & E1000_MDIC_READY) === 0 ? -E1000_ERR_PHY : 0;
}

/** One access: what MDIC says when it is over; ERROR for what cannot be. */
function e1000_mdic(hw: E1000Hw, reg: u32, operation: u32): u32 {
  if (reg > MAX_PHY_REG_ADDRESS) return E1000_MDIC_ERROR;
  const flags = spin_lock_irqsave(hw.phy_lock);
  E1000_WRITE_REG(hw, E1000_MDIC, operation | reg << E1000_MDIC_REG_SHIFT | hw.phy_addr << E1000_MDIC_PHY_SHIFT);
  let mdic = E1000_READ_REG(hw, E1000_MDIC);
  for (let i: u32 = 0; (mdic & E1000_MDIC_READY) === 0 && i < MDIC_ATTEMPTS; i++) {
    usec_delay(50);
    mdic = E1000_READ_REG(hw, E1000_MDIC);
  }
  spin_unlock_irqrestore(hw.phy_lock, flags);
  return mdic;
}

/** Resets the PHY by its pin: section 13.4.1, PHY_RST. @sleeps */
export function e1000_phy_hw_reset(hw: E1000Hw): void {
  const ctrl = E1000_READ_REG(hw, E1000_CTRL);
  E1000_WRITE_REG(hw, E1000_CTRL, ctrl | E1000_CTRL_PHY_RST);
  E1000_WRITE_FLUSH(hw);
  msec_delay(10);
  E1000_WRITE_REG(hw, E1000_CTRL, ctrl);
  E1000_WRITE_FLUSH(hw);
  usec_delay(150);
}

/** Resets the PHY by its control register, which makes changes of some others take effect. */
export function e1000_phy_reset(hw: E1000Hw): i32 {
  const data = local<Arr<u16, 1>>();
  if (e1000_read_phy_reg(hw, MII_BMCR, data) < 0) return -E1000_ERR_PHY;
  if (e1000_write_phy_reg(hw, MII_BMCR, data[0] | BMCR_RESET) < 0) return -E1000_ERR_PHY;
  usec_delay(1);
  return 0;
}

/** Whether the PHY is the one that belongs into this controller: 0 or -E1000_ERR_PHY. */
export function e1000_detect_gig_phy(hw: E1000Hw): i32 {
  const data = local<Arr<u16, 1>>();
  hw.phy_addr = 1;
  if (e1000_read_phy_reg(hw, MII_PHYSID1, data) < 0) return -E1000_ERR_PHY;
  hw.phy_id = data[0] << 16;
  usec_delay(20);
  if (e1000_read_phy_reg(hw, MII_PHYSID2, data) < 0) return -E1000_ERR_PHY;
  hw.phy_id |= data[0] & PHY_REVISION_MASK;
  hw.phy_revision = data[0] & 0xf;
  return hw.phy_id === M88E1011_I_PHY_ID ? 0 : -E1000_ERR_PHY;
}

/** The Marvell's own settings: CRS while sending, crossover found out, polarity corrected. */
export function e1000_phy_setup_marvell(hw: E1000Hw): i32 {
  const data = local<Arr<u16, 1>>();
  if (e1000_read_phy_reg(hw, M88E1000_PHY_SPEC_CTRL, data) < 0) return -E1000_ERR_PHY;
  let control: u32 = data[0];
  control |= M88E1000_PSCR_ASSERT_CRS_ON_TX | M88E1000_PSCR_AUTO_X_MODE;
  control &= ~M88E1000_PSCR_POLARITY_REVERSAL;
  if (e1000_write_phy_reg(hw, M88E1000_PHY_SPEC_CTRL, control) < 0) return -E1000_ERR_PHY;
  return e1000_phy_reset(hw);
}

/** What the partner is told that this station can do: IEEE 802.3, section 28.2.4.1.3 and table 28B-2. */
export function e1000_phy_setup_autoneg(hw: E1000Hw): i32 {
  const data = local<Arr<u16, 2>>();
  if (e1000_read_phy_reg(hw, MII_ADVERTISE, ptr(data[0])) < 0) return -E1000_ERR_PHY;
  if (e1000_read_phy_reg(hw, MII_CTRL1000, ptr(data[1])) < 0) return -E1000_ERR_PHY;
  let adv: u32 = data[0] & ~(ADVERTISE_100FULL | ADVERTISE_100HALF | ADVERTISE_10FULL | ADVERTISE_10HALF);
  let gigabit: u32 = data[1] & ~(ADVERTISE_1000FULL | ADVERTISE_1000HALF);
  const wanted = hw.autoneg_advertised;
  if (wanted & ADVERTISE_10_HALF) adv |= ADVERTISE_10HALF;
  if (wanted & ADVERTISE_10_FULL) adv |= ADVERTISE_10FULL;
  if (wanted & ADVERTISE_100_HALF) adv |= ADVERTISE_100HALF;
  if (wanted & ADVERTISE_100_FULL) adv |= ADVERTISE_100FULL;
  if (wanted & ADVERTISE_1000_FULL) gigabit |= ADVERTISE_1000FULL;
  adv &= ~(ADVERTISE_PAUSE | ADVERTISE_ASM_PAUSE);
  switch (hw.fc) {
    case e1000_fc_none: break;
    // There is no way to offer only to be stopped: the rest is done when the link is up.
    case e1000_fc_rx_pause:
    case e1000_fc_full: adv |= ADVERTISE_PAUSE | ADVERTISE_ASM_PAUSE; break;
    case e1000_fc_tx_pause: adv |= ADVERTISE_ASM_PAUSE; break;
    default: return -E1000_ERR_CONFIG;
  }
  if (e1000_write_phy_reg(hw, MII_ADVERTISE, adv) < 0) return -E1000_ERR_PHY;
  return e1000_write_phy_reg(hw, MII_CTRL1000, gigabit);
}

/** Has the PHY agree anew with its partner. */
export function e1000_copper_link_autoneg(hw: E1000Hw): i32 {
  const data = local<Arr<u16, 1>>();
  hw.autoneg_advertised &= AUTONEG_ADVERTISE_SPEED_DEFAULT;
  if (hw.autoneg_advertised === 0) hw.autoneg_advertised = AUTONEG_ADVERTISE_SPEED_DEFAULT;
  const error = e1000_phy_setup_autoneg(hw);
  if (error < 0) return error;
  if (e1000_read_phy_reg(hw, MII_BMCR, data) < 0) return -E1000_ERR_PHY;
  if (e1000_write_phy_reg(hw, MII_BMCR, data[0] | BMCR_ANENABLE | BMCR_ANRESTART) < 0) return -E1000_ERR_PHY;
  hw.get_link_status = true;
  return 0;
}

/** Has the PHY take the speed and duplex of forced_speed_duplex; 1000 Mb/s cannot be forced on copper. */
export function e1000_phy_force_speed_duplex(hw: E1000Hw): i32 {
  const data = local<Arr<u16, 1>>();
  if (e1000_read_phy_reg(hw, MII_BMCR, data) < 0) return -E1000_ERR_PHY;
  let control: u32 = data[0] & ~(BMCR_ANENABLE | BMCR_FULLDPLX | BMCR_SPEED1000 | BMCR_SPEED100);
  const forced = hw.forced_speed_duplex;
  if (forced === e1000_100_full || forced === e1000_10_full) control |= BMCR_FULLDPLX;
  if (forced === e1000_100_full || forced === e1000_100_half) control |= BMCR_SPEED100;
  if (e1000_write_phy_reg(hw, MII_BMCR, control | BMCR_RESET) < 0) return -E1000_ERR_PHY;
  hw.get_link_status = true;
  usec_delay(1);
  return 0;
}

/** Whether the ends have agreed: 1, 0 or -E1000_ERR_PHY. */
export function e1000_autoneg_complete(hw: E1000Hw): i32 {
  const status = local<Arr<u16, 1>>();
  // Read twice: some bits of the first reading tell of the past (IEEE 802.3, section 22.2.4.2).
  if (e1000_read_phy_reg(hw, MII_BMSR, status) < 0) return -E1000_ERR_PHY;
  if (e1000_read_phy_reg(hw, MII_BMSR, status) < 0) return -E1000_ERR_PHY;
  return (status[0] & BMSR_ANEGCOMPLETE) !== 0 ? 1 : 0;
}
