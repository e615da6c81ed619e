/**
 * Caches of objects of one size: Linux 2.4, mm/slab.c (Bonwick 1994). A slab is a block of pages with its descriptor
 * and the list of free objects at the start; objects are constructed when the slab is made.
 *
 * With the boot argument `slab_debug`, objects lie between red zones and free ones are poisoned, so that a double free,
 * a write beyond the end and a write after the free are found, and reported with the cache's name.
 */
import { INIT_LIST_HEAD, list_add, list_add_tail, list_del, list_empty, list_entry, ListHead } from '../../lib/list.ts';
import { memset } from '../../lib/memory.ts';
import { strcmp } from '../../lib/string.ts';
import { PAGE_SIZE } from '../arch/layout.ts';
import { BUG, BUG_ON } from '../debug/panic.ts';
import { printk } from '../debug/printk.ts';
import { boot_arg } from '../init/setup.ts';
import { in_interrupt } from '../locking/preempt.ts';
import { spin_lock_init, spin_lock_irqsave, spin_unlock_irqrestore, SpinLock } from '../locking/spinlock.ts';
import {
  __get_free_pages, __GFP_WAIT, __GFP_ZERO, free_pages, GFP_KERNEL, PG_SLAB, virt_addr_valid, virt_to_page,
} from './page_alloc.ts';
import { REDZONE, slab_complain, slab_debug_allocate, slab_debug_free, slab_debug_prepare } from './slab_debug.ts';

/** Begins or ends the life of an object's memory; `flags` is SLAB_CTOR_CONSTRUCTOR for the one, 0 for the other. */
export const SLAB_CTOR_CONSTRUCTOR = 1;
export type SlabConstructor = (object: usize, cache: KmemCache, flags: u32) => void;

export class KmemCache {
  /** All caches. */
  next: Embed<ListHead>;
  name: cstr;
  /** Bytes asked for, and from one object to the next. */
  object_size: u32;
  stride: u32;
  /** Pages of a slab, as a power of two, and objects in it. */
  order: u32;
  per_slab: u32;
  constructor_: SlabConstructor | null;
  destructor: SlabConstructor | null;
  /** Protects the lists, counts and slabs. Inside all locks but the zone's. */
  lock: Embed<SpinLock>;
  full: Embed<ListHead>;
  partial: Embed<ListHead>;
  /** Slabs without an object in use. */
  empty: Embed<ListHead>;
  empty_count: u32;
  slabs: u32;
  /** Objects in use. */
  active: u32;
  /** With `slab_debug`, and bytes from the start of an object's place to the object: room for a red zone. */
  debug: bool;
  lead: u32;
  /** All objects lie at multiples of it. */
  align: u32;
}

/** At the start of its pages; the list of free objects follows it. */
export class Slab {
  list: Embed<ListHead>;
  cache: KmemCache;
  objects: usize;
  inuse: u32;
  /** The first free object; the list goes on in `links`, an entry per object, and ends with END. */
  free: u32;
  links: Arr<u16, 1>;
}

const END = 0xffff;
/** The link of an object that is in use. */
const IN_USE = 0xfffe;
const LINKS = offsetof<Slab>('links');
const LINK = offsetof<Slab>('list');
const CACHE_LINK = offsetof<KmemCache>('next');

const MIN_ALIGN = 8;
const MAX_SLAB_ORDER = 3;
/** Empty slabs that a cache keeps. */
const KEEP_EMPTY = 2;

/** Protects the list of caches. Outside the caches' locks. */
let cache_chain_lock!: Embed<SpinLock>;
let cache_chain!: Embed<ListHead>;
/** The cache of caches. */
let cache_cache!: Embed<KmemCache>;
export let debugging = false;

export function slab_init(): void {
  spin_lock_init(cache_chain_lock, 'cache_chain');
  INIT_LIST_HEAD(cache_chain);
  debugging = boot_arg('slab_debug') !== null;
  set_up(cache_cache, 'kmem_cache', sizeof<KmemCache>(), 0);
}

