/** Addresses of interfaces: Linux 2.4, net/ipv4/devinet.c, include/linux/inetdevice.h. One address to an interface. */
import { copy_from_user, copy_to_user, put_user } from '../../arch/uaccess.ts';
import { EADDRNOTAVAIL, EAFNOSUPPORT, EFAULT, EINVAL, ENODEV, ENOMEM } from '../../errno.ts';
import {
  read_lock_bh, read_unlock_bh, RwLock, rwlock_init, write_lock_bh, write_unlock_bh,
} from '../../locking/rwlock.ts';
import { kfree, kzalloc } from '../../mm/kmalloc.ts';
import { GFP_KERNEL } from '../../mm/page_alloc.ts';
import { memcpy, memset } from '../../../lib/memory.ts';
import { htonl, ntohl } from '../byteorder.ts';
import { __dev_get_by_name, dev_base, dev_change_flags } from '../dev.ts';
import {
  IFF_BROADCAST, IFF_LOOPBACK, IFF_UP, Ifconf, Ifreq, ifr_addr, IFNAMSIZ, SIOCGIFADDR, SIOCGIFBRDADDR, SIOCGIFCONF,
  SIOCGIFNETMASK, SIOCSIFADDR, SIOCSIFBRDADDR, SIOCSIFNETMASK,
} from '../if.ts';
import { AF_INET, INADDR_ANY, INADDR_BROADCAST, SockaddrIn } from '../in.ts';
import { dev_hold, dev_put, type NetDevice } from '../netdevice.ts';
import {
  NETDEV_DOWN, NETDEV_UNREGISTER, NETDEV_UP, NotifierBlock, register_netdevice_notifier, rtnl_lock, rtnl_unlock,
} from '../rtnetlink.ts';
import { neigh_changeaddr, neigh_ifdown } from './neighbour.ts';
import { fib_add_ifaddr, fib_del_ifaddr, fib_ifdown } from './route.ts';

/** IPv4's part of an interface, NetDevice.ip_ptr: addresses in network byte order, 0 for none. inetdev_lock's. */
export class InDevice {
  dev: NetDevice;
  next: InDevice | null;
  ifa_local: u32;
  ifa_mask: u32;
  ifa_broadcast: u32;
}

/** Kinds of addresses: include/linux/rtnetlink.h. */
export const RTN_UNSPEC = 0;
export const RTN_UNICAST = 1;
export const RTN_LOCAL = 2;
export const RTN_BROADCAST = 3;
export const RTN_MULTICAST = 5;

/** Protects inetdev_list and what is in it, against softirqs; changed under rtnl_sem only. A leaf. */
let inetdev_lock!: Embed<RwLock>;
let inetdev_list: InDevice | null = null;

let inetdev_notifier: Embed<NotifierBlock> = { notifier_call: inetdev_event, next: null };

export function devinet_init(): void {
  rwlock_init(inetdev_lock, 'inetdev_lock');
  register_netdevice_notifier(inetdev_notifier);
}

/** Whether the address, in network byte order, is of a group: class D. @inline */
export function MULTICAST(address: u32): bool {
  return (address & 0xf0) === 0xe0;
}

/** 127.0.0.0/8. @inline */
export function LOOPBACK(address: u32): bool {
  return (address & 0xff) === 0x7f;
}

/** Class E and the broadcast address. @inline */
export function BADCLASS(address: u32): bool {
  return (address & 0xf0) === 0xf0;
}

/** What an address is to this machine: RTN_. */
export function inet_addr_type(address: u32): u32 {
  if (address === INADDR_ANY || address === INADDR_BROADCAST) return RTN_BROADCAST;
  if (MULTICAST(address)) return RTN_MULTICAST;
  if (LOOPBACK(address)) return RTN_LOCAL;
  let type: u32 = RTN_UNICAST;
  read_lock_bh(inetdev_lock);
  for (let at = inetdev_list; at !== null; at = at.next) {
    if (at.ifa_local === 0) continue;
    if (at.ifa_local === address) type = RTN_LOCAL;
    else if (type === RTN_UNICAST && is_broadcast(at, address)) type = RTN_BROADCAST;
  }
  read_unlock_bh(inetdev_lock);
  return type;
}

/** Of the interface's network: the address set as that, and RFC 922's two. A network of one or two hosts has none. */
function is_broadcast(in_dev: InDevice, address: u32): bool {
  if ((in_dev.dev.flags & IFF_BROADCAST) === 0) return false;
  if (in_dev.ifa_broadcast !== 0 && address === in_dev.ifa_broadcast) return true;
  const host = ~in_dev.ifa_mask;
  if (((address ^ in_dev.ifa_local) & in_dev.ifa_mask) !== 0 || ntohl(host) <= 1) return false;
  return (address & host) === 0 || (address & host) === host;
}

