/**
 * Extension wrappers of network interfaces: what the kernel's version of a NetDevice calls. A driver that is dead, or
 * dies, gives errors, and loses the packet it was given.
 */
import { memcpy } from '../../lib/memory.ts';
import { EIO, ENOMEM } from '../../kernel/errno.ts';
import { GFP_KERNEL } from '../../kernel/mm/page_alloc.ts';
import { eth_header } from '../../kernel/net/eth.ts';
import { Ifreq } from '../../kernel/net/if.ts';
import { NetDevice, NetDeviceStats } from '../../kernel/net/netdevice.ts';
import { kfree_skb, type SkBuff } from '../../kernel/net/skbuff.ts';
import {
  nooks_call_NetDevice_change_mtu, nooks_call_NetDevice_destructor, nooks_call_NetDevice_do_ioctl,
  nooks_call_NetDevice_get_stats, nooks_call_NetDevice_hard_start_xmit, nooks_call_NetDevice_init,
  nooks_call_NetDevice_open, nooks_call_NetDevice_set_mac_address, nooks_call_NetDevice_set_multicast_list,
  nooks_call_NetDevice_stop, nooks_call_NetDevice_tx_timeout, nooks_call_NetDevice_uninit,
} from '../generated/netdevice_calls.wrappers.ts';
import { nooks_take_NetDevice } from '../generated/structs.wrappers.ts';
import { Domain, DOMAIN_LIVE, FAIL_PARAMETER } from '../isolation/domain.ts';
import { domain_fail } from '../isolation/fail.ts';
import { heap_alloc, heap_free } from '../isolation/heap.ts';
import { nooks_buffer_valid } from './check.ts';
import { lend_settings, lend_state, take_settings, version_of } from './netdevice_versions.ts';
import { lend_packet, take_back_packet } from './skbuff.bodies.ts';
import { Target } from './targets.ts';

/** Has the kernel's version call the extension's functions; false if it cannot work with them. */
export function take_functions(domain: Domain, from: NetDevice, to: NetDevice): bool {
  const header = from.hard_header;
  // Headers are made in packets of the kernel's: by the kernel's functions alone.
  if (header !== null && header !== eth_header) return false;
  to.hard_header = header;
  nooks_take_NetDevice(domain, from, to);
  return cast<usize>(to.hard_start_xmit) !== 0;
}

// Functions that configure it, under rtnl_sem.

export function body_x_NetDevice_init(dev: NetDevice, target: Target, domain: Domain): i32 {
  return configured(dev, domain, nooks_call_NetDevice_init(target, to_configure(dev)));
}

export function body_x_NetDevice_open(dev: NetDevice, target: Target, domain: Domain): i32 {
  return configured(dev, domain, nooks_call_NetDevice_open(target, to_configure(dev)));
}

export function body_x_NetDevice_stop(dev: NetDevice, target: Target, domain: Domain): i32 {
  return configured(dev, domain, nooks_call_NetDevice_stop(target, to_configure(dev)));
}

export function body_x_NetDevice_change_mtu(dev: NetDevice, mtu: u32, target: Target, domain: Domain): i32 {
  return configured(dev, domain, nooks_call_NetDevice_change_mtu(target, to_configure(dev), mtu));
}

/** The address is a Sockaddr, which the extension reads where it is. */
export function body_x_NetDevice_set_mac_address(
  dev: NetDevice, address: usize, target: Target, domain: Domain,
): i32 {
  return configured(dev, domain, nooks_call_NetDevice_set_mac_address(target, to_configure(dev), address));
}

