/**
 * Memory that a device may still reach: Nooks (SOSP 2003), section 3.4. A driver that fails leaves its device as it
 * was, with rings and packets that it goes on using. So these outlive the extension, until a driver has taken the
 * device again, and so brought it into a known state.
 */
import { kfree, kzalloc } from '../../kernel/mm/kmalloc.ts';
import { GFP_KERNEL } from '../../kernel/mm/page_alloc.ts';
import { kfree_skb, type SkBuff } from '../../kernel/net/skbuff.ts';
import { spin_lock, spin_lock_init, spin_unlock, SpinLock } from '../../kernel/locking/spinlock.ts';
import { watch_pci_devices } from '../../kernel/pci/driver.ts';
import { PCI_SLOT, type PciDev } from '../../kernel/pci/pci.ts';
import { Domain } from '../isolation/domain.ts';
import { heap_detach, heap_pages_free, HeapPage } from '../isolation/heap.ts';

/** What one extension leaves. */
export class Withheld {
  next: Withheld | null;
  /** Bit n: the device in slot n has not been taken again. */
  slots: u32;
  packets: SkBuff | null;
  heap: HeapPage | null;
}

/** Of extensions that are gone. Protected by `lock`, a leaf. */
let list: Withheld | null = null;
let lock!: Embed<SpinLock>;

export function withheld_init(): void {
  spin_lock_init(lock, 'nooks_withheld');
  watch_pci_devices(device_taken);
}

/** Makes room for what a domain may leave; false for no memory. @sleeps */
export function withheld_prepare(domain: Domain): bool {
  if (domain.withheld === null) domain.withheld = kzalloc<Withheld>(GFP_KERNEL);
  return domain.withheld !== null;
}

/** From now on what the domain gives back is kept from this device; nobody is inside. */
export function withhold_from(domain: Domain, dev: PciDev): void {
  const withheld = domain.withheld;
  if (withheld !== null) withheld.slots |= 1 << PCI_SLOT(dev.devfn);
}

export function is_withheld(domain: Domain): bool {
  const withheld = domain.withheld;
  return withheld !== null && withheld.slots !== 0;
}

export function withhold_packet(domain: Domain, skb: SkBuff): void {
  const withheld = domain.withheld;
  if (withheld === null) return;
  skb.next = withheld.packets;
  withheld.packets = skb;
}

/** The domain goes: its heap is kept if need be. @sleeps */
export function withhold_heap(domain: Domain): void {
  const withheld = domain.withheld;
  domain.withheld = null;
  if (withheld === null) return;
  if (withheld.slots === 0) {
    kfree(addr(withheld));
    return;
  }
  withheld.heap = heap_detach(domain);
  spin_lock(lock);
  withheld.next = list;
  list = withheld;
  spin_unlock(lock);
}

/** A driver has taken a device: what was kept from it alone is free. */
function device_taken(dev: PciDev): void {
  for (let withheld = take(1 << PCI_SLOT(dev.devfn)); withheld !== null; withheld = take(0)) {
    for (let skb = withheld.packets; skb !== null;) {
      const next: SkBuff | null = skb.next;
      skb.next = null;
      kfree_skb(skb);
      skb = next;
    }
    heap_pages_free(withheld.heap);
    kfree(addr(withheld));
  }
}

/** What is kept in all. */
export class WithheldCounts {
  pages: u32;
  packets: u32;
}

export function count_withheld(counts: WithheldCounts): void {
  counts.pages = 0;
  counts.packets = 0;
  spin_lock(lock);
  for (let at = list; at !== null; at = at.next) {
    for (let page = at.heap; page !== null; page = page.next) counts.pages += 1 << page.order;
    for (let skb = at.packets; skb !== null; skb = skb.next) counts.packets++;
  }
  spin_unlock(lock);
}

/** Strikes slots off; gives one record that has none left, out of the list. */
function take(slots: u32): Withheld | null {
  spin_lock(lock);
  let before: Withheld | null = null;
  let found: Withheld | null = null;
  for (let at = list; at !== null; at = at.next) {
    at.slots &= ~slots;
    if (at.slots === 0 && found === null) {
      found = at;
      if (before === null) list = at.next;
      else before.next = at.next;
    }
    before = at;
  }
  spin_unlock(lock);
  return found;
}
