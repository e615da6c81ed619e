/**
 * The two versions of a NetDevice: the extension's, in its heap, with its own data behind it, and the kernel's, whose
 * functions are thunks and whose `priv` knows the other. Who writes a field decides which way it is copied: the
 * kernel's own go to the extension, the driver's to the kernel when it has returned; settings, which both write, only
 * around calls under rtnl_sem, which come one at a time.
 */
import { memcpy } from '../../lib/memory.ts';
import { set_bit } from '../../kernel/locking/bitops.ts';
import { IFNAMSIZ } from '../../kernel/net/if.ts';
import { __LINK_STATE_PRESENT, MAX_ADDR_LEN, NetDevice, NetDeviceStats } from '../../kernel/net/netdevice.ts';
import { NotifierBlock, register_netdevice_notifier } from '../../kernel/net/rtnetlink.ts';
import { Domain } from '../isolation/domain.ts';
import { NooksObject } from '../tracker/objects.ts';
import { take_functions } from './netdevice_calls.bodies.ts';

/** What the kernel's version of an interface has at `priv`. */
export class NetdevVersion {
  domain: Domain;
  /** The extension's version. */
  extension: NetDevice;
  /** What get_stats gave last. */
  stats: Embed<NetDeviceStats>;
  /** The extension fills it in after it has been registered: its functions are taken when it returns. */
  unsynced: bool;
  /** The kernel has changed its version since the extension's had the same. */
  unlent: bool;
}

/** Bytes before a packet that an interface may ask for: the stack adds them up. */
const MAX_HEADER = 256;
const MAX_MTU = 65535;

let watch!: Embed<NotifierBlock>;

/** Once there is a network. @sleeps */
export function netdevices_init(): void {
  watch.notifier_call = netdev_changed;
  register_netdevice_notifier(watch);
}

/**
 * The kernel's part of deferred calls: what it has changed of an interface the extension's version gets with the next
 * call into the domain.
 */
function netdev_changed(event: u32, dev: NetDevice): void {
  const owner = dev.owner;
  if (owner === null || owner.domain === null) return;
  const version = version_of(dev);
  version.unlent = true;
  smp_wmb();
  version.domain.unlent = 1;
}

export function lend_netdev(object: NooksObject): void {
  const dev = cast<NetDevice>(object.kernel), version = version_of(dev);
  if (!version.unlent) return;
  version.unlent = false;
  lend_state(dev, version.extension);
}

/** What the kernel's version knows of the extension's. @inline */
export function version_of(dev: NetDevice): NetdevVersion {
  return cast<NetdevVersion>(dev.priv);
}

/** The extension has returned since it got the interface. */
export function sync_netdev(domain: Domain, object: NooksObject): void {
  const dev = cast<NetDevice>(object.kernel), version = version_of(dev);
  if (!version.unsynced) return;
  version.unsynced = false;
  take_settings(version.extension, dev);
  if (take_functions(domain, version.extension, dev)) set_bit(__LINK_STATE_PRESENT, ptr(dev.state));
}

/** What is said once, before it is registered; false if it cannot be. */
export function take_identity(from: NetDevice, to: NetDevice): bool {
  const name = local<Arr<u8, 16>>();
  memcpy(name, from.name, IFNAMSIZ);
  name[IFNAMSIZ - 1] = 0;
  const addr_len = from.addr_len, hard_header_len = from.hard_header_len;
  if (!is_name(cast<cstr>(name)) || addr_len > MAX_ADDR_LEN || hard_header_len > MAX_HEADER) return false;
  memcpy(to.name, name, IFNAMSIZ);
  to.type = from.type;
  to.addr_len = addr_len;
  to.hard_header_len = hard_header_len;
  to.flags = from.flags;
  memcpy(to.broadcast, from.broadcast, MAX_ADDR_LEN);
  return true;
}

/** Whether a name is one, or a pattern for one with a number: the kernel takes it for a format. */
function is_name(name: cstr): bool {
  let numbers: u32 = 0;
  for (let at: u32 = 0; name[at] !== 0; at++) {
    if (name[at] !== char('%')) continue;
    if (name[at + 1] !== char('d')) return false;
    numbers++;
  }
  return name[0] !== 0 && numbers <= 1;
}

/** What registering it has made of it. */
export function lend_identity(extension: NetDevice, dev: NetDevice): void {
  memcpy(extension.name, dev.name, IFNAMSIZ);
  extension.ifindex = dev.ifindex;
  extension.state = dev.state;
}

/** What an open interface's driver may change, and its user: false if it cannot be. */
export function take_settings(extension: NetDevice, dev: NetDevice): bool {
  const mtu = extension.mtu;
  if (mtu > MAX_MTU) return false;
  dev.mtu = mtu;
  dev.tx_queue_len = extension.tx_queue_len;
  memcpy(dev.dev_addr, extension.dev_addr, MAX_ADDR_LEN);
  dev.base_addr = extension.base_addr;
  dev.mem_start = extension.mem_start;
  dev.mem_end = extension.mem_end;
  dev.irq = extension.irq;
  dev.watchdog_timeo = extension.watchdog_timeo;
  dev.trans_start = extension.trans_start;
  dev.last_rx = extension.last_rx;
  return true;
}

/** The same the other way, with what only the kernel changes. */
export function lend_settings(dev: NetDevice, extension: NetDevice): void {
  lend_state(dev, extension);
  extension.mtu = dev.mtu;
  extension.tx_queue_len = dev.tx_queue_len;
  memcpy(extension.dev_addr, dev.dev_addr, MAX_ADDR_LEN);
}

/** What the kernel alone changes. The group addresses the extension reads where they are. */
export function lend_state(dev: NetDevice, extension: NetDevice): void {
  extension.state = dev.state;
  extension.flags = dev.flags;
  extension.mc_list = dev.mc_list;
  extension.mc_count = dev.mc_count;
  extension.promiscuity = dev.promiscuity;
  extension.allmulti = dev.allmulti;
}
