/** Group addresses of interfaces: Linux 2.4, net/core/dev_mcast.c. */
import { EINVAL, ENOENT, ENOMEM } from '../errno.ts';
import { spin_lock_bh, spin_unlock_bh } from '../locking/spinlock.ts';
import { kfree, kzalloc } from '../mm/kmalloc.ts';
import { GFP_ATOMIC } from '../mm/page_alloc.ts';
import { memcmp, memcpy } from '../../lib/memory.ts';
import { IFF_ALLMULTI, IFF_PROMISC, IFF_UP } from './if.ts';
import { DevMcList, MAX_ADDR_LEN, type NetDevice, netif_device_present } from './netdevice.ts';

/** Tells the hardware which groups it takes packets for. */
export function dev_mc_upload(dev: NetDevice): void {
  spin_lock_bh(dev.xmit_lock);
  __dev_mc_upload(dev);
  spin_unlock_bh(dev.xmit_lock);
}

/** The same when xmit_lock is held. */
function __dev_mc_upload(dev: NetDevice): void {
  const set_multicast_list = dev.set_multicast_list;
  if ((dev.flags & IFF_UP) === 0 || set_multicast_list === null || !netif_device_present(dev)) return;
  set_multicast_list(dev);
}

/** Takes packets for a group, once more: 0 or a negated error. */
export function dev_mc_add(dev: NetDevice, address: usize, length: u32): i32 {
  if (length !== dev.addr_len || length > MAX_ADDR_LEN) return -EINVAL;
  const fresh = kzalloc<DevMcList>(GFP_ATOMIC);
  spin_lock_bh(dev.xmit_lock);
  const present = find(dev, address);
  if (present !== null) present.dmi_users++;
  else if (fresh !== null) {
    memcpy(fresh.dmi_addr, cast(address), length);
    fresh.dmi_addrlen = length;
    fresh.dmi_users = 1;
    fresh.next = dev.mc_list;
    dev.mc_list = fresh;
    dev.mc_count++;
    __dev_mc_upload(dev);
  }
  spin_unlock_bh(dev.xmit_lock);
  if (present !== null && fresh !== null) kfree(addr(fresh));
  return present === null && fresh === null ? -ENOMEM : 0;
}

/** Ends one dev_mc_add: 0, or -ENOENT if there was none. */
export function dev_mc_delete(dev: NetDevice, address: usize): i32 {
  spin_lock_bh(dev.xmit_lock);
  const entry = find(dev, address);
  const last = entry !== null && --entry.dmi_users === 0;
  if (entry !== null && last) {
    unlink(dev, entry);
    __dev_mc_upload(dev);
  }
  spin_unlock_bh(dev.xmit_lock);
  if (entry !== null && last) kfree(addr(entry));
  return entry === null ? -ENOENT : 0;
}

/** The interface goes: forgets all its groups. @internal */
export function dev_mc_discard(dev: NetDevice): void {
  spin_lock_bh(dev.xmit_lock);
  for (let entry = dev.mc_list; entry !== null; entry = dev.mc_list) {
    unlink(dev, entry);
    kfree(addr(entry));
  }
  spin_unlock_bh(dev.xmit_lock);
}

/** Takes all packets, whoever they are for, while the sum of all `inc` is above 0. */
export function dev_set_promiscuity(dev: NetDevice, inc: i32): void {
  spin_lock_bh(dev.xmit_lock);
  dev.promiscuity += inc as u32;
  set_flag(dev, IFF_PROMISC, dev.promiscuity !== 0);
  spin_unlock_bh(dev.xmit_lock);
}

/** The same for packets of all groups. */
export function dev_set_allmulti(dev: NetDevice, inc: i32): void {
  spin_lock_bh(dev.xmit_lock);
  dev.allmulti += inc as u32;
  set_flag(dev, IFF_ALLMULTI, dev.allmulti !== 0);
  spin_unlock_bh(dev.xmit_lock);
}

function set_flag(dev: NetDevice, flag: u32, wanted: bool): void {
  const flags = wanted ? dev.flags | flag : dev.flags & ~flag;
  if (flags === dev.flags) return;
  dev.flags = flags;
  __dev_mc_upload(dev);
}

function find(dev: NetDevice, address: usize): DevMcList | null {
  let entry = dev.mc_list;
  while (entry !== null && memcmp(entry.dmi_addr, cast(address), entry.dmi_addrlen) !== 0) entry = entry.next;
  return entry;
}

function unlink(dev: NetDevice, entry: DevMcList): void {
  if (dev.mc_list === entry) dev.mc_list = entry.next;
  for (let at = dev.mc_list; at !== null; at = at.next) if (at.next === entry) at.next = entry.next;
  dev.mc_count--;
}
