/** What tools ask for: the PHY's registers (mii-tool), and ethtool's requests. Linux 2.4, include/linux/ethtool.h. */
import { copy_from_user, copy_to_user, get_user } from '../../src/guest/kernel/arch/uaccess.ts';
import { EFAULT, EINVAL, EOPNOTSUPP } from '../../src/guest/kernel/errno.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../src/guest/kernel/locking/spinlock.ts';
import {
  type Ifreq, SIOCETHTOOL, SIOCGMIIPHY, SIOCGMIIREG, SIOCSMIIREG,
} from '../../src/guest/kernel/net/if.ts';
import type { NetDevice } from '../../src/guest/kernel/net/netdevice.ts';
import { memset } from '../../src/guest/lib/memory.ts';
import { strlcpy } from '../../src/guest/lib/string.ts';
import { mdio_read, mdio_write, mii_nway_restart } from './mii.ts';
import { DRV_NAME, DRV_VERSION, pcnet32_priv } from './pcnet32.ts';
import { pcnet32_link_ok } from './watchdog.ts';

export const ETHTOOL_GDRVINFO = 0x03;
export const ETHTOOL_GMSGLVL = 0x07;
export const ETHTOOL_SMSGLVL = 0x08;
export const ETHTOOL_NWAY_RST = 0x09;
export const ETHTOOL_GLINK = 0x0a;

/** In an Ifreq, behind the name: struct mii_ioctl_data. */
export class MiiIoctlData {
  phy_id: u16;
  reg_num: u16;
  val_in: u16;
  val_out: u16;
}

/** struct ethtool_drvinfo. */
export class EthtoolDrvinfo {
  cmd: u32;
  driver: Arr<u8, 32>;
  version: Arr<u8, 32>;
  fw_version: Arr<u8, 32>;
  bus_info: Arr<u8, 32>;
  reserved1: Arr<u8, 32>;
  reserved2: Arr<u8, 24>;
  eedump_len: u32;
  regdump_len: u32;
}

/** struct ethtool_value. */
export class EthtoolValue {
  cmd: u32;
  data: u32;
}

/** NetDevice.do_ioctl: 0 or a negated error. @sleeps */
export function pcnet32_ioctl(dev: NetDevice, ifr: Ifreq, cmd: u32): i32 {
  switch (cmd) {
    case SIOCETHTOOL: return pcnet32_ethtool_ioctl(dev, ifr.ifr_ifru[0] as usize);
    case SIOCGMIIPHY: case SIOCGMIIREG: case SIOCSMIIREG:
      return pcnet32_mii_ioctl(dev, cast<MiiIoctlData>(ptr(ifr.ifr_ifru[0])), cmd);
    default: return -EOPNOTSUPP;
  }
}

function pcnet32_mii_ioctl(dev: NetDevice, data: MiiIoctlData, cmd: u32): i32 {
  const lp = pcnet32_priv(dev);
  if (!lp.mii) return -EOPNOTSUPP;
  const flags = spin_lock_irqsave(lp.lock);
  if (cmd === SIOCGMIIPHY) data.phy_id = lp.phy_id as u16;
  if (cmd === SIOCSMIIREG) mdio_write(dev, data.phy_id, data.reg_num, data.val_in);
  else data.val_out = mdio_read(dev, data.phy_id, data.reg_num) as u16;
  spin_unlock_irqrestore(lp.lock, flags);
  return 0;
}

/** `useraddr`: the user's request, which begins with its number. */
function pcnet32_ethtool_ioctl(dev: NetDevice, useraddr: usize): i32 {
  const lp = pcnet32_priv(dev), ethcmd = local<Arr<u32, 1>>();
  if (get_user(ethcmd, useraddr) !== 0) return -EFAULT;
  switch (ethcmd[0]) {
    case ETHTOOL_GDRVINFO: return pcnet32_get_drvinfo(dev, useraddr);
    case ETHTOOL_GMSGLVL: return give_value(useraddr, ethcmd[0], lp.msg_enable);
    case ETHTOOL_SMSGLVL: return pcnet32_set_msglevel(dev, useraddr);
    case ETHTOOL_NWAY_RST: return pcnet32_nway_reset(dev);
    case ETHTOOL_GLINK: return pcnet32_get_link(dev, useraddr);
    default: return -EOPNOTSUPP;
  }
}

function pcnet32_get_drvinfo(dev: NetDevice, useraddr: usize): i32 {
  const info = local<EthtoolDrvinfo>();
  memset(info, 0, sizeof<EthtoolDrvinfo>());
  info.cmd = ETHTOOL_GDRVINFO;
  strlcpy(info.driver, DRV_NAME, 32);
  strlcpy(info.version, DRV_VERSION, 32);
  strlcpy(info.bus_info, cast<cstr>(pcnet32_priv(dev).pci_dev.slot_name), 32);
  return copy_to_user(useraddr, addr(info), sizeof<EthtoolDrvinfo>()) !== 0 ? -EFAULT : 0;
}

function pcnet32_set_msglevel(dev: NetDevice, useraddr: usize): i32 {
  const edata = local<EthtoolValue>();
  if (copy_from_user(addr(edata), useraddr, sizeof<EthtoolValue>()) !== 0) return -EFAULT;
  pcnet32_priv(dev).msg_enable = edata.data;
  return 0;
}

function pcnet32_nway_reset(dev: NetDevice): i32 {
  const lp = pcnet32_priv(dev);
  if (!lp.mii) return -EOPNOTSUPP;
  const flags = spin_lock_irqsave(lp.lock);
  const restarted = mii_nway_restart(dev);
  spin_unlock_irqrestore(lp.lock, flags);
  return restarted ? 0 : -EINVAL;
}

function pcnet32_get_link(dev: NetDevice, useraddr: usize): i32 {
  const lp = pcnet32_priv(dev);
  const flags = spin_lock_irqsave(lp.lock);
  const link = pcnet32_link_ok(dev, lp);
  spin_unlock_irqrestore(lp.lock, flags);
  return give_value(useraddr, ETHTOOL_GLINK, link ? 1 : 0);
}

function give_value(useraddr: usize, cmd: u32, value: u32): i32 {
  const edata = local<EthtoolValue>();
  edata.cmd = cmd;
  edata.data = value;
  return copy_to_user(useraddr, addr(edata), sizeof<EthtoolValue>()) !== 0 ? -EFAULT : 0;
}
