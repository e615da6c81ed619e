/** Requests of the program ethtool: Linux 2.4, include/linux/ethtool.h. */
import { copy_from_user, copy_to_user, get_user } from '../../src/guest/kernel/arch/uaccess.ts';
import { EFAULT, EINVAL, ENOMEM, EOPNOTSUPP } from '../../src/guest/kernel/errno.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../src/guest/kernel/locking/spinlock.ts';
import { kfree, kmalloc } from '../../src/guest/kernel/mm/kmalloc.ts';
import { GFP_KERNEL } from '../../src/guest/kernel/mm/page_alloc.ts';
import {
  AUTONEG_DISABLE, AUTONEG_ENABLE, DUPLEX_FULL, DUPLEX_HALF, ETHTOOL_GDRVINFO, ETHTOOL_GLINK, ETHTOOL_GMSGLVL,
  ETHTOOL_GREGS, ETHTOOL_GRINGPARAM, ETHTOOL_GSET, ETHTOOL_NWAY_RST, ETHTOOL_SMSGLVL, EthtoolCmd, EthtoolDrvinfo,
  EthtoolRegs, EthtoolRingparam, EthtoolValue, PORT_TP, SPEED_10, SUPPORTED_10baseT_Full, SUPPORTED_10baseT_Half,
  SUPPORTED_Autoneg, SUPPORTED_TP, XCVR_INTERNAL,
} from '../../src/guest/kernel/net/ethtool.ts';
import { BMCR_ANENABLE, MII_BMCR } from '../../src/guest/kernel/net/mii.ts';
import type { NetDevice } from '../../src/guest/kernel/net/netdevice.ts';
import { memset } from '../../src/guest/lib/memory.ts';
import { strlcpy } from '../../src/guest/lib/string.ts';
import { mdio_read, mii_nway_restart, PHY_REGISTERS } from './mii.ts';
import { DRV_NAME, DRV_VERSION, pcnet32_priv, Pcnet32Private } from './pcnet32.ts';
import { PCNET32_79C970A, PCNET32_CSRS, PCNET32_LOG_MAX_BUFFERS, PCNET32_PROM_SIZE } from './regs.ts';
import { pcnet32_get_prom } from './probe.ts';
import { pcnet32_link_ok } from './watchdog.ts';

/** What ETHTOOL_GREGS gives, in half-words: the PROM, control and status registers, bus configuration, PHY. */
const REGS_BCRS = 36;
const REGS_PROM = PCNET32_PROM_SIZE / 2;
const REGS_COUNT = REGS_PROM + PCNET32_CSRS + REGS_BCRS + PHY_REGISTERS;

/** `useraddr`: the user's request, which begins with its number. 0 or a negated error. @sleeps */
export function pcnet32_ethtool_ioctl(dev: NetDevice, useraddr: usize): i32 {
  const lp = pcnet32_priv(dev), ethcmd = local<Arr<u32, 1>>();
  if (get_user(ethcmd, useraddr) !== 0) return -EFAULT;
  switch (ethcmd[0]) {
    case ETHTOOL_GSET: return pcnet32_get_settings(dev, useraddr);
    case ETHTOOL_GDRVINFO: return pcnet32_get_drvinfo(dev, useraddr);
    case ETHTOOL_GREGS: return pcnet32_get_regs(dev, useraddr);
    case ETHTOOL_GMSGLVL: return give_value(useraddr, ethcmd[0], lp.msg_enable);
    case ETHTOOL_SMSGLVL: return pcnet32_set_msglevel(dev, useraddr);
    case ETHTOOL_NWAY_RST: return pcnet32_nway_reset(dev);
    case ETHTOOL_GLINK: return pcnet32_get_link(dev, useraddr);
    case ETHTOOL_GRINGPARAM: return pcnet32_get_ringparam(dev, useraddr);
    default: return -EOPNOTSUPP;
  }
}

