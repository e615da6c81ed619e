/** The types of objects that the tracker knows, and how each is given back: Nooks (SOSP 2003), section 3.3. */
import { remove_proc_entry, ProcDirEntry } from '../../kernel/fs/proc/proc_fs.ts';
import { vfree } from '../../kernel/mm/vmalloc.ts';
import { del_timer_sync, TimerList } from '../../kernel/irq/timer.ts';
import { kfree } from '../../kernel/mm/kmalloc.ts';
import { Domain } from '../isolation/domain.ts';
import { heap_free } from '../isolation/heap.ts';
import { NooksObject, object_first, object_free, object_take, ObjectType } from './objects.ts';

// NooksObject.type.
export const OBJECT_PROC_ENTRY = 0;
export const OBJECT_TIMER = 1;
export const OBJECT_VMALLOC = 2;
export const OBJECT_MEMORY = 3;
export const OBJECT_TYPES = 4;

export const object_types: Arr<Embed<ObjectType>, 4> = [
  { name: 'proc entry', order: 0, release: release_proc_entry },
  { name: 'timer', order: 1, release: release_timer },
  { name: 'vmalloc', order: 8, release: release_vmalloc },
  { name: 'memory', order: 9, release: release_memory },
];

/** Gives back all that a domain holds; nobody is inside. @sleeps */
export function release_objects(domain: Domain): u32 {
  let count: u32 = 0;
  for (;;) {
    const object = object_first(domain, object_types);
    if (object === null) return count;
    object_take(domain, object.type, object.extension);
    object_types[object.type].release(domain, object);
    object_free(object);
    count++;
  }
}

/** The entry leaves the tree; who has it open, and is about to call its functions, finds dead targets. */
export function release_proc_entry(domain: Domain, object: NooksObject): void {
  const entry = cast<ProcDirEntry>(object.kernel);
  remove_proc_entry(entry.name, entry.parent);
  heap_free(domain, object.extension, object.size);
}

function release_timer(domain: Domain, object: NooksObject): void {
  del_timer_sync(cast<TimerList>(object.kernel));
  kfree(object.kernel);
}

function release_vmalloc(domain: Domain, object: NooksObject): void {
  vfree(object.kernel);
}

function release_memory(domain: Domain, object: NooksObject): void {
  heap_free(domain, object.kernel, object.size);
}
