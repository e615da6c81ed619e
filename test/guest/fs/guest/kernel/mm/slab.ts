/** Caches for tests on the host: kmalloc. */
import { kfree, kmalloc } from './kmalloc.ts';

export class KmemCache {
  size: u32;
}

export function kmem_cache_create(
  name: cstr, size: u32, offset: u32, flags: u32, ctor: ((a: usize) => void) | null, dtor: ((a: usize) => void) | null,
): KmemCache | null {
  const cache = cast<KmemCache>(kmalloc(sizeof<KmemCache>(), 1));
  cache.size = size;
  return cache;
}

export function kmem_cache_alloc(cache: KmemCache, flags: u32): usize {
  return kmalloc(cache.size, flags);
}

export function kmem_cache_free(cache: KmemCache, address: usize): void {
  kfree(address);
}
