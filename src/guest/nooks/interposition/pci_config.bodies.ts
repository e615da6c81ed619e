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
import { device_of } from './pci.bodies.ts';

/** Of a function: PCI Express Base 3.0, section 7.2. */
const CONFIG_BYTES = 4096;
/** Behind the base addresses: PCI Local Bus 3.0, figure 6-1. */
const BASE_ADDRESSES_END = 0x28;

export function body_pci_read_config_byte(dev: usize, where: u32, value: usize): i32 {
  const found = to_read('pci_read_config_byte', dev, where, value, 1);
  return found === null ? -EINVAL : pci_read_config_byte(found, where, cast<Ptr<u8>>(value));
}

export function body_pci_read_config_word(dev: usize, where: u32, value: usize): i32 {
  const found = to_read('pci_read_config_word', dev, where, value, 2);
  return found === null ? -EINVAL : pci_read_config_word(found, where, cast<Ptr<u16>>(value));
}

export function body_pci_read_config_dword(dev: usize, where: u32, value: usize): i32 {
  const found = to_read('pci_read_config_dword', dev, where, value, 4);
  return found === null ? -EINVAL : pci_read_config_dword(found, where, cast<Ptr<u32>>(value));
}

/** The device, if it has the register, and the value can be put where it is wanted. */
function to_read(wrapper: cstr, dev: usize, where: u32, value: usize, size: u32): PciDev | null {
  const found = device_of(wrapper, dev);
  if (found === null) return null;
  let bad: cstr | null = null;
  if (!is_register(where, size)) bad = 'where';
  else if ((value & (size - 1)) !== 0 || !nooks_buffer_valid(nooks_caller(), value, size, true)) bad = 'value';
  if (bad === null) return found;
  nooks_bad_parameter(wrapper, bad);
  return null;
}

function is_register(where: u32, size: u32): bool {
  return (where & (size - 1)) === 0 && where < CONFIG_BYTES;
}

export function body_pci_write_config_byte(dev: usize, where: u32, value: u32): i32 {
  const found = to_write('pci_write_config_byte', dev, where, 1);
  return found === null ? -EINVAL : pci_write_config_byte(found, where, value);
}

export function body_pci_write_config_word(dev: usize, where: u32, value: u32): i32 {
  const found = to_write('pci_write_config_word', dev, where, 2);
  return found === null ? -EINVAL : pci_write_config_word(found, where, value);
}

export function body_pci_write_config_dword(dev: usize, where: u32, value: u32): i32 {
  const found = to_write('pci_write_config_dword', dev, where, 4);
  return found === null ? -EINVAL : pci_write_config_dword(found, where, value);
}

/** The device, if it has the register, and the extension may write it. */
function to_write(wrapper: cstr, dev: usize, where: u32, size: u32): PciDev | null {
  const found = device_of(wrapper, dev);
  if (found === null || (is_register(where, size) && !is_base_address(where))) return found;
  nooks_bad_parameter(wrapper, 'where');
  return null;
}

function is_base_address(where: u32): bool {
  return (where >= PCI_BASE_ADDRESS_0 && where < BASE_ADDRESSES_END) || (where & ~3) === PCI_ROM_ADDRESS;
}

export function body_pci_find_capability(dev: usize, capability: u32): u32 {
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

export function body_pci_map_single(): u32 {
  return nooks_bad_parameter('pci_map_single', 'address');
}