/** The address of an interface, or 0. */
export function inet_select_addr(dev: NetDevice): u32 {
  read_lock_bh(inetdev_lock);
  const in_dev = cast<InDevice | null>(dev.ip_ptr);
  const address = in_dev === null ? 0 : in_dev.ifa_local;
  read_unlock_bh(inetdev_lock);
  return address;
}

/** Whether the interface itself has the address. */
export function inet_dev_has_addr(dev: NetDevice, address: u32): bool {
  return inet_select_addr(dev) === address;
}

/** The interface that has the address, held, or null. */
export function ip_dev_find(address: u32): NetDevice | null {
  let found: NetDevice | null = null;
  read_lock_bh(inetdev_lock);
  for (let at = inetdev_list; at !== null && found === null; at = at.next) {
    if (at.ifa_local === address && address !== 0) found = at.dev;
  }
  if (found !== null) dev_hold(found);
  read_unlock_bh(inetdev_lock);
  return found;
}

/** The mask of the class that an address was of: for addresses set without one. RFC 791, section 3.2. */
function inet_abc_mask(address: u32): u32 {
  const first = address & 0xff;
  if (first < 128) return htonl(0xff000000);
  return htonl(first < 192 ? 0xffff0000 : 0xffffff00);
}

/** IPv4's part of an interface, made if it is not there; null for no memory. Under rtnl_sem. @sleeps */
function inetdev_get(dev: NetDevice): InDevice | null {
  if (dev.ip_ptr !== 0) return cast<InDevice>(dev.ip_ptr);
  const in_dev = kzalloc<InDevice>(GFP_KERNEL);
  if (in_dev === null) return null;
  in_dev.dev = dev;
  dev_hold(dev);
  write_lock_bh(inetdev_lock);
  in_dev.next = inetdev_list;
  inetdev_list = in_dev;
  dev.ip_ptr = addr(in_dev);
  write_unlock_bh(inetdev_lock);
  return in_dev;
}

/** The interface goes. Under rtnl_sem. */
function inetdev_destroy(dev: NetDevice): void {
  const in_dev = cast<InDevice | null>(dev.ip_ptr);
  if (in_dev === null) return;
  set_address(in_dev, 0, 0, 0);
  write_lock_bh(inetdev_lock);
  if (inetdev_list === in_dev) inetdev_list = in_dev.next;
  for (let at = inetdev_list; at !== null; at = at.next) if (at.next === in_dev) at.next = in_dev.next;
  dev.ip_ptr = 0;
  write_unlock_bh(inetdev_lock);
  kfree(addr(in_dev));
  dev_put(dev);
}

/** Another address and mask, with the routes that follow from them. Under rtnl_sem. */
function set_address(in_dev: InDevice, address: u32, mask: u32, broadcast: u32): void {
  const up = (in_dev.dev.flags & IFF_UP) !== 0;
  if (up && in_dev.ifa_local !== 0) fib_del_ifaddr(in_dev);
  if (in_dev.ifa_local !== 0 && in_dev.ifa_local !== address) neigh_changeaddr(in_dev.dev);
  write_lock_bh(inetdev_lock);
  in_dev.ifa_local = address;
  in_dev.ifa_mask = mask;
  in_dev.ifa_broadcast = broadcast;
  write_unlock_bh(inetdev_lock);
  if (up && address !== 0) fib_add_ifaddr(in_dev);
}

/** `mask` 0 asks for that of the address's class. Under rtnl_sem: 0 or -ENOMEM. @sleeps */
export function inet_set_ifa(dev: NetDevice, address: u32, mask: u32): i32 {
  const in_dev = inetdev_get(dev);
  if (in_dev === null) return -ENOMEM;
  const used = mask === 0 ? inet_abc_mask(address) : mask;
  set_address(in_dev, address, used, dev.flags & IFF_BROADCAST ? address | ~used : 0);
  return 0;
}

/** Gives an interface an address, and opens it: for the kernel's own use. 0 or a negated error. @sleeps */
export function inet_configure(name: cstr, address: u32, mask: u32): i32 {
  rtnl_lock();
  const dev = __dev_get_by_name(name);
  let error: i32 = -ENODEV;
  if (dev !== null) {
    error = inet_set_ifa(dev, address, mask);
    if (error === 0) error = dev_change_flags(dev, dev.flags | IFF_UP);
  }
  rtnl_unlock();
  return error;
}

