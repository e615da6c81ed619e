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
import type { PciDev } from '../../kernel/pci/pci.ts';
import { Domain } from '../isolation/domain.ts';
import { heap_alloc, heap_free } from '../isolation/heap.ts';
import { nooks_kernel_call } from '../isolation/xpc_entry.ts';
import { NooksObject, object_add, object_free, object_take } from '../tracker/objects.ts';
import { OBJECT_DEVICE_MEMORY, OBJECT_PAGES } from '../tracker/types.ts';
import { nooks_bad_parameter, nooks_buffer_valid, nooks_caller } from './check.ts';

export function nooks_w___get_free_pages(gfp: u32, order: u32): usize {
  return lo32(nooks_kernel_call(cast<usize>(body_get_free_pages), 2, gfp, order)) as usize;
}

export function nooks_w___get_free_page(gfp: u32): usize {
  return lo32(nooks_kernel_call(cast<usize>(body_get_free_pages), 2, gfp, 0)) as usize;
}

export function nooks_w_get_zeroed_page(gfp: u32): usize {
  return lo32(nooks_kernel_call(cast<usize>(body_get_free_pages), 2, gfp | __GFP_ZERO, 0)) as usize;
}

function body_get_free_pages(gfp: u32, order: u32): usize {
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

export function nooks_w_free_pages(address: usize, order: u32): void {
  nooks_kernel_call(cast<usize>(body_free_pages), 2, address, order);
}

export function nooks_w_free_page(address: usize): void {
  nooks_kernel_call(cast<usize>(body_free_pages), 2, address, 0);
}

function body_free_pages(address: usize, order: u32): u32 {
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

export function nooks_w_pci_alloc_consistent(dev: PciDev | null, size: u32, handle: Ptr<u32>): usize {
  const address = lo32(nooks_kernel_call(cast<usize>(body_pci_alloc_consistent), 1, size)) as usize;
  // Both are the extension's own.
  if (address !== 0) handle[0] = virt_to_bus(address);
  return address;
}

function body_pci_alloc_consistent(size: u32): usize {
  if (size === 0 || size > PAGE_SIZE << (MAX_ORDER - 1)) return 0;
  const bytes = whole_pages(size);
  const address = take_pages(nooks_caller(), OBJECT_DEVICE_MEMORY, bytes, GFP_ATOMIC);
  if (address !== 0) memset(cast(address), 0, bytes);
  return address;
}

/** As many bytes as a block of pages for `size` has. */
function whole_pages(size: u32): u32 {
  let bytes: u32 = PAGE_SIZE;
  while (bytes < size) bytes <<= 1;
  return bytes;
}

export function nooks_w_pci_free_consistent(dev: PciDev | null, size: u32, address: usize, handle: u32): void {
  nooks_kernel_call(cast<usize>(body_pci_free_consistent), 2, size, address);
}

function body_pci_free_consistent(size: u32, address: usize): u32 {
  const domain = nooks_caller();
  const object = object_take(domain, OBJECT_DEVICE_MEMORY, address);
  if (object === null) return nooks_bad_parameter('pci_free_consistent', 'address');
  const right = whole_pages(size) === object.size;
  release_pages(domain, object);
  object_free(object);
  return right ? 0 : nooks_bad_parameter('pci_free_consistent', 'size');
}

/** The word comes back as a result: nothing of the extension's need be looked at. */
export function nooks_w_put_user(value: u32, to: usize): i32 {
  return lo32(nooks_kernel_call(cast<usize>(body_put_user), 2, value, to)) as i32;
}

function body_put_user(value: u32, to: usize): i32 {
  const word = local<Arr<u32, 1>>();
  word[0] = value;
  return copy_to_user(to, addr(word), 4) === 0 ? 0 : -EFAULT;
}

export function nooks_w_get_user(to: Ptr<u32>, from: usize): i32 {
  const result = nooks_kernel_call(cast<usize>(body_get_user), 1, from);
  to[0] = hi32(result);
  return lo32(result) as i32;
}

function body_get_user(from: usize): u64 {
  const word = local<Arr<u32, 1>>();
  const left = copy_from_user(addr(word), from, 4);
  return wide(word[0], left === 0 ? 0 : -EFAULT as u32);
}

export function nooks_w_clear_user(to: usize, n: u32): u32 {
  return lo32(nooks_kernel_call(cast<usize>(clear_user), 2, to, n));
}

export function nooks_w_strncpy_from_user(to: usize, from: usize, n: u32): i32 {
  return lo32(nooks_kernel_call(cast<usize>(body_strncpy_from_user), 3, to, from, n)) as i32;
}

function body_strncpy_from_user(to: usize, from: usize, n: u32): i32 {
  if (!nooks_buffer_valid(nooks_caller(), to, n, true)) return nooks_bad_parameter('strncpy_from_user', 'to') as i32;
  return strncpy_from_user(to, from, n);
}
