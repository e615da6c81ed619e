/**
 * The object tracker: Nooks (SOSP 2003), section 3.3. It knows each kernel object that an extension holds: under which
 * address the kernel has it, under which the extension, and what type it is, so that recovery can give it back. An
 * object may have one version, or two that are kept equal.
 */
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../kernel/locking/spinlock.ts';
import { kfree, kmalloc } from '../../kernel/mm/kmalloc.ts';
import { GFP_ATOMIC } from '../../kernel/mm/page_alloc.ts';
import { Domain } from '../isolation/domain.ts';
import { LIMIT_OBJECTS, limit_reached } from '../isolation/limits.ts';

/** An object that a domain holds. `extension`: its address there; the same as `kernel` when there is one version. */
export class NooksObject {
  type: u32;
  kernel: usize;
  extension: usize;
  size: u32;
  /** The type's own: what release needs besides. */
  data: usize;
  next: NooksObject | null;
}

/** What recovery knows of a type: how to give an object back. `order`: lower first; DMA memory comes last. */
export class ObjectType {
  name: cstr;
  order: u32;
  release: (domain: Domain, object: NooksObject) => void;
}

export const CHAINS = 64;

/** Objects by type, of all domains, and how many there were in all. */
export let live_objects!: Arr<u32, 64>;
export let tracked_objects: u32 = 0;

function chain_of(extension: usize): u32 {
  return (extension >> 4 ^ extension >> 12) & (CHAINS - 1);
}

/** Begins to track an object; false for no memory, or as many as there may be. */
export function object_add(
  domain: Domain, type: u32, kernel: usize, extension: usize, size: u32, data: usize,
): bool {
  if (domain.object_count >= domain.limits.most[LIMIT_OBJECTS]) {
    limit_reached(domain, LIMIT_OBJECTS);
    return false;
  }
  const object = cast<NooksObject | null>(kmalloc(sizeof<NooksObject>(), GFP_ATOMIC));
  if (object === null) return false;
  object.type = type;
  object.kernel = kernel;
  object.extension = extension;
  object.size = size;
  object.data = data;
  object_put(domain, object);
  amoadd(addr(tracked_objects), 1);
  return true;
}

/** Puts a record into the table: a new one, or one that was taken out. */
export function object_put(domain: Domain, object: NooksObject): void {
  const chain = chain_of(object.extension);
  const flags = spin_lock_irqsave(domain.lock);
  object.next = cast<NooksObject | null>(domain.objects[chain]);
  domain.objects[chain] = addr(object);
  domain.object_count++;
  spin_unlock_irqrestore(domain.lock, flags);
  amoadd(addr(live_objects) + object.type * 4, 1);
}

/** The kernel's version of an object that the extension knows by an address; 0 if it holds none of that type there. */
export function object_find(domain: Domain, type: u32, extension: usize): usize {
  const flags = spin_lock_irqsave(domain.lock);
  let object = cast<NooksObject | null>(domain.objects[chain_of(extension)]);
  while (object !== null && (object.extension !== extension || object.type !== type)) object = object.next;
  const kernel = object === null ? 0 : object.kernel;
  spin_unlock_irqrestore(domain.lock, flags);
  return kernel;
}

/** Takes an object out of the table: the caller releases it and frees the record; null if there is none. */
export function object_take(domain: Domain, type: u32, extension: usize): NooksObject | null {
  const chain = chain_of(extension);
  const flags = spin_lock_irqsave(domain.lock);
  let before: NooksObject | null = null;
  let object = cast<NooksObject | null>(domain.objects[chain]);
  while (object !== null && (object.extension !== extension || object.type !== type)) {
    before = object;
    object = object.next;
  }
  if (object !== null) unlink(domain, chain, before, object);
  spin_unlock_irqrestore(domain.lock, flags);
  return object;
}

/** The same where several of a type may have one address: the one with this `data`. */
export function object_take_as(domain: Domain, type: u32, extension: usize, data: usize): NooksObject | null {
  const chain = chain_of(extension);
  const flags = spin_lock_irqsave(domain.lock);
  let before: NooksObject | null = null;
  let object = cast<NooksObject | null>(domain.objects[chain]);
  while (object !== null && (object.extension !== extension || object.type !== type || object.data !== data)) {
    before = object;
    object = object.next;
  }
  if (object !== null) unlink(domain, chain, before, object);
  spin_unlock_irqrestore(domain.lock, flags);
  return object;
}

/** Takes an object that is in a chain, after `before`, out of it; under the domain's lock. */
function unlink(domain: Domain, chain: u32, before: NooksObject | null, object: NooksObject): void {
  if (before === null) domain.objects[chain] = addr(object.next);
  else before.next = object.next;
  domain.object_count--;
  amoadd(addr(live_objects) + object.type * 4, -1);
}

/** The extension's address of the version that it has of a kernel object; 0 if it has none. */
export function object_version(domain: Domain, type: u32, kernel: usize): usize {
  const flags = spin_lock_irqsave(domain.lock);
  let version: usize = 0;
  for (let chain: u32 = 0; chain < CHAINS && version === 0; chain++) {
    let object = cast<NooksObject | null>(domain.objects[chain]);
    for (; object !== null; object = object.next) {
      if (object.type === type && object.kernel === kernel) version = object.extension;
    }
  }
  spin_unlock_irqrestore(domain.lock, flags);
  return version;
}

/** The object after another in the table, the first after null; null after the last. Under the domain's lock. */
export function object_after(domain: Domain, object: NooksObject | null): NooksObject | null {
  let next: NooksObject | null = object === null ? null : object.next;
  let chain: u32 = object === null ? 0 : chain_of(object.extension) + 1;
  for (; next === null && chain < CHAINS; chain++) next = cast<NooksObject | null>(domain.objects[chain]);
  return next;
}

export function object_free(object: NooksObject): void {
  kfree(addr(object));
}

/** Takes an object out of a chain whose type has this order; null if there is none. */
export function object_take_ordered(
  domain: Domain, chain: u32, types: Ptr<Embed<ObjectType>>, order: u32,
): NooksObject | null {
  const flags = spin_lock_irqsave(domain.lock);
  let before: NooksObject | null = null;
  let object = cast<NooksObject | null>(domain.objects[chain]);
  while (object !== null && types[object.type].order !== order) {
    before = object;
    object = object.next;
  }
  if (object !== null) unlink(domain, chain, before, object);
  spin_unlock_irqrestore(domain.lock, flags);
  return object;
}

/** How many objects of a type a domain holds. */
export function object_held(domain: Domain, type: u32): u32 {
  let count: u32 = 0;
  const flags = spin_lock_irqsave(domain.lock);
  for (let object = object_after(domain, null); object !== null; object = object_after(domain, object)) {
    if (object.type === type) count++;
  }
  spin_unlock_irqrestore(domain.lock, flags);
  return count;
}
