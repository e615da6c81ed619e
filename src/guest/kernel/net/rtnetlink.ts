/**
 * One configurer at a time, and who is told of changes: Linux 2.4, net/core/rtnetlink.c (rtnl_lock) and the notifier
 * chain of net/core/dev.c (netdev_chain).
 */
import { current } from '../arch/cpu.ts';
import { down, down_trylock, init_MUTEX, Semaphore, up } from '../locking/semaphore.ts';
import type { NetDevice } from './netdevice.ts';

/** Held for each change of interfaces, addresses and routes. Outside of all locks of the network. */
let rtnl_sem!: Embed<Semaphore>;

/** @sleeps */
export function rtnl_lock(): void {
  down(rtnl_sem);
}

/** Whether it got it; never waits. */
export function rtnl_trylock(): bool {
  return down_trylock(rtnl_sem) === 0;
}

/** Also in interrupts. */
export function rtnl_unlock(): void {
  up(rtnl_sem);
}

/** Whether the current task holds it. */
export function rtnl_is_mine(): bool {
  return rtnl_sem.owner === current();
}

// What happens to an interface: include/linux/notifier.h.
export const NETDEV_UP = 1;
export const NETDEV_DOWN = 2;
export const NETDEV_CHANGE = 4;
export const NETDEV_REGISTER = 5;
export const NETDEV_UNREGISTER = 6;
export const NETDEV_CHANGEMTU = 7;
export const NETDEV_CHANGEADDR = 8;
export const NETDEV_GOING_DOWN = 9;

export class NotifierBlock {
  notifier_call: (event: u32, dev: NetDevice) => void;
  next: NotifierBlock | null;
}

/** rtnl_sem's. */
let netdev_chain: NotifierBlock | null = null;

export function rtnetlink_init(): void {
  init_MUTEX(rtnl_sem);
}

/** `nb` is told of all changes from now on, under rtnl_sem; it stays. @sleeps */
export function register_netdevice_notifier(nb: NotifierBlock): void {
  rtnl_lock();
  nb.next = netdev_chain;
  netdev_chain = nb;
  rtnl_unlock();
}

/** Tells all; under rtnl_sem. @sleeps */
export function call_netdevice_notifiers(event: u32, dev: NetDevice): void {
  for (let nb = netdev_chain; nb !== null; nb = nb.next) nb.notifier_call(event, dev);
}
