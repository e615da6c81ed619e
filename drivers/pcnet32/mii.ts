/**
 * The PHY behind the chip's management interface: BCR32 to BCR34, and IEEE 802.3, section 22.2.4. The Am79C971 and its
 * successors have one; whether an Am79C970A does shows when it is asked.
 */
import { printk } from '../../src/guest/kernel/debug/printk.ts';
import {
  BMCR_ANENABLE, BMCR_ANRESTART, BMSR_LSTATUS, MII_BMCR, MII_BMSR, MII_PHYSID1, MII_PHYSID2,
} from '../../src/guest/kernel/net/mii.ts';
import type { NetDevice } from '../../src/guest/kernel/net/netdevice.ts';
import { pcnet32_priv } from './pcnet32.ts';
import { PCNET32_BCR_MIIADDR, PCNET32_BCR_MIIDATA } from './regs.ts';

/** Addresses on the interface, and registers of each PHY. */
export const PHY_ADDRESSES = 32;
export const PHY_REGISTERS = 32;

/** A PHY's register; 0 if there is none. Under the lock. */
export function mdio_read(dev: NetDevice, phy_id: u32, reg_num: u32): u32 {
  const lp = pcnet32_priv(dev), ioaddr = dev.base_addr;
  if (!lp.mii) return 0;
  const before = lp.a.read_bcr(ioaddr, PCNET32_BCR_MIIADDR);
  lp.a.write_bcr(ioaddr, PCNET32_BCR_MIIADDR, phy_id % PHY_ADDRESSES << 5 | reg_num % PHY_REGISTERS);
  const value = lp.a.read_bcr(ioaddr, PCNET32_BCR_MIIDATA);
  lp.a.write_bcr(ioaddr, PCNET32_BCR_MIIADDR, before);
  return value;
}

/** Under the lock. */
export function mdio_write(dev: NetDevice, phy_id: u32, reg_num: u32, value: u32): void {
  const lp = pcnet32_priv(dev), ioaddr = dev.base_addr;
  if (!lp.mii) return;
  const before = lp.a.read_bcr(ioaddr, PCNET32_BCR_MIIADDR);
  lp.a.write_bcr(ioaddr, PCNET32_BCR_MIIADDR, phy_id % PHY_ADDRESSES << 5 | reg_num % PHY_REGISTERS);
  lp.a.write_bcr(ioaddr, PCNET32_BCR_MIIDATA, value);
  lp.a.write_bcr(ioaddr, PCNET32_BCR_MIIADDR, before);
}

/** Looks for a PHY, while nobody else knows the interface. Where there is none, registers read as all zeros or ones. */
export function pcnet32_find_phy(dev: NetDevice): void {
  const lp = pcnet32_priv(dev);
  lp.mii = true;
  for (let phy: u32 = 0; phy < PHY_ADDRESSES; phy++) {
    const id1 = mdio_read(dev, phy, MII_PHYSID1), id2 = mdio_read(dev, phy, MII_PHYSID2);
    if (id1 === 0xffff || (id1 === 0 && id2 === 0)) continue;
    lp.phy_id = phy;
    if (lp.msg_enable > 1) printk('<6>pcnet32: PHY %04x:%04x at address %u\n', id1, id2, phy);
    return;
  }
  lp.mii = false;
}

/** Has the PHY agree with its partner again; false if it is told not to agree with any. Under the lock. */
export function mii_nway_restart(dev: NetDevice): bool {
  const phy = pcnet32_priv(dev).phy_id, control = mdio_read(dev, phy, MII_BMCR);
  if ((control & BMCR_ANENABLE) === 0) return false;
  mdio_write(dev, phy, MII_BMCR, control | BMCR_ANRESTART);
  return true;
}

/** Whether the PHY has a link. The bit stays down until it is read once after the link came back. Under the lock. */
export function mii_link_ok(dev: NetDevice): bool {
  const phy = pcnet32_priv(dev).phy_id;
  mdio_read(dev, phy, MII_BMSR);
  return (mdio_read(dev, phy, MII_BMSR) & BMSR_LSTATUS) !== 0;
}
