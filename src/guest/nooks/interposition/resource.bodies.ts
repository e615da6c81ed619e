/**
 * Wrappers of what an extension needs to reach its device: ports, windows on registers, ISA DMA channels. An extension
 * reads and writes ports itself, through the page of the window in which they lie: that page is granted with them.
 */
import { strlcpy } from '../../lib/string.ts';
import { port_address } from '../../kernel/arch/io.ts';
import {
  claim_dma_lock, disable_dma, dma_lock_is_held, free_dma, release_dma_lock, request_dma,
} from '../../kernel/arch/isa_dma.ts';
import { PAGE_SIZE } from '../../kernel/arch/layout.ts';
import { ENOMEM } from '../../kernel/errno.ts';
import { setup } from '../../kernel/init/setup.ts';
import { in_atomic } from '../../kernel/locking/preempt.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../kernel/locking/spinlock.ts';
import { ioremap, iounmap } from '../../kernel/mm/ioremap.ts';
import { kfree, kzalloc } from '../../kernel/mm/kmalloc.ts';
import { GFP_KERNEL } from '../../kernel/mm/page_alloc.ts';
import { PTE_R, PTE_W } from '../../kernel/mm/pgtable.ts';
import {
  release_mem_region, release_region, request_mem_region, request_region, Resource,
} from '../../kernel/pci/resource.ts';
import { Domain } from '../isolation/domain.ts';
import { grant, revoke } from '../isolation/memory.ts';
import { NooksObject, object_add, object_first, object_free, object_take, object_take_as } from '../tracker/objects.ts';
import { OBJECT_DMA, OBJECT_IOREMAP, OBJECT_REGION } from '../tracker/types.ts';
import { nooks_bad_parameter, nooks_caller, nooks_string_valid } from './check.ts';
import { is_device_window } from './pci.bodies.ts';

const NAME_BYTES = 24;

/** What is taken in the extension's name, which is copied, as the kernel shows it. */
class Taken {
  resource: Resource | null;
  name: Arr<u8, 24>;
}

// NooksObject.data of a region.
const PORTS = 0;
const MEMORY = 1;
const PORT_PAGES = 16;

export function body_request_region(start: usize, bytes: u32, name: usize): usize {
  return take_region(start, bytes, name, PORTS);
}

export function body_request_mem_region(start: usize, bytes: u32, name: usize): usize {
  return take_region(start, bytes, name, MEMORY);
}

/** The extension reads the kernel's Resource where it is. */
function take_region(start: usize, bytes: u32, name: usize, kind: u32): usize {
  const domain = nooks_caller();
  const taken = take_name(domain, name);
  if (taken === null) return 0;
  const text = cast<cstr>(taken.name);
  taken.resource = kind === PORTS ? request_region(start, bytes, text) : request_mem_region(start, bytes, text);
  if (taken.resource !== null) {
    const granted = kind !== PORTS || grant_ports(domain, start, bytes);
    if (granted && object_add(domain, OBJECT_REGION, addr(taken), start, bytes, kind as usize)) {
      return addr(taken.resource);
    }
    give_back(domain, start, bytes, kind);
  }
  kfree(addr(taken));
  return 0;
}

/** Null, and the domain has failed, if the name is no text; or for no memory. */
function take_name(domain: Domain, name: usize): Taken | null {
  if (!nooks_string_valid(domain, name)) {
    nooks_bad_parameter('request_region', 'name');
    return null;
  }
  if (in_atomic()) {
    nooks_bad_parameter('request_region', 'context: atomic');
    return null;
  }
  const taken = kzalloc<Taken>(GFP_KERNEL);
  if (taken !== null) strlcpy(taken.name, cast<cstr>(name), NAME_BYTES);
  return taken;
}

/** Counts what lies in each page, and grants it: `revoke_ports` takes both back, whether this succeeds or not. */
function grant_ports(domain: Domain, start: usize, bytes: u32): bool {
  const first = port_address(start) & ~(PAGE_SIZE - 1), last = port_address(start + bytes - 1);
  count_ports(domain, start, bytes, 1);
  return grant(domain.root, first, last + 1 - first, PTE_R | PTE_W);
}

function revoke_ports(domain: Domain, start: usize, bytes: u32): void {
  const unused = count_ports(domain, start, bytes, -1);
  for (let page: u32 = 0; page < PORT_PAGES; page++) {
    if ((unused & 1 << page) !== 0) revoke(domain.root, domain.asid, port_address(page * PAGE_SIZE), PAGE_SIZE);
  }
}

/** Adds to what lies in the pages of some ports; a bit for each of them in which now nothing does. */
function count_ports(domain: Domain, start: usize, bytes: u32, more: i32): u32 {
  const last = (start + bytes - 1) / PAGE_SIZE;
  let unused: u32 = 0;
  const flags = spin_lock_irqsave(domain.lock);
  for (let page = start / PAGE_SIZE; page <= last && page < PORT_PAGES; page++) {
    domain.port_users[page] += more as u32;
    if (domain.port_users[page] === 0) unused |= 1 << page;
  }
  spin_unlock_irqrestore(domain.lock, flags);
  return unused;
}

