/** What memory management sees of a task. */
import type { SpinLock } from '../locking/spinlock.ts';
import type { MmStruct } from '../mm/mmap.ts';

export class TaskStruct {
  mm: MmStruct | null;
  alloc_lock: Embed<SpinLock>;
}
