/**
 * Generated from ./net.ts by the wrapper generator (src/compiler/wrappers). Do not edit: regenerate.
 * The bodies, written by hand, are in net.bodies.ts.
 */
import { InterruptHandler, NetDevice, NetStats, SkBuff, Timer } from './net.ts';
import {
  NOOKS_EXTENSION_WRAPPER, NOOKS_KERNEL_WRAPPER, NooksTarget, NooksWrapper, nooks_bad_context, nooks_dead_target,
  nooks_defer_kernel_call, nooks_driver_call, nooks_in_interrupt, nooks_kernel_call, nooks_target_alive,
} from '../../../../src/guest/nooks/interface.ts';
import {
  nooks_wb_add_timer, nooks_wb_copy_from_user, nooks_wb_del_timer, nooks_wb_dev_alloc_skb, nooks_wb_dev_kfree_skb,
  nooks_wb_kfree, nooks_wb_kmalloc, nooks_wb_netif_rx, nooks_wb_printk, nooks_wb_register_netdev, nooks_wb_request_irq,
  nooks_wb_seek, nooks_wb_unregister_netdev, nooks_xb_InterruptHandler, nooks_xb_NetDeviceOps_open,
  nooks_xb_NetDeviceOps_stats, nooks_xb_NetDeviceOps_stop, nooks_xb_NetDeviceOps_xmit, nooks_xb_Timer_callback,
} from './net.bodies.ts';

/** Kernel wrapper of printk (net.ts:72). */
export function nooks_w_printk(format: cstr, ...args: VarArg[]): void {
  nooks_kernel_call(cast<usize>(nooks_wb_printk), 2, cast<u32>(format), cast<u32>(cells(args)));
}

/** Kernel wrapper of kmalloc (net.ts:87). */
export function nooks_w_kmalloc(size: u32, flags: u32): usize {
  if (nooks_in_interrupt()) { nooks_bad_context('kmalloc'); return 0; }
  return cast<usize>(lo32(nooks_kernel_call(cast<usize>(nooks_wb_kmalloc), 2, size, flags)));
}

/** Kernel wrapper of kfree (net.ts:90). */
export function nooks_w_kfree(address: usize): void {
  nooks_kernel_call(cast<usize>(nooks_wb_kfree), 1, cast<u32>(address));
}

/** Kernel wrapper of dev_alloc_skb (net.ts:93). */
export function nooks_w_dev_alloc_skb(length: u32): SkBuff | null {
  return cast<SkBuff | null>(lo32(nooks_kernel_call(cast<usize>(nooks_wb_dev_alloc_skb), 1, length)));
}

/** Kernel wrapper of dev_kfree_skb (net.ts:96). */
export function nooks_w_dev_kfree_skb(skb: SkBuff): void {
  nooks_kernel_call(cast<usize>(nooks_wb_dev_kfree_skb), 1, cast<u32>(skb));
}

/** Kernel wrapper of netif_rx (net.ts:103), delivered with the next crossing. */
export function nooks_w_netif_rx(skb: SkBuff): void {
  nooks_defer_kernel_call(cast<usize>(nooks_wb_netif_rx), 1, cast<u32>(skb));
}

/** Kernel wrapper of register_netdev (net.ts:110). */
export function nooks_w_register_netdev(dev: NetDevice): i32 {
  if (nooks_in_interrupt()) return nooks_bad_context('register_netdev') as i32;
  return lo32(nooks_kernel_call(cast<usize>(nooks_wb_register_netdev), 1, cast<u32>(dev))) as i32;
}

/** Kernel wrapper of unregister_netdev (net.ts:116). */
export function nooks_w_unregister_netdev(dev: NetDevice): void {
  if (nooks_in_interrupt()) { nooks_bad_context('unregister_netdev'); return; }
  nooks_kernel_call(cast<usize>(nooks_wb_unregister_netdev), 1, cast<u32>(dev));
}

/** Kernel wrapper of request_irq (net.ts:121). */
export function nooks_w_request_irq(irq: u32, handler: InterruptHandler, cookie: usize): i32 {
  if (nooks_in_interrupt()) return nooks_bad_context('request_irq') as i32;
  return lo32(nooks_kernel_call(
    cast<usize>(nooks_wb_request_irq),
    3,
    irq,
    cast<u32>(handler),
    cast<u32>(cookie),
  )) as i32;
}

