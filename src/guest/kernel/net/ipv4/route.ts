/**
 * Where packets go: Linux 2.4, net/ipv4/route.c, fib_frontend.c, fib_semantics.c. One small table without a cache: the
 * longest mask that fits decides, the interfaces' own networks are in it. Packets for others are not forwarded.
 */
import { copy_from_user, strncpy_from_user } from '../../arch/uaccess.ts';
import { EEXIST, EFAULT, EINVAL, ENETDOWN, ENETUNREACH, ENODEV, ENOBUFS, ESRCH } from '../../errno.ts';
import {
  read_lock_bh, read_unlock_bh, RwLock, rwlock_init, write_lock_bh, write_unlock_bh,
} from '../../locking/rwlock.ts';
import { htonl, ntohl } from '../byteorder.ts';
import { __dev_get_by_name, dev_base, dev_base_lock } from '../dev.ts';
import { IFF_LOOPBACK, IFF_UP, IFNAMSIZ, RTF_GATEWAY, RTF_HOST, RTF_UP, Rtentry, SIOCADDRT, Sockaddr } from '../if.ts';
import { AF_INET, INADDR_BROADCAST, INADDR_LOOPBACK, SockaddrIn } from '../in.ts';
import { loopback_dev } from '../loopback.ts';
import { dev_hold, dev_put, type NetDevice } from '../netdevice.ts';
import { rtnl_lock, rtnl_unlock } from '../rtnetlink.ts';
import {
  inet_addr_type, InDevice, inet_select_addr, ip_dev_find, MULTICAST, RTN_LOCAL, RTN_UNICAST,
} from './devinet.ts';

/** Routes there can be. */
const ROUTES = 32;

/** A route; addresses in network byte order, gateway 0 if the network is the interface's own. */
export class FibEntry {
  /** Held; null where the place is free. */
  dev: NetDevice | null;
  dst: u32;
  mask: u32;
  gateway: u32;
  /** RTF_. */
  flags: u32;
}

/** Protects fib against softirqs; changed under rtnl_sem only. A leaf. */
let fib_lock!: Embed<RwLock>;
let fib!: Arr<Embed<FibEntry>, 32>;

/** The way of a packet, from ip_route_output until ip_rt_put. */
export class Rtable {
  /** Held. */
  dev: NetDevice;
  /** Source and destination, and to whom on the interface's network the packet is given. */
  src: u32;
  dst: u32;
  gateway: u32;
  /** RTN_UNICAST, RTN_LOCAL, RTN_BROADCAST, RTN_MULTICAST. */
  type: u32;
}

export function route_init(): void {
  rwlock_init(fib_lock, 'fib_lock');
}

/** Finds the way to `daddr` from `saddr` (0: an address of the interface): 0, or a negated error. */
export function ip_route_output(rt: Rtable, daddr: u32, saddr: u32): i32 {
  const wanted = daddr === 0 ? (saddr === 0 ? htonl(INADDR_LOOPBACK) : saddr) : daddr;
  rt.dst = wanted;
  rt.gateway = wanted;
  rt.type = inet_addr_type(wanted);
  if (saddr !== 0 && inet_addr_type(saddr) !== RTN_LOCAL) return -EINVAL;
  if (rt.type === RTN_LOCAL) {
    if ((loopback_dev.flags & IFF_UP) === 0) return -ENETDOWN;
    rt.dev = loopback_dev;
    dev_hold(rt.dev);
    rt.src = saddr === 0 ? wanted : saddr;
    return 0;
  }
  const dev = fib_lookup(rt, wanted, saddr);
  if (dev === null) return -ENETUNREACH;
  rt.dev = dev;
  rt.src = saddr === 0 ? inet_select_addr(dev) : saddr;
  return 0;
}

/** @inline */
export function ip_rt_put(rt: Rtable): void {
  dev_put(rt.dev);
}

/** The interface, held, for a destination that is not this machine. */
function fib_lookup(rt: Rtable, daddr: u32, saddr: u32): NetDevice | null {
  if (daddr === INADDR_BROADCAST || MULTICAST(daddr)) {
    // To all on a network: on that of the source address, or the first there is.
    const own = saddr === 0 ? null : ip_dev_find(saddr);
    return own === null ? first_network() : own;
  }
  let best: NetDevice | null = null, best_mask: u32 = 0, gateway: u32 = 0;
  read_lock_bh(fib_lock);
  for (let at: u32 = 0; at < ROUTES; at++) {
    const entry = fib[at], dev = entry.dev;
    if (dev === null || ((daddr ^ entry.dst) & entry.mask) !== 0) continue;
    if (best !== null && ntohl(entry.mask) <= best_mask) continue;
    best = dev;
    best_mask = ntohl(entry.mask);
    gateway = entry.gateway;
  }
  if (best !== null) dev_hold(best);
  read_unlock_bh(fib_lock);
  if (gateway !== 0) rt.gateway = gateway;
  return best;
}

/** An open interface, held, that is no loopback. */
function first_network(): NetDevice | null {
  read_lock_bh(dev_base_lock);
  let dev = dev_base;
  while (dev !== null && (dev.flags & (IFF_UP | IFF_LOOPBACK)) !== IFF_UP) dev = dev.next;
  if (dev !== null) dev_hold(dev);
  read_unlock_bh(dev_base_lock);
  return dev;
}

