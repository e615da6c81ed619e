/**
 * Extension wrappers of network interfaces: what the kernel's version of a NetDevice calls. A driver that is dead, or
 * dies, gives errors, and loses the packet it was given.
 */
import { memcpy } from '../../lib/memory.ts';
import { EIO, ENOMEM } from '../../kernel/errno.ts';
import { GFP_KERNEL } from '../../kernel/mm/page_alloc.ts';
import { eth_header, eth_mac_addr } from '../../kernel/net/eth.ts';
import { Ifreq } from '../../kernel/net/if.ts';
import { NetDevice, NetDeviceStats } from '../../kernel/net/netdevice.ts';
import { kfree_skb, type SkBuff } from '../../kernel/net/skbuff.ts';
import { Domain, DOMAIN_LIVE, domain_put, FAIL_PARAMETER } from '../isolation/domain.ts';
import { domain_fail } from '../isolation/fail.ts';
import { heap_alloc, heap_free } from '../isolation/heap.ts';
import { nooks_driver_call } from '../isolation/xpc.ts';
import { nooks_buffer_valid } from './check.ts';
import { lend_settings, lend_state, take_settings, version_of } from './netdevice_versions.ts';
import { lend_packet, take_back_packet } from './skbuff.wrappers.ts';
import { interpose, Target, target_hold } from './targets.ts';

export const NX_NETDEV_INIT = 40;
export const NX_NETDEV_UNINIT = 41;
export const NX_NETDEV_DESTRUCTOR = 42;
export const NX_NETDEV_OPEN = 43;
export const NX_NETDEV_STOP = 44;
export const NX_HARD_START_XMIT = 45;
export const NX_SET_MULTICAST_LIST = 46;
export const NX_SET_MAC_ADDRESS = 47;
export const NX_DO_IOCTL = 48;
export const NX_CHANGE_MTU = 49;
export const NX_TX_TIMEOUT = 50;
export const NX_GET_STATS = 51;

/** Has the kernel's version call the extension's functions; false if it cannot work with them. */
export function take_functions(domain: Domain, from: NetDevice, to: NetDevice): bool {
  const xmit = cast<usize>(from.hard_start_xmit), header = from.hard_header;
  // Headers are made in packets of the kernel's: by the kernel's functions alone.
  if (xmit === 0 || (header !== null && header !== eth_header)) return false;
  to.hard_header = header;
  to.init = cast(interpose(domain, NX_NETDEV_INIT, cast<usize>(nooks_x_configure), 1, addr(from.init)));
  to.uninit = cast(interpose(domain, NX_NETDEV_UNINIT, cast<usize>(nooks_x_end), 1, addr(from.uninit)));
  to.destructor = cast(interpose(domain, NX_NETDEV_DESTRUCTOR, cast<usize>(nooks_x_end), 1, addr(from.destructor)));
  to.open = cast(interpose(domain, NX_NETDEV_OPEN, cast<usize>(nooks_x_configure), 1, addr(from.open)));
  to.stop = cast(interpose(domain, NX_NETDEV_STOP, cast<usize>(nooks_x_configure), 1, addr(from.stop)));
  to.set_multicast_list = cast(interpose(domain, NX_SET_MULTICAST_LIST, cast<usize>(nooks_x_set_multicast_list), 1,
    addr(from.set_multicast_list)));
  to.do_ioctl = cast(interpose(domain, NX_DO_IOCTL, cast<usize>(nooks_x_do_ioctl), 3, addr(from.do_ioctl)));
  to.change_mtu = cast(interpose(domain, NX_CHANGE_MTU, cast<usize>(nooks_x_set), 2, addr(from.change_mtu)));
  to.tx_timeout = cast(interpose(domain, NX_TX_TIMEOUT, cast<usize>(nooks_x_tx_timeout), 1, addr(from.tx_timeout)));
  to.get_stats = cast(interpose(domain, NX_GET_STATS, cast<usize>(nooks_x_get_stats), 1, addr(from.get_stats)));
  to.set_mac_address = from.set_mac_address === eth_mac_addr ? eth_mac_addr
    : cast(interpose(domain, NX_SET_MAC_ADDRESS, cast<usize>(nooks_x_set), 2, addr(from.set_mac_address)));
  to.hard_start_xmit = cast(interpose(domain, NX_HARD_START_XMIT, cast<usize>(nooks_x_hard_start_xmit), 2, xmit));
  return addr(to.hard_start_xmit) !== 0;
}

