/**
 * /proc/locks: who holds which lock, who waits for which. Linux's file of that name is about locks on files, which this
 * kernel does not have; this is what its lock debugging prints on a console.
 */
import { snprintf } from '../../lib/format.ts';
import { list_entry } from '../../lib/list.ts';
import { cpu_online, NR_CPUS, percpu } from '../arch/cpu.ts';
import { PAGE_SIZE } from '../arch/layout.ts';
import { create_proc_read_entry } from '../fs/proc/proc_fs.ts';
import { MAX_LOCK_DEPTH, task_comm, task_list, tasklist_lock, TaskStruct } from '../sched/task.ts';
import { lock_name } from './held.ts';
import { read_lock, read_unlock } from './rwlock.ts';
import type { SpinLock } from './spinlock.ts';

/** Once /proc is there. @sleeps */
export function locks_proc_init(): void {
  create_proc_read_entry('locks', 0o444, null, locks_read_proc, 0);
}

/** Room for one more line. */
const LINE = 128;

declare let __image_start: Arr<u8, 1>;
declare let __image_end: Arr<u8, 1>;

/**
 * A lock's name. What is read of other harts is of this moment or the one before: a lock may be released, and its
 * memory freed, while it is looked at. So only the kernel's own variables are looked into.
 */
function safe_name(lock: SpinLock): cstr {
  const address = addr(lock);
  return address >= addr(__image_start) && address < addr(__image_end) ? lock_name(lock) : 'a lock';
}

function locks_read_proc(page: Ptr<u8>, start: Ptr<usize>, off: i32, count: i32, eof: Ptr<i32>, data: usize): i32 {
  let length: u32 = 0;
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) length = spinning_line(page, length, cpu);
  read_lock(tasklist_lock);
  for (let link = task_list.next; link !== task_list; link = link.next) {
    length = task_lines(page, length, list_entry<TaskStruct>(link, offsetof<TaskStruct>('tasks')));
  }
  read_unlock(tasklist_lock);
  eof[0] = 1;
  return length as i32;
}

function spinning_line(page: Ptr<u8>, at: u32, cpu: u32): u32 {
  if (!cpu_online(cpu)) return at;
  const spinning = percpu[cpu]!.spinning;
  if (spinning === null) return at;
  return at + snprintf(cast<Ptr<u8>>(addr(page) + at), LINE, 'CPU%u spins on %s at %08x\n', cpu, safe_name(spinning),
    addr(spinning));
}

function task_lines(page: Ptr<u8>, at: u32, task: TaskStruct): u32 {
  let length = at;
  for (let n: u32 = 0; n < task.lock_depth && n < MAX_LOCK_DEPTH && length + LINE < PAGE_SIZE; n++) {
    const lock = cast<SpinLock>(task.held_locks[n]);
    length += snprintf(cast<Ptr<u8>>(addr(page) + length), LINE, '%s/%d holds %s at %08x\n',
      task_comm(task), task.pid, safe_name(lock), addr(lock));
  }
  if (task.blocked_on !== 0 && length + LINE < PAGE_SIZE) {
    length += snprintf(cast<Ptr<u8>>(addr(page) + length), LINE, '%s/%d waits for a semaphore at %08x\n',
      task_comm(task), task.pid, task.blocked_on);
  }
  return length;
}
