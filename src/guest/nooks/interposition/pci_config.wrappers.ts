/**
 * Wrappers of configuration space, and of what the bus maps for devices. Configuration space is the kernel's window, so
 * an extension reads it by crossings; where a device lies on the bus it may not change.
 */
import { EINVAL } from '../../kernel/errno.ts';
import { PCI_DMA_TODEVICE, virt_to_bus } from '../../kernel/mm/dma.ts';
import { virt_addr_valid } from '../../kernel/mm/page_alloc.ts';
import {
  pci_read_config_byte, pci_read_config_dword, pci_read_config_word, pci_write_config_byte, pci_write_config_dword,
  pci_write_config_word,
} from '../../kernel/pci/access.ts';
import { pci_find_capability } from '../../kernel/pci/driver.ts';
import { PCI_BASE_ADDRESS_0, PCI_ROM_ADDRESS, PciDev } from '../../kernel/pci/pci.ts';
import { nooks_kernel_call } from '../isolation/xpc_entry.ts';
import { nooks_bad_parameter, nooks_buffer_valid, nooks_caller } from './check.ts';
import { device_of } from './pci.wrappers.ts';

/** Of a function: PCI Express Base 3.0, section 7.2. */
const CONFIG_BYTES = 4096;
/** Behind the base addresses: PCI Local Bus 3.0, figure 6-1. */
const BASE_ADDRESSES_END = 0x28;

export function nooks_w_pci_read_config_byte(dev: PciDev, where: u32, value: Ptr<u8>): i32 {
  return lo32(nooks_kernel_call(cast<usize>(body_pci_read_config), 4, dev, where, value, 1)) as i32;
}

export function nooks_w_pci_read_config_word(dev: PciDev, where: u32, value: Ptr<u16>): i32 {
  return lo32(nooks_kernel_call(cast<usize>(body_pci_read_config), 4, dev, where, value, 2)) as i32;
}

export function nooks_w_pci_read_config_dword(dev: PciDev, where: u32, value: Ptr<u32>): i32 {
  return lo32(nooks_kernel_call(cast<usize>(body_pci_read_config), 4, dev, where, value, 4)) as i32;
}

function body_pci_read_config(dev: usize, where: u32, value: usize, size: u32): i32 {
  const found = device_of('pci_read_config', dev);
  if (found === null) return -EINVAL;
  if (!is_register(where, size)) return nooks_bad_parameter('pci_read_config', 'where') as i32;
  if ((value & (size - 1)) !== 0 || !nooks_buffer_valid(nooks_caller(), value, size, true)) {
    return nooks_bad_parameter('pci_read_config', 'value') as i32;
  }
  switch (size) {
    case 1: return pci_read_config_byte(found, where, cast<Ptr<u8>>(value));
    case 2: return pci_read_config_word(found, where, cast<Ptr<u16>>(value));
    default: return pci_read_config_dword(found, where, cast<Ptr<u32>>(value));
  }
}

function is_register(where: u32, size: u32): bool {
  return (size === 1 || size === 2 || size === 4) && (where & (size - 1)) === 0 && where < CONFIG_BYTES;
}

export function nooks_w_pci_write_config_byte(dev: PciDev, where: u32, value: u32): i32 {
  return lo32(nooks_kernel_call(cast<usize>(body_pci_write_config), 4, dev, where, value, 1)) as i32;
}

export function nooks_w_pci_write_config_word(dev: PciDev, where: u32, value: u32): i32 {
  return lo32(nooks_kernel_call(cast<usize>(body_pci_write_config), 4, dev, where, value, 2)) as i32;
}

export function nooks_w_pci_write_config_dword(dev: PciDev, where: u32, value: u32): i32 {
  return lo32(nooks_kernel_call(cast<usize>(body_pci_write_config), 4, dev, where, value, 4)) as i32;
}

function body_pci_write_config(dev: usize, where: u32, value: u32, size: u32): i32 {
  const found = device_of('pci_write_config', dev);
  if (found === null) return -EINVAL;
  if (!is_register(where, size) || is_base_address(where)) {
    return nooks_bad_parameter('pci_write_config', 'where') as i32;
  }
  switch (size) {
    case 1: return pci_write_config_byte(found, where, value);
    case 2: return pci_write_config_word(found, where, value);
    default: return pci_write_config_dword(found, where, value);
  }
}

function is_base_address(where: u32): bool {
  return (where >= PCI_BASE_ADDRESS_0 && where < BASE_ADDRESSES_END) || (where & ~3) === PCI_ROM_ADDRESS;
}

export function nooks_w_pci_find_capability(dev: PciDev, capability: u32): u32 {
  return lo32(nooks_kernel_call(cast<usize>(body_pci_find_capability), 2, dev, capability));
}

function body_pci_find_capability(dev: usize, capability: u32): u32 {
  const found = device_of('pci_find_capability', dev);
  return found === null ? 0 : pci_find_capability(found, capability);
}

/** Crosses only to fail: page tables can be read in a domain too. */
export function nooks_w_pci_map_single(dev: PciDev | null, address: usize, size: u32, direction: u32): u32 {
  if (may_map(address, size, direction)) return virt_to_bus(address);
  return lo32(nooks_kernel_call(cast<usize>(body_pci_map_single), 0));
}

/** A device may write what its driver may, and read any memory. */
function may_map(address: usize, size: u32, direction: u32): bool {
  return virt_addr_valid(address) && virt_addr_valid(address + size - 1)
    && nooks_buffer_valid(nooks_caller(), address, size, direction !== PCI_DMA_TODEVICE);
}

function body_pci_map_single(): u32 {
  return nooks_bad_parameter('pci_map_single', 'address');
}
