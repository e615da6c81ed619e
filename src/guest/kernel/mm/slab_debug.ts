/** The checks of `slab_debug`: Linux 2.4, mm/slab.c, CONFIG_SLAB_DEBUG. An object lies between two red zones. */
import { memset } from '../../lib/memory.ts';
import { BUG } from '../debug/panic.ts';
import { printk } from '../debug/printk.ts';
import { KmemCache } from './slab.ts';

/** Bytes of a red zone; its first word tells whether the object is in use. The values are Linux's. */
export const REDZONE = 8;
const RED_INACTIVE = 0x5a2cf071;
const RED_ACTIVE = 0x170fc2a5;
/** What fills an object that is free, and one that was just allocated. */
const POISON_FREE = 0x6b;
export const POISON_FRESH = 0x5a;

/** The red zone behind an object, at a word; the other one is REDZONE before it. */
function behind(cache: KmemCache, object: usize): usize {
  return object + ((cache.object_size + 3) & ~3);
}

function set_redzones(cache: KmemCache, object: usize, value: u32): void {
  cast<Ptr<u32>>(object - REDZONE)[0] = value;
  cast<Ptr<u32>>(behind(cache, object))[0] = value;
}

/** An object of a new slab. */
export function slab_debug_prepare(cache: KmemCache, object: usize): void {
  set_redzones(cache, object, RED_INACTIVE);
  if (cache.constructor_ === null) memset(cast(object), POISON_FREE, cache.object_size);
}

/** An object that is about to be used must be as it was left when it was freed. */
export function slab_debug_allocate(cache: KmemCache, object: usize): void {
  const before = cast<Ptr<u32>>(object - REDZONE)[0];
  if (before !== RED_INACTIVE || cast<Ptr<u32>>(behind(cache, object))[0] !== RED_INACTIVE) {
    slab_complain(cache, object, 'a red zone of a free object was overwritten');
  }
  if (cache.constructor_ === null) {
    const bytes = cast<Ptr<u8>>(object);
    for (let index: u32 = 0; index < cache.object_size; index++) {
      if (bytes[index] !== POISON_FREE) slab_complain(cache, object, 'written to after it was freed');
    }
    memset(bytes, POISON_FRESH, cache.object_size);
  }
  set_redzones(cache, object, RED_ACTIVE);
}

/** An object that is freed must be in use and have kept to its bounds. */
export function slab_debug_free(cache: KmemCache, object: usize): void {
  const before = cast<Ptr<u32>>(object - REDZONE)[0];
  if (before === RED_INACTIVE) slab_complain(cache, object, 'double free');
  if (before !== RED_ACTIVE) slab_complain(cache, object, 'written to before its start, or no object');
  if (cast<Ptr<u32>>(behind(cache, object))[0] !== RED_ACTIVE) {
    slab_complain(cache, object, 'written to behind its end');
  }
  slab_debug_prepare(cache, object);
}

/** Names the cache and the object, and stops as BUG does. */
export function slab_complain(cache: KmemCache, object: usize, what: cstr): never {
  printk('<1>slab error in cache %s: object %08x: %s\n', cache.name, object, what);
  BUG();
}
