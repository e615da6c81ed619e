/** Wrappers of /proc entries: an extension has a copy of its ProcDirEntry, of which the kernel takes the functions. */
import { memcpy } from '../../lib/memory.ts';
import { PAGE_SIZE } from '../../kernel/arch/layout.ts';
import { EIO, ENOMEM } from '../../kernel/errno.ts';
import {
  create_proc_entry, ProcDirEntry, read_proc_t,
} from '../../kernel/fs/proc/proc_fs.ts';
import { S_ISDIR } from '../../kernel/fs/mode.ts';
import { in_interrupt } from '../../kernel/locking/preempt.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../kernel/locking/spinlock.ts';
import { GFP_KERNEL } from '../../kernel/mm/page_alloc.ts';
import { nooks_call_read_proc_t } from '../generated/proc.wrappers.ts';
import { nooks_take_ProcDirEntry } from '../generated/structs.wrappers.ts';
import { Domain, DOMAIN_LIVE } from '../isolation/domain.ts';
import { heap_alloc, heap_free } from '../isolation/heap.ts';
import { NooksObject, object_add, object_find, object_first, object_free, object_take } from '../tracker/objects.ts';
import { OBJECT_PROC_ENTRY, release_proc_entry } from '../tracker/types.ts';
import { nooks_bad_parameter, nooks_caller, nooks_string_valid } from './check.ts';
import { Target } from './targets.ts';

/** What the extension gets is its own copy: entries of the tree are the kernel's. */
export function body_create_proc_entry(name: usize, mode: u32, parent: usize): usize {
  const domain = nooks_caller();
  if (!nooks_string_valid(domain, name)) return nooks_bad_parameter('create_proc_entry', 'name') as usize;
  if (in_interrupt()) return nooks_bad_parameter('create_proc_entry', 'context') as usize;
  // The tracker releases entries in no order of parents and children.
  if (S_ISDIR(mode)) return 0;
  const dir = parent === 0 ? 0 : object_find(domain, OBJECT_PROC_ENTRY, parent);
  if (parent !== 0 && dir === 0) return nooks_bad_parameter('create_proc_entry', 'parent') as usize;
  const entry = create_proc_entry(cast<cstr>(name), mode, cast<ProcDirEntry | null>(dir));
  if (entry === null) return 0;
  const copy = heap_alloc(domain, sizeof<ProcDirEntry>(), GFP_KERNEL);
  if (copy !== 0) {
    memcpy(cast(copy), entry, sizeof<ProcDirEntry>());
    if (object_add(domain, OBJECT_PROC_ENTRY, addr(entry), copy, sizeof<ProcDirEntry>(), 0)) {
      domain.unsynced = 1;
      return copy;
    }
  }
  const object = local<NooksObject>();
  object.kernel = addr(entry);
  object.extension = copy;
  object.size = sizeof<ProcDirEntry>();
  release_proc_entry(domain, object);
  return 0;
}

/** What is set in the extension's copy counts as if the extension had done it. */
export function body_create_proc_read_entry(
  name: usize, mode: u32, base: usize, read_proc: usize, data: usize,
): usize {
  const copy = body_create_proc_entry(name, mode, base);
  // After a bad parameter it is none.
  if (copy === 0 || nooks_caller().state !== DOMAIN_LIVE) return 0;
  const entry = cast<ProcDirEntry>(copy);
  entry.data = data;
  entry.read_proc = cast<read_proc_t>(read_proc);
  return copy;
}

export function body_remove_proc_entry(name: usize, parent: usize): u32 {
  const domain = nooks_caller();
  if (!nooks_string_valid(domain, name)) return nooks_bad_parameter('remove_proc_entry', 'name');
  const found = find_entry(domain, cast<cstr>(name));
  if (found === 0) return nooks_bad_parameter('remove_proc_entry', 'name');
  const object = object_take(domain, OBJECT_PROC_ENTRY, found);
  if (object === null) return 0;
  release_proc_entry(domain, object);
  object_free(object);
  return 0;
}

/** The extension's address of an entry of its own; 0 if it has none of that name. */
function find_entry(domain: Domain, name: cstr): usize {
  const flags = spin_lock_irqsave(domain.lock);
  let found: usize = 0;
  let object = object_first(domain, OBJECT_PROC_ENTRY);
  for (; object !== null && found === 0; object = object.next_of_type) {
    if (same_name(cast<ProcDirEntry>(object.kernel).name, name)) found = object.extension;
  }
  spin_unlock_irqrestore(domain.lock, flags);
  return found;
}

function same_name(own: cstr, path: cstr): bool {
  let start: u32 = 0, at: u32 = 0;
  for (; path[at] !== 0; at++) if (path[at] === char('/')) start = at + 1;
  let index: u32 = 0;
  while (own[index] !== 0 && own[index] === path[start + index]) index++;
  return own[index] === path[start + index];
}

/** What the extension has written into its copy counts. */
export function sync_proc_entry(domain: Domain, object: NooksObject): void {
  nooks_take_ProcDirEntry(domain, cast<ProcDirEntry>(object.extension), cast<ProcDirEntry>(object.kernel));
}

/** What read_proc fills is the domain's while it does, and copied back. */
export function body_x_read_proc_t(
  page: Ptr<u8>, start: Ptr<usize>, off: i32, count: i32, eof: Ptr<i32>, data: usize, target: Target, domain: Domain,
): i32 {
  const lent = heap_alloc(domain, PAGE_SIZE, GFP_KERNEL);
  const results = heap_alloc(domain, 8, GFP_KERNEL);
  let length: i32 = -ENOMEM;
  if (lent !== 0 && results !== 0) {
    const cells = cast<Ptr<u32>>(results);
    cells[0] = 0;
    cells[1] = eof[0] as u32;
    length = nooks_call_read_proc_t(target, cast(lent), cast(results), off, count, cast(results + 4), data);
    length = take_read(page, start, eof, lent, results, length);
  }
  if (lent !== 0) heap_free(domain, lent, PAGE_SIZE);
  if (results !== 0) heap_free(domain, results, 8);
  return length;
}

/** Copies what was read; a length or start that cannot be is an error. */
function take_read(page: Ptr<u8>, start: Ptr<usize>, eof: Ptr<i32>, lent: usize, results: usize, length: i32): i32 {
  if (length < 0) return length;
  const cells = cast<Ptr<u32>>(results);
  const begin = cells[0];
  if (length > (PAGE_SIZE as i32) || (begin !== 0 && begin - lent >= PAGE_SIZE)) return -EIO;
  memcpy(page, cast(lent), PAGE_SIZE);
  start[0] = begin === 0 ? 0 : addr(page) + (begin - lent);
  eof[0] = cells[1] as i32;
  return length;
}