/** Kernel wrapper of copy_from_user (net.ts:126). */
export function nooks_w_copy_from_user(data: Ptr<u8>, user: usize, length: u32): u32 {
  return lo32(nooks_kernel_call(cast<usize>(nooks_wb_copy_from_user), 3, cast<u32>(data), cast<u32>(user), length));
}

/** Kernel wrapper of seek (net.ts:129). */
export function nooks_w_seek(offset: i64, whence: u32, key: Ptr<u32> | null, count: u32): i64 {
  return nooks_kernel_call(
    cast<usize>(nooks_wb_seek),
    5,
    lo32(offset),
    hi32(offset),
    whence,
    cast<u32>(key),
    count,
  ) as i64;
}

/** Kernel wrapper of add_timer (net.ts:132). */
export function nooks_w_add_timer(timer: Timer, expires: u64, slack?: u16): bool {
  return lo32(nooks_kernel_call(
    cast<usize>(nooks_wb_add_timer),
    4,
    cast<u32>(timer),
    lo32(expires),
    hi32(expires),
    slack as u32,
  )) !== 0;
}

/** Kernel wrapper of del_timer (net.ts:134). */
export function nooks_w_del_timer(timer: Timer): bool {
  return lo32(nooks_kernel_call(cast<usize>(nooks_wb_del_timer), 1, cast<u32>(timer))) !== 0;
}

/** Extension wrapper of NetDeviceOps_open (net.ts:27): the kernel calls it for the extension's function. */
export function nooks_x_NetDeviceOps_open(dev: NetDevice, target: NooksTarget): i32 {
  if (!nooks_target_alive(target)) return nooks_dead_target(target) as i32;
  return nooks_xb_NetDeviceOps_open(dev, target);
}

/** The crossing into the extension's NetDeviceOps_open, made by the body. */
export function nooks_call_NetDeviceOps_open(target: NooksTarget, dev: NetDevice): i32 {
  return lo32(nooks_driver_call(target, 1, cast<u32>(dev))) as i32;
}

/** Extension wrapper of NetDeviceOps_stop (net.ts:29): the kernel calls it for the extension's function. */
export function nooks_x_NetDeviceOps_stop(dev: NetDevice, target: NooksTarget): i32 {
  if (!nooks_target_alive(target)) return nooks_dead_target(target) as i32;
  return nooks_xb_NetDeviceOps_stop(dev, target);
}

/** The crossing into the extension's NetDeviceOps_stop, made by the body. */
export function nooks_call_NetDeviceOps_stop(target: NooksTarget, dev: NetDevice): i32 {
  return lo32(nooks_driver_call(target, 1, cast<u32>(dev))) as i32;
}

/** Extension wrapper of NetDeviceOps_xmit (net.ts:35): the kernel calls it for the extension's function. */
export function nooks_x_NetDeviceOps_xmit(skb: SkBuff, dev: NetDevice, target: NooksTarget): i32 {
  if (!nooks_target_alive(target)) return nooks_dead_target(target) as i32;
  return nooks_xb_NetDeviceOps_xmit(skb, dev, target);
}

/** The crossing into the extension's NetDeviceOps_xmit, made by the body. */
export function nooks_call_NetDeviceOps_xmit(target: NooksTarget, skb: SkBuff, dev: NetDevice): i32 {
  return lo32(nooks_driver_call(target, 2, cast<u32>(skb), cast<u32>(dev))) as i32;
}

/** Extension wrapper of NetDeviceOps_stats (net.ts:37): the kernel calls it for the extension's function. */
export function nooks_x_NetDeviceOps_stats(dev: NetDevice, target: NooksTarget): NetStats | null {
  if (!nooks_target_alive(target)) { nooks_dead_target(target); return null; }
  return nooks_xb_NetDeviceOps_stats(dev, target);
}

/** The crossing into the extension's NetDeviceOps_stats, made by the body. */
export function nooks_call_NetDeviceOps_stats(target: NooksTarget, dev: NetDevice): NetStats | null {
  return cast<NetStats | null>(lo32(nooks_driver_call(target, 1, cast<u32>(dev))));
}

/** Extension wrapper of InterruptHandler (net.ts:62): the kernel calls it for the extension's function. */
export function nooks_x_InterruptHandler(irq: u32, cookie: usize, target: NooksTarget): bool {
  if (!nooks_target_alive(target)) { nooks_dead_target(target); return false; }
  return nooks_xb_InterruptHandler(irq, cookie, target);
}

/** The crossing into the extension's InterruptHandler, made by the body. */
export function nooks_call_InterruptHandler(target: NooksTarget, irq: u32, cookie: usize): bool {
  return lo32(nooks_driver_call(target, 2, irq, cast<u32>(cookie))) !== 0;
}

