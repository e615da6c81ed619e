/** PCI devices: Linux 2.4, include/linux/pci.h; PCI Local Bus 3.0, chapter 6. One bus, no bridges but the host's. */
import { ListHead } from '../../lib/list.ts';
import { Resource } from './resource.ts';

/** Base addresses 0 to 5, and the expansion ROM's. */
export const PCI_ROM_RESOURCE = 6;
export const PCI_NUM_RESOURCES = 7;

/** Matches any vendor or device. */
export const PCI_ANY_ID = 0xffffffff;

// Configuration header, table 6-1.
export const PCI_VENDOR_ID = 0x00;
export const PCI_DEVICE_ID = 0x02;
export const PCI_COMMAND = 0x04;
export const PCI_STATUS = 0x06;
export const PCI_REVISION_ID = 0x08;
export const PCI_CLASS_REVISION = 0x08;
export const PCI_CLASS_DEVICE = 0x0a;
export const PCI_CACHE_LINE_SIZE = 0x0c;
export const PCI_LATENCY_TIMER = 0x0d;
export const PCI_HEADER_TYPE = 0x0e;
export const PCI_BASE_ADDRESS_0 = 0x10;
export const PCI_SUBSYSTEM_VENDOR_ID = 0x2c;
export const PCI_SUBSYSTEM_ID = 0x2e;
export const PCI_ROM_ADDRESS = 0x30;
export const PCI_CAPABILITY_LIST = 0x34;
export const PCI_INTERRUPT_LINE = 0x3c;
export const PCI_INTERRUPT_PIN = 0x3d;

export const PCI_COMMAND_IO = 1;
export const PCI_COMMAND_MEMORY = 2;
export const PCI_COMMAND_MASTER = 4;
export const PCI_COMMAND_INVALIDATE = 0x10;
export const PCI_STATUS_CAP_LIST = 0x10;

export const PCI_CLASS_NETWORK_ETHERNET = 0x0200;
export const PCI_CLASS_MULTIMEDIA_AUDIO = 0x0401;

/** A row of a driver's table of what it drives; the last row is all zero. */
export class PciDeviceId {
  vendor: u32;
  device: u32;
  subvendor: u32;
  subdevice: u32;
  class: u32;
  class_mask: u32;
  driver_data: usize;
}

/** A function on the bus. */
export class PciDev {
  /** All devices, in the order of their numbers. */
  global_list: Embed<ListHead>;
  driver: PciDriver | null;
  driver_data: usize;
  /** Slot << 3 | function. */
  devfn: u32;
  vendor: u16;
  device: u16;
  subsystem_vendor: u16;
  subsystem_device: u16;
  /** Class, subclass, programming interface. */
  class: u32;
  revision: u8;
  hdr_type: u8;
  irq: i32;
  /** How often pci_enable_device was called and not undone. */
  enabled: i32;
  resource: Arr<Embed<Resource>, 7>;
  slot_name: Arr<u8, 8>;
}

/** What a driver offers. */
export class PciDriver {
  node: Embed<ListHead>;
  name: cstr;
  id_table: Ptr<Embed<PciDeviceId>>;
  /** A new device: 0, or an error if it is not for this driver after all. @sleeps */
  probe: (dev: PciDev, id: PciDeviceId) => i32;
  /** The device or the driver goes. @sleeps */
  remove: (dev: PciDev) => void;
}

/** @inline */
export function PCI_SLOT(devfn: u32): u32 {
  return devfn >> 3 & 0x1f;
}

/** @inline */
export function PCI_FUNC(devfn: u32): u32 {
  return devfn & 7;
}

/** @inline */
export function pci_get_drvdata(dev: PciDev): usize {
  return dev.driver_data;
}

export function pci_set_drvdata(dev: PciDev, data: usize): void {
  dev.driver_data = data;
}

/** The first address of a base address register's range: memory physical, ports by number; 0 if it has none. @inline */
export function pci_resource_start(dev: PciDev, bar: u32): usize {
  return dev.resource[bar].start;
}

/** @inline */
export function pci_resource_end(dev: PciDev, bar: u32): usize {
  return dev.resource[bar].end;
}

/** IORESOURCE_IO or IORESOURCE_MEM and more. @inline */
export function pci_resource_flags(dev: PciDev, bar: u32): u32 {
  return dev.resource[bar].flags;
}

/** Bytes of the range. */
export function pci_resource_len(dev: PciDev, bar: u32): u32 {
  const resource = dev.resource[bar];
  return resource.end === 0 ? 0 : resource.end - resource.start + 1;
}