/** Functions of the interface alone, under rtnl_sem: init, open, stop. */
function nooks_x_configure(dev: NetDevice, target: Target): i32 {
  return configure(dev, target, 1, 0, 0);
}

/** Functions that set something: a length, or a Sockaddr, which the extension reads where it is. */
function nooks_x_set(dev: NetDevice, value: u32, target: Target): i32 {
  return configure(dev, target, 2, value, 0);
}

/** The request is the extension's while it looks at it, and copied back. */
function nooks_x_do_ioctl(dev: NetDevice, ifr: Ifreq, cmd: u32, target: Target): i32 {
  const domain = target_hold(target);
  if (domain === null) return -EIO;
  const lent = heap_alloc(domain, sizeof<Ifreq>(), GFP_KERNEL);
  let result: i32 = -ENOMEM;
  if (lent !== 0) {
    memcpy(cast(lent), ifr, sizeof<Ifreq>());
    result = configure(dev, target, 3, lent as u32, cmd);
    memcpy(ifr.ifr_ifru, cast<Ifreq>(lent).ifr_ifru, sizeof<Arr<u32, 4>>());
    heap_free(domain, lent, sizeof<Ifreq>());
  }
  domain_put(domain);
  return result;
}

/** Calls with the interface and further words, both versions being equal before and after: 0 or a negated error. */
function configure(dev: NetDevice, target: Target, count: u32, first: u32, second: u32): i32 {
  const domain = target_hold(target);
  if (domain === null) return -EIO;
  const extension = version_of(dev).extension;
  lend_settings(dev, extension);
  const result = lo32(nooks_driver_call(target, count, extension, first, second)) as i32;
  if (domain.state === DOMAIN_LIVE && !take_settings(extension, dev)) {
    domain_fail(domain, FAIL_PARAMETER, null, 'net_device', 'mtu');
  }
  domain_put(domain);
  // What is more would be taken for success, or for an address.
  return result <= 0 && result >= -4095 ? result : -EIO;
}

/** Functions that are told that it goes. */
function nooks_x_end(dev: NetDevice, target: Target): void {
  nooks_driver_call(target, 1, version_of(dev).extension);
}

/** Under xmit_lock, maybe while another hart configures it. */
function nooks_x_set_multicast_list(dev: NetDevice, target: Target): void {
  const domain = target_hold(target);
  if (domain === null) return;
  const extension = version_of(dev).extension;
  lend_state(dev, extension);
  nooks_driver_call(target, 1, extension);
  domain_put(domain);
}

function nooks_x_tx_timeout(dev: NetDevice, target: Target): void {
  const domain = target_hold(target);
  if (domain === null) return;
  const extension = version_of(dev).extension;
  nooks_driver_call(target, 1, extension);
  dev.trans_start = extension.trans_start;
  domain_put(domain);
}

/** Copies what is counted: the kernel looks at it after the extension may have gone. */
function nooks_x_get_stats(dev: NetDevice, target: Target): NetDeviceStats {
  const version = version_of(dev), domain = target_hold(target);
  if (domain === null) return version.stats;
  const counted = lo32(nooks_driver_call(target, 1, version.extension)) as usize;
  if (domain.state === DOMAIN_LIVE && counted !== 0) {
    if ((counted & 3) === 0 && nooks_buffer_valid(domain, counted, sizeof<NetDeviceStats>(), false)) {
      memcpy(version.stats, cast(counted), sizeof<NetDeviceStats>());
    } else domain_fail(domain, FAIL_PARAMETER, null, 'get_stats', 'result');
  }
  domain_put(domain);
  return version.stats;
}

/** The kernel keeps a packet only if the driver has not taken it, nor given it back, and goes on living. */
function nooks_x_hard_start_xmit(skb: SkBuff, dev: NetDevice, target: Target): i32 {
  const domain = target_hold(target);
  const extension = version_of(dev).extension;
  const lent = domain === null ? null : lend_packet(domain, skb, extension);
  let kept: i32 = 0;
  if (domain === null || lent === null) kfree_skb(skb);
  else {
    const refused = lo32(nooks_driver_call(target, 2, lent, extension)) !== 0;
    if (domain.state === DOMAIN_LIVE) {
      dev.trans_start = extension.trans_start;
      if (refused && take_back_packet(domain, lent)) kept = 1;
      else if (refused) domain_fail(domain, FAIL_PARAMETER, null, 'hard_start_xmit', 'result');
    }
  }
  if (domain !== null) domain_put(domain);
  return kept;
}
