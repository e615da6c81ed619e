/** Requests of programs: Linux 2.4, drivers/net/e1000/e1000_ethtool.c; the PHY as mii-tool reads it. */
import { memset } from '../../src/guest/lib/memory.ts';
import { strlcpy } from '../../src/guest/lib/string.ts';
import { copy_from_user, copy_to_user } from '../../src/guest/kernel/arch/uaccess.ts';
import { EFAULT, EINVAL, EIO, ENOMEM, EOPNOTSUPP } from '../../src/guest/kernel/errno.ts';
import { kfree, kmalloc } from '../../src/guest/kernel/mm/kmalloc.ts';
import { GFP_KERNEL } from '../../src/guest/kernel/mm/page_alloc.ts';
import {
  AUTONEG_DISABLE, AUTONEG_ENABLE, DUPLEX_FULL, ETHTOOL_GDRVINFO, ETHTOOL_GEEPROM, ETHTOOL_GLINK, ETHTOOL_GREGS,
  ETHTOOL_GRINGPARAM, ETHTOOL_GSET, ETHTOOL_NWAY_RST, ETHTOOL_PHYS_ID, ETHTOOL_SSET, EthtoolCmd, EthtoolDrvinfo,
  EthtoolEeprom, EthtoolRegs, EthtoolRingparam, EthtoolValue, PORT_TP, SPEED_10, SPEED_100, SUPPORTED_1000baseT_Full,
  SUPPORTED_100baseT_Full, SUPPORTED_100baseT_Half, SUPPORTED_10baseT_Full, SUPPORTED_10baseT_Half, SUPPORTED_Autoneg,
  SUPPORTED_TP, XCVR_INTERNAL,
} from '../../src/guest/kernel/net/ethtool.ts';
import { type Ifreq, SIOCETHTOOL, SIOCGMIIPHY, SIOCGMIIREG, SIOCSMIIREG } from '../../src/guest/kernel/net/if.ts';
import { MiiIoctlData } from '../../src/guest/kernel/net/mii.ts';
import { type NetDevice, netif_carrier_ok, netif_running } from '../../src/guest/kernel/net/netdevice.ts';
import { adapter_of, type E1000Adapter } from './adapter.ts';
import { e1000_read_eeprom } from './eeprom.ts';
import {
  AUTONEG_ADVERTISE_SPEED_DEFAULT, E1000_READ_REG, e1000_100_full, e1000_100_half, e1000_10_full, e1000_10_half,
  DRIVER_VERSION, msec_delay,
} from './hw.ts';
import { e1000_cleanup_led, e1000_led_off, e1000_led_on } from './mac.ts';
import { e1000_reinit, e1000_reset } from './netdev.ts';
import { e1000_read_phy_reg, e1000_write_phy_reg } from './phy.ts';
import {
  E1000_CTRL, E1000_RCTL, E1000_RDH, E1000_RDLEN, E1000_RDT, E1000_RDTR, E1000_STATUS, E1000_TCTL, E1000_TDH,
  E1000_TDLEN, E1000_TDT, E1000_TIDV,
} from './regs.ts';

const SUPPORTED = SUPPORTED_10baseT_Half | SUPPORTED_10baseT_Full | SUPPORTED_100baseT_Half | SUPPORTED_100baseT_Full
  | SUPPORTED_1000baseT_Full | SUPPORTED_Autoneg | SUPPORTED_TP;
const MAX_DESCRIPTORS = 4096;
/** Words that ETHTOOL_GREGS gives: registers, then the driver's counters. */
const E1000_REGS_LEN = 18;
/** Seconds that the LED blinks when no time is given, and at most. */
const BLINK_SECONDS = 2;
const BLINK_MOST = 60;

/** NetDevice.do_ioctl, under rtnl_sem: 0 or a negated error. @sleeps */
export function e1000_ioctl(netdev: NetDevice, ifr: Ifreq, cmd: u32): i32 {
  switch (cmd) {
    case SIOCGMIIPHY:
    case SIOCGMIIREG:
    case SIOCSMIIREG:
      return e1000_mii_ioctl(adapter_of(netdev), cast<MiiIoctlData>(ptr(ifr.ifr_ifru[0])), cmd);
    case SIOCETHTOOL:
      return e1000_ethtool_ioctl(netdev, ifr.ifr_ifru[0] as usize);
    default:
      return -EOPNOTSUPP;
  }
}

function e1000_mii_ioctl(adapter: E1000Adapter, data: MiiIoctlData, cmd: u32): i32 {
  const hw = adapter.hw, value = local<Arr<u16, 1>>();
  if (cmd === SIOCGMIIPHY) {
    data.phy_id = hw.phy_addr as u16;
    return 0;
  }
  if (cmd === SIOCGMIIREG) {
    if (e1000_read_phy_reg(hw, data.reg_num & 0x1f, value) < 0) return -EIO;
    data.val_out = value[0];
    return 0;
  }
  if (e1000_write_phy_reg(hw, data.reg_num & 0x1f, data.val_in) < 0) return -EIO;
  hw.get_link_status = true;
  return 0;
}

