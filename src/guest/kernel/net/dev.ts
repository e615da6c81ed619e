/** The interfaces there are, and their life: Linux 2.4, net/core/dev.c. */
import { HZ, jiffies } from '../arch/time.ts';
import { BUG_ON } from '../debug/panic.ts';
import { printk } from '../debug/printk.ts';
import { EEXIST, EINVAL, ENFILE, ENODEV } from '../errno.ts';
import { atomic_read, atomic_set } from '../locking/atomic.ts';
import { clear_bit, set_bit } from '../locking/bitops.ts';
import { read_lock, read_unlock, RwLock, rwlock_init, write_lock_bh, write_unlock_bh } from '../locking/rwlock.ts';
import { spin_lock_init } from '../locking/spinlock.ts';
import { __MOD_DEC_USE_COUNT, try_inc_mod_count } from '../module/module.ts';
import { schedule_timeout, set_current_state } from '../sched/sched.ts';
import { TASK_UNINTERRUPTIBLE } from '../sched/task.ts';
import { snprintf } from '../../lib/format.ts';
import { memcpy } from '../../lib/memory.ts';
import { strcmp, strlen } from '../../lib/string.ts';
import { dev_mc_discard, dev_mc_upload } from './dev_mcast.ts';
import { IFF_ALLMULTI, IFF_MULTICAST, IFF_NOARP, IFF_PROMISC, IFF_RUNNING, IFF_UP, IFNAMSIZ } from './if.ts';
import {
  __LINK_STATE_PRESENT, __LINK_STATE_START, dev_hold, dev_name, type NetDevice, netif_carrier_ok, netif_device_present,
  netif_running,
} from './netdevice.ts';
import {
  call_netdevice_notifiers, NETDEV_CHANGE, NETDEV_DOWN, NETDEV_GOING_DOWN, NETDEV_REGISTER, NETDEV_UNREGISTER,
  NETDEV_UP, rtnl_lock, rtnl_unlock,
} from './rtnetlink.ts';
import { synchronize_net } from './rx.ts';
import { dev_activate, dev_deactivate, dev_init_scheduler } from './sch_generic.ts';
import { skb_queue_head_init } from './skbuff.ts';

/** Numbers that `eth%d` can get. */
const MAX_UNITS = 100;

/**
 * Protects the list of interfaces; changed under rtnl_sem too, so whoever has that may read without it. A leaf; not
 * taken in hard interrupts.
 */
export let dev_base_lock!: Embed<RwLock>;
export let dev_base: NetDevice | null = null;
let last_ifindex: u32 = 0;

/** @internal */
export function dev_init(): void {
  rwlock_init(dev_base_lock, 'dev_base_lock');
}

/** The interface of that name, or null; dev_base_lock or rtnl_sem is held. */
export function __dev_get_by_name(name: cstr): NetDevice | null {
  let dev = dev_base;
  while (dev !== null && strcmp(dev_name(dev), name) !== 0) dev = dev.next;
  return dev;
}

/** The same, held: dev_put. */
export function dev_get_by_name(name: cstr): NetDevice | null {
  read_lock(dev_base_lock);
  const dev = __dev_get_by_name(name);
  if (dev !== null) dev_hold(dev);
  read_unlock(dev_base_lock);
  return dev;
}

/** dev_base_lock or rtnl_sem is held. @internal */
export function __dev_get_by_index(ifindex: u32): NetDevice | null {
  let dev = dev_base;
  while (dev !== null && dev.ifindex !== ifindex) dev = dev.next;
  return dev;
}

/** Replaces %d in the name by the lowest number that makes it new: the number, or a negated error. Under rtnl_sem. */
export function dev_alloc_name(dev: NetDevice, name: cstr): i32 {
  const text = local<Arr<u8, 16>>();
  for (let unit: u32 = 0; unit < MAX_UNITS; unit++) {
    if (snprintf(ptr(text[0]), IFNAMSIZ, name, unit) >= IFNAMSIZ) return -EINVAL;
    if (__dev_get_by_name(cast<cstr>(text)) !== null) continue;
    memcpy(dev.name, text, IFNAMSIZ);
    return unit as i32;
  }
  return -ENFILE;
}

/**
 * Makes an interface known, closed, with a new number in its name if that has %d: 0 or a negated error. @inout dev
 * @sleeps
 */
export function register_netdev(dev: NetDevice): i32 {
  rtnl_lock();
  let error: i32 = 0;
  if (has_format(dev_name(dev))) {
    const pattern = local<Arr<u8, 16>>();
    memcpy(pattern, dev.name, IFNAMSIZ);
    error = dev_alloc_name(dev, cast<cstr>(pattern));
  }
  if (error >= 0) error = register_netdevice(dev);
  rtnl_unlock();
  return error;
}

function has_format(name: cstr): bool {
  for (let at: u32 = 0; name[at] !== 0; at++) if (name[at] === char('%')) return true;
  return false;
}

/** The same under rtnl_sem, with the name that it has. @inout dev @sleeps */
export function register_netdevice(dev: NetDevice): i32 {
  BUG_ON(dev.registered);
  const name = dev_name(dev);
  if (name[0] === 0 || strlen(name) >= IFNAMSIZ) return -EINVAL;
  if (__dev_get_by_name(name) !== null) return -EEXIST;
  spin_lock_init(dev.queue_lock, 'queue_lock');
  spin_lock_init(dev.xmit_lock, 'xmit_lock');
  dev.xmit_lock_owner = -1;
  skb_queue_head_init(dev.queue);
  dev_init_scheduler(dev);
  const init = dev.init;
  const error = init === null ? 0 : init(dev);
  if (error !== 0) return error;
  dev.ifindex = ++last_ifindex;
  set_bit(__LINK_STATE_PRESENT, ptr(dev.state));
  dev.next = null;
  // The list's reference: unregister_netdevice waits until it is the only one.
  atomic_set(dev.refcnt, 1);
  dev.registered = true;
  write_lock_bh(dev_base_lock);
  link_last(dev);
  write_unlock_bh(dev_base_lock);
  call_netdevice_notifiers(NETDEV_REGISTER, dev);
  return 0;
}

