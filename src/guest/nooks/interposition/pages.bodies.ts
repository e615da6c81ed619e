/**
 * Wrappers of whole pages: from __get_free_pages, and consistent memory for a device. Both come from the domain's heap,
 * whose larger blocks are pages of their own. What a device reaches is given back last.
 */
import { memset } from '../../lib/memory.ts';
import { PAGE_SIZE } from '../../kernel/arch/layout.ts';
import { clear_user, copy_from_user, copy_to_user, strncpy_from_user } from '../../kernel/arch/uaccess.ts';
import { EFAULT } from '../../kernel/errno.ts';
import { virt_to_bus } from '../../kernel/mm/dma.ts';
import { __GFP_ZERO, GFP_ATOMIC, GFP_DMA, GFP_KERNEL, MAX_ORDER } from '../../kernel/mm/page_alloc.ts';
import { Domain } from '../isolation/domain.ts';
import { heap_alloc, heap_free } from '../isolation/heap.ts';
import { NooksObject, object_add, object_free, object_take } from '../tracker/objects.ts';
import { OBJECT_DEVICE_MEMORY, OBJECT_PAGES } from '../tracker/types.ts';
import { nooks_bad_parameter, nooks_buffer_valid, nooks_caller } from './check.ts';

export function body___get_free_page(gfp: u32): usize {
  return body___get_free_pages(gfp, 0);
}

export function body_get_zeroed_page(gfp: u32): usize {
  return body___get_free_pages(gfp | __GFP_ZERO, 0);
}

export function body___get_free_pages(gfp: u32, order: u32): usize {
  if (order >= MAX_ORDER) return 0;
  const type: u32 = (gfp & GFP_DMA) !== 0 ? OBJECT_DEVICE_MEMORY : OBJECT_PAGES;
  const address = take_pages(nooks_caller(), type, PAGE_SIZE << order, gfp);
  if (address !== 0 && (gfp & __GFP_ZERO) !== 0) memset(cast(address), 0, PAGE_SIZE << order);
  return address;
}

function take_pages(domain: Domain, type: u32, size: u32, gfp: u32): usize {
  const address = heap_alloc(domain, size, gfp);
  if (address === 0) return 0;
  if (object_add(domain, type, address, address, size, 0)) return address;
  heap_free(domain, address, size);
  return 0;
}

export function body_free_page(address: usize): u32 {
  return body_free_pages(address, 0);
}

export function body_free_pages(address: usize, order: u32): u32 {
  if (address === 0) return 0;
  const domain = nooks_caller();
  let object = object_take(domain, OBJECT_PAGES, address);
  if (object === null) object = object_take(domain, OBJECT_DEVICE_MEMORY, address);
  if (object === null) return nooks_bad_parameter('free_pages', 'address');
  const right = order < MAX_ORDER && object.size === PAGE_SIZE << order;
  release_pages(domain, object);
  object_free(object);
  return right ? 0 : nooks_bad_parameter('free_pages', 'order');
}

export function release_pages(domain: Domain, object: NooksObject): void {
  heap_free(domain, object.kernel, object.size);
}

export function body_pci_alloc_consistent(dev: usize, size: u32, handle: Ptr<u32>): usize {
  const domain = nooks_caller();
  if (!nooks_buffer_valid(domain, addr(handle), 4, true)) {
    return nooks_bad_parameter('pci_alloc_consistent', 'handle') as usize;
  }
  if (size === 0 || size > PAGE_SIZE << (MAX_ORDER - 1)) return 0;
  const bytes = whole_pages(size);
  const address = take_pages(domain, OBJECT_DEVICE_MEMORY, bytes, GFP_ATOMIC);
  if (address === 0) return 0;
  memset(cast(address), 0, bytes);
  handle[0] = virt_to_bus(address);
  return address;
}

/** As many bytes as a block of pages for `size` has. */
function whole_pages(size: u32): u32 {
  let bytes: u32 = PAGE_SIZE;
  while (bytes < size) bytes <<= 1;
  return bytes;
}

export function body_pci_free_consistent(dev: usize, size: u32, address: usize): u32 {
  const domain = nooks_caller();
  const object = object_take(domain, OBJECT_DEVICE_MEMORY, address);
  if (object === null) return nooks_bad_parameter('pci_free_consistent', 'address');
  const right = size <= object.size && whole_pages(size) === object.size;
  release_pages(domain, object);
  object_free(object);
  return right ? 0 : nooks_bad_parameter('pci_free_consistent', 'size');
}

export function body_put_user(value: u32, to: usize): i32 {
  const word = local<Arr<u32, 1>>();
  word[0] = value;
  return copy_to_user(to, addr(word), 4) === 0 ? 0 : -EFAULT;
}

export function body_get_user(to: usize, from: usize): i32 {
  if (!nooks_buffer_valid(nooks_caller(), to, 4, true)) return nooks_bad_parameter('get_user', 'to') as i32;
  return copy_from_user(to, from, 4) === 0 ? 0 : -EFAULT;
}

export function body_clear_user(to: usize, n: u32): u32 {
  return clear_user(to, n);
}

export function body_strncpy_from_user(to: usize, from: usize, n: u32): i32 {
  if (!nooks_buffer_valid(nooks_caller(), to, n, true)) return nooks_bad_parameter('strncpy_from_user', 'to') as i32;
  return strncpy_from_user(to, from, n);
}
