/** Drivers meet devices: Linux 2.4, drivers/pci/pci.c, pci_register_driver. */
import { INIT_LIST_HEAD, list_add_tail, list_del, list_entry, ListHead } from '../../lib/list.ts';
import { EBUSY, EINVAL, ENODEV } from '../errno.ts';
import { down, init_MUTEX, Semaphore, up } from '../locking/semaphore.ts';
import { config_address, pci_read_config_byte, pci_write_config_byte } from './access.ts';
import {
  PCI_ANY_ID, PCI_CAPABILITY_LIST, PCI_COMMAND, PCI_COMMAND_IO, PCI_COMMAND_MASTER, PCI_COMMAND_MEMORY,
  PCI_LATENCY_TIMER, pci_resource_flags, pci_resource_len, pci_resource_start, PCI_ROM_RESOURCE, PCI_STATUS,
  PCI_STATUS_CAP_LIST, PciDev, PciDeviceId, PciDriver,
} from './pci.ts';
import { pci_next, pci_scan } from './probe.ts';
import {
  IORESOURCE_IO, release_mem_region, release_region, request_mem_region, request_region, resource_init,
} from './resource.ts';

/** Protects the list of drivers and which device has which; held while drivers are asked. Outermost. */
let pci_sem!: Embed<Semaphore>;
let pci_drivers!: Embed<ListHead>;

export function pci_init(): void {
  resource_init();
  init_MUTEX(pci_sem);
  INIT_LIST_HEAD(pci_drivers);
  pci_scan();
}

/** Is told of each device that a driver has taken. Set once. */
let device_taken: ((dev: PciDev) => void) | null = null;

/** Has `told` called when a driver has taken a device, and so brought it into a known state. */
export function watch_pci_devices(told: (dev: PciDev) => void): void {
  device_taken = told;
}

const NODE = offsetof<PciDriver>('node');

/** Offers a driver the devices of its table; gives how many it took. @borrows driver @sleeps */
export function pci_register_driver(driver: PciDriver): i32 {
  let count = 0;
  down(pci_sem);
  list_add_tail(driver.node, pci_drivers);
  for (let dev = pci_next(null); dev !== null; dev = pci_next(dev)) if (offer(driver, dev)) count++;
  up(pci_sem);
  return count;
}

/** The same for a module's init: 0, or -ENODEV and not registered when it took none. @borrows driver @sleeps */
export function pci_module_init(driver: PciDriver): i32 {
  if (pci_register_driver(driver) > 0) return 0;
  pci_unregister_driver(driver);
  return -ENODEV;
}

/** Takes a driver's devices from it, then the driver. @sleeps */
export function pci_unregister_driver(driver: PciDriver): void {
  down(pci_sem);
  for (let dev = pci_next(null); dev !== null; dev = pci_next(dev)) {
    if (dev.driver !== driver) continue;
    driver.remove(dev);
    dev.driver = null;
    dev.driver_data = 0;
  }
  list_del(driver.node);
  up(pci_sem);
}

function offer(driver: PciDriver, dev: PciDev): bool {
  if (dev.driver !== null) return false;
  const id = match(driver, dev);
  if (id === null) return false;
  dev.driver = driver;
  if (driver.probe(dev, id) >= 0) {
    const told = device_taken;
    if (told !== null) told(dev);
    return true;
  }
  dev.driver = null;
  dev.driver_data = 0;
  return false;
}

function match(driver: PciDriver, dev: PciDev): PciDeviceId | null {
  for (let index: u32 = 0; ; index++) {
    const id = driver.id_table[index];
    if (id.vendor === 0 && id.subvendor === 0 && id.class_mask === 0) return null;
    if (is(id.vendor, dev.vendor) && is(id.device, dev.device) && is(id.subvendor, dev.subsystem_vendor)
      && is(id.subdevice, dev.subsystem_device) && ((id.class ^ dev.class) & id.class_mask) === 0) return id;
  }
}

function is(wanted: u32, value: u32): bool {
  return wanted === PCI_ANY_ID || wanted === value;
}

/** Lets the device answer at its addresses; 0 or -EINVAL. */
export function pci_enable_device(dev: PciDev): i32 {
  let bits: u32 = 0;
  for (let bar: u32 = 0; bar < PCI_ROM_RESOURCE; bar++) {
    if (pci_resource_len(dev, bar) === 0) continue;
    bits |= (pci_resource_flags(dev, bar) & IORESOURCE_IO) !== 0 ? PCI_COMMAND_IO : PCI_COMMAND_MEMORY;
  }
  if (bits === 0) return -EINVAL;
  set_command(dev, bits, 0);
  dev.enabled++;
  return 0;
}

/** Takes bus mastering away. */
export function pci_disable_device(dev: PciDev): void {
  if (dev.enabled > 0) dev.enabled--;
  set_command(dev, 0, PCI_COMMAND_MASTER);
}

/** Lets the device reach memory. */
export function pci_set_master(dev: PciDev): void {
  set_command(dev, PCI_COMMAND_MASTER, 0);
  const latency = local<Arr<u8, 1>>();
  pci_read_config_byte(dev, PCI_LATENCY_TIMER, latency);
  if (latency[0] < 16) pci_write_config_byte(dev, PCI_LATENCY_TIMER, 64);
}

function set_command(dev: PciDev, set: u32, clear: u32): void {
  const command = config_address(dev.devfn, PCI_COMMAND);
  writew(command, readw(command) & ~clear | set);
}

/** The place of a capability in configuration space; 0 if the device has none of that kind. */
export function pci_find_capability(dev: PciDev, capability: u32): u32 {
  if ((readw(config_address(dev.devfn, PCI_STATUS)) & PCI_STATUS_CAP_LIST) === 0) return 0;
  let at = readb(config_address(dev.devfn, PCI_CAPABILITY_LIST)) & ~3;
  // A list of a broken device may have no end.
  for (let most: u32 = 0; at >= 0x40 && most < 48; most++) {
    if (readb(config_address(dev.devfn, at)) === capability) return at;
    at = readb(config_address(dev.devfn, at + 1)) & ~3;
  }
  return 0;
}

/** Takes all ranges of the device for `name`; 0, or -EBUSY and none is taken. */
export function pci_request_regions(dev: PciDev, name: cstr): i32 {
  for (let bar: u32 = 0; bar < PCI_ROM_RESOURCE; bar++) {
    const start = pci_resource_start(dev, bar), bytes = pci_resource_len(dev, bar);
    if (bytes === 0) continue;
    const io = (pci_resource_flags(dev, bar) & IORESOURCE_IO) !== 0;
    const taken = io ? request_region(start, bytes, name) : request_mem_region(start, bytes, name);
    if (taken !== null) continue;
    release_below(dev, bar);
    return -EBUSY;
  }
  return 0;
}

export function pci_release_regions(dev: PciDev): void {
  release_below(dev, PCI_ROM_RESOURCE);
}

function release_below(dev: PciDev, end: u32): void {
  for (let bar: u32 = 0; bar < end; bar++) {
    const start = pci_resource_start(dev, bar), bytes = pci_resource_len(dev, bar);
    if (bytes === 0) continue;
    if ((pci_resource_flags(dev, bar) & IORESOURCE_IO) !== 0) release_region(start, bytes);
    else release_mem_region(start, bytes);
  }
}

/** The next device of a vendor and kind behind `from`, or the first; null when there is none (more). */
export function pci_find_device(vendor: u32, device: u32, from: PciDev | null): PciDev | null {
  let dev = pci_next(from);
  while (dev !== null && !(is(vendor, dev.vendor) && is(device, dev.device))) dev = pci_next(dev);
  return dev;
}