/** `data`: the user's address of a request. */
function e1000_ethtool_ioctl(netdev: NetDevice, data: usize): i32 {
  const adapter = adapter_of(netdev), cmd = local<Arr<u32, 1>>();
  if (copy_from_user(addr(cmd), data, 4) !== 0) return -EFAULT;
  switch (cmd[0]) {
    case ETHTOOL_GSET: return e1000_ethtool_gset(adapter, data);
    case ETHTOOL_SSET: return e1000_ethtool_sset(adapter, data);
    case ETHTOOL_GDRVINFO: return e1000_ethtool_gdrvinfo(adapter, data);
    case ETHTOOL_GREGS: return e1000_ethtool_gregs(adapter, data);
    case ETHTOOL_NWAY_RST: return netif_running(netdev) ? e1000_reinit(adapter) : e1000_reset(adapter);
    case ETHTOOL_GLINK: return e1000_ethtool_glink(netdev, data);
    case ETHTOOL_GEEPROM: return e1000_ethtool_geeprom(adapter, data);
    case ETHTOOL_GRINGPARAM: return e1000_ethtool_gringparam(adapter, data);
    case ETHTOOL_PHYS_ID: return e1000_ethtool_phys_id(adapter, data);
    default: return -EOPNOTSUPP;
  }
}

function e1000_ethtool_gset(adapter: E1000Adapter, data: usize): i32 {
  const ecmd = local<EthtoolCmd>(), hw = adapter.hw;
  memset(ecmd, 0, sizeof<EthtoolCmd>());
  ecmd.cmd = ETHTOOL_GSET;
  ecmd.supported = SUPPORTED;
  ecmd.advertising = SUPPORTED_TP | (hw.autoneg ? SUPPORTED_Autoneg | hw.autoneg_advertised : 0);
  ecmd.port = PORT_TP;
  ecmd.phy_address = hw.phy_addr as u8;
  ecmd.transceiver = XCVR_INTERNAL;
  ecmd.autoneg = hw.autoneg ? AUTONEG_ENABLE : AUTONEG_DISABLE;
  const up = netif_carrier_ok(adapter.netdev);
  ecmd.speed = up ? adapter.link_speed : 0xffff;
  ecmd.duplex = up ? adapter.link_duplex as u8 : 0xff;
  return give(data, addr(ecmd), sizeof<EthtoolCmd>());
}

function e1000_ethtool_sset(adapter: E1000Adapter, data: usize): i32 {
  const ecmd = local<EthtoolCmd>(), hw = adapter.hw;
  if (copy_from_user(addr(ecmd), data, sizeof<EthtoolCmd>()) !== 0) return -EFAULT;
  if (ecmd.autoneg === AUTONEG_ENABLE) {
    const advertised = ecmd.advertising & AUTONEG_ADVERTISE_SPEED_DEFAULT;
    hw.autoneg = true;
    hw.autoneg_advertised = advertised === 0 ? AUTONEG_ADVERTISE_SPEED_DEFAULT : advertised;
  } else {
    const forced = forced_mode(ecmd.speed, ecmd.duplex === DUPLEX_FULL);
    if (forced < 0) return forced;
    hw.autoneg = false;
    hw.autoneg_advertised = 0;
    hw.forced_speed_duplex = forced as u32;
  }
  return netif_running(adapter.netdev) ? e1000_reinit(adapter) : e1000_reset(adapter);
}

/** E1000Hw.forced_speed_duplex, or -EINVAL: 1000 Mb/s cannot be forced. */
function forced_mode(speed: u32, full: bool): i32 {
  if (speed === SPEED_10) return full ? e1000_10_full : e1000_10_half;
  if (speed === SPEED_100) return full ? e1000_100_full : e1000_100_half;
  return -EINVAL;
}

function e1000_ethtool_gdrvinfo(adapter: E1000Adapter, data: usize): i32 {
  const info = local<EthtoolDrvinfo>();
  memset(info, 0, sizeof<EthtoolDrvinfo>());
  info.cmd = ETHTOOL_GDRVINFO;
  strlcpy(ptr(info.driver[0]), 'e1000', 32);
  strlcpy(ptr(info.version[0]), DRIVER_VERSION, 32);
  strlcpy(ptr(info.fw_version[0]), 'N/A', 32);
  strlcpy(ptr(info.bus_info[0]), cast<cstr>(adapter.pdev.slot_name), 32);
  info.regdump_len = E1000_REGS_LEN * 4;
  info.eedump_len = adapter.hw.eeprom_words * 2;
  return give(data, addr(info), sizeof<EthtoolDrvinfo>());
}

