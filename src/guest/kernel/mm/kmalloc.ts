/** Memory by the byte: Linux 2.4, kmalloc of mm/slab.c: caches of sizes, and whole pages above them. */
import { memset } from '../../lib/memory.ts';
import { PAGE_SIZE } from '../arch/layout.ts';
import { BUG } from '../debug/panic.ts';
import { printk } from '../debug/printk.ts';
import {
  __get_free_pages, free_pages, GFP_DMA, MAX_ORDER, page_address, PG_SLAB, virt_addr_valid, virt_to_page,
} from './page_alloc.ts';
import { kmem_cache_alloc, kmem_cache_create, kmem_cache_free, KmemCache, Slab } from './slab.ts';

/** Sizes of the caches, with names for /proc/slabinfo. What is larger takes whole pages. */
const SIZES = 9;
const sizes: Arr<u32, 9> = [16, 32, 64, 128, 192, 256, 512, 1024, 2048];
const names: Arr<cstr, 9> = [
  'size-16', 'size-32', 'size-64', 'size-128', 'size-192', 'size-256', 'size-512', 'size-1024', 'size-2048',
];
let caches!: Arr<KmemCache, 9>;

export function kmalloc_init(): void {
  for (let index = 0; index < SIZES; index++) {
    const cache = kmem_cache_create(names[index], sizes[index], 0, 0, null, null);
    if (cache === null) BUG();
    caches[index] = cache;
  }
}

/**
 * Memory of `size` bytes at a multiple of 8 at least; 0 for no memory. With GFP_DMA it is within an ISA card's reach,
 * and takes whole pages. @returns new as Memory size size
 */
export function kmalloc(size: u32, gfp: u32): usize {
  if ((gfp & GFP_DMA) === 0) {
    for (let index = 0; index < SIZES; index++) if (size <= sizes[index]) return kmem_cache_alloc(caches[index], gfp);
  }
  let order: u32 = 0;
  while (order < MAX_ORDER && (PAGE_SIZE as u32) << order < size) order++;
  return order === MAX_ORDER ? 0 : __get_free_pages(gfp, order);
}

/** A struct of zeros; null for no memory. */
export function kzalloc<T>(gfp: u32): T | null {
  const address = kmalloc(sizeof<T>(), gfp);
  if (address !== 0) memset(cast(address), 0, sizeof<T>());
  return cast<T | null>(address);
}

/** Gives back what kmalloc gave; 0 is nothing. @consumes address as Memory */
export function kfree(address: usize): void {
  if (address === 0) return;
  if (!virt_addr_valid(address)) bad_pointer(address);
  const page = virt_to_page(address);
  if ((page.flags & PG_SLAB) !== 0) {
    kmem_cache_free(cast<Slab>(page.owner).cache, address);
    return;
  }
  if (page_address(page) !== address) bad_pointer(address);
  free_pages(address, page.order);
}

/** Bytes that may be used of what kmalloc gave. */
export function ksize(address: usize): u32 {
  const page = virt_to_page(address);
  if ((page.flags & PG_SLAB) !== 0) return cast<Slab>(page.owner).cache.object_size;
  return PAGE_SIZE << page.order;
}

function bad_pointer(address: usize): never {
  printk('<1>kfree: %08x was not allocated by kmalloc\n', address);
  BUG();
}
