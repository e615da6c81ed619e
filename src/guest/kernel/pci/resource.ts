/** Who uses which ports and which addresses of devices: Linux 2.4, include/linux/ioport.h and kernel/resource.c. */
import { snprintf } from '../../lib/format.ts';
import { printk } from '../debug/printk.ts';
import { spin_lock_init, spin_lock_irqsave, spin_unlock_irqrestore, SpinLock } from '../locking/spinlock.ts';
import { setup } from '../init/setup.ts';
import { kfree, kzalloc } from '../mm/kmalloc.ts';
import { GFP_KERNEL } from '../mm/page_alloc.ts';

export const IORESOURCE_IO = 0x100;
export const IORESOURCE_MEM = 0x200;
export const IORESOURCE_PREFETCH = 0x1000;
export const IORESOURCE_BUSY = 0x80000000;

/** A range, both ends included; in a list by start, without overlaps. */
export class Resource {
  name: cstr;
  start: usize;
  end: usize;
  flags: u32;
  sibling: Resource | null;
}

/** Ports and memory; what of them is in use, each a list sorted by address. */
let ioport_resource: Embed<Resource> = { name: 'PCI IO', start: 0, end: 0xffff, flags: IORESOURCE_IO, sibling: null };
let iomem_resource: Embed<Resource> = {
  name: 'PCI mem', start: 0, end: 0xffffffff, flags: IORESOURCE_MEM, sibling: null,
};

/** What the kernel and its firmware use themselves: src/platform/memory-map.ts. RAM ends where setup says. */
const BOARD = 7;
const RAM = 6;
let board: Arr<Embed<Resource>, 7> = [
  { name: 'finisher', start: 0x00100000, end: 0x00100fff, flags: IORESOURCE_BUSY, sibling: null },
  { name: 'clint', start: 0x02000000, end: 0x0200ffff, flags: IORESOURCE_BUSY, sibling: null },
  { name: 'PCI ports', start: 0x03000000, end: 0x0300ffff, flags: IORESOURCE_BUSY, sibling: null },
  { name: 'plic', start: 0x0c000000, end: 0x0c5fffff, flags: IORESOURCE_BUSY, sibling: null },
  { name: 'serial', start: 0x10000000, end: 0x100000ff, flags: IORESOURCE_BUSY, sibling: null },
  { name: 'PCI ECAM', start: 0x30000000, end: 0x3fffffff, flags: IORESOURCE_BUSY, sibling: null },
  { name: 'System RAM', start: 0x80000000, end: 0, flags: IORESOURCE_BUSY, sibling: null },
];
/** Protects both lists. Innermost. */
let resource_lock!: Embed<SpinLock>;

export function resource_init(): void {
  spin_lock_init(resource_lock, 'resource_lock');
  board[RAM].end = setup.memory_end - 1;
  for (let index: u32 = 0; index < BOARD; index++) insert(iomem_resource, board[index]);
}

function request(root: Resource, start: usize, bytes: u32, name: cstr): Resource | null {
  const end = start + bytes - 1;
  if (bytes === 0 || end < start || end > root.end) return null;
  const range = kzalloc<Resource>(GFP_KERNEL);
  if (range === null) return null;
  range.name = name;
  range.start = start;
  range.end = end;
  range.flags = IORESOURCE_BUSY;
  const flags = spin_lock_irqsave(resource_lock);
  const inserted = insert(root, range);
  spin_unlock_irqrestore(resource_lock, flags);
  if (inserted) return range;
  kfree(addr(range));
  return null;
}

/** Puts a range at its place, unless it overlaps another. */
function insert(root: Resource, range: Resource): bool {
  let before = root;
  for (let next = root.sibling; next !== null; next = next.sibling) {
    if (next.start > range.end) break;
    if (next.end >= range.start) return false;
    before = next;
  }
  range.sibling = before.sibling;
  before.sibling = range;
  return true;
}

function release(root: Resource, start: usize, bytes: u32): void {
  const flags = spin_lock_irqsave(resource_lock);
  let before = root;
  let found = root.sibling;
  while (found !== null && (found.start !== start || found.end !== start + bytes - 1)) {
    before = found;
    found = found.sibling;
  }
  if (found !== null) before.sibling = found.sibling;
  spin_unlock_irqrestore(resource_lock, flags);
  if (found !== null) kfree(addr(found));
  else printk('<4>Trying to free nonexistent resource <%08x-%08x>\n', start, start + bytes - 1);
}

/** Takes ports for `name`, which is kept; null when some are taken. @returns new as Resource */
export function request_region(start: usize, bytes: u32, name: cstr): Resource | null {
  return request(ioport_resource, start, bytes, name);
}

export function release_region(start: usize, bytes: u32): void {
  release(ioport_resource, start, bytes);
}

/** Takes physical addresses of devices; null when some are taken. @returns new as Resource */
export function request_mem_region(start: usize, bytes: u32, name: cstr): Resource | null {
  return request(iomem_resource, start, bytes, name);
}

export function release_mem_region(start: usize, bytes: u32): void {
  release(iomem_resource, start, bytes);
}

function resources_text(root: Resource, page: Ptr<u8>, size: u32): u32 {
  let length: u32 = 0;
  const flags = spin_lock_irqsave(resource_lock);
  for (let range = root.sibling; range !== null && length < size; range = range.sibling) {
    length += snprintf(cast<Ptr<u8>>(addr(page) + length), size - length, '%08x-%08x : %s\n', range.start, range.end,
      range.name);
  }
  spin_unlock_irqrestore(resource_lock, flags);
  return length < size ? length : size;
}

/** The text of /proc/ioports; gives its length. */
export function ioports_text(page: Ptr<u8>, size: u32): u32 {
  return resources_text(ioport_resource, page, size);
}

/** The text of /proc/iomem. */
export function iomem_text(page: Ptr<u8>, size: u32): u32 {
  return resources_text(iomem_resource, page, size);
}