function e1000_ethtool_gregs(adapter: E1000Adapter, data: usize): i32 {
  const regs = local<EthtoolRegs>(), words = local<Arr<u32, 18>>(), hw = adapter.hw;
  if (copy_from_user(addr(regs), data, sizeof<EthtoolRegs>()) !== 0) return -EFAULT;
  words[0] = E1000_READ_REG(hw, E1000_CTRL);
  words[1] = E1000_READ_REG(hw, E1000_STATUS);
  words[2] = E1000_READ_REG(hw, E1000_RCTL);
  words[3] = E1000_READ_REG(hw, E1000_RDLEN);
  words[4] = E1000_READ_REG(hw, E1000_RDH);
  words[5] = E1000_READ_REG(hw, E1000_RDT);
  words[6] = E1000_READ_REG(hw, E1000_RDTR);
  words[7] = E1000_READ_REG(hw, E1000_TCTL);
  words[8] = E1000_READ_REG(hw, E1000_TDLEN);
  words[9] = E1000_READ_REG(hw, E1000_TDH);
  words[10] = E1000_READ_REG(hw, E1000_TDT);
  words[11] = E1000_READ_REG(hw, E1000_TIDV);
  words[12] = hw.phy_id;
  words[13] = adapter.part_num;
  words[14] = adapter.tx_timeout_count;
  words[15] = adapter.alloc_rx_buff_failed;
  words[16] = adapter.hw_csum_good;
  words[17] = adapter.hw_csum_err;
  const bytes = regs.len < E1000_REGS_LEN * 4 ? regs.len : E1000_REGS_LEN * 4;
  regs.version = hw.revision_id << 16 | hw.device_id;
  regs.len = bytes;
  if (give(data, addr(regs), sizeof<EthtoolRegs>()) !== 0) return -EFAULT;
  return give(data + sizeof<EthtoolRegs>(), addr(words), bytes);
}

function e1000_ethtool_glink(netdev: NetDevice, data: usize): i32 {
  const link = local<EthtoolValue>();
  link.cmd = ETHTOOL_GLINK;
  link.data = netif_carrier_ok(netdev) ? 1 : 0;
  return give(data, addr(link), sizeof<EthtoolValue>());
}

/** Whole words are read, the bytes asked for are given. */
function e1000_ethtool_geeprom(adapter: E1000Adapter, data: usize): i32 {
  const eeprom = local<EthtoolEeprom>(), hw = adapter.hw, size = hw.eeprom_words * 2;
  if (copy_from_user(addr(eeprom), data, sizeof<EthtoolEeprom>()) !== 0) return -EFAULT;
  if (eeprom.len === 0 || eeprom.offset >= size || eeprom.len > size - eeprom.offset) return -EINVAL;
  const first = eeprom.offset / 2, words = (eeprom.offset + eeprom.len + 1) / 2 - first;
  const buffer = kmalloc(words * 2, GFP_KERNEL);
  if (buffer === 0) return -ENOMEM;
  let error: i32 = e1000_read_eeprom(hw, first, words, cast<Ptr<u16>>(buffer)) < 0 ? -EIO : 0;
  eeprom.magic = hw.vendor_id | hw.device_id << 16;
  if (error === 0) error = give(data, addr(eeprom), sizeof<EthtoolEeprom>());
  if (error === 0) error = give(data + sizeof<EthtoolEeprom>(), buffer + (eeprom.offset & 1), eeprom.len);
  kfree(buffer);
  return error;
}

function e1000_ethtool_gringparam(adapter: E1000Adapter, data: usize): i32 {
  const ring = local<EthtoolRingparam>();
  memset(ring, 0, sizeof<EthtoolRingparam>());
  ring.cmd = ETHTOOL_GRINGPARAM;
  ring.rx_max_pending = MAX_DESCRIPTORS;
  ring.tx_max_pending = MAX_DESCRIPTORS;
  ring.rx_pending = adapter.rx_ring.count;
  ring.tx_pending = adapter.tx_ring.count;
  return give(data, addr(ring), sizeof<EthtoolRingparam>());
}

/** Blinks. */
function e1000_ethtool_phys_id(adapter: E1000Adapter, data: usize): i32 {
  const request = local<EthtoolValue>(), hw = adapter.hw;
  if (copy_from_user(addr(request), data, sizeof<EthtoolValue>()) !== 0) return -EFAULT;
  const seconds = request.data === 0 ? BLINK_SECONDS : request.data < BLINK_MOST ? request.data : BLINK_MOST;
  for (let i: u32 = 0; i < seconds * 2; i++) {
    e1000_led_on(hw);
    msec_delay(250);
    e1000_led_off(hw);
    msec_delay(250);
  }
  e1000_cleanup_led(hw);
  return 0;
}

function give(to: usize, from: usize, bytes: u32): i32 {
  return copy_to_user(to, from, bytes) === 0 ? 0 : -EFAULT;
}
