/**
 * Registers that every PHY has, and the ioctls to reach them: IEEE 802.3, section 22.2.4; Linux 2.4,
 * include/linux/mii.h.
 */

export const MII_BMCR = 0x00;
export const MII_BMSR = 0x01;
export const MII_PHYSID1 = 0x02;
export const MII_PHYSID2 = 0x03;
export const MII_ADVERTISE = 0x04;
export const MII_LPA = 0x05;
/** 1000BASE-T's, Linux: MII_CTRL1000 and MII_STAT1000. */
export const MII_CTRL1000 = 0x09;
export const MII_STAT1000 = 0x0a;

export const BMCR_SPEED1000 = 0x0040;
export const BMCR_FULLDPLX = 0x0100;
export const BMCR_ANRESTART = 0x0200;
export const BMCR_ISOLATE = 0x0400;
export const BMCR_PDOWN = 0x0800;
export const BMCR_ANENABLE = 0x1000;
export const BMCR_SPEED100 = 0x2000;
export const BMCR_LOOPBACK = 0x4000;
export const BMCR_RESET = 0x8000;

export const BMSR_LSTATUS = 0x0004;
export const BMSR_ANEGCOMPLETE = 0x0020;

export const ADVERTISE_CSMA = 0x0001;
export const ADVERTISE_10HALF = 0x0020;
export const ADVERTISE_10FULL = 0x0040;
export const ADVERTISE_100HALF = 0x0080;
export const ADVERTISE_100FULL = 0x0100;
export const ADVERTISE_PAUSE = 0x0400;
export const ADVERTISE_ASM_PAUSE = 0x0800;

/** MII_CTRL1000. */
export const ADVERTISE_1000HALF = 0x0100;
export const ADVERTISE_1000FULL = 0x0200;
/** MII_STAT1000: what the partner can do, and whether both receivers work. */
export const LPA_1000HALF = 0x0400;
export const LPA_1000FULL = 0x0800;
export const LPA_1000REMRXOK = 0x1000;
export const LPA_1000LOCALRXOK = 0x2000;

/** In an Ifreq, of SIOCGMIIPHY, SIOCGMIIREG, SIOCSMIIREG. */
export class MiiIoctlData {
  phy_id: u16;
  reg_num: u16;
  val_in: u16;
  val_out: u16;
}
