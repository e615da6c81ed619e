/**
 * Pages: Linux 2.4, mm/page_alloc.c, a buddy allocator (Knuth, The Art of Computer Programming, 2.5) in two zones. In
 * the first are the 16 MiB that ISA cards reach; what need not come from there does so only when the other has nothing.
 */
import { INIT_LIST_HEAD, list_add, list_del, list_empty, list_entry, ListHead } from '../../lib/list.ts';
import { memset } from '../../lib/memory.ts';
import { PAGE_OFFSET, PAGE_SHIFT, PAGE_SIZE } from '../arch/layout.ts';
import { BUG } from '../debug/panic.ts';
import { printk } from '../debug/printk.ts';
import { boot_arg } from '../init/setup.ts';
import { Atomic, atomic_dec_and_test, atomic_inc, atomic_read, atomic_set } from '../locking/atomic.ts';
import { spin_lock_init, spin_lock_irqsave, spin_unlock_irqrestore, SpinLock } from '../locking/spinlock.ts';

// What an allocation may do. Nothing here waits for memory: GFP_KERNEL and GFP_ATOMIC differ for the slabs' checks
// only.
export const GFP_DMA = 0x01;
export const __GFP_WAIT = 0x10;
export const __GFP_ZERO = 0x8000;
export const GFP_ATOMIC = 0x20;
export const GFP_KERNEL = 0x1f0;

/** Blocks have 2^0 to 2^(MAX_ORDER - 1) pages. */
export const MAX_ORDER = 11;

// Page.flags.
/** First page of a free block; `order` says how large. */
const PG_BUDDY = 1;
/** Never allocated: the kernel image, tables. */
export const PG_RESERVED = 2;
/** Part of a slab; `owner` is it. */
export const PG_SLAB = 4;

/** A page of RAM. */
export class Page {
  /** In a free list; in use, the owner's. */
  list: Embed<ListHead>;
  flags: u32;
  /** Holders of an allocated page. */
  count: Embed<Atomic>;
  /** Of the block, in its first page. */
  order: u32;
  /** Of a slab's page: the slab. */
  owner: usize;
}

/** One for each page of RAM, in order. */
let mem_map: Ptr<Embed<Page>> = cast<Ptr<Embed<Page>>>(0);
let page_count: u32 = 0;
/** The physical address of the first page. */
let memory_start: usize = PAGE_OFFSET;

/** A part of RAM: include/linux/mmzone.h. No block lies in two. */
class Zone {
  /** Protects the rest, and the flags of pages that are free. Innermost but for the console. */
  lock: Embed<SpinLock>;
  free_area: Arr<Embed<ListHead>, 11>;
  free_pages: u32;
}

const ZONE_DMA = 0;
const ZONE_NORMAL = 1;
/** Pages of ZONE_DMA: a multiple of the largest block's. */
const DMA_PAGES = 4096;
let zones!: Arr<Embed<Zone>, 2>;
/** Freed pages are overwritten, so that who uses one still sees nonsense: the boot argument `poison`. */
let poisoning = false;
const POISON = 0x6b;

const LINK = offsetof<Page>('list');

/** Manages RAM from `start` to before `end`; all of it is reserved until free_range. The map lies at `map`. */
export function page_alloc_init(start: usize, end: usize, map: usize): void {
  for (let index: u32 = ZONE_DMA; index <= ZONE_NORMAL; index++) {
    const zone = zones[index];
    spin_lock_init(zone.lock, 'zone_lock');
    for (let order: u32 = 0; order < MAX_ORDER; order++) INIT_LIST_HEAD(zone.free_area[order]);
    zone.free_pages = 0;
  }
  memory_start = start;
  mem_map = cast<Ptr<Embed<Page>>>(map);
  page_count = (end - start) >> PAGE_SHIFT;
  memset(cast(map), 0, page_count * sizeof<Page>());
  for (let index: u32 = 0; index < page_count; index++) mem_map[index].flags = PG_RESERVED;
  poisoning = boot_arg('poison') !== null;
}

/** Bytes that the map of so much memory takes. */
export function mem_map_bytes(memory: u32): u32 {
  return (memory >> PAGE_SHIFT) * sizeof<Page>();
}

/** Gives whole pages from `start` to before `end` to the allocator. */
export function free_range(start: usize, end: usize): void {
  let index = (start + PAGE_SIZE - 1 - memory_start) >> PAGE_SHIFT;
  const last = (end - memory_start) >> PAGE_SHIFT;
  for (let at = index; at < last; at++) mem_map[at].flags = 0;
  while (index < last) {
    let order: u32 = 0;
    while (order + 1 < MAX_ORDER && (index & (1 << order + 1) - 1) === 0 && index + (1 << order + 1) <= last) order++;
    const page = mem_map[index];
    page.order = order;
    free_block(page);
    index += 1 << order;
  }
}

function zone_of(index: u32): Zone {
  return zones[index < DMA_PAGES ? ZONE_DMA : ZONE_NORMAL];
}