/** The network of an interface that has an address and is open. Under rtnl_sem. */
export function fib_add_ifaddr(in_dev: InDevice): void {
  const dev = in_dev.dev;
  if ((dev.flags & IFF_LOOPBACK) === 0) fib_insert(dev, in_dev.ifa_local & in_dev.ifa_mask, in_dev.ifa_mask, 0, RTF_UP);
}

/** Its address changes: the routes that follow from it end. Under rtnl_sem. */
export function fib_del_ifaddr(in_dev: InDevice): void {
  fib_ifdown(in_dev.dev);
}

/** The interface is closed: all its routes end. Under rtnl_sem. */
export function fib_ifdown(dev: NetDevice): void {
  for (let at: u32 = 0; at < ROUTES; at++) if (fib[at].dev === dev) remove(fib[at]);
}

function remove(entry: FibEntry): void {
  const dev = entry.dev;
  if (dev === null) return;
  write_lock_bh(fib_lock);
  entry.dev = null;
  write_unlock_bh(fib_lock);
  dev_put(dev);
}

/** Under rtnl_sem: 0, -EEXIST or -ENOBUFS. */
function fib_insert(dev: NetDevice, dst: u32, mask: u32, gateway: u32, flags: u32): i32 {
  let free: FibEntry | null = null;
  for (let at: u32 = 0; at < ROUTES; at++) {
    const entry = fib[at];
    if (entry.dev === null) {
      if (free === null) free = entry;
    } else if (entry.dst === dst && entry.mask === mask && entry.gateway === gateway && entry.dev === dev) {
      return -EEXIST;
    }
  }
  if (free === null) return -ENOBUFS;
  dev_hold(dev);
  write_lock_bh(fib_lock);
  free.dst = dst;
  free.mask = mask;
  free.gateway = gateway;
  free.flags = flags;
  free.dev = dev;
  write_unlock_bh(fib_lock);
  return 0;
}

/** SIOCADDRT and SIOCDELRT, with an Rtentry at `arg`: 0 or a negated error. @sleeps */
export function ip_rt_ioctl(cmd: u32, arg: usize): i32 {
  const rt = local<Rtentry>(), name = local<Arr<u8, 16>>();
  if (copy_from_user(addr(rt), arg, sizeof<Rtentry>()) !== 0) return -EFAULT;
  const dst = address_of(rt.rt_dst), gateway = rt.rt_flags & RTF_GATEWAY ? address_of(rt.rt_gateway) : 0;
  const mask = rt.rt_flags & RTF_HOST ? 0xffffffff : address_of(rt.rt_genmask);
  if (rt.rt_dst.sa_family !== AF_INET || (dst & ~mask) !== 0) return -EINVAL;
  if (rt.rt_flags & RTF_GATEWAY && (gateway === 0 || inet_addr_type(gateway) !== RTN_UNICAST)) return -EINVAL;
  name[0] = 0;
  if (rt.rt_dev !== 0) {
    const length = strncpy_from_user(addr(name), rt.rt_dev, IFNAMSIZ);
    if (length < 0) return length;
    name[IFNAMSIZ - 1] = 0;
  }
  rtnl_lock();
  const error = cmd === SIOCADDRT ? add_route(cast<cstr>(name), dst, mask, gateway, rt.rt_flags | RTF_UP)
    : delete_route(cast<cstr>(name), dst, mask, gateway);
  rtnl_unlock();
  return error;
}

/** @inline */
function address_of(address: Sockaddr): u32 {
  return cast<SockaddrIn>(address).sin_addr;
}

/** Without a name, the interface is that by which the gateway is reached. */
function add_route(name: cstr, dst: u32, mask: u32, gateway: u32, flags: u32): i32 {
  const way = local<Rtable>();
  const named = name[0] === 0 ? null : __dev_get_by_name(name);
  if (name[0] !== 0 && named === null) return -ENODEV;
  if (gateway === 0) return named === null ? -EINVAL : add_on(named, dst, mask, 0, flags);
  if (ip_route_output(way, gateway, 0) !== 0) return -ENETUNREACH;
  // A gateway is on the interface's own network.
  const direct = way.type === RTN_UNICAST && way.gateway === gateway && (named === null || named === way.dev);
  const error = direct ? add_on(way.dev, dst, mask, gateway, flags) : -ENETUNREACH;
  ip_rt_put(way);
  return error;
}

function add_on(dev: NetDevice, dst: u32, mask: u32, gateway: u32, flags: u32): i32 {
  return dev.flags & IFF_UP ? fib_insert(dev, dst, mask, gateway, flags) : -ENETDOWN;
}

function delete_route(name: cstr, dst: u32, mask: u32, gateway: u32): i32 {
  const dev = name[0] === 0 ? null : __dev_get_by_name(name);
  if (name[0] !== 0 && dev === null) return -ENODEV;
  for (let at: u32 = 0; at < ROUTES; at++) {
    const entry = fib[at];
    if (entry.dev === null || (dev !== null && entry.dev !== dev)) continue;
    if (entry.dst !== dst || entry.mask !== mask || (gateway !== 0 && entry.gateway !== gateway)) continue;
    remove(entry);
    return 0;
  }
  return -ESRCH;
}

/** Calls `each` for all routes, under fib_lock: for /proc/net/route. */
export function fib_for_each(each: (entry: FibEntry, arg: usize) => void, arg: usize): void {
  read_lock_bh(fib_lock);
  for (let at: u32 = 0; at < ROUTES; at++) if (fib[at].dev !== null) each(fib[at], arg);
  read_unlock_bh(fib_lock);
}
