/**
 * Configuration space, through the host bridge's ECAM: PCI Express Base 3.0, section 7.2.2. Linux 2.4,
 * drivers/pci/access.c.
 */
import { panic } from '../debug/panic.ts';
import { ioremap } from '../mm/ioremap.ts';
import { PciDev } from './pci.ts';

/** src/platform/memory-map.ts, ecam; bus 0 is the only one. */
const ECAM_BASE = 0x30000000;
const BUS_BYTES = 0x100000;

let ecam: usize = 0;

export function pci_access_init(): void {
  ecam = ioremap(ECAM_BASE, BUS_BYTES);
  if (ecam === 0) panic('no room for PCI configuration space');
}

/** The address of a register of function `devfn`. */
export function config_address(devfn: u32, where: u32): usize {
  return ecam + (devfn << 12) + where;
}

/** Reads a register; 0. `where` is a multiple of the size. @out value */
export function pci_read_config_byte(dev: PciDev, where: u32, value: Ptr<u8>): i32 {
  value[0] = readb(config_address(dev.devfn, where));
  return 0;
}

/** @out value */
export function pci_read_config_word(dev: PciDev, where: u32, value: Ptr<u16>): i32 {
  value[0] = readw(config_address(dev.devfn, where));
  return 0;
}

/** @out value */
export function pci_read_config_dword(dev: PciDev, where: u32, value: Ptr<u32>): i32 {
  value[0] = readl(config_address(dev.devfn, where));
  return 0;
}

export function pci_write_config_byte(dev: PciDev, where: u32, value: u32): i32 {
  writeb(config_address(dev.devfn, where), value);
  return 0;
}

export function pci_write_config_word(dev: PciDev, where: u32, value: u32): i32 {
  writew(config_address(dev.devfn, where), value);
  return 0;
}

export function pci_write_config_dword(dev: PciDev, where: u32, value: u32): i32 {
  writel(config_address(dev.devfn, where), value);
  return 0;
}