/** Extension wrapper of Timer_callback (net.ts:68): the kernel calls it for the extension's function. */
export function nooks_x_Timer_callback(data: usize, target: NooksTarget): void {
  if (!nooks_target_alive(target)) { nooks_dead_target(target); return; }
  nooks_xb_Timer_callback(data, target);
}

/** The crossing into the extension's Timer_callback, made by the body. */
export function nooks_call_Timer_callback(target: NooksTarget, data: usize): void {
  nooks_driver_call(target, 1, cast<u32>(data));
}

/** Every wrapper of net: name, direction, address, argument words, object types in order. */
export const net_wrappers_count: u32 = 19;
export const net_wrappers: Arr<Embed<NooksWrapper>, 19> = [
  { name: 'printk', direction: NOOKS_KERNEL_WRAPPER, words: 2, objects: '', entry: cast<usize>(nooks_w_printk) },
  { name: 'kmalloc', direction: NOOKS_KERNEL_WRAPPER, words: 2, objects: '', entry: cast<usize>(nooks_w_kmalloc) },
  { name: 'kfree', direction: NOOKS_KERNEL_WRAPPER, words: 1, objects: 'Memory', entry: cast<usize>(nooks_w_kfree) },
  { name: 'dev_alloc_skb', direction: NOOKS_KERNEL_WRAPPER, words: 1,
    objects: '', entry: cast<usize>(nooks_w_dev_alloc_skb) },
  { name: 'dev_kfree_skb', direction: NOOKS_KERNEL_WRAPPER, words: 1,
    objects: 'SkBuff', entry: cast<usize>(nooks_w_dev_kfree_skb) },
  { name: 'netif_rx', direction: NOOKS_KERNEL_WRAPPER, words: 1,
    objects: 'SkBuff', entry: cast<usize>(nooks_w_netif_rx) },
  { name: 'register_netdev', direction: NOOKS_KERNEL_WRAPPER, words: 1,
    objects: 'NetDevice', entry: cast<usize>(nooks_w_register_netdev) },
  { name: 'unregister_netdev', direction: NOOKS_KERNEL_WRAPPER, words: 1,
    objects: 'NetDevice', entry: cast<usize>(nooks_w_unregister_netdev) },
  { name: 'request_irq', direction: NOOKS_KERNEL_WRAPPER, words: 3,
    objects: '', entry: cast<usize>(nooks_w_request_irq) },
  { name: 'copy_from_user', direction: NOOKS_KERNEL_WRAPPER, words: 3,
    objects: '', entry: cast<usize>(nooks_w_copy_from_user) },
  { name: 'seek', direction: NOOKS_KERNEL_WRAPPER, words: 5, objects: '', entry: cast<usize>(nooks_w_seek) },
  { name: 'add_timer', direction: NOOKS_KERNEL_WRAPPER, words: 4,
    objects: 'Timer', entry: cast<usize>(nooks_w_add_timer) },
  { name: 'del_timer', direction: NOOKS_KERNEL_WRAPPER, words: 1,
    objects: 'Timer', entry: cast<usize>(nooks_w_del_timer) },
  { name: 'NetDeviceOps_open', direction: NOOKS_EXTENSION_WRAPPER, words: 1,
    objects: 'NetDevice', entry: cast<usize>(nooks_x_NetDeviceOps_open) },
  { name: 'NetDeviceOps_stop', direction: NOOKS_EXTENSION_WRAPPER, words: 1,
    objects: 'NetDevice', entry: cast<usize>(nooks_x_NetDeviceOps_stop) },
  { name: 'NetDeviceOps_xmit', direction: NOOKS_EXTENSION_WRAPPER, words: 2,
    objects: 'SkBuff NetDevice', entry: cast<usize>(nooks_x_NetDeviceOps_xmit) },
  { name: 'NetDeviceOps_stats', direction: NOOKS_EXTENSION_WRAPPER, words: 1,
    objects: 'NetDevice', entry: cast<usize>(nooks_x_NetDeviceOps_stats) },
  { name: 'InterruptHandler', direction: NOOKS_EXTENSION_WRAPPER, words: 2,
    objects: '', entry: cast<usize>(nooks_x_InterruptHandler) },
  { name: 'Timer_callback', direction: NOOKS_EXTENSION_WRAPPER, words: 1,
    objects: '', entry: cast<usize>(nooks_x_Timer_callback) },
];
