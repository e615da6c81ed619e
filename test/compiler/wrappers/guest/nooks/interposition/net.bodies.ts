/**
 * Bodies of wrappers, written by hand. The generator appends a skeleton for each body that is missing, and changes
 * nothing else.
 */
import { memcpy } from '../../lib/memory.ts';
import { InterruptHandler, Link } from '../../link.ts';
import {
  NetDevice, SkBuff, copy_from_user, dev_alloc_skb, kfree, kmalloc, netif_rx, poll_net, register_netdev, request_irq,
  seek, set_link,
} from '../../net.ts';
import { NX_InterruptHandler } from '../generated/extension.table.ts';
import {
  nooks_call_NetDevice_open, nooks_call_NetDevice_stop, nooks_call_NetDevice_xmit,
} from '../generated/net.wrappers.ts';
import { nooks_take_NetDevice } from '../generated/structs.wrappers.ts';
import {
  Domain, GFP_ATOMIC, Target, adopt, heap_alloc, heap_free, in_atomic, nooks_bad_parameter, nooks_buffer_valid,
  nooks_caller, nooks_dead_target, nooks_interpose, nooks_string_valid, object_add, object_find, object_free,
  object_take,
} from '../layer.ts';
import { OBJECT_MEMORY, OBJECT_NET_DEVICE, OBJECT_PACKET } from '../tracker/types.ts';

/** kmalloc, net.ts */
export function body_kmalloc(size: u32, flags: u32): usize {
  const domain = nooks_caller();
  if (in_atomic()) { nooks_bad_parameter('kmalloc', 'context: atomic'); return 0; }
  const result = kmalloc(size, flags);
  if (result !== 0 && !object_add(domain, OBJECT_MEMORY, result, result, size, 0))
    { nooks_bad_parameter('kmalloc', 'memory'); return 0; }
  return result;
}

/** kfree, net.ts */
export function body_kfree(address: usize): void {
  const domain = nooks_caller();
  const taken = object_take(domain, OBJECT_MEMORY, address);
  if (taken === null) { nooks_bad_parameter('kfree', 'address'); return; }
  const kernelAddress = taken.kernel;
  object_free(taken);
  kfree(kernelAddress);
}

/** dev_alloc_skb, net.ts */
export function body_dev_alloc_skb(length: u32): SkBuff | null {
  return dev_alloc_skb(length);
}

/** netif_rx, net.ts */
export function body_netif_rx(skb: SkBuff): void {
  const domain = nooks_caller();
  const taken = object_take(domain, OBJECT_PACKET, addr(skb));
  if (taken === null) { nooks_bad_parameter('netif_rx', 'skb'); return; }
  const kernelSkb = taken.kernel;
  object_free(taken);
  netif_rx(cast<SkBuff>(kernelSkb));
}

/** register_netdev, net.ts */
export function body_register_netdev(dev: NetDevice): i32 {
  const domain = nooks_caller();
  if (in_atomic()) return nooks_bad_parameter('register_netdev', 'context: atomic') as i32;
  const kernelDev = adopt(domain, OBJECT_NET_DEVICE, addr(dev), sizeof<NetDevice>());
  if (kernelDev === 0) return nooks_bad_parameter('register_netdev', 'dev') as i32;
  nooks_take_NetDevice(domain, dev, cast<NetDevice>(kernelDev));
  return register_netdev(cast<NetDevice>(kernelDev));
}

/** set_link, net.ts */
export function body_set_link(dev: NetDevice | null, link: Link, name: cstr): bool {
  const domain = nooks_caller();
  const kernelDev = object_find(domain, OBJECT_NET_DEVICE, addr(dev));
  if (dev !== null && kernelDev === 0) { nooks_bad_parameter('set_link', 'dev'); return false; }
  if (!nooks_string_valid(domain, addr(name))) { nooks_bad_parameter('set_link', 'name'); return false; }
  return set_link(cast<NetDevice | null>(kernelDev), link, name);
}

/** request_irq, net.ts */
export function body_request_irq(irq: u32, handler: InterruptHandler, cookie: usize): i32 {
  const domain = nooks_caller();
  const kernelHandler = nooks_interpose(domain, NX_InterruptHandler, cast<usize>(handler));
  if (kernelHandler === 0) return nooks_bad_parameter('request_irq', 'handler') as i32;
  return request_irq(irq, cast<InterruptHandler>(kernelHandler), cookie);
}

/** copy_from_user, net.ts */
export function body_copy_from_user(data: usize, user: usize, length: u32): u32 {
  const domain = nooks_caller();
  if (!nooks_buffer_valid(domain, data, length, true)) return nooks_bad_parameter('copy_from_user', 'data');
  return copy_from_user(data, user, length);
}

/** seek, net.ts */
export function body_seek(offset: i64, whence: u32, key: Ptr<u32> | null, count: u32): i64 {
  const domain = nooks_caller();
  if (key !== null && !nooks_buffer_valid(domain, addr(key), 4 * count, false))
    return i64of(nooks_bad_parameter('seek', 'key') as i32);
  return seek(offset, whence, key, count);
}

/** poll_net, net.ts */
export function body_poll_net(dev: NetDevice, word: Ptr<u32>, slack?: u16): bool {
  const domain = nooks_caller();
  const kernelDev = object_find(domain, OBJECT_NET_DEVICE, addr(dev));
  if (kernelDev === 0) { nooks_bad_parameter('poll_net', 'dev'); return false; }
  if (!nooks_buffer_valid(domain, addr(word), sizeof<u32>(), true))
    { nooks_bad_parameter('poll_net', 'word'); return false; }
  return poll_net(cast<NetDevice>(kernelDev), word, slack);
}

/** NetDevice_open, net.ts */
export function body_x_NetDevice_open(dev: NetDevice, target: Target, domain: Domain): i32 {
  const extensionDev = heap_alloc(domain, sizeof<NetDevice>(), GFP_ATOMIC);
  if (extensionDev === 0) return nooks_dead_target(target) as i32;
  memcpy(cast(extensionDev), dev, sizeof<NetDevice>());
  const result = nooks_call_NetDevice_open(target, cast<NetDevice>(extensionDev));
  memcpy(dev, cast(extensionDev), sizeof<NetDevice>());
  heap_free(domain, extensionDev, sizeof<NetDevice>());
  return result;
}

/** NetDevice_stop, net.ts */
export function body_x_NetDevice_stop(dev: NetDevice, target: Target, domain: Domain): i32 {
  return nooks_call_NetDevice_stop(target, dev);
}

/** NetDevice_xmit, net.ts */
export function body_x_NetDevice_xmit(skb: SkBuff, dev: NetDevice, target: Target, domain: Domain): i32 {
  return nooks_call_NetDevice_xmit(target, skb, dev);
}
