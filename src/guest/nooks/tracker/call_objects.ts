/**
 * Objects that an extension may use only as long as a call into it lasts: Nooks (SOSP 2003), section 3.3, where each
 * task has a table of its own for them. They are on the kernel stack of whoever calls, by a record there, and need no
 * release: the call's end, however it comes, is theirs.
 */
import { current } from '../../kernel/arch/cpu.ts';
import type { Domain } from '../isolation/domain.ts';

// CallObject.type.
export const CALL_POLL_TABLE = 0;
export const CALL_TYPES = 1;

export class CallObject {
  type: u32;
  kernel: usize;
  domain: usize;
  /** That of the call within which this one is made. */
  next: CallObject | null;
}

/** For the calls into a domain that this task makes until `call_object_end`. `object` is a local of the caller's. */
export function call_object_begin(object: CallObject, domain: Domain, type: u32, kernel: usize): void {
  const task = current();
  object.type = type;
  object.kernel = kernel;
  object.domain = addr(domain);
  object.next = cast<CallObject | null>(task.nooks_objects);
  task.nooks_objects = addr(object);
}

export function call_object_end(object: CallObject): void {
  current().nooks_objects = addr(object.next);
}

/** Whether it is an object of a call into the domain that this task is in. */
export function call_object_held(domain: Domain, type: u32, kernel: usize): bool {
  let object = cast<CallObject | null>(current().nooks_objects);
  while (object !== null && (object.kernel !== kernel || object.type !== type || object.domain !== addr(domain))) {
    object = object.next;
  }
  return object !== null;
}

/** All that is on the kernel stack below `address` is given up. */
export function call_objects_unwind(address: usize): void {
  const task = current();
  while (task.nooks_objects !== 0 && task.nooks_objects < address) {
    task.nooks_objects = addr(cast<CallObject>(task.nooks_objects).next);
  }
}
