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

/**
 * An object that a domain holds. `extension`: its address there; the same as `kernel` when there is one version. `next`
 * is the next in the chain of its address; the others are the next of its type, and the one of which it is that.
 */
export class NooksObject {
  type: u32;
  kernel: usize;
  extension: usize;
  size: u32;
  /** The type's own: what release needs besides. */
  data: usize;
  next: NooksObject | null;
  next_of_type: NooksObject | null;
  last_of_type: NooksObject | null;
}

/** What recovery knows of a type: how to give an object back. `order`: lower first; DMA memory comes last. */
export class ObjectType {
  name: cstr;
  order: u32;
  release: (domain: Domain, object: NooksObject) => void;
}

const CHAINS = 64;

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
  const next = object_first(domain, object.type);
  object.next_of_type = next;
  object.last_of_type = null;
  if (next !== null) next.last_of_type = object;
  domain.types[object.type] = addr(object);
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
  const next = object.next_of_type, last = object.last_of_type;
  if (next !== null) next.last_of_type = last;
  if (last === null) domain.types[object.type] = addr(next);
  else last.next_of_type = next;
  domain.object_count--;
  amoadd(addr(live_objects) + object.type * 4, -1);
}

/** The extension's address of the version that it has of a kernel object; 0 if it has none. */
export function object_version(domain: Domain, type: u32, kernel: usize): usize {
  const flags = spin_lock_irqsave(domain.lock);
  let object = object_first(domain, type);
  while (object !== null && object.kernel !== kernel) object = object.next_of_type;
  const version = object === null ? 0 : object.extension;
  spin_unlock_irqrestore(domain.lock, flags);
  return version;
}

/** The object of a type that was added last, at which the list of the others begins. Under the domain's lock. */
export function object_first(domain: Domain, type: u32): NooksObject | null {
  return cast<NooksObject | null>(domain.types[type]);
}

export function object_free(object: NooksObject): void {
  kfree(addr(object));
}

/** Takes out of the table the object of a type that was added last; null if there is none. */
export function object_take_first(domain: Domain, type: u32): NooksObject | null {
  const flags = spin_lock_irqsave(domain.lock);
  const object = object_first(domain, type);
  if (object !== null) {
    const chain = chain_of(object.extension);
    unlink(domain, chain, before_in(domain, chain, object), object);
  }
  spin_unlock_irqrestore(domain.lock, flags);
  return object;
}

/** The one after which an object stands in its chain; null for the first. */
function before_in(domain: Domain, chain: u32, object: NooksObject): NooksObject | null {
  let before: NooksObject | null = null;
  let other = cast<NooksObject>(domain.objects[chain]);
  for (; addr(other) !== addr(object); other = other.next!) before = other;
  return before;
}

/** How many objects of a type a domain holds. */
export function object_held(domain: Domain, type: u32): u32 {
  let count: u32 = 0;
  const flags = spin_lock_irqsave(domain.lock);
  for (let object = object_first(domain, type); object !== null; object = object.next_of_type) count++;
  spin_unlock_irqrestore(domain.lock, flags);
  return count;
}
