/** Misuse of the kernel's functions. Bad pointers to each of them: test/guest/nooks/caller.ts. */
import { current } from '../../kernel/arch/cpu.ts';
import { copy_from_user } from '../../kernel/arch/uaccess.ts';
import { BUG } from '../../kernel/debug/panic.ts';
import { printk } from '../../kernel/debug/printk.ts';
import { EFAULT, ENOMEM, ENOSYS } from '../../kernel/errno.ts';
import { create_proc_entry, remove_proc_entry } from '../../kernel/fs/proc/proc_fs.ts';
import {
  spin_lock, spin_lock_init, spin_lock_irqsave, spin_unlock, SpinLock,
} from '../../kernel/locking/spinlock.ts';
import { kfree, kmalloc } from '../../kernel/mm/kmalloc.ts';
import { GFP_KERNEL } from '../../kernel/mm/page_alloc.ts';
import { vfree, vmalloc } from '../../kernel/mm/vmalloc.ts';
import { schedule_timeout, set_current_state } from '../../kernel/sched/sched.ts';
import { TASK_INTERRUPTIBLE } from '../../kernel/sched/task.ts';
import { load, store } from './memory.ts';
import {
  ASLEEP, BAD_BUFFER, BAD_FORMAT, BAD_LOCK_NAME, BAD_STRING, CALL_BUG, DIE_WITH_LOCK, DOUBLE_FREE, FREE_FOREIGN,
  LEAK_AND_DIE, LOCK_TWICE, MAKE_DIRECTORY, SLEEP_WITH_LOCK, SPOIL_LOCK, UNLOCK_FREE, VFREE_FOREIGN, WAIT_FOR_LOCK,
} from './requests.ts';

let lock!: Embed<SpinLock>;

export function calls_init(): void {
  spin_lock_init(lock, 'rogue_lock');
}

export function misuse_calls(request: u32, buffer: usize): i32 {
  const task = current();
  switch (request) {
    case FREE_FOREIGN: kfree(addr(task.files)); break;
    case DOUBLE_FREE: free_twice(); break;
    case BAD_BUFFER: return copy_from_user(addr(task), buffer, 2) === 0 ? 0 : -EFAULT;
    case BAD_STRING: remove_proc_entry(cast<cstr>(0x10), null); break;
    case BAD_FORMAT: printk('%s\n', cast<cstr>(0x20)); break;
    case VFREE_FOREIGN: vfree(task.stack); break;
    case CALL_BUG: BUG();
    case LEAK_AND_DIE:
      for (let size: u32 = 16; size <= 8192; size *= 2) if (kmalloc(size, GFP_KERNEL) === 0) return -ENOMEM;
      if (vmalloc(20000) === 0) return -ENOMEM;
      load(0);
      break;
    case MAKE_DIRECTORY: return create_proc_entry('rogue.d', 0o40755, null) === null ? -ENOMEM : 0;
    case ASLEEP:
      set_current_state(TASK_INTERRUPTIBLE);
      schedule_timeout(5);
      break;
    default: return -ENOSYS;
  }
  return 0;
}

function free_twice(): void {
  const address = kmalloc(64, GFP_KERNEL);
  kfree(address);
  kfree(address);
}

export function misuse_lock(request: u32): i32 {
  switch (request) {
    case UNLOCK_FREE: spin_unlock(lock); break;
    case LOCK_TWICE:
      spin_lock(lock);
      spin_lock(lock);
      break;
    case SLEEP_WITH_LOCK:
      spin_lock(lock);
      set_current_state(TASK_INTERRUPTIBLE);
      schedule_timeout(2);
      spin_unlock(lock);
      break;
    case DIE_WITH_LOCK:
      spin_lock_irqsave(lock);
      store(addr(printk));
      break;
    case WAIT_FOR_LOCK:
      spin_lock(lock);
      spin_unlock(lock);
      break;
    case BAD_LOCK_NAME:
      spin_lock(lock);
      lock.name = cast<cstr>(0x20);
      load(0);
      break;
    case SPOIL_LOCK:
      spin_lock(lock);
      lock.owner = addr(current().parent);
      spin_unlock(lock);
      break;
    default: return -ENOSYS;
  }
  return 0;
}
