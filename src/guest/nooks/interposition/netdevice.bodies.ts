/** Wrappers of network interfaces, of which there are two versions: netdevice_versions.ts. */
import { memcpy, memset } from '../../lib/memory.ts';
import { EIO } from '../../kernel/errno.ts';
import { clear_bit } from '../../kernel/locking/bitops.ts';
import { in_atomic } from '../../kernel/locking/preempt.ts';
import { GFP_KERNEL } from '../../kernel/mm/page_alloc.ts';
import {
  dev_alloc_name, register_netdev, register_netdevice, unregister_netdev, unregister_netdevice,
} from '../../kernel/net/dev.ts';
import { IFNAMSIZ } from '../../kernel/net/if.ts';
import { alloc_etherdev, free_netdev } from '../../kernel/net/net_init.ts';
import { __LINK_STATE_PRESENT, NetDevice } from '../../kernel/net/netdevice.ts';
import { rtnl_is_mine, rtnl_lock, rtnl_unlock } from '../../kernel/net/rtnetlink.ts';
import { Domain } from '../isolation/domain.ts';
import { heap_alloc, heap_free } from '../isolation/heap.ts';
import { NooksObject, object_add, object_find, object_free, object_take } from '../tracker/objects.ts';
import { OBJECT_NETDEV } from '../tracker/types.ts';
import { nooks_bad_parameter, nooks_caller } from './check.ts';
import { forget_within } from './embedded.ts';
import { take_functions } from './netdevice_calls.bodies.ts';
import { lend_identity, NetdevVersion, take_identity, take_settings, version_of } from './netdevice_versions.ts';

const PRIV_ALIGN = 32;

export function body_alloc_etherdev(sizeof_priv: u32): usize {
  if (in_atomic()) return nooks_bad_parameter('alloc_etherdev', 'context: atomic') as usize;
  const dev = make_netdev(nooks_caller(), sizeof_priv);
  return dev === null ? 0 : addr(version_of(dev).extension);
}

/** Both versions of a new interface; gives the kernel's, null for no memory. */
function make_netdev(domain: Domain, sizeof_priv: u32): NetDevice | null {
  const before = (sizeof<NetDevice>() + PRIV_ALIGN - 1) & ~(PRIV_ALIGN - 1), bytes = before + PRIV_ALIGN + sizeof_priv;
  const dev = bytes < sizeof_priv ? null : alloc_etherdev(sizeof<NetdevVersion>());
  if (dev === null) return null;
  const memory = heap_alloc(domain, bytes, GFP_KERNEL);
  if (memory !== 0) {
    const extension = cast<NetDevice>(memory), version = version_of(dev);
    memset(cast(memory), 0, bytes);
    memcpy(extension, dev, sizeof<NetDevice>());
    extension.priv = sizeof_priv === 0 ? 0 : (memory + before + PRIV_ALIGN - 1) & ~(PRIV_ALIGN - 1);
    version.domain = domain;
    version.extension = extension;
    dev.owner = domain.module;
    if (object_add(domain, OBJECT_NETDEV, addr(dev), memory, bytes, 0)) return dev;
    heap_free(domain, memory, bytes);
  }
  free_netdev(dev);
  return null;
}

/** The kernel's version of an interface of the calling domain's; null, and the domain has failed, if it is none. */
export function netdev_of(wrapper: cstr, dev: usize): NetDevice | null {
  const found = cast<NetDevice | null>(object_find(nooks_caller(), OBJECT_NETDEV, dev));
  if (found === null) nooks_bad_parameter(wrapper, 'dev');
  return found;
}

/** Until the extension has filled it in, and returns, the interface is not there to be opened. */
export function body_init_etherdev(given: usize, sizeof_priv: u32): usize {
  const domain = nooks_caller();
  if (in_atomic() || rtnl_is_mine()) return nooks_bad_parameter('init_etherdev', 'context') as usize;
  const dev = given === 0 ? make_netdev(domain, sizeof_priv) : netdev_of('init_etherdev', given);
  if (dev === null) return 0;
  const version = version_of(dev);
  if (dev.registered || !take_identity(version.extension, dev)) {
    return nooks_bad_parameter('init_etherdev', 'dev') as usize;
  }
  version.unsynced = true;
  if (register_absent(dev) === 0) {
    lend_identity(version.extension, dev);
    domain.unsynced = 1;
    return addr(version.extension);
  }
  if (given === 0) end_netdev(domain, addr(version.extension));
  return 0;
}

