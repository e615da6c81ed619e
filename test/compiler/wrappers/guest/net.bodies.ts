/**
 * Bodies of the wrappers of net, written by hand. The generator appends a skeleton for each body that
 * is missing
 * and changes nothing else.
 */
import {
  InterruptHandler, NetDevice, NetStats, SkBuff, Timer, add_timer, copy_from_user, del_timer, dev_alloc_skb,
  dev_kfree_skb, kfree, kmalloc, netif_rx, register_netdev, request_irq, seek, unregister_netdev, vprintk,
} from './net.ts';
import {
  NOOKS_CALL, NOOKS_EXPLICIT, NooksTarget, nooks_bad_parameter, nooks_buffer_valid, nooks_caller, nooks_interpose,
  nooks_object_adopt, nooks_object_drop, nooks_object_find, nooks_object_lend, nooks_object_map, nooks_object_track,
  nooks_string_valid,
} from '../../../../src/guest/nooks/interface.ts';
import {
  NX_InterruptHandler, OT_Memory, OT_NetDevice, OT_NetStats, OT_SkBuff, OT_Timer, nooks_shadow_in_NetDevice,
  nooks_shadow_out_NetDevice, nooks_to_extension_NetDevice, nooks_to_extension_Timer, nooks_to_kernel_NetDevice,
  nooks_to_kernel_NetStats, nooks_to_kernel_Timer,
} from './objects.wrappers.ts';
import {
  nooks_call_InterruptHandler, nooks_call_NetDeviceOps_open, nooks_call_NetDeviceOps_stats,
  nooks_call_NetDeviceOps_stop, nooks_call_NetDeviceOps_xmit, nooks_call_Timer_callback,
} from './net.wrappers.ts';

/** Body of the kernel wrapper of printk (net.ts:72). */
export function nooks_wb_printk(format: cstr, args: Ptr<u32>): void {
  const domain = nooks_caller();
  if (!nooks_string_valid(domain, format)) { nooks_bad_parameter('printk', 'format'); return; }
  vprintk(format, args);
}

/** Body of the kernel wrapper of kmalloc (net.ts:87). */
export function nooks_wb_kmalloc(size: u32, flags: u32): usize {
  const domain = nooks_caller();
  const result = kmalloc(size, flags);
  if (result) nooks_object_track(domain, OT_Memory, cast<usize>(result), size, NOOKS_EXPLICIT);
  return result;
}

/** Body of the kernel wrapper of kfree (net.ts:90). */
export function nooks_wb_kfree(address: usize): void {
  const domain = nooks_caller();
  const kernelAddress = nooks_object_find(domain, OT_Memory, cast<usize>(address));
  if (kernelAddress === 0) { nooks_bad_parameter('kfree', 'address'); return; }
  nooks_object_drop(domain, OT_Memory, kernelAddress);
  kfree(cast<usize>(kernelAddress));
}

/** Body of the kernel wrapper of dev_alloc_skb (net.ts:93). */
export function nooks_wb_dev_alloc_skb(length: u32): SkBuff | null {
  const domain = nooks_caller();
  const result = dev_alloc_skb(length);
  if (!result) return null;
  const version = cast<SkBuff>(nooks_object_map(domain, OT_SkBuff, addr(result), NOOKS_EXPLICIT));
  return version;
}

/** Body of the kernel wrapper of dev_kfree_skb (net.ts:96). */
export function nooks_wb_dev_kfree_skb(skb: SkBuff): void {
  const domain = nooks_caller();
  const kernelSkb = cast<SkBuff | null>(nooks_object_find(domain, OT_SkBuff, addr(skb)));
  if (!kernelSkb) { nooks_bad_parameter('dev_kfree_skb', 'skb'); return; }
  nooks_object_drop(domain, OT_SkBuff, addr(kernelSkb));
  dev_kfree_skb(kernelSkb);
}

/** Body of the kernel wrapper of netif_rx (net.ts:103). */
export function nooks_wb_netif_rx(skb: SkBuff): void {
  const domain = nooks_caller();
  const kernelSkb = cast<SkBuff | null>(nooks_object_find(domain, OT_SkBuff, addr(skb)));
  if (!kernelSkb) { nooks_bad_parameter('netif_rx', 'skb'); return; }
  nooks_object_drop(domain, OT_SkBuff, addr(kernelSkb));
  netif_rx(kernelSkb);
}

/** Body of the kernel wrapper of register_netdev (net.ts:110). */
export function nooks_wb_register_netdev(dev: NetDevice): i32 {
  const domain = nooks_caller();
  const kernelDev = cast<NetDevice | null>(
    nooks_object_adopt(domain, OT_NetDevice, addr(dev), sizeof<NetDevice>(), NOOKS_EXPLICIT));
  if (!kernelDev) return nooks_bad_parameter('register_netdev', 'dev') as i32;
  nooks_to_kernel_NetDevice(dev, kernelDev);
  const result = register_netdev(kernelDev);
  nooks_to_extension_NetDevice(kernelDev, dev);
  return result;
}

/** Body of the kernel wrapper of unregister_netdev (net.ts:116). */
export function nooks_wb_unregister_netdev(dev: NetDevice): void {
  const domain = nooks_caller();
  const kernelDev = cast<NetDevice | null>(nooks_object_find(domain, OT_NetDevice, addr(dev)));
  if (!kernelDev) { nooks_bad_parameter('unregister_netdev', 'dev'); return; }
  nooks_to_kernel_NetDevice(dev, kernelDev);
  nooks_object_drop(domain, OT_NetDevice, addr(kernelDev));
  unregister_netdev(kernelDev);
}

