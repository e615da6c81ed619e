/**
 * A domain's own heap: Nooks (SOSP 2003), section 3.1. What an extension gets from kmalloc lies in pages that hold
 * nothing of the kernel's and are writable to the domain. Which bytes are taken is written down beside the pages, out
 * of the extension's reach. Pages stay with the domain as long as it lives, but for blocks of whole pages.
 */
import { memset } from '../../lib/memory.ts';
import { PAGE_SIZE } from '../../kernel/arch/layout.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../kernel/locking/spinlock.ts';
import { kfree, kmalloc } from '../../kernel/mm/kmalloc.ts';
import { __get_free_pages, free_pages, GFP_ATOMIC, GFP_DMA, MAX_ORDER } from '../../kernel/mm/page_alloc.ts';
import { PTE_R, PTE_W } from '../../kernel/mm/pgtable.ts';
import { debugging } from '../../kernel/mm/slab.ts';
import { POISON_FRESH } from '../../kernel/mm/slab_debug.ts';
import { is_withheld } from '../recovery/withheld.ts';
import { Domain } from './domain.ts';
import { LIMIT_HEAP, limit_reached } from './limits.ts';
import { grant, revoke } from './memory.ts';

/** The smallest objects; sizes are powers of two up to half a page. */
const SMALLEST = 16;
const LARGEST = 2048;

/** A page of objects of one size, or a block of pages with one. */
export class HeapPage {
  next: HeapPage | null;
  address: usize;
  order: u32;
  /** Bytes of each object. */
  size: u32;
  /** Bit n: object n is taken. */
  taken: Arr<u32, 8>;
  free: u32;
}

/** Protected by the domain's lock. */
export class Heap {
  pages: HeapPage | null;
  page_count: u32;
  /** Bytes in use. */
  bytes: u32;
  /** The last attempt to add a page found as many as there may be. */
  full: bool;
}

/** Memory of `size` bytes that the domain may write; 0 for no memory or too much of it. */
export function heap_alloc(domain: Domain, size: u32, gfp: u32): usize {
  const flags = spin_lock_irqsave(domain.lock);
  const address = size <= LARGEST && (gfp & GFP_DMA) === 0 ? small(domain, rounded(size)) : block(domain, size, gfp);
  if (address !== 0) domain.heap.bytes += size;
  const refused = address === 0 && domain.heap.full;
  domain.heap.full = false;
  spin_unlock_irqrestore(domain.lock, flags);
  if (refused) limit_reached(domain, LIMIT_HEAP);
  // With `slab_debug` an extension finds in fresh memory what it would find natively.
  if (address !== 0 && debugging) memset(cast(address), POISON_FRESH, size);
  return address;
}

/** Counts pages from elsewhere, such as vmalloc's, towards the heap's limit; false if that would be too much. */
export function heap_charge(domain: Domain, pages: u32): bool {
  const flags = spin_lock_irqsave(domain.lock);
  const count = domain.heap.page_count + pages;
  const good = count >= pages && count <= domain.limits.most[LIMIT_HEAP];
  if (good) domain.heap.page_count = count;
  spin_unlock_irqrestore(domain.lock, flags);
  if (!good) limit_reached(domain, LIMIT_HEAP);
  return good;
}

export function heap_uncharge(domain: Domain, pages: u32): void {
  const flags = spin_lock_irqsave(domain.lock);
  domain.heap.page_count -= pages;
  spin_unlock_irqrestore(domain.lock, flags);
}

function rounded(size: u32): u32 {
  let bytes: u32 = SMALLEST;
  while (bytes < size) bytes <<= 1;
  return bytes;
}

function small(domain: Domain, size: u32): usize {
  let page = domain.heap.pages;
  while (page !== null && (page.size !== size || page.free === 0)) page = page.next;
  if (page === null) page = add_pages(domain, 0, size, GFP_ATOMIC);
  if (page === null) return 0;
  let index: u32 = 0;
  while ((page.taken[index >> 5] >> (index & 31) & 1) !== 0) index++;
  page.taken[index >> 5] |= 1 << (index & 31);
  page.free--;
  return page.address + index * size;
}

