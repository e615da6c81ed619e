/** Memory for interfaces: Linux 2.4, drivers/net/net_init.c. */
import { BUG_ON } from '../debug/panic.ts';
import { memset } from '../../lib/memory.ts';
import { strlcpy } from '../../lib/string.ts';
import { kfree, kmalloc } from '../mm/kmalloc.ts';
import { GFP_KERNEL } from '../mm/page_alloc.ts';
import { register_netdev } from './dev.ts';
import { ether_setup } from './eth.ts';
import { IFNAMSIZ } from './if.ts';
import { NetDevice } from './netdevice.ts';

/** `priv` begins at a multiple of this. */
const PRIV_ALIGN = 32;

/**
 * An interface, not yet registered, with `sizeof_priv` bytes of zeros for its driver at `priv`; null for no memory.
 * @returns new as NetDevice @sleeps
 */
export function alloc_netdev(sizeof_priv: u32, mask: cstr, setup: (dev: NetDevice) => void): NetDevice | null {
  const before = (sizeof<NetDevice>() + PRIV_ALIGN - 1) & ~(PRIV_ALIGN - 1);
  // The allocator aligns to 16 at least: the rest comes out of the spare bytes.
  const bytes = before + PRIV_ALIGN + sizeof_priv, memory = kmalloc(bytes, GFP_KERNEL);
  if (memory === 0) return null;
  memset(cast(memory), 0, bytes);
  const dev = cast<NetDevice>(memory);
  if (sizeof_priv !== 0) dev.priv = (memory + before + PRIV_ALIGN - 1) & ~(PRIV_ALIGN - 1);
  setup(dev);
  strlcpy(ptr(dev.name[0]), mask, IFNAMSIZ);
  return dev;
}

/** The same for Ethernet; register_netdev names it eth0 and so on. @returns new as NetDevice @sleeps */
export function alloc_etherdev(sizeof_priv: u32): NetDevice | null {
  return alloc_netdev(sizeof_priv, 'eth%d', ether_setup);
}

/**
 * An Ethernet interface that is registered at once, or the one at `dev`, allocated before, registered. The driver fills
 * in its functions before it sleeps or lets go of the interrupt that it was called by: until somebody opens it, none is
 * called. Null for an error. @returns new as NetDevice @sleeps
 */
export function init_etherdev(dev: NetDevice | null, sizeof_priv: u32): NetDevice | null {
  const given = dev === null ? alloc_etherdev(sizeof_priv) : dev;
  if (given === null) return null;
  if (register_netdev(given) === 0) return given;
  if (dev === null) free_netdev(given);
  return null;
}

/** Frees an interface that is not registered; 2.4.18's drivers call kfree. @consumes dev */
export function free_netdev(dev: NetDevice): void {
  BUG_ON(dev.registered);
  kfree(addr(dev));
}
