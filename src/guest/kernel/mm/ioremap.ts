/** Windows on the registers of devices: Linux 2.4, arch/i386/mm/ioremap.c. */
import { PAGE_SIZE } from '../arch/layout.ts';
import { flush_tlb_kernel_range } from '../arch/smp.ts';
import { make_pte, PAGE_KERNEL, set_kernel_pte } from './pgtable.ts';
import { get_vm_area, unmap_area, VM_IOREMAP } from './vmalloc.ts';

/**
 * Maps `size` bytes of physical addresses from `physical` on; 0 when there is no room. @returns new as Ioremap size
 * size
 */
export function ioremap(physical: usize, size: u32): usize {
  const offset = physical & (PAGE_SIZE - 1);
  const bytes = (offset + size + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
  if (size === 0 || bytes < size) return 0;
  const area = get_vm_area(bytes, VM_IOREMAP);
  if (area === null) return 0;
  for (let at: u32 = 0; at < bytes; at += PAGE_SIZE) {
    set_kernel_pte(area.address + at, make_pte(physical - offset + at, PAGE_KERNEL));
  }
  flush_tlb_kernel_range(area.address, area.address + bytes);
  return area.address + offset;
}

/** The same: this machine caches no device. @returns new as Ioremap size size */
export function ioremap_nocache(physical: usize, size: u32): usize {
  return ioremap(physical, size);
}

/** Ends a window. @consumes address as Ioremap */
export function iounmap(address: usize): void {
  if (address !== 0) unmap_area(address & ~(PAGE_SIZE - 1), false);
}