function block(domain: Domain, size: u32, gfp: u32): usize {
  let order: u32 = 0;
  while (order < MAX_ORDER && (PAGE_SIZE as u32) << order < size) order++;
  if (order === MAX_ORDER) return 0;
  const page = add_pages(domain, order, (PAGE_SIZE as u32) << order, GFP_ATOMIC | (gfp & GFP_DMA));
  if (page === null) return 0;
  page.free = 0;
  page.taken[0] = 1;
  return page.address;
}

function add_pages(domain: Domain, order: u32, size: u32, gfp: u32): HeapPage | null {
  const heap = domain.heap;
  heap.full = heap.page_count + (1 << order) > domain.limits.most[LIMIT_HEAP];
  if (heap.full) return null;
  const page = cast<HeapPage | null>(kmalloc(sizeof<HeapPage>(), GFP_ATOMIC));
  if (page === null) return null;
  page.address = __get_free_pages(gfp, order);
  if (page.address === 0 || !grant(domain.root, page.address, PAGE_SIZE << order, PTE_R | PTE_W)) {
    if (page.address !== 0) free_pages(page.address, order);
    kfree(addr(page));
    return null;
  }
  page.order = order;
  page.size = size;
  page.free = (PAGE_SIZE << order) / size;
  for (let word = 0; word < 8; word++) page.taken[word] = 0;
  page.next = heap.pages;
  heap.pages = page;
  heap.page_count += 1 << order;
  return page;
}

/**
 * Gives memory back; false when no object in use begins there. `size` is what was asked for. All stays as it is when
 * the heap is to be kept from a device's reach.
 */
export function heap_free(domain: Domain, address: usize, size: u32): bool {
  if (is_withheld(domain)) return true;
  const flags = spin_lock_irqsave(domain.lock);
  const page = page_of(domain, address);
  const index = page === null ? 0 : (address - page.address) / page.size;
  const good = page !== null && address === page.address + index * page.size
    && (page.taken[index >> 5] >> (index & 31) & 1) !== 0;
  const whole = page !== null && good && page.size >= PAGE_SIZE;
  if (page !== null && good) {
    page.taken[index >> 5] &= ~(1 << (index & 31));
    page.free++;
    domain.heap.bytes -= size;
    if (whole) take_out(domain, page);
  }
  spin_unlock_irqrestore(domain.lock, flags);
  if (page !== null && whole) {
    revoke(domain.root, domain.asid, page.address, PAGE_SIZE << page.order);
    free_pages(page.address, page.order);
    kfree(addr(page));
  }
  return good;
}

function page_of(domain: Domain, address: usize): HeapPage | null {
  let page = domain.heap.pages;
  while (page !== null && address - page.address >= PAGE_SIZE << page.order) page = page.next;
  return page;
}

function take_out(domain: Domain, page: HeapPage): void {
  const heap = domain.heap;
  heap.page_count -= 1 << page.order;
  if (heap.pages === page) heap.pages = page.next;
  for (let at = heap.pages; at !== null; at = at.next) if (at.next === page) at.next = page.next;
}

/** Frees all pages; nobody is inside. Translations are flushed with the page table. */
export function heap_destroy(domain: Domain): void {
  heap_pages_free(heap_detach(domain));
}

/** The heap's pages, which are the caller's from then on. */
export function heap_detach(domain: Domain): HeapPage | null {
  const pages = domain.heap.pages;
  domain.heap.pages = null;
  domain.heap.page_count = 0;
  return pages;
}

export function heap_pages_free(pages: HeapPage | null): void {
  for (let page = pages; page !== null;) {
    const next: HeapPage | null = page.next;
    free_pages(page.address, page.order);
    kfree(addr(page));
    page = next;
  }
}
