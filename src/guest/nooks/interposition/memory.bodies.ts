/** Wrappers of printk, kmalloc, vmalloc and copies to and from users. */
import { PAGE_SIZE } from '../../kernel/arch/layout.ts';
import { copy_from_user, copy_to_user } from '../../kernel/arch/uaccess.ts';
import { printk } from '../../kernel/debug/printk.ts';
import { in_interrupt } from '../../kernel/locking/preempt.ts';
import { PTE_R, PTE_W } from '../../kernel/mm/pgtable.ts';
import { vfree, vmalloc } from '../../kernel/mm/vmalloc.ts';
import { heap_alloc, heap_charge, heap_free, heap_uncharge } from '../isolation/heap.ts';
import { grant } from '../isolation/memory.ts';
import { object_add, object_find, object_free, object_take } from '../tracker/objects.ts';
import { OBJECT_MEMORY, OBJECT_NETDEV, OBJECT_VMALLOC } from '../tracker/types.ts';
import { nooks_bad_parameter, nooks_buffer_valid, nooks_caller, nooks_string_valid } from './check.ts';
import { forget_within } from './embedded.ts';
import { body_free_netdev } from './netdevice.bodies.ts';

export function body_printk(text: usize): u32 {
  if (!nooks_string_valid(nooks_caller(), text)) return nooks_bad_parameter('printk', 'format');
  printk('%s', cast<cstr>(text));
  return 0;
}

export function body_kmalloc(size: u32, gfp: u32): usize {
  const domain = nooks_caller();
  const address = heap_alloc(domain, size, gfp);
  if (address === 0) return 0;
  if (object_add(domain, OBJECT_MEMORY, address, address, size, 0)) return address;
  heap_free(domain, address, size);
  return 0;
}

export function body_kfree(address: usize): u32 {
  if (address === 0) return 0;
  const domain = nooks_caller();
  const object = object_take(domain, OBJECT_MEMORY, address);
  if (object === null && object_find(domain, OBJECT_NETDEV, address) !== 0) return body_free_netdev(address);
  if (object === null) return nooks_bad_parameter('kfree', 'address');
  forget_within(domain, address, object.size);
  heap_free(domain, address, object.size);
  object_free(object);
  return 0;
}

export function body_vmalloc(size: u32): usize {
  const domain = nooks_caller();
  if (in_interrupt()) return nooks_bad_parameter('vmalloc', 'context') as usize;
  const bytes = (size + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
  if (bytes < size || !heap_charge(domain, bytes / PAGE_SIZE)) return 0;
  const address = vmalloc(size);
  if (address !== 0 && grant(domain.root, address, bytes, PTE_R | PTE_W)
    && object_add(domain, OBJECT_VMALLOC, address, address, bytes, 0)) return address;
  vfree(address);
  heap_uncharge(domain, bytes / PAGE_SIZE);
  return 0;
}

export function body_vfree(address: usize): u32 {
  if (address === 0) return 0;
  if (in_interrupt()) return nooks_bad_parameter('vfree', 'context');
  const domain = nooks_caller();
  const object = object_take(domain, OBJECT_VMALLOC, address);
  if (object === null) return nooks_bad_parameter('vfree', 'address');
  // The domain's entries follow the kernel's: set_kernel_pte.
  vfree(address);
  heap_uncharge(domain, object.size / PAGE_SIZE);
  object_free(object);
  return 0;
}

export function body_copy_from_user(to: usize, from: usize, n: u32): u32 {
  if (!nooks_buffer_valid(nooks_caller(), to, n, true)) return nooks_bad_parameter('copy_from_user', 'to');
  return copy_from_user(to, from, n);
}

export function body_copy_to_user(to: usize, from: usize, n: u32): u32 {
  if (!nooks_buffer_valid(nooks_caller(), from, n, false)) return nooks_bad_parameter('copy_to_user', 'from');
  return copy_to_user(to, from, n);
}