function link_last(dev: NetDevice): void {
  if (dev_base === null) {
    dev_base = dev;
    return;
  }
  let last = dev_base;
  for (let next = last.next; next !== null; next = last.next) last = next;
  last.next = dev;
}

/** Closes an interface, makes it unknown and waits until nobody uses it: then its memory is the driver's. @sleeps */
export function unregister_netdev(dev: NetDevice): void {
  rtnl_lock();
  unregister_netdevice(dev);
  rtnl_unlock();
}

/** The same under rtnl_sem: 0, or -ENODEV if it was not registered. @sleeps */
export function unregister_netdevice(dev: NetDevice): i32 {
  if (!dev.registered) return -ENODEV;
  dev_close(dev);
  write_lock_bh(dev_base_lock);
  unlink(dev);
  dev.registered = false;
  write_unlock_bh(dev_base_lock);
  synchronize_net();
  call_netdevice_notifiers(NETDEV_UNREGISTER, dev);
  dev_mc_discard(dev);
  const uninit = dev.uninit, destructor = dev.destructor;
  if (uninit !== null) uninit(dev);
  wait_for_users(dev);
  if (destructor !== null) destructor(dev);
  return 0;
}

function unlink(dev: NetDevice): void {
  if (dev_base === dev) dev_base = dev.next;
  for (let at = dev_base; at !== null; at = at.next) if (at.next === dev) at.next = dev.next;
}

/** Until only the list's reference is left. Packets, neighbours and routes let go of it when they are told or used. */
function wait_for_users(dev: NetDevice): void {
  const start = jiffies;
  for (let told: u32 = 0; atomic_read(dev.refcnt) !== 1;) {
    const waited = jiffies - start;
    if (waited / (10 * HZ) > told) {
      told++;
      printk('<0>unregister_netdevice: waiting for %s to become free. Usage count = %d\n', dev_name(dev),
        atomic_read(dev.refcnt));
    }
    set_current_state(TASK_UNINTERRUPTIBLE);
    schedule_timeout(waited < 4 ? 1 : HZ / 4);
    call_netdevice_notifiers(NETDEV_UNREGISTER, dev);
  }
  // Orders what its users did before what its owner does now: see dev_put.
  smp_mb();
}

/** Begins the use of an interface, under rtnl_sem: 0 or a negated error. @sleeps @internal */
export function dev_open(dev: NetDevice): i32 {
  if (dev.flags & IFF_UP) return 0;
  if (!netif_device_present(dev) || !try_inc_mod_count(dev.owner)) return -ENODEV;
  set_bit(__LINK_STATE_START, ptr(dev.state));
  const open = dev.open;
  const error = open === null ? 0 : open(dev);
  if (error !== 0) {
    clear_bit(__LINK_STATE_START, ptr(dev.state));
    __MOD_DEC_USE_COUNT(dev.owner);
    return error;
  }
  dev.flags |= IFF_UP;
  dev_mc_upload(dev);
  dev_activate(dev);
  call_netdevice_notifiers(NETDEV_UP, dev);
  return 0;
}

/** Ends it, under rtnl_sem. @sleeps @internal */
export function dev_close(dev: NetDevice): i32 {
  if ((dev.flags & IFF_UP) === 0) return 0;
  call_netdevice_notifiers(NETDEV_GOING_DOWN, dev);
  dev_deactivate(dev);
  clear_bit(__LINK_STATE_START, ptr(dev.state));
  // The driver sees that it is not running before it is asked to stop.
  smp_mb();
  const stop = dev.stop;
  if (stop !== null) stop(dev);
  dev.flags &= ~IFF_UP;
  call_netdevice_notifiers(NETDEV_DOWN, dev);
  __MOD_DEC_USE_COUNT(dev.owner);
  return 0;
}

/** The flags as users see them: IFF_RUNNING says whether there is a link. @internal */
export function dev_get_flags(dev: NetDevice): u32 {
  const running = netif_running(dev) && netif_carrier_ok(dev) ? IFF_RUNNING : 0;
  return (dev.flags & ~IFF_RUNNING) | running;
}

/**
 * Sets the flags a user may set, opening or closing the interface: 0 or a negated error. Under rtnl_sem. @sleeps
 * @internal
 */
export function dev_change_flags(dev: NetDevice, flags: u32): i32 {
  const settable = IFF_NOARP | IFF_MULTICAST | IFF_PROMISC | IFF_ALLMULTI, before = dev.flags;
  dev.flags = (flags & settable) | (before & ~settable);
  if ((before ^ dev.flags) & (IFF_MULTICAST | IFF_PROMISC | IFF_ALLMULTI)) dev_mc_upload(dev);
  let error: i32 = 0;
  if ((before ^ flags) & IFF_UP) error = flags & IFF_UP ? dev_open(dev) : dev_close(dev);
  if (dev.flags & IFF_UP && (before ^ dev.flags) & ~(IFF_UP | IFF_RUNNING)) {
    call_netdevice_notifiers(NETDEV_CHANGE, dev);
  }
  return error;
}
