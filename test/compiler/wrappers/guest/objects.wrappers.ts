/**
 * Generated from net.ts by the wrapper generator
 * (src/compiler/wrappers). Do not edit: regenerate.
 */
import {
  NetDevice, NetDeviceOps, NetStats, SkBuff, SpinLock, Timer, del_timer, dev_kfree_skb, unregister_netdev,
} from './net.ts';
import {
  NOOKS_EXPLICIT, NooksObjectType, nooks_caller, nooks_interpose, nooks_object_adopt, nooks_object_find,
} from '../../../../src/guest/nooks/interface.ts';
import { memcpy } from '../../../../src/guest/lib/memory.ts';
import {
  nooks_x_InterruptHandler, nooks_x_NetDeviceOps_open, nooks_x_NetDeviceOps_stats, nooks_x_NetDeviceOps_stop,
  nooks_x_NetDeviceOps_xmit, nooks_x_Timer_callback,
} from './net.wrappers.ts';

/** Object types, as the object tracker knows them. */
export const OT_SkBuff = 1;
export const OT_NetStats = 2;
export const OT_NetDeviceOps = 3;
export const OT_NetDevice = 4;
export const OT_Timer = 5;
export const OT_Memory = 6;

/** Extension wrappers, by which a function pointer asks to be replaced. */
export const NX_NetDeviceOps_open = 1;
export const NX_NetDeviceOps_stop = 2;
export const NX_NetDeviceOps_xmit = 3;
export const NX_NetDeviceOps_stats = 4;
export const NX_InterruptHandler = 5;
export const NX_Timer_callback = 6;

/** What an extension may change of its SpinLock, into the kernel's. */
export function nooks_to_kernel_SpinLock(from: SpinLock, to: SpinLock): void {
  to.owner = from.owner;
}

/** The kernel's SpinLock, into the extension's. */
export function nooks_to_extension_SpinLock(from: SpinLock, to: SpinLock): void {
  to.owner = from.owner;
}

/** What an extension may change of its NetStats, into the kernel's. */
export function nooks_to_kernel_NetStats(from: NetStats, to: NetStats): void {
  to.rxPackets = from.rxPackets;
  to.txPackets = from.txPackets;
  to.dropped = from.dropped;
}

/** The kernel's NetStats, into the extension's. */
export function nooks_to_extension_NetStats(from: NetStats, to: NetStats): void {
  to.rxPackets = from.rxPackets;
  to.txPackets = from.txPackets;
  to.dropped = from.dropped;
}

/** What an extension may change of its NetDevice, into the kernel's. */
export function nooks_to_kernel_NetDevice(from: NetDevice, to: NetDevice): void {
  to.name = from.name;
  memcpy(to.mac, from.mac, sizeof<Arr<u8, 6>>());
  to.irq = from.irq;
  to.flags = from.flags;
  to.link = from.link;
  to.ops = nooks_wrap_NetDeviceOps(from.ops);
  nooks_to_kernel_NetStats(from.stats, to.stats);
  // next: NetDevice | null is another object; the body follows it.
  to.priv = from.priv;
}

/** The kernel's NetDevice, into the extension's. */
export function nooks_to_extension_NetDevice(from: NetDevice, to: NetDevice): void {
  to.name = from.name;
  memcpy(to.mac, from.mac, sizeof<Arr<u8, 6>>());
  to.irq = from.irq;
  to.flags = from.flags;
  to.link = from.link;
  to.index = from.index;
  // ops: the extension keeps its own functions.
  nooks_to_extension_NetStats(from.stats, to.stats);
  // next: NetDevice | null is another object; the body follows it.
  to.priv = from.priv;
}

/** Before a crossing into the extension: the critical fields of NetDevice. */
export function nooks_shadow_in_NetDevice(from: NetDevice, to: NetDevice): void {
  to.flags = from.flags;
}

/** After it, back. */
export function nooks_shadow_out_NetDevice(from: NetDevice, to: NetDevice): void {
  to.flags = from.flags;
}

/** What an extension may change of its Timer, into the kernel's. */
export function nooks_to_kernel_Timer(from: Timer, to: Timer): void {
  to.expires = from.expires;
  to.data = from.data;
  to.callback = cast<((data: usize) => void) | null>(nooks_interpose(NX_Timer_callback, cast<usize>(from.callback)));
}

/** The kernel's Timer, into the extension's. */
export function nooks_to_extension_Timer(from: Timer, to: Timer): void {
  to.expires = from.expires;
  to.data = from.data;
  // callback: the extension keeps its own functions.
}

/** The kernel's version of an extension's NetDeviceOps: every function replaced by its wrapper. */
export function nooks_wrap_NetDeviceOps(from: NetDeviceOps): NetDeviceOps {
  const domain = nooks_caller();
  const known = nooks_object_find(domain, OT_NetDeviceOps, addr(from));
  if (known) return cast<NetDeviceOps>(known);
  const size = sizeof<NetDeviceOps>();
  const to = cast<NetDeviceOps>(nooks_object_adopt(domain, OT_NetDeviceOps, addr(from), size, NOOKS_EXPLICIT));
  to.open = cast<(dev: NetDevice) => i32>(nooks_interpose(NX_NetDeviceOps_open, cast<usize>(from.open)));
  to.stop = cast<(dev: NetDevice) => i32>(nooks_interpose(NX_NetDeviceOps_stop, cast<usize>(from.stop)));
  to.xmit = cast<(skb: SkBuff, dev: NetDevice) => i32>(nooks_interpose(NX_NetDeviceOps_xmit, cast<usize>(from.xmit)));
  to.stats = cast<(dev: NetDevice) => NetStats | null>(nooks_interpose(NX_NetDeviceOps_stats, cast<usize>(from.stats)));
  return to;
}

/** Entry of each extension wrapper, by its number less one. */
export const nooks_extension_entries: Arr<usize, 6> = [
  cast<usize>(nooks_x_NetDeviceOps_open),
  cast<usize>(nooks_x_NetDeviceOps_stop),
  cast<usize>(nooks_x_NetDeviceOps_xmit),
  cast<usize>(nooks_x_NetDeviceOps_stats),
  cast<usize>(nooks_x_InterruptHandler),
  cast<usize>(nooks_x_Timer_callback),
];

/** What recovery needs to know of each object type, by its number less one. */
export const nooks_object_types: Arr<Embed<NooksObjectType>, 6> = [
  { name: 'SkBuff', size: sizeof<SkBuff>(), mapped: true, release: cast<usize>(dev_kfree_skb) },
  { name: 'NetStats', size: sizeof<NetStats>(), mapped: false, release: 0 },
  { name: 'NetDeviceOps', size: sizeof<NetDeviceOps>(), mapped: false, release: 0 },
  { name: 'NetDevice', size: sizeof<NetDevice>(), mapped: false, release: cast<usize>(unregister_netdev) },
  { name: 'Timer', size: sizeof<Timer>(), mapped: false, release: cast<usize>(del_timer) },
  { name: 'Memory', size: 0, mapped: false, release: 0 },
];