/** The request is the extension's while it looks at it, and copied back. */
export function body_x_NetDevice_do_ioctl(
  dev: NetDevice, ifr: Ifreq, cmd: u32, target: Target, domain: Domain,
): i32 {
  const lent = cast<Ifreq | null>(heap_alloc(domain, sizeof<Ifreq>(), GFP_KERNEL));
  if (lent === null) return -ENOMEM;
  memcpy(lent, ifr, sizeof<Ifreq>());
  const result = configured(dev, domain, nooks_call_NetDevice_do_ioctl(target, to_configure(dev), lent, cmd));
  memcpy(ifr.ifr_ifru, lent.ifr_ifru, sizeof<Arr<u32, 4>>());
  heap_free(domain, addr(lent), sizeof<Ifreq>());
  return result;
}

/** The extension's version, made equal before the call. */
function to_configure(dev: NetDevice): NetDevice {
  const extension = version_of(dev).extension;
  lend_settings(dev, extension);
  return extension;
}

/** Makes the kernel's version equal after the call: 0 or a negated error. */
function configured(dev: NetDevice, domain: Domain, result: i32): i32 {
  if (domain.state === DOMAIN_LIVE && !take_settings(version_of(dev).extension, dev)) {
    domain_fail(domain, FAIL_PARAMETER, null, 'net_device', 'mtu');
  }
  // What is more would be taken for success, or for an address.
  return result <= 0 && result >= -4095 ? result : -EIO;
}

// Functions that are told that it goes.

export function body_x_NetDevice_uninit(dev: NetDevice, target: Target, domain: Domain): void {
  nooks_call_NetDevice_uninit(target, version_of(dev).extension);
}

export function body_x_NetDevice_destructor(dev: NetDevice, target: Target, domain: Domain): void {
  nooks_call_NetDevice_destructor(target, version_of(dev).extension);
}

/** Under xmit_lock, maybe while another hart configures it. */
export function body_x_NetDevice_set_multicast_list(dev: NetDevice, target: Target, domain: Domain): void {
  const extension = version_of(dev).extension;
  lend_state(dev, extension);
  nooks_call_NetDevice_set_multicast_list(target, extension);
}

export function body_x_NetDevice_tx_timeout(dev: NetDevice, target: Target, domain: Domain): void {
  const extension = version_of(dev).extension;
  nooks_call_NetDevice_tx_timeout(target, extension);
  dev.trans_start = extension.trans_start;
}

/** Copies what is counted: the kernel looks at it after the extension may have gone. */
export function body_x_NetDevice_get_stats(dev: NetDevice, target: Target, domain: Domain): NetDeviceStats {
  const version = version_of(dev);
  const counted = addr(nooks_call_NetDevice_get_stats(target, version.extension));
  if (domain.state === DOMAIN_LIVE && counted !== 0) {
    if ((counted & 3) === 0 && nooks_buffer_valid(domain, counted, sizeof<NetDeviceStats>(), false)) {
      memcpy(version.stats, cast(counted), sizeof<NetDeviceStats>());
    } else domain_fail(domain, FAIL_PARAMETER, null, 'get_stats', 'result');
  }
  return version.stats;
}

export function dead_x_NetDevice_get_stats(dev: NetDevice, target: Target): NetDeviceStats {
  return version_of(dev).stats;
}

/** The kernel keeps a packet only if the driver has not taken it, nor given it back, and goes on living. */
export function body_x_NetDevice_hard_start_xmit(
  skb: SkBuff, dev: NetDevice, target: Target, domain: Domain,
): i32 {
  const extension = version_of(dev).extension;
  const lent = lend_packet(domain, skb, extension);
  if (lent === null) {
    kfree_skb(skb);
    return 0;
  }
  const refused = nooks_call_NetDevice_hard_start_xmit(target, lent, extension) !== 0;
  if (domain.state !== DOMAIN_LIVE) return 0;
  dev.trans_start = extension.trans_start;
  if (!refused) return 0;
  if (take_back_packet(domain, lent)) return 1;
  domain_fail(domain, FAIL_PARAMETER, null, 'hard_start_xmit', 'result');
  return 0;
}

export function dead_x_NetDevice_hard_start_xmit(skb: SkBuff, dev: NetDevice, target: Target): i32 {
  kfree_skb(skb);
  return 0;
}
