/** Stand-in: tests bring their own structs. */
export class KmemCache {
  size: u32;
}

export function kmem_cache_create(
  _: cstr, size: u32, align: u32, flags: u32, ctor: unknown | null, dtor: unknown | null,
): KmemCache | null {
  return null;
}

export function kmem_cache_alloc(_: KmemCache, gfp: u32): usize {
  return 0;
}

export function kmem_cache_free(_: KmemCache, object: usize): void {}
