/**
 * Requests of programs about interfaces: Linux 2.4, net/core/dev.c (dev_ioctl, dev_ifsioc). Addresses are devinet.ts.
 */
import { copy_from_user, copy_to_user } from '../arch/uaccess.ts';
import { EFAULT, EINVAL, ENODEV, EOPNOTSUPP } from '../errno.ts';
import { memcpy, memset } from '../../lib/memory.ts';
import { __dev_get_by_index, __dev_get_by_name, dev_change_flags, dev_get_flags } from './dev.ts';
import { dev_mc_add, dev_mc_delete } from './dev_mcast.ts';
import {
  Ifreq, ifr_addr, IFNAMSIZ, SIOCADDMULTI, SIOCDELMULTI, SIOCDEVPRIVATE, SIOCETHTOOL, SIOCGIFFLAGS, SIOCGIFHWADDR,
  SIOCGIFINDEX, SIOCGIFMAP, SIOCGIFMETRIC, SIOCGIFMTU, SIOCGIFNAME, SIOCGIFTXQLEN, SIOCSIFFLAGS, SIOCSIFHWADDR,
  SIOCSIFMTU, SIOCSIFTXQLEN,
} from './if.ts';
import { MAX_ADDR_LEN, type NetDevice, netif_device_present } from './netdevice.ts';
import { call_netdevice_notifiers, NETDEV_CHANGEADDR, NETDEV_CHANGEMTU, rtnl_lock, rtnl_unlock } from './rtnetlink.ts';

const DEVICE_PRIVATE_REQUESTS = 16;

/** The map of an interface's hardware: struct ifmap. */
class Ifmap {
  mem_start: u32;
  mem_end: u32;
  base_addr: u16;
  irq: u8;
  dma: u8;
  port: u8;
}

/** Whether dev_ioctl knows a request. */
export function is_dev_ioctl(cmd: u32): bool {
  switch (cmd) {
    case SIOCGIFNAME: case SIOCGIFFLAGS: case SIOCSIFFLAGS: case SIOCGIFMETRIC: case SIOCGIFMTU: case SIOCSIFMTU:
    case SIOCGIFHWADDR: case SIOCSIFHWADDR: case SIOCADDMULTI: case SIOCDELMULTI: case SIOCGIFINDEX:
    case SIOCGIFTXQLEN: case SIOCSIFTXQLEN: case SIOCGIFMAP: case SIOCETHTOOL:
      return true;
  }
  return is_private(cmd);
}

function is_private(cmd: u32): bool {
  return cmd >= SIOCDEVPRIVATE && cmd < SIOCDEVPRIVATE + DEVICE_PRIVATE_REQUESTS;
}

/** A request of the user's, with an Ifreq at user address `arg`: 0 or a negated error. @sleeps */
export function dev_ioctl(cmd: u32, arg: usize): i32 {
  const ifr = local<Ifreq>();
  if (copy_from_user(addr(ifr), arg, sizeof<Ifreq>()) !== 0) return -EFAULT;
  ifr.ifr_name[IFNAMSIZ - 1] = 0;
  rtnl_lock();
  const dev = cmd === SIOCGIFNAME ? __dev_get_by_index(ifr.ifr_ifru[0]) : __dev_get_by_name(cast<cstr>(ifr.ifr_name));
  const error = dev === null ? -ENODEV : dev_ifsioc(dev, ifr, cmd);
  rtnl_unlock();
  if (error === 0 && copy_to_user(arg, addr(ifr), sizeof<Ifreq>()) !== 0) return -EFAULT;
  return error;
}

/** Under rtnl_sem, which keeps the interface; drivers' functions may sleep. */
function dev_ifsioc(dev: NetDevice, ifr: Ifreq, cmd: u32): i32 {
  const hwaddr = ifr_addr(ifr);
  switch (cmd) {
    case SIOCGIFNAME: memcpy(ifr.ifr_name, dev.name, IFNAMSIZ); return 0;
    case SIOCGIFFLAGS: return give(ifr, dev_get_flags(dev) & 0xffff);
    case SIOCSIFFLAGS: return dev_change_flags(dev, ifr.ifr_ifru[0] & 0xffff);
    case SIOCGIFMETRIC: return give(ifr, 0);
    case SIOCGIFMTU: return give(ifr, dev.mtu);
    case SIOCSIFMTU: return dev_set_mtu(dev, ifr.ifr_ifru[0]);
    case SIOCGIFINDEX: return give(ifr, dev.ifindex);
    case SIOCGIFTXQLEN: return give(ifr, dev.tx_queue_len);
    case SIOCSIFTXQLEN:
      // Between a queue and none is no way while it is open.
      if ((ifr.ifr_ifru[0] === 0) !== (dev.tx_queue_len === 0)) return -EINVAL;
      dev.tx_queue_len = ifr.ifr_ifru[0];
      return 0;
    case SIOCGIFHWADDR:
      memset(hwaddr, 0, 16);
      hwaddr.sa_family = dev.type as u16;
      memcpy(hwaddr.sa_data, dev.dev_addr, MAX_ADDR_LEN);
      return 0;
    case SIOCSIFHWADDR: return dev_set_mac_address(dev, ifr);
    case SIOCGIFMAP: return give_map(dev, ifr);
    case SIOCADDMULTI: return dev.set_multicast_list === null ? -EINVAL
      : dev_mc_add(dev, addr(hwaddr.sa_data), dev.addr_len);
    case SIOCDELMULTI: return dev.set_multicast_list === null ? -EINVAL : dev_mc_delete(dev, addr(hwaddr.sa_data));
  }
  const do_ioctl = dev.do_ioctl;
  if (do_ioctl === null) return -EOPNOTSUPP;
  return netif_device_present(dev) ? do_ioctl(dev, ifr, cmd) : -ENODEV;
}

function give(ifr: Ifreq, value: u32): i32 {
  ifr.ifr_ifru[0] = value;
  return 0;
}

function give_map(dev: NetDevice, ifr: Ifreq): i32 {
  const map = cast<Ifmap>(ptr(ifr.ifr_ifru[0]));
  map.mem_start = dev.mem_start;
  map.mem_end = dev.mem_end;
  map.base_addr = dev.base_addr as u16;
  map.irq = dev.irq as u8;
  map.dma = 0;
  map.port = 0;
  return 0;
}

function dev_set_mtu(dev: NetDevice, mtu: u32): i32 {
  if (mtu === dev.mtu) return 0;
  if ((mtu as i32) < 0) return -EINVAL;
  if (!netif_device_present(dev)) return -ENODEV;
  const change_mtu = dev.change_mtu;
  if (change_mtu === null) {
    dev.mtu = mtu;
  } else {
    const error = change_mtu(dev, mtu);
    if (error !== 0) return error;
  }
  call_netdevice_notifiers(NETDEV_CHANGEMTU, dev);
  return 0;
}

function dev_set_mac_address(dev: NetDevice, ifr: Ifreq): i32 {
  const set_mac_address = dev.set_mac_address, hwaddr = ifr_addr(ifr);
  if (set_mac_address === null) return -EOPNOTSUPP;
  if (hwaddr.sa_family !== dev.type) return -EINVAL;
  if (!netif_device_present(dev)) return -ENODEV;
  const error = set_mac_address(dev, addr(hwaddr));
  if (error === 0) call_netdevice_notifiers(NETDEV_CHANGEADDR, dev);
  return error;
}