function put_block(zone: Zone, index: u32, order: u32): void {
  const page = mem_map[index];
  page.flags = PG_BUDDY;
  page.order = order;
  list_add(page.list, zone.free_area[order]);
}

function take_block(page: Page): void {
  list_del(page.list);
  page.flags = 0;
}

/**
 * Physically contiguous pages, 2^order of them, at a multiple of their size, as their address; 0 for no memory.
 * @returns new as Pages
 */
export function __get_free_pages(gfp: u32, order: u32): usize {
  const page = alloc_pages(gfp, order);
  if (page === null) return 0;
  const address = page_address(page);
  if ((gfp & __GFP_ZERO) !== 0) memset(cast(address), 0, PAGE_SIZE << order);
  return address;
}

/** One page, with what was in it. @returns new as Pages */
export function __get_free_page(gfp: u32): usize {
  return __get_free_pages(gfp, 0);
}

/** One page of zeros. @returns new as Pages */
export function get_zeroed_page(gfp: u32): usize {
  return __get_free_pages(gfp | __GFP_ZERO, 0);
}

/** The first page of a block; null for no memory. */
export function alloc_pages(gfp: u32, order: u32): Page | null {
  if (order >= MAX_ORDER) return null;
  const page = (gfp & GFP_DMA) !== 0 ? null : rmqueue(zones[ZONE_NORMAL], order);
  return page === null ? rmqueue(zones[ZONE_DMA], order) : page;
}

/** A block of the zone, split off from the smallest that is large enough. */
function rmqueue(zone: Zone, order: u32): Page | null {
  const flags = spin_lock_irqsave(zone.lock);
  let from = order;
  while (from < MAX_ORDER && list_empty(zone.free_area[from])) from++;
  if (from === MAX_ORDER) {
    spin_unlock_irqrestore(zone.lock, flags);
    return null;
  }
  const page = list_entry<Page>(zone.free_area[from].next, LINK);
  take_block(page);
  const index = page_index(page);
  while (from > order) {
    from--;
    put_block(zone, index + (1 << from), from);
  }
  zone.free_pages -= 1 << order;
  page.order = order;
  atomic_set(page.count, 1);
  spin_unlock_irqrestore(zone.lock, flags);
  return page;
}

/** Lets go of a block; its last holder frees it. 0 is nothing. @consumes address as Pages */
export function free_pages(address: usize, order: u32): void {
  if (address === 0) return;
  const page = virt_to_page(address);
  if ((address & PAGE_SIZE - 1) !== 0 || page.order !== order) bad_page(page);
  put_page(page);
}

/** @consumes address as Pages */
export function free_page(address: usize): void {
  free_pages(address, 0);
}

/** Another holder of an allocated page. */
export function get_page(page: Page): void {
  atomic_inc(page.count);
}

export function put_page(page: Page): void {
  if ((page.flags & (PG_BUDDY | PG_RESERVED)) !== 0 || atomic_read(page.count) <= 0) bad_page(page);
  if (atomic_dec_and_test(page.count)) free_block(page);
}

function bad_page(page: Page): never {
  printk('<0>Bad page: %08x, flags %x, count %d\n', page_address(page), page.flags, atomic_read(page.count));
  BUG();
}

/** Puts a block back, joined with its buddies as long as they are free. */
function free_block(page: Page): void {
  let order = page.order;
  if (poisoning) memset(cast(page_address(page)), POISON, PAGE_SIZE << order);
  let index = page_index(page);
  const zone = zone_of(index);
  const flags = spin_lock_irqsave(zone.lock);
  zone.free_pages += 1 << order;
  while (order + 1 < MAX_ORDER) {
    const other = index ^ 1 << order;
    if (other + (1 << order) > page_count) break;
    const buddy = mem_map[other];
    if ((buddy.flags & PG_BUDDY) === 0 || buddy.order !== order) break;
    take_block(buddy);
    index &= ~(1 << order);
    order++;
  }
  put_block(zone, index, order);
  spin_unlock_irqrestore(zone.lock, flags);
}

function page_index(page: Page): u32 {
  return (addr(page) - addr(mem_map)) / sizeof<Page>();
}

/** The address of a page in the linear map. */
export function page_address(page: Page): usize {
  return memory_start + (page_index(page) << PAGE_SHIFT);
}

/** Whether an address is in the linear map of RAM. */
export function virt_addr_valid(address: usize): bool {
  return address >= memory_start && (address - memory_start) >> PAGE_SHIFT < page_count;
}

/** The page of an address in the linear map. */
export function virt_to_page(address: usize): Page {
  if (!virt_addr_valid(address)) {
    printk('<0>%08x is not an address of RAM\n', address);
    BUG();
  }
  return mem_map[(address - memory_start) >> PAGE_SHIFT];
}

/** Pages that are free. */
export function nr_free_pages(): u32 {
  return zones[ZONE_DMA].free_pages + zones[ZONE_NORMAL].free_pages;
}
