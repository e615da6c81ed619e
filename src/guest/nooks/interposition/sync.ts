/**
 * Deferred write-backs, both ways: Nooks (SOSP 2003), section 3.2. An extension edits an object after the kernel has
 * handed out its address; when the extension first returns, the kernel takes what it has written by then. The kernel
 * changes an object of which an extension has a version; the version is changed when the extension is next called.
 */
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../kernel/locking/spinlock.ts';
import { Domain } from '../isolation/domain.ts';
import { object_first } from '../tracker/objects.ts';
import { OBJECT_NETDEV, OBJECT_PROC_ENTRY } from '../tracker/types.ts';
import { lend_netdev, sync_netdev } from './netdevice_versions.ts';
import { sync_proc_entry } from './proc.bodies.ts';

/** Takes what has been written into objects of the domain's since they were handed out. */
export function sync_objects(domain: Domain): void {
  const flags = spin_lock_irqsave(domain.lock);
  domain.unsynced = 0;
  let entry = object_first(domain, OBJECT_PROC_ENTRY);
  for (; entry !== null; entry = entry.next_of_type) sync_proc_entry(domain, entry);
  let netdev = object_first(domain, OBJECT_NETDEV);
  for (; netdev !== null; netdev = netdev.next_of_type) sync_netdev(domain, netdev);
  spin_unlock_irqrestore(domain.lock, flags);
}

/** Tells the domain's versions what has become of their objects. */
export function lend_objects(domain: Domain): void {
  const flags = spin_lock_irqsave(domain.lock);
  domain.unlent = 0;
  let netdev = object_first(domain, OBJECT_NETDEV);
  for (; netdev !== null; netdev = netdev.next_of_type) lend_netdev(netdev);
  domain.deferred_calls++;
  spin_unlock_irqrestore(domain.lock, flags);
}