function inetdev_event(event: u32, dev: NetDevice): void {
  const in_dev = cast<InDevice | null>(dev.ip_ptr);
  if (event === NETDEV_UP && in_dev === null && dev.flags & IFF_LOOPBACK) {
    inet_set_ifa(dev, htonl(0x7f000001), htonl(0xff000000));
  } else if (event === NETDEV_UP && in_dev !== null && in_dev.ifa_local !== 0) {
    fib_add_ifaddr(in_dev);
  } else if (event === NETDEV_DOWN) {
    fib_ifdown(dev);
    neigh_ifdown(dev);
  } else if (event === NETDEV_UNREGISTER) {
    fib_ifdown(dev);
    neigh_ifdown(dev);
    inetdev_destroy(dev);
  }
}

/** Whether devinet_ioctl knows a request. */
export function is_devinet_ioctl(cmd: u32): bool {
  switch (cmd) {
    case SIOCGIFADDR: case SIOCSIFADDR: case SIOCGIFBRDADDR: case SIOCSIFBRDADDR: case SIOCGIFNETMASK:
    case SIOCSIFNETMASK: case SIOCGIFCONF:
      return true;
  }
  return false;
}

/** A request of the user's, with an Ifreq, or for SIOCGIFCONF an Ifconf, at `arg`: 0 or a negated error. @sleeps */
export function devinet_ioctl(cmd: u32, arg: usize): i32 {
  if (cmd === SIOCGIFCONF) return inet_gifconf(arg);
  const ifr = local<Ifreq>();
  if (copy_from_user(addr(ifr), arg, sizeof<Ifreq>()) !== 0) return -EFAULT;
  ifr.ifr_name[IFNAMSIZ - 1] = 0;
  rtnl_lock();
  const dev = __dev_get_by_name(cast<cstr>(ifr.ifr_name));
  const error = dev === null ? -ENODEV : inet_ifsioc(dev, ifr, cmd);
  rtnl_unlock();
  if (error === 0 && copy_to_user(arg, addr(ifr), sizeof<Ifreq>()) !== 0) return -EFAULT;
  return error;
}

function inet_ifsioc(dev: NetDevice, ifr: Ifreq, cmd: u32): i32 {
  const sin = cast<SockaddrIn>(ifr_addr(ifr)), in_dev = cast<InDevice | null>(dev.ip_ptr), given = sin.sin_addr;
  if (cmd === SIOCSIFADDR) {
    if (sin.sin_family !== AF_INET) return -EAFNOSUPPORT;
    if (given !== 0 && (MULTICAST(given) || BADCLASS(given))) return -EINVAL;
    const error = inet_set_ifa(dev, given, 0);
    // As in Linux, an address opens the interface.
    return error === 0 && given !== 0 ? dev_change_flags(dev, dev.flags | IFF_UP) : error;
  }
  if (in_dev === null || in_dev.ifa_local === 0) return -EADDRNOTAVAIL;
  switch (cmd) {
    case SIOCGIFADDR: return give(sin, in_dev.ifa_local);
    case SIOCGIFBRDADDR: return give(sin, in_dev.ifa_broadcast);
    case SIOCGIFNETMASK: return give(sin, in_dev.ifa_mask);
    case SIOCSIFBRDADDR: set_address(in_dev, in_dev.ifa_local, in_dev.ifa_mask, given); return 0;
    case SIOCSIFNETMASK: return is_mask(given) ? inet_set_ifa(dev, in_dev.ifa_local, given) : -EINVAL;
    default: return -EINVAL;
  }
}

/** Ones, then zeros. */
function is_mask(mask: u32): bool {
  const host = ~ntohl(mask);
  return (host & (host + 1)) === 0 && mask !== 0;
}

function give(sin: SockaddrIn, address: u32): i32 {
  memset(sin, 0, sizeof<SockaddrIn>());
  sin.sin_family = AF_INET;
  sin.sin_addr = address;
  return 0;
}

/** All interfaces with an address, as many as there is room for; all that there are if the buffer's address is 0. */
function inet_gifconf(arg: usize): i32 {
  const ifc = local<Ifconf>(), ifr = local<Ifreq>();
  if (copy_from_user(addr(ifc), arg, sizeof<Ifconf>()) !== 0) return -EFAULT;
  let used: u32 = 0, error: i32 = 0;
  rtnl_lock();
  for (let dev = dev_base; dev !== null && error === 0; dev = dev.next) {
    const in_dev = cast<InDevice | null>(dev.ip_ptr);
    if (in_dev === null || in_dev.ifa_local === 0) continue;
    if (ifc.ifc_buf !== 0) {
      if (ifc.ifc_len - used < sizeof<Ifreq>()) break;
      memcpy(ifr.ifr_name, dev.name, IFNAMSIZ);
      give(cast<SockaddrIn>(ifr_addr(ifr)), in_dev.ifa_local);
      if (copy_to_user(ifc.ifc_buf + used, addr(ifr), sizeof<Ifreq>()) !== 0) error = -EFAULT;
    }
    used += sizeof<Ifreq>();
  }
  rtnl_unlock();
  return error === 0 ? put_user(used, arg) : error;
}