/**
 * A cache of objects of `size` bytes at multiples of `align` (0: of 8); null for no memory. `name` is kept, not copied;
 * two caches of one name are a bug. @returns new as KmemCache
 */
export function kmem_cache_create(
  name: cstr, size: u32, align: u32, flags: u32,
  constructor_: SlabConstructor | null, destructor: SlabConstructor | null,
): KmemCache | null {
  if (name_is_taken(name)) {
    printk('<1>kmem_cache_create: there is a cache %s\n', name);
    BUG();
  }
  const cache = cast<KmemCache | null>(kmem_cache_alloc(cache_cache, GFP_KERNEL));
  if (cache === null) return null;
  memset(cache, 0, sizeof<KmemCache>());
  set_up(cache, name, size, align);
  cache.constructor_ = constructor_;
  cache.destructor = destructor;
  return cache;
}

function set_up(cache: KmemCache, name: cstr, size: u32, align: u32): void {
  // Without a wish, 16 where it costs little, as for the sizes of kmalloc.
  const unit = align > MIN_ALIGN ? align : size >= 16 && !debugging ? 16 : MIN_ALIGN;
  BUG_ON((unit & (unit - 1)) !== 0 || unit > PAGE_SIZE);
  cache.name = name;
  cache.object_size = size;
  cache.align = unit;
  cache.debug = debugging;
  cache.lead = !debugging ? 0 : unit > REDZONE ? unit : REDZONE;
  const whole = debugging ? cache.lead + ((size + 3) & ~3) + REDZONE : size;
  cache.stride = (whole + unit - 1) & ~(unit - 1);
  choose_order(cache);
  BUG_ON(cache.per_slab === 0 || cache.per_slab >= IN_USE);
  spin_lock_init(cache.lock, name);
  INIT_LIST_HEAD(cache.full);
  INIT_LIST_HEAD(cache.partial);
  INIT_LIST_HEAD(cache.empty);
  const saved = spin_lock_irqsave(cache_chain_lock);
  list_add_tail(cache.next, cache_chain);
  spin_unlock_irqrestore(cache_chain_lock, saved);
}

/** The smallest slab of which at most an eighth is wasted, or the one that wastes least. */
function choose_order(cache: KmemCache): void {
  let best_waste: u32 = 0xffffffff;
  for (let order: u32 = 0; order <= MAX_SLAB_ORDER; order++) {
    const bytes: u32 = PAGE_SIZE << order;
    const count = fitting(bytes, cache.stride, cache.align);
    if (count === 0) continue;
    const waste = (bytes - count * cache.stride) * 8 / bytes;
    if (waste >= best_waste) continue;
    best_waste = waste;
    cache.order = order;
    cache.per_slab = count;
    if (waste === 0) return;
  }
}

/** Objects that a slab of so many bytes holds, beside its descriptor and links. */
function fitting(bytes: u32, stride: u32, align: u32): u32 {
  let count = (bytes - LINKS) / (stride + 2);
  while (count !== 0 && first_object(count, align) + count * stride > bytes) count--;
  return count;
}

/** Bytes from the start of a slab to its first object. */
function first_object(count: u32, align: u32): u32 {
  return (LINKS + 2 * count + align - 1) & ~(align - 1);
}

/** An object; 0 for no memory. @returns new */
export function kmem_cache_alloc(cache: KmemCache, gfp: u32): usize {
  const flags = spin_lock_irqsave(cache.lock);
  let slab = usable_slab(cache);
  while (slab === null) {
    spin_unlock_irqrestore(cache.lock, flags);
    if (!grow(cache, gfp)) return 0;
    spin_lock_irqsave(cache.lock);
    slab = usable_slab(cache);
  }
  const index = slab.free;
  slab.free = slab.links[index];
  slab.links[index] = IN_USE;
  slab.inuse++;
  cache.active++;
  if (slab.free === END) {
    list_del(slab.list);
    list_add(slab.list, cache.full);
  }
  spin_unlock_irqrestore(cache.lock, flags);
  const object = slab.objects + index * cache.stride + cache.lead;
  if (cache.debug) slab_debug_allocate(cache, object);
  if ((gfp & __GFP_ZERO) !== 0) memset(cast(object), 0, cache.object_size);
  return object;
}

