/** What tools ask of an interface: the PHY's registers (mii-tool), and ethtool's requests. */
import { EOPNOTSUPP } from '../../src/guest/kernel/errno.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../src/guest/kernel/locking/spinlock.ts';
import {
  type Ifreq, SIOCETHTOOL, SIOCGMIIPHY, SIOCGMIIREG, SIOCSMIIREG,
} from '../../src/guest/kernel/net/if.ts';
import type { MiiIoctlData } from '../../src/guest/kernel/net/mii.ts';
import type { NetDevice } from '../../src/guest/kernel/net/netdevice.ts';
import { pcnet32_ethtool_ioctl } from './ethtool.ts';
import { mdio_read, mdio_write } from './mii.ts';
import { pcnet32_priv } from './pcnet32.ts';

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
