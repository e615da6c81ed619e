/**
 * Wrappers of the PCI bus. An extension reads a PciDev where it is, and has one from its probe to its remove. Of its
 * driver the kernel has a version, with the name and the table copied. A device that a driver dies with is no bus
 * master any more; what it could reach is kept until it has been taken again (recovery/withheld.ts).
 */
import { memcpy } from '../../lib/memory.ts';
import { strlcpy } from '../../lib/string.ts';
import { EBUSY, EINVAL, ENODEV, ENOMEM } from '../../kernel/errno.ts';
import { in_atomic } from '../../kernel/locking/preempt.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../kernel/locking/spinlock.ts';
import { kfree, kzalloc } from '../../kernel/mm/kmalloc.ts';
import { GFP_KERNEL } from '../../kernel/mm/page_alloc.ts';
import {
  pci_disable_device, pci_enable_device, pci_register_driver, pci_release_regions,
  pci_request_regions, pci_set_master, pci_unregister_driver,
} from '../../kernel/pci/driver.ts';
import {
  pci_resource_flags, pci_resource_len, pci_resource_start, PCI_ROM_RESOURCE, pci_set_drvdata, PciDev, PciDeviceId,
  PciDriver,
} from '../../kernel/pci/pci.ts';
import { IORESOURCE_MEM } from '../../kernel/pci/resource.ts';
import { nooks_call_PciDriver_probe, nooks_call_PciDriver_remove } from '../generated/pci.wrappers.ts';
import { nooks_take_PciDriver } from '../generated/structs.wrappers.ts';
import { Domain, DOMAIN_LIVE } from '../isolation/domain.ts';
import { withheld_prepare, withhold_from } from '../recovery/withheld.ts';
import { NooksObject, object_add, object_find, object_first, object_free, object_take } from '../tracker/objects.ts';
import { OBJECT_PCI_DEVICE, OBJECT_PCI_DRIVER, OBJECT_PCI_REGIONS } from '../tracker/types.ts';
import { nooks_bad_parameter, nooks_buffer_valid, nooks_caller, nooks_string_valid } from './check.ts';
import { Target } from './targets.ts';

const NAME_BYTES = 24;
const MAX_IDS = 32;

class DriverVersion {
  driver: Embed<PciDriver>;
  name: Arr<u8, 24>;
  /** The last row is all zero. */
  ids: Arr<Embed<PciDeviceId>, 33>;
}

export function body_pci_register_driver(driver: PciDriver): i32 {
  const domain = nooks_caller();
  const bad = look_at_driver(domain, driver);
  if (bad !== null) return nooks_bad_parameter('pci_register_driver', bad) as i32;
  const version = driver_version(domain, driver);
  if (version === null) return -ENOMEM;
  return pci_register_driver(version.driver);
}

export function body_pci_module_init(driver: PciDriver): i32 {
  const count = body_pci_register_driver(driver);
  if (count > 0) return 0;
  if (count < 0) return count;
  end_driver(nooks_caller(), addr(driver));
  return -ENODEV;
}

/** Null, or what cannot be. */
function look_at_driver(domain: Domain, driver: PciDriver): cstr | null {
  if (in_atomic()) return 'context: atomic';
  if ((addr(driver) & 3) !== 0 || !nooks_buffer_valid(domain, addr(driver), sizeof<PciDriver>(), true)) return 'driver';
  if (object_find(domain, OBJECT_PCI_DRIVER, addr(driver)) !== 0) return 'driver: registered';
  if (!nooks_string_valid(domain, addr(driver.name))) return 'driver: name';
  if (cast<usize>(driver.probe) === 0 || cast<usize>(driver.remove) === 0) return 'driver: probe';
  const table = addr(driver.id_table);
  if ((table & 3) !== 0) return 'driver: id_table';
  for (let index: u32 = 0; index <= MAX_IDS; index++) {
    const id = driver.id_table[index];
    if (!nooks_buffer_valid(domain, addr(id), sizeof<PciDeviceId>(), false)) return 'driver: id_table';
    if (id.vendor === 0 && id.subvendor === 0 && id.class_mask === 0) return null;
  }
  return 'driver: id_table';
}

/** The kernel's version, tracked; null for no memory. */
function driver_version(domain: Domain, from: PciDriver): DriverVersion | null {
  const version = kzalloc<DriverVersion>(GFP_KERNEL);
  if (version === null) return null;
  strlcpy(version.name, from.name, NAME_BYTES);
  // What is behind the end of the table stays zero.
  for (let index: u32 = 0; index < MAX_IDS; index++) {
    const id = from.id_table[index];
    if (id.vendor === 0 && id.subvendor === 0 && id.class_mask === 0) break;
    memcpy(version.ids[index], id, sizeof<PciDeviceId>());
  }
  const to = version.driver;
  to.name = cast<cstr>(version.name);
  to.id_table = cast<Ptr<Embed<PciDeviceId>>>(version.ids);
  nooks_take_PciDriver(domain, from, to);
  if (cast<usize>(to.probe) !== 0 && cast<usize>(to.remove) !== 0
    && object_add(domain, OBJECT_PCI_DRIVER, addr(version), addr(from), 0, 0)) return version;
  kfree(addr(version));
  return null;
}

export function body_pci_unregister_driver(driver: usize): u32 {
  if (in_atomic()) return nooks_bad_parameter('pci_unregister_driver', 'context: atomic');
  if (!end_driver(nooks_caller(), driver)) return nooks_bad_parameter('pci_unregister_driver', 'driver');
  return 0;
}

function end_driver(domain: Domain, driver: usize): bool {
  const object = object_take(domain, OBJECT_PCI_DRIVER, driver);
  if (object === null) return false;
  release_pci_driver(domain, object);
  object_free(object);
  return true;
}