/** A slab with a free object, in the list of partial ones; null if there is none. */
function usable_slab(cache: KmemCache): Slab | null {
  if (!list_empty(cache.partial)) return list_entry<Slab>(cache.partial.next, LINK);
  if (list_empty(cache.empty)) return null;
  const slab = list_entry<Slab>(cache.empty.next, LINK);
  list_del(slab.list);
  list_add(slab.list, cache.partial);
  cache.empty_count--;
  return slab;
}

/** Makes a new slab; false for no memory. As in Linux it is here that GFP_KERNEL in interrupts is found to be a bug. */
function grow(cache: KmemCache, gfp: u32): bool {
  if ((gfp & __GFP_WAIT) !== 0 && in_interrupt()) slab_complain(cache, 0, 'GFP_KERNEL in an interrupt');
  const pages = __get_free_pages(gfp & ~__GFP_ZERO, cache.order);
  if (pages === 0) return false;
  const slab = cast<Slab>(pages);
  slab.cache = cache;
  slab.objects = pages + first_object(cache.per_slab, cache.align);
  slab.inuse = 0;
  slab.free = 0;
  const links = ptr(slab.links[0]);
  for (let index: u32 = 0; index < cache.per_slab; index++) {
    links[index] = index + 1 === cache.per_slab ? END : index + 1;
    prepare(cache, slab.objects + index * cache.stride + cache.lead);
  }
  for (let at = pages; at < pages + (PAGE_SIZE << cache.order); at += PAGE_SIZE) {
    const page = virt_to_page(at);
    page.flags |= PG_SLAB;
    page.owner = addr(slab);
  }
  const flags = spin_lock_irqsave(cache.lock);
  list_add(slab.list, cache.empty);
  cache.empty_count++;
  cache.slabs++;
  spin_unlock_irqrestore(cache.lock, flags);
  return true;
}

function prepare(cache: KmemCache, object: usize): void {
  const constructor_ = cache.constructor_;
  if (cache.debug) slab_debug_prepare(cache, object);
  if (constructor_ !== null) constructor_(object, cache, SLAB_CTOR_CONSTRUCTOR);
}

/** Gives an object back. @consumes object */
export function kmem_cache_free(cache: KmemCache, object: usize): void {
  const slab = slab_of(cache, object);
  const at = object - cache.lead;
  const index = (at - slab.objects) / cache.stride;
  if (cache.debug) {
    if (index >= cache.per_slab || slab.objects + index * cache.stride !== at) {
      slab_complain(cache, object, 'not the start of an object');
    }
    slab_debug_free(cache, object);
  }
  const flags = spin_lock_irqsave(cache.lock);
  const links = ptr(slab.links[0]);
  const was_full = slab.free === END;
  links[index] = slab.free;
  slab.free = index;
  slab.inuse--;
  cache.active--;
  if (slab.inuse === 0) retire(cache, slab);
  else if (was_full) {
    list_del(slab.list);
    list_add(slab.list, cache.partial);
  }
  const surplus = cache.empty_count > KEEP_EMPTY ? take_empty(cache) : null;
  spin_unlock_irqrestore(cache.lock, flags);
  if (surplus !== null) destroy_slab(cache, surplus);
}

/** The slab of an object; what is no object of the cache is a bug of the caller's. */
function slab_of(cache: KmemCache, object: usize): Slab {
  if (virt_addr_valid(object)) {
    const page = virt_to_page(object);
    const slab = cast<Slab>(page.owner);
    if ((page.flags & PG_SLAB) !== 0 && slab.cache === cache) return slab;
  }
  slab_complain(cache, object, 'not an object of this cache');
}