export function body_release_region(start: usize, bytes: u32): u32 {
  return give_region(start, PORTS);
}

export function body_release_mem_region(start: usize, bytes: u32): u32 {
  return give_region(start, MEMORY);
}

function give_region(start: usize, kind: u32): u32 {
  const domain = nooks_caller();
  const object = object_take_as(domain, OBJECT_REGION, start, kind as usize);
  if (object === null) return nooks_bad_parameter('release_region', 'start');
  release_taken_region(domain, object);
  object_free(object);
  return 0;
}

export function release_taken_region(domain: Domain, object: NooksObject): void {
  give_back(domain, object.extension, object.size, object.data as u32);
  kfree(object.kernel);
}

function give_back(domain: Domain, start: usize, bytes: u32, kind: u32): void {
  if (kind === PORTS) {
    release_region(start, bytes);
    revoke_ports(domain, start, bytes);
  } else release_mem_region(start, bytes);
}

/** A window on RAM would be one on the kernel. */
export function body_ioremap(physical: usize, size: u32): usize {
  const domain = nooks_caller();
  if (in_atomic()) return nooks_bad_parameter('ioremap', 'context: atomic') as usize;
  if (size === 0 || physical + size - 1 < physical) return 0;
  if (physical < setup.memory_end && physical + size > setup.memory_start) {
    return nooks_bad_parameter('ioremap', 'physical: memory') as usize;
  }
  if (!is_device_window(domain, physical, size) && !is_own_region(domain, physical, size)) {
    return nooks_bad_parameter('ioremap', 'physical') as usize;
  }
  const address = ioremap(physical, size);
  if (address === 0) return 0;
  const page = address & ~(PAGE_SIZE - 1);
  if (grant(domain.root, page, address + size - page, PTE_R | PTE_W)
    && object_add(domain, OBJECT_IOREMAP, address, address, size, 0)) return address;
  iounmap(address);
  return 0;
}

/** Whether it has requested these addresses of devices. */
function is_own_region(domain: Domain, physical: usize, size: u32): bool {
  let inside = false;
  const flags = spin_lock_irqsave(domain.lock);
  for (let object = object_first(domain, OBJECT_REGION); object !== null; object = object.next_of_type) {
    if (object.data !== MEMORY) continue;
    const offset = physical - object.extension;
    if (offset < object.size && size <= object.size - offset) inside = true;
  }
  spin_unlock_irqrestore(domain.lock, flags);
  return inside;
}

export function body_iounmap(address: usize): u32 {
  if (address === 0) return 0;
  const domain = nooks_caller();
  if (in_atomic()) return nooks_bad_parameter('iounmap', 'context: atomic');
  const object = object_take(domain, OBJECT_IOREMAP, address);
  if (object === null) return nooks_bad_parameter('iounmap', 'address');
  release_ioremap(domain, object);
  object_free(object);
  return 0;
}

/** The domain's entries follow the kernel's. */
export function release_ioremap(domain: Domain, object: NooksObject): void {
  iounmap(object.kernel);
}

export function body_request_dma(channel: u32, name: usize): i32 {
  const domain = nooks_caller();
  const taken = take_name(domain, name);
  if (taken === null) return -ENOMEM;
  const error = request_dma(channel, cast<cstr>(taken.name));
  if (error === 0) {
    // The controllers' registers lie in the first page of ports.
    if (grant_ports(domain, 0, 1) && object_add(domain, OBJECT_DMA, addr(taken), channel as usize, 0, 0)) return 0;
    free_dma(channel);
    revoke_ports(domain, 0, 1);
  }
  kfree(addr(taken));
  return error === 0 ? -ENOMEM : error;
}

export function body_free_dma(channel: u32): u32 {
  const domain = nooks_caller();
  const object = object_take(domain, OBJECT_DMA, channel as usize);
  if (object === null) return nooks_bad_parameter('free_dma', 'channel');
  release_dma(domain, object);
  object_free(object);
  return 0;
}

/** The device may be in the middle of a transfer: it ends here. */
export function release_dma(domain: Domain, object: NooksObject): void {
  const channel = object.extension as u32;
  const flags = claim_dma_lock();
  disable_dma(channel);
  release_dma_lock(flags);
  free_dma(channel);
  kfree(object.kernel);
  revoke_ports(domain, 0, 1);
}

export function body_claim_dma_lock(): u32 {
  if (dma_lock_is_held()) return nooks_bad_parameter('claim_dma_lock', 'lock: held already');
  return claim_dma_lock();
}

export function body_release_dma_lock(flags: u32): u32 {
  if (!dma_lock_is_held()) return nooks_bad_parameter('release_dma_lock', 'lock: not held');
  release_dma_lock(flags);
  return 0;
}
