/** A kernel header as the wrapper generator's tests read it: a small network core in the dialect. */
import { InterruptHandler, Link } from './link.ts';

export const MAX_SKB = 2048;

/** @object Packet */
export class SkBuff {
  next: SkBuff | null;
  data: usize;
  len: u32;
}

export class NetDevice {
  name: cstr;
  mac: Arr<u8, 6>;
  irq: u32;
  flags: Volatile<u32>;
  index: u32;
  /** @inout dev */
  open: (dev: NetDevice) => i32;
  stop: ((dev: NetDevice) => i32) | null;
  xmit: (skb: SkBuff, dev: NetDevice) => i32;
  watchdog: (ticks: u64) => void;
  priv: usize;
}

export class Timer {
  data: usize;
  callback: ((data: usize) => void) | null;
}

export function printk(format: cstr, ...args: VarArg[]): void {}

export function jiffies(): u64 { return 0n; }

/** Memory for small things. @sleeps @returns new as Memory size size */
export function kmalloc(size: u32, flags: u32): usize { return 0; }

/** @consumes address as Memory */
export function kfree(address: usize): void {}

export function dev_alloc_skb(length: u32): SkBuff | null { return null; }

/**
 * Gives a received packet to the network core.
 * @consumes skb @deferred
 */
export function netif_rx(skb: SkBuff): void {}

/** @creates dev @sleeps */
export function register_netdev(dev: NetDevice): i32 { return 0; }

export function set_link(dev: NetDevice | null, link: Link, name: cstr): bool { return true; }

export function request_irq(irq: u32, handler: InterruptHandler, cookie: usize): i32 { return 0; }

/** @out data size length */
export function copy_from_user(data: usize, user: usize, length: u32): u32 { return 0; }

/** @in key size 4 * count */
export function seek(offset: i64, whence: u32, key: Ptr<u32> | null, count: u32): i64 { return offset; }

/** @out word */
export function poll_net(dev: NetDevice, word: Ptr<u32>, slack?: u16): bool { return true; }

export function helper<T>(x: u32): u32 { return x; }
