/** A kernel header as the wrapper generator's tests read it: a small network core in the dialect. */
export const ETH_ALEN = 6;
export const MAX_SKB = 2048;

export enum Link { Down, Up }

export class SpinLock {
  owner: u32;
}

/** @object release dev_kfree_skb mapped */
export class SkBuff {
  next: SkBuff | null;
  dev: NetDevice | null;
  data: usize;
  len: u32;
}

export class NetStats {
  rxPackets: u64;
  txPackets: u64;
  dropped: u32;
}

export class NetDeviceOps {
  /** @inout dev */
  open: (dev: NetDevice) => i32;
  /** @inout dev */
  stop: (dev: NetDevice) => i32;
  /**
   * @consumes skb
   * @in dev
   * @interrupt
   */
  xmit: (skb: SkBuff, dev: NetDevice) => i32;
  /** @out dev */
  stats: (dev: NetDevice) => NetStats | null;
}

/** @object release unregister_netdev */
export class NetDevice {
  /** @kernel */
  lock: Embed<SpinLock>;
  name: cstr;
  mac: Arr<u8, 6>;
  irq: u32;
  /** @critical */
  flags: Volatile<u32>;
  link: Link;
  /** @readonly */
  index: u32;
  ops: NetDeviceOps;
  stats: Embed<NetStats>;
  next: NetDevice | null;
  priv: usize;
}

/**
 * Called on an interrupt, in interrupt context.
 * @interrupt
 */
export type InterruptHandler = (irq: u32, cookie: usize) => bool;

/** A one-shot timer. @object release del_timer */
export class Timer {
  expires: u64;
  data: usize;
  callback: ((data: usize) => void) | null;
}

/** @cells vprintk */
export function printk(format: cstr, ...args: VarArg[]): void {}

/** @internal */
export function vprintk(format: cstr, args: Ptr<u32>): void {}

/**
 * @direct
 * @returns new
 */
export function jiffies(): u64 { return 0n; }

/**
 * @sleeps
 * @returns new as Memory size size
 */
export function kmalloc(size: u32, flags: u32): usize { return 0; }

/** @consumes address as Memory */
export function kfree(address: usize): void {}

/** @returns new */
export function dev_alloc_skb(length: u32): SkBuff | null { return null; }

/** @consumes skb */
export function dev_kfree_skb(skb: SkBuff): void {}

/**
 * Gives a received packet to the network core.
 * @consumes skb
 * @deferred
 */
export function netif_rx(skb: SkBuff): void {}

/**
 * @inout dev
 * @creates dev
 * @sleeps
 */
export function register_netdev(dev: NetDevice): i32 { return 0; }

/**
 * @consumes dev
 * @sleeps
 */
export function unregister_netdev(dev: NetDevice): void {}

/**
 * @sleeps
 */
export function request_irq(irq: u32, handler: InterruptHandler, cookie: usize): i32 { return 0; }

/**
 * @out data size length
 */
export function copy_from_user(data: Ptr<u8>, user: usize, length: u32): u32 { return 0; }

/** @in key size 4 * count */
export function seek(offset: i64, whence: u32, key: Ptr<u32> | null, count: u32): i64 { return offset; }

/** @inout timer explicit */
export function add_timer(timer: Timer, expires: u64, slack?: u16): bool { return true; }

export function del_timer(timer: Timer): bool { return true; }

/** @internal */
export function helper(x: u32): u32 { return x; }

function hidden(): void {}