/** Body of the kernel wrapper of request_irq (net.ts:121). */
export function nooks_wb_request_irq(irq: u32, handler: InterruptHandler, cookie: usize): i32 {
  return request_irq(irq, cast<InterruptHandler>(nooks_interpose(NX_InterruptHandler, cast<usize>(handler))), cookie);
}

/** Body of the kernel wrapper of copy_from_user (net.ts:126). */
export function nooks_wb_copy_from_user(data: Ptr<u8>, user: usize, length: u32): u32 {
  const domain = nooks_caller();
  if (!nooks_buffer_valid(domain, cast<usize>(data), length, true))
    return nooks_bad_parameter('copy_from_user', 'data');
  return copy_from_user(data, user, length);
}

/** Body of the kernel wrapper of seek (net.ts:129). */
export function nooks_wb_seek(offset: i64, whence: u32, key: Ptr<u32> | null, count: u32): i64 {
  const domain = nooks_caller();
  if (key && !nooks_buffer_valid(domain, cast<usize>(key), 4 * count, false))
    return i64of(nooks_bad_parameter('seek', 'key') as i32);
  return seek(offset, whence, key, count);
}

/** Body of the kernel wrapper of add_timer (net.ts:132). */
export function nooks_wb_add_timer(timer: Timer, expires: u64, slack?: u16): bool {
  const domain = nooks_caller();
  const kernelTimer = cast<Timer | null>(nooks_object_find(domain, OT_Timer, addr(timer)));
  if (!kernelTimer) { nooks_bad_parameter('add_timer', 'timer'); return false; }
  nooks_to_kernel_Timer(timer, kernelTimer);
  const result = add_timer(kernelTimer, expires, slack);
  nooks_to_extension_Timer(kernelTimer, timer);
  return result;
}

/** Body of the kernel wrapper of del_timer (net.ts:134). */
export function nooks_wb_del_timer(timer: Timer): bool {
  const domain = nooks_caller();
  const kernelTimer = cast<Timer | null>(nooks_object_find(domain, OT_Timer, addr(timer)));
  if (!kernelTimer) { nooks_bad_parameter('del_timer', 'timer'); return false; }
  nooks_to_kernel_Timer(timer, kernelTimer);
  return del_timer(kernelTimer);
}

/** Body of the extension wrapper of NetDeviceOps_open (net.ts:27). */
export function nooks_xb_NetDeviceOps_open(dev: NetDevice, target: NooksTarget): i32 {
  const domain = target.domain;
  const extensionDev = cast<NetDevice>(
    nooks_object_lend(domain, OT_NetDevice, addr(dev), sizeof<NetDevice>(), NOOKS_CALL));
  nooks_to_extension_NetDevice(dev, extensionDev);
  const result = nooks_call_NetDeviceOps_open(target, extensionDev);
  nooks_to_kernel_NetDevice(extensionDev, dev);
  return result;
}

/** Body of the extension wrapper of NetDeviceOps_stop (net.ts:29). */
export function nooks_xb_NetDeviceOps_stop(dev: NetDevice, target: NooksTarget): i32 {
  const domain = target.domain;
  const extensionDev = cast<NetDevice>(
    nooks_object_lend(domain, OT_NetDevice, addr(dev), sizeof<NetDevice>(), NOOKS_CALL));
  nooks_to_extension_NetDevice(dev, extensionDev);
  const result = nooks_call_NetDeviceOps_stop(target, extensionDev);
  nooks_to_kernel_NetDevice(extensionDev, dev);
  return result;
}

/** Body of the extension wrapper of NetDeviceOps_xmit (net.ts:35). */
export function nooks_xb_NetDeviceOps_xmit(skb: SkBuff, dev: NetDevice, target: NooksTarget): i32 {
  const domain = target.domain;
  const extensionSkb = cast<SkBuff>(nooks_object_map(domain, OT_SkBuff, addr(skb), NOOKS_EXPLICIT));
  const extensionDev = cast<NetDevice>(
    nooks_object_lend(domain, OT_NetDevice, addr(dev), sizeof<NetDevice>(), NOOKS_CALL));
  nooks_to_extension_NetDevice(dev, extensionDev);
  const result = nooks_call_NetDeviceOps_xmit(target, extensionSkb, extensionDev);
  nooks_shadow_out_NetDevice(extensionDev, dev);
  return result;
}

/** Body of the extension wrapper of NetDeviceOps_stats (net.ts:37). */
export function nooks_xb_NetDeviceOps_stats(dev: NetDevice, target: NooksTarget): NetStats | null {
  const domain = target.domain;
  const extensionDev = cast<NetDevice>(
    nooks_object_lend(domain, OT_NetDevice, addr(dev), sizeof<NetDevice>(), NOOKS_CALL));
  nooks_shadow_in_NetDevice(dev, extensionDev);
  const result = nooks_call_NetDeviceOps_stats(target, extensionDev);
  nooks_to_kernel_NetDevice(extensionDev, dev);
  if (!result) return null;
  const version = cast<NetStats | null>(nooks_object_find(domain, OT_NetStats, addr(result)));
  if (!version) { nooks_bad_parameter('NetDeviceOps_stats', 'result'); return null; }
  nooks_to_kernel_NetStats(result, version);
  return version;
}

/** Body of the extension wrapper of InterruptHandler (net.ts:62). */
export function nooks_xb_InterruptHandler(irq: u32, cookie: usize, target: NooksTarget): bool {
  return nooks_call_InterruptHandler(target, irq, cookie);
}

/** Body of the extension wrapper of Timer_callback (net.ts:68). */
export function nooks_xb_Timer_callback(data: usize, target: NooksTarget): void {
  nooks_call_Timer_callback(target, data);
}