/** As register_netdev, but the hardware counts as away. */
function register_absent(dev: NetDevice): i32 {
  const pattern = local<Arr<u8, 16>>();
  memcpy(pattern, dev.name, IFNAMSIZ);
  rtnl_lock();
  let error = dev_alloc_name(dev, cast<cstr>(pattern));
  if (error >= 0) error = register_netdevice(dev);
  if (error === 0) clear_bit(__LINK_STATE_PRESENT, ptr(dev.state));
  rtnl_unlock();
  return error;
}

export function body_register_netdev(dev: usize): i32 {
  if (rtnl_is_mine()) return nooks_bad_parameter('register_netdev', 'rtnl: held already') as i32;
  const found = netdev_to_register('register_netdev', dev);
  if (found === null) return -EIO;
  const error = register_netdev(found);
  lend_identity(version_of(found).extension, found);
  return error;
}

export function body_register_netdevice(dev: usize): i32 {
  if (!rtnl_is_mine()) return nooks_bad_parameter('register_netdevice', 'rtnl: not held') as i32;
  const found = netdev_to_register('register_netdevice', dev);
  if (found === null) return -EIO;
  const error = register_netdevice(found);
  lend_identity(version_of(found).extension, found);
  return error;
}

/** The kernel's version of an interface, filled in; null, and the domain has failed, if something cannot be. */
function netdev_to_register(wrapper: cstr, dev: usize): NetDevice | null {
  const domain = nooks_caller(), found = netdev_of(wrapper, dev);
  if (found === null) return null;
  const extension = version_of(found).extension;
  let bad: cstr | null = null;
  if (in_atomic()) bad = 'context: atomic';
  else if (found.registered) bad = 'dev: registered';
  else if (!take_identity(extension, found)) bad = 'dev: name';
  else if (!take_settings(extension, found)) bad = 'dev: mtu';
  else if (!take_functions(domain, extension, found)) bad = 'dev: functions';
  if (bad === null) return found;
  nooks_bad_parameter(wrapper, bad);
  return null;
}

export function body_unregister_netdev(dev: usize): u32 {
  const found = netdev_of('unregister_netdev', dev);
  if (found === null) return 0;
  if (in_atomic()) return nooks_bad_parameter('unregister_netdev', 'context: atomic');
  if (rtnl_is_mine()) return nooks_bad_parameter('unregister_netdev', 'rtnl: held already');
  unregister_netdev(found);
  return 0;
}

export function body_unregister_netdevice(dev: usize): i32 {
  const found = netdev_of('unregister_netdevice', dev);
  if (found === null) return 0;
  if (in_atomic()) return nooks_bad_parameter('unregister_netdevice', 'context: atomic') as i32;
  if (!rtnl_is_mine()) return nooks_bad_parameter('unregister_netdevice', 'rtnl: not held') as i32;
  return unregister_netdevice(found);
}

/** 2.4.18's drivers call kfree. */
export function body_free_netdev(dev: usize): u32 {
  const found = netdev_of('free_netdev', dev);
  if (found === null) return 0;
  if (found.registered) return nooks_bad_parameter('free_netdev', 'dev: registered');
  end_netdev(nooks_caller(), dev);
  return 0;
}

/** Frees both versions of an interface that is not registered, with what lies in the extension's. */
export function end_netdev(domain: Domain, dev: usize): void {
  const object = object_take(domain, OBJECT_NETDEV, dev);
  if (object === null) return;
  forget_within(domain, dev, object.size);
  release_netdev(domain, object);
  object_free(object);
}

/** Its users are told, and let go of it. @sleeps */
export function release_netdev(domain: Domain, object: NooksObject): void {
  const dev = cast<NetDevice>(object.kernel);
  if (dev.registered) unregister_netdev(dev);
  free_netdev(dev);
  heap_free(domain, object.extension, object.size);
}