/** Devices that it still has lose it. @sleeps */
export function release_pci_driver(domain: Domain, object: NooksObject): void {
  pci_unregister_driver(cast<DriverVersion>(object.kernel).driver);
  kfree(object.kernel);
}

/** The device is the extension's from here on, unless it does not want it. The row of the table it reads in place. */
export function body_x_PciDriver_probe(dev: PciDev, id: PciDeviceId, target: Target, domain: Domain): i32 {
  let error: i32 = -ENOMEM;
  if (withheld_prepare(domain) && object_add(domain, OBJECT_PCI_DEVICE, addr(dev), addr(dev), 0, 0)) {
    error = nooks_call_PciDriver_probe(target, dev, id);
    // Who died with it leaves it to recovery.
    if (error < 0 && domain.state === DOMAIN_LIVE) end_device(domain, dev);
  }
  return error;
}

export function body_x_PciDriver_remove(dev: PciDev, target: Target, domain: Domain): void {
  nooks_call_PciDriver_remove(target, dev);
  if (domain.state === DOMAIN_LIVE) end_device(domain, dev);
}

function end_device(domain: Domain, dev: PciDev): void {
  const object = object_take(domain, OBJECT_PCI_DEVICE, addr(dev));
  if (object === null) return;
  release_pci_device(domain, object);
  object_free(object);
}

/** As often as it was enabled: then it is no bus master any more. */
export function release_pci_device(domain: Domain, object: NooksObject): void {
  const dev = cast<PciDev>(object.kernel);
  while (dev.enabled > 0) pci_disable_device(dev);
}

/** Before a domain's holdings are released: if it has a device still, that may reach what it was given. */
export function withhold_from_devices(domain: Domain): void {
  const flags = spin_lock_irqsave(domain.lock);
  for (let object = object_first(domain, OBJECT_PCI_DEVICE); object !== null; object = object.next_of_type) {
    withhold_from(domain, cast<PciDev>(object.kernel));
  }
  spin_unlock_irqrestore(domain.lock, flags);
}

/** Whether a window is one on memory of a device that the domain has. */
export function is_device_window(domain: Domain, physical: usize, size: u32): bool {
  let inside = false;
  const flags = spin_lock_irqsave(domain.lock);
  for (let object = object_first(domain, OBJECT_PCI_DEVICE); object !== null; object = object.next_of_type) {
    if (has_window(cast<PciDev>(object.kernel), physical, size)) inside = true;
  }
  spin_unlock_irqrestore(domain.lock, flags);
  return inside;
}

function has_window(dev: PciDev, physical: usize, size: u32): bool {
  for (let bar: u32 = 0; bar < PCI_ROM_RESOURCE; bar++) {
    if ((pci_resource_flags(dev, bar) & IORESOURCE_MEM) === 0) continue;
    const length = pci_resource_len(dev, bar), offset = physical - pci_resource_start(dev, bar);
    if (offset < length && size <= length - offset) return true;
  }
  return false;
}

/** A device of the calling domain's; null, and the domain has failed, if it is none. */
export function device_of(wrapper: cstr, dev: usize): PciDev | null {
  const found = cast<PciDev | null>(object_find(nooks_caller(), OBJECT_PCI_DEVICE, dev));
  if (found === null) nooks_bad_parameter(wrapper, 'dev');
  return found;
}

export function body_pci_set_drvdata(dev: usize, data: usize): u32 {
  const found = device_of('pci_set_drvdata', dev);
  if (found !== null) pci_set_drvdata(found, data);
  return 0;
}

export function body_pci_enable_device(dev: usize): i32 {
  const found = device_of('pci_enable_device', dev);
  return found === null ? -EINVAL : pci_enable_device(found);
}

export function body_pci_disable_device(dev: usize): u32 {
  const found = device_of('pci_disable_device', dev);
  if (found !== null) pci_disable_device(found);
  return 0;
}

export function body_pci_set_master(dev: usize): u32 {
  const found = device_of('pci_set_master', dev);
  if (found !== null) pci_set_master(found);
  return 0;
}

/** The name is copied, as the kernel shows it. */
export function body_pci_request_regions(dev: usize, name: usize): i32 {
  const domain = nooks_caller(), found = device_of('pci_request_regions', dev);
  if (found === null) return -EINVAL;
  if (in_atomic()) return nooks_bad_parameter('pci_request_regions', 'context: atomic') as i32;
  if (!nooks_string_valid(domain, name)) return nooks_bad_parameter('pci_request_regions', 'name') as i32;
  if (object_find(domain, OBJECT_PCI_REGIONS, dev) !== 0) return -EBUSY;
  const copy = kzalloc<RegionsName>(GFP_KERNEL);
  if (copy === null) return -ENOMEM;
  strlcpy(copy.name, cast<cstr>(name), NAME_BYTES);
  const error = pci_request_regions(found, cast<cstr>(copy.name));
  if (error === 0 && object_add(domain, OBJECT_PCI_REGIONS, addr(copy), dev, 0, 0)) return 0;
  if (error === 0) pci_release_regions(found);
  kfree(addr(copy));
  return error === 0 ? -ENOMEM : error;
}

class RegionsName {
  name: Arr<u8, 24>;
}

export function body_pci_release_regions(dev: usize): u32 {
  const domain = nooks_caller();
  const object = object_take(domain, OBJECT_PCI_REGIONS, dev);
  if (object === null) return nooks_bad_parameter('pci_release_regions', 'dev');
  release_pci_regions(domain, object);
  object_free(object);
  return 0;
}

export function release_pci_regions(domain: Domain, object: NooksObject): void {
  pci_release_regions(cast<PciDev>(object.extension));
  kfree(object.kernel);
}
