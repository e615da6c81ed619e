/** Finds the devices of the bus and gives them addresses: Linux 2.4, drivers/pci/pci.c and setup-res.c. */
import { INIT_LIST_HEAD, list_add_tail, list_entry, ListHead } from '../../lib/list.ts';
import { snprintf } from '../../lib/format.ts';
import { printk } from '../debug/printk.ts';
import { kzalloc } from '../mm/kmalloc.ts';
import { GFP_KERNEL } from '../mm/page_alloc.ts';
import { config_address, pci_access_init } from './access.ts';
import {
  PCI_BASE_ADDRESS_0, PCI_CLASS_REVISION, PCI_COMMAND, PCI_COMMAND_IO, PCI_COMMAND_MEMORY, PCI_DEVICE_ID, PCI_FUNC,
  PCI_HEADER_TYPE, PCI_INTERRUPT_LINE, PCI_INTERRUPT_PIN, PCI_ROM_RESOURCE, PCI_SLOT, PCI_SUBSYSTEM_ID,
  PCI_SUBSYSTEM_VENDOR_ID, PCI_VENDOR_ID, PciDev,
} from './pci.ts';
import { IORESOURCE_IO, IORESOURCE_MEM, IORESOURCE_PREFETCH, Resource } from './resource.ts';

/** What the host bridge passes on (src/platform/memory-map.ts): ports below 0x1000 are left to ISA cards. */
const PORTS_START = 0x1000;
const PORTS_END = 0x10000;
const MEMORY_START = 0x40000000;
const MEMORY_END = 0x80000000;
/** Pin p (1 to 4) of slot s drives source 32 + (s + p - 1) % 4 of the PLIC. */
const FIRST_IRQ = 32;

const SLOTS = 32;
const FUNCTIONS = 8;
const MULTIFUNCTION = 0x80;
const BAR_IO = 1;
const BAR_64 = 4;
const BAR_PREFETCH = 8;

/** All devices; made at the start, and for ever. */
export let pci_devices!: Embed<ListHead>;

let next_port: usize = PORTS_START;
let next_memory: usize = MEMORY_START;

const LINK = offsetof<PciDev>('global_list');

/** The device after one, or the first after null; null behind the last. */
export function pci_next(after: PciDev | null): PciDev | null {
  const link = after === null ? pci_devices.next : after.global_list.next;
  return link === pci_devices ? null : list_entry<PciDev>(link, LINK);
}

export function pci_scan(): void {
  INIT_LIST_HEAD(pci_devices);
  pci_access_init();
  for (let slot: u32 = 0; slot < SLOTS; slot++) {
    if (!present(slot << 3)) continue;
    scan_function(slot << 3);
    if ((readb(config_address(slot << 3, PCI_HEADER_TYPE)) & MULTIFUNCTION) === 0) continue;
    for (let fn: u32 = 1; fn < FUNCTIONS; fn++) if (present(slot << 3 | fn)) scan_function(slot << 3 | fn);
  }
}

function present(devfn: u32): bool {
  return readw(config_address(devfn, PCI_VENDOR_ID)) !== 0xffff;
}

function scan_function(devfn: u32): void {
  const dev = kzalloc<PciDev>(GFP_KERNEL);
  if (dev === null) return;
  dev.devfn = devfn;
  snprintf(dev.slot_name, 8, '00:%02x.%u', PCI_SLOT(devfn), PCI_FUNC(devfn));
  dev.vendor = readw(config_address(devfn, PCI_VENDOR_ID));
  dev.device = readw(config_address(devfn, PCI_DEVICE_ID));
  dev.subsystem_vendor = readw(config_address(devfn, PCI_SUBSYSTEM_VENDOR_ID));
  dev.subsystem_device = readw(config_address(devfn, PCI_SUBSYSTEM_ID));
  const revision = readl(config_address(devfn, PCI_CLASS_REVISION));
  dev.class = revision >> 8;
  dev.revision = revision & 0xff;
  dev.hdr_type = readb(config_address(devfn, PCI_HEADER_TYPE)) & 0x7f;
  if (dev.hdr_type === 0) assign_resources(dev);
  const pin = readb(config_address(devfn, PCI_INTERRUPT_PIN));
  if (pin !== 0) {
    dev.irq = (FIRST_IRQ + (PCI_SLOT(devfn) + pin - 1) % 4) as i32;
    writeb(config_address(devfn, PCI_INTERRUPT_LINE), dev.irq as u32);
  }
  list_add_tail(dev.global_list, pci_devices);
  printk('pci %s: %04x:%04x class %06x irq %d\n', cast<cstr>(dev.slot_name), dev.vendor, dev.device, dev.class,
    dev.irq);
}

/** Sizes each base address register by what stays of all ones, and gives it addresses: section 6.2.5.1. */
function assign_resources(dev: PciDev): void {
  const command = config_address(dev.devfn, PCI_COMMAND);
  writew(command, readw(command) & ~(PCI_COMMAND_IO | PCI_COMMAND_MEMORY));
  for (let bar: u32 = 0; bar < PCI_ROM_RESOURCE; bar++) {
    const register = config_address(dev.devfn, PCI_BASE_ADDRESS_0 + 4 * bar);
    writel(register, 0xffffffff);
    const mask = readl(register);
    if (mask === 0) continue;
    if ((mask & BAR_IO) !== 0) assign_ports(dev.resource[bar], register, mask);
    else assign_memory(dev.resource[bar], register, mask);
    dev.resource[bar].name = cast<cstr>(dev.slot_name);
    // The high half of a 64-bit address.
    if ((mask & (BAR_IO | BAR_64)) === BAR_64) {
      bar++;
      writel(config_address(dev.devfn, PCI_BASE_ADDRESS_0 + 4 * bar), 0);
    }
  }
}

function assign_ports(resource: Resource, register: usize, mask: u32): void {
  const bytes = ~(mask & 0xfffc | 0xffff0000) + 1;
  next_port = (next_port + bytes - 1) & ~(bytes - 1);
  if (next_port + bytes > PORTS_END) return;
  writel(register, next_port as u32);
  take(resource, next_port, bytes, IORESOURCE_IO);
  next_port += bytes;
}

function assign_memory(resource: Resource, register: usize, mask: u32): void {
  const bytes = ~(mask & 0xfffffff0) + 1;
  next_memory = (next_memory + bytes - 1) & ~(bytes - 1);
  if (bytes > MEMORY_END - MEMORY_START || next_memory + bytes > MEMORY_END) return;
  writel(register, next_memory as u32);
  take(resource, next_memory, bytes, IORESOURCE_MEM | ((mask & BAR_PREFETCH) !== 0 ? IORESOURCE_PREFETCH : 0));
  next_memory += bytes;
}

function take(resource: Resource, start: usize, bytes: u32, flags: u32): void {
  resource.start = start;
  resource.end = start + bytes - 1;
  resource.flags = flags;
}