function retire(cache: KmemCache, slab: Slab): void {
  list_del(slab.list);
  list_add(slab.list, cache.empty);
  cache.empty_count++;
}

function take_empty(cache: KmemCache): Slab {
  const slab = list_entry<Slab>(cache.empty.prev, LINK);
  list_del(slab.list);
  cache.empty_count--;
  cache.slabs--;
  return slab;
}

function destroy_slab(cache: KmemCache, slab: Slab): void {
  const destructor = cache.destructor;
  if (destructor !== null) {
    for (let index: u32 = 0; index < cache.per_slab; index++) {
      destructor(slab.objects + index * cache.stride + cache.lead, cache, 0);
    }
  }
  const pages = addr(slab);
  for (let at = pages; at < pages + (PAGE_SIZE << cache.order); at += PAGE_SIZE) {
    const page = virt_to_page(at);
    page.flags &= ~PG_SLAB;
    page.owner = 0;
  }
  free_pages(pages, cache.order);
}

/** Gives the memory of empty slabs back; gives how many there were. */
export function kmem_cache_shrink(cache: KmemCache): u32 {
  let count: u32 = 0;
  for (;;) {
    const flags = spin_lock_irqsave(cache.lock);
    const slab = cache.empty_count === 0 ? null : take_empty(cache);
    spin_unlock_irqrestore(cache.lock, flags);
    if (slab === null) return count;
    destroy_slab(cache, slab);
    count++;
  }
}

/** Ends a cache; 0, or 1 with a message if objects are still in use, and it stays. @consumes cache */
export function kmem_cache_destroy(cache: KmemCache): i32 {
  kmem_cache_shrink(cache);
  if (cache.slabs !== 0) {
    printk('<3>kmem_cache_destroy: %s: %u objects are still in use\n', cache.name, cache.active);
    return 1;
  }
  const flags = spin_lock_irqsave(cache_chain_lock);
  list_del(cache.next);
  spin_unlock_irqrestore(cache_chain_lock, flags);
  kmem_cache_free(cache_cache, addr(cache));
  return 0;
}

/** Objects in use. */
export function kmem_cache_objects(cache: KmemCache): u32 {
  return cache.active;
}

/** Calls `visit` with each cache, in the order in which they were made; it must not make or destroy any. */
export function for_each_cache(visit: (cache: KmemCache, arg: usize) => void, arg: usize): void {
  const flags = spin_lock_irqsave(cache_chain_lock);
  for (let link = cache_chain.next; link !== cache_chain; link = link.next) {
    visit(list_entry<KmemCache>(link, CACHE_LINK), arg);
  }
  spin_unlock_irqrestore(cache_chain_lock, flags);
}

function name_is_taken(name: cstr): bool {
  const flags = spin_lock_irqsave(cache_chain_lock);
  let link = cache_chain.next;
  while (link !== cache_chain && strcmp(list_entry<KmemCache>(link, CACHE_LINK).name, name) !== 0) link = link.next;
  spin_unlock_irqrestore(cache_chain_lock, flags);
  return link !== cache_chain;
}

/** Objects in use of all caches. */
export function slab_active_objects(): u32 {
  const sum = local<Arr<u32, 1>>();
  sum[0] = 0;
  for_each_cache(add_active, addr(sum));
  return sum[0];
}

function add_active(cache: KmemCache, sum: usize): void {
  cast<Ptr<u32>>(sum)[0] += cache.active;
}

/** Gives back all memory of empty slabs, so that counts of free pages can be compared. */
export function kmem_cache_reap(): void {
  for_each_cache(reap, 0);
}

function reap(cache: KmemCache, _: usize): void {
  kmem_cache_shrink(cache);
}
