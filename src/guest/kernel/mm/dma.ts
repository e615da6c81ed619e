/**
 * Memory that devices reach: Linux 2.4, Documentation/DMA-mapping.txt. A bus master sees RAM at its physical addresses,
 * which are the kernel's own, and caches are coherent. An ISA card's 24 bits count from the start of RAM.
 */
import { memset } from '../../lib/memory.ts';
import { PAGE_OFFSET, PAGE_SIZE } from '../arch/layout.ts';
import { BUG } from '../debug/panic.ts';
import { PciDev } from '../pci/pci.ts';
import { __get_free_pages, free_pages, GFP_ATOMIC, MAX_ORDER, virt_addr_valid } from './page_alloc.ts';

export const PCI_DMA_BIDIRECTIONAL = 0;
export const PCI_DMA_TODEVICE = 1;
export const PCI_DMA_FROMDEVICE = 2;

/** The bus address of memory from kmalloc, slab or the page allocator; other memory has none. */
export function virt_to_bus(address: usize): u32 {
  if (!virt_addr_valid(address)) BUG();
  return address as u32;
}

export function bus_to_virt(address: u32): usize {
  return address as usize;
}

/** The address an ISA card uses; memory from GFP_DMA is within its reach. */
export function isa_virt_to_bus(address: usize): u32 {
  return virt_to_bus(address) - PAGE_OFFSET;
}

function order_of(size: u32): u32 {
  let order: u32 = 0;
  while (order < MAX_ORDER && (PAGE_SIZE as u32) << order < size) order++;
  return order;
}

/**
 * Zeroed memory for a device's structures, at a page's start; its bus address into `handle`. 0 for no memory.
 * @out handle @returns new as DeviceMemory size size
 */
export function pci_alloc_consistent(dev: PciDev | null, size: u32, handle: Ptr<u32>): usize {
  const address = __get_free_pages(GFP_ATOMIC, order_of(size));
  if (address === 0) return 0;
  memset(cast(address), 0, PAGE_SIZE << order_of(size));
  handle[0] = virt_to_bus(address);
  return address;
}

/** @consumes address as DeviceMemory */
export function pci_free_consistent(dev: PciDev | null, size: u32, address: usize, handle: u32): void {
  free_pages(address, order_of(size));
}

/** Hands memory to a device for a transfer; gives its bus address. */
export function pci_map_single(dev: PciDev | null, address: usize, size: u32, direction: u32): u32 {
  return virt_to_bus(address);
}

/** Takes it back. */
export function pci_unmap_single(dev: PciDev | null, bus: u32, size: u32, direction: u32): void {
  mb();
}

/** Lets the processor look at memory a device has. */
export function pci_dma_sync_single(dev: PciDev | null, bus: u32, size: u32, direction: u32): void {
  mb();
}

/** Whether the device can address so much; 32 bits are enough here. */
export function pci_set_dma_mask(dev: PciDev, mask: u32): i32 {
  return 0;
}