function pcnet32_get_settings(dev: NetDevice, useraddr: usize): i32 {
  const lp = pcnet32_priv(dev), ecmd = local<EthtoolCmd>();
  memset(ecmd, 0, sizeof<EthtoolCmd>());
  ecmd.cmd = ETHTOOL_GSET;
  ecmd.supported = SUPPORTED_10baseT_Half | SUPPORTED_TP;
  if (lp.chip_version >= PCNET32_79C970A) ecmd.supported |= SUPPORTED_10baseT_Full;
  if (lp.mii) ecmd.supported |= SUPPORTED_Autoneg;
  ecmd.advertising = ecmd.supported;
  ecmd.speed = SPEED_10;
  ecmd.duplex = lp.full_duplex ? DUPLEX_FULL : DUPLEX_HALF;
  ecmd.port = PORT_TP;
  ecmd.phy_address = lp.phy_id as u8;
  ecmd.transceiver = XCVR_INTERNAL;
  const flags = spin_lock_irqsave(lp.lock);
  const control = mdio_read(dev, lp.phy_id, MII_BMCR);
  spin_unlock_irqrestore(lp.lock, flags);
  ecmd.autoneg = (control & BMCR_ANENABLE) !== 0 ? AUTONEG_ENABLE : AUTONEG_DISABLE;
  return copy_to_user(useraddr, addr(ecmd), sizeof<EthtoolCmd>()) !== 0 ? -EFAULT : 0;
}

function pcnet32_get_drvinfo(dev: NetDevice, useraddr: usize): i32 {
  const info = local<EthtoolDrvinfo>();
  memset(info, 0, sizeof<EthtoolDrvinfo>());
  info.cmd = ETHTOOL_GDRVINFO;
  strlcpy(info.driver, DRV_NAME, 32);
  strlcpy(info.version, DRV_VERSION, 32);
  strlcpy(info.bus_info, cast<cstr>(pcnet32_priv(dev).pci_dev.slot_name), 32);
  info.regdump_len = REGS_COUNT * 2;
  return copy_to_user(useraddr, addr(info), sizeof<EthtoolDrvinfo>()) !== 0 ? -EFAULT : 0;
}

/** As much as the user has room for, behind the request. */
function pcnet32_get_regs(dev: NetDevice, useraddr: usize): i32 {
  const lp = pcnet32_priv(dev), regs = local<EthtoolRegs>();
  if (copy_from_user(addr(regs), useraddr, sizeof<EthtoolRegs>()) !== 0) return -EFAULT;
  if (regs.len > REGS_COUNT * 2) regs.len = REGS_COUNT * 2;
  regs.version = lp.chip_version;
  const buffer = kmalloc(REGS_COUNT * 2, GFP_KERNEL);
  if (buffer === 0) return -ENOMEM;
  const flags = spin_lock_irqsave(lp.lock);
  pcnet32_read_all(dev, lp, cast<Ptr<u16>>(buffer));
  spin_unlock_irqrestore(lp.lock, flags);
  const bad = copy_to_user(useraddr, addr(regs), sizeof<EthtoolRegs>()) !== 0
    || copy_to_user(useraddr + sizeof<EthtoolRegs>(), buffer, regs.len) !== 0;
  kfree(buffer);
  return bad ? -EFAULT : 0;
}

/** REGS_COUNT half-words. Reading a control and status register changes nothing. Under the lock. */
function pcnet32_read_all(dev: NetDevice, lp: Pcnet32Private, to: Ptr<u16>): void {
  const ioaddr = dev.base_addr;
  let at: u32 = REGS_PROM;
  pcnet32_get_prom(ioaddr, cast<Ptr<u8>>(addr(to)));
  for (let index: u32 = 0; index < PCNET32_CSRS; index++) to[at++] = lp.a.read_csr(ioaddr, index) as u16;
  for (let index: u32 = 0; index < REGS_BCRS; index++) to[at++] = lp.a.read_bcr(ioaddr, index) as u16;
  for (let index: u32 = 0; index < PHY_REGISTERS; index++) to[at++] = mdio_read(dev, lp.phy_id, index) as u16;
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

function pcnet32_get_ringparam(dev: NetDevice, useraddr: usize): i32 {
  const lp = pcnet32_priv(dev), ering = local<EthtoolRingparam>();
  memset(ering, 0, sizeof<EthtoolRingparam>());
  ering.cmd = ETHTOOL_GRINGPARAM;
  ering.rx_max_pending = 1 << PCNET32_LOG_MAX_BUFFERS;
  ering.tx_max_pending = 1 << PCNET32_LOG_MAX_BUFFERS;
  ering.rx_pending = lp.rx_ring_size;
  ering.tx_pending = lp.tx_ring_size;
  return copy_to_user(useraddr, addr(ering), sizeof<EthtoolRingparam>()) !== 0 ? -EFAULT : 0;
}

function give_value(useraddr: usize, cmd: u32, value: u32): i32 {
  const edata = local<EthtoolValue>();
  edata.cmd = cmd;
  edata.data = value;
  return copy_to_user(useraddr, addr(edata), sizeof<EthtoolValue>()) !== 0 ? -EFAULT : 0;
}
