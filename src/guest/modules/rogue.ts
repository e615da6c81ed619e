/**
 * An extension that misbehaves on request: `echo NUMBER > /proc/rogue` makes it do what row NUMBER says, in the context
 * of the writer. What the kernel does then, native and under Nooks, is a table in the tests.
 */
import { current } from '../kernel/arch/cpu.ts';
import { udelay } from '../kernel/arch/time.ts';
import { copy_from_user } from '../kernel/arch/uaccess.ts';
import { BUG } from '../kernel/debug/panic.ts';
import { printk } from '../kernel/debug/printk.ts';
import { EFAULT, EINVAL, ENOMEM } from '../kernel/errno.ts';
import { create_proc_entry, ProcDirEntry, remove_proc_entry } from '../kernel/fs/proc/proc_fs.ts';
import { local_irq_disable } from '../kernel/locking/irqflags.ts';
import {
  spin_lock, spin_lock_init, spin_lock_irqsave, spin_unlock, SpinLock,
} from '../kernel/locking/spinlock.ts';
import { kfree, kmalloc } from '../kernel/mm/kmalloc.ts';
import { GFP_KERNEL } from '../kernel/mm/page_alloc.ts';
import { vfree, vmalloc } from '../kernel/mm/vmalloc.ts';
import { schedule_timeout, set_current_state } from '../kernel/sched/sched.ts';
import { TASK_INTERRUPTIBLE, TaskStruct } from '../kernel/sched/task.ts';

export const NOTHING = 0;
export const STORE_KERNEL_TEXT = 1;
export const STORE_KERNEL_DATA = 2;
export const STORE_KERNEL_HEAP = 3;
export const STORE_OTHER_STACK = 4;
export const STORE_OWN_TEXT = 5;
export const LOAD_UNMAPPED = 6;
export const LOAD_NULL = 7;
export const LOAD_USER = 8;
export const STACK_OVERFLOW = 9;
export const JUMP_TO_DATA = 10;
export const JUMP_TO_NULL = 11;
export const LOOP = 12;
export const LOOP_IRQS_OFF = 13;
export const FREE_FOREIGN = 14;
export const DOUBLE_FREE = 15;
export const BAD_BUFFER = 16;
export const BAD_STRING = 17;
export const ALLOCATE_ALL = 18;
export const UNLOCK_FREE = 19;
export const LOCK_TWICE = 20;
export const SLEEP_WITH_LOCK = 21;
export const DIE_WITH_LOCK = 22;
export const CALL_BUG = 23;
export const ILLEGAL = 24;
export const LEAK_AND_DIE = 25;
export const STORE_PAGE_TABLE = 26;
export const STORE_CURRENT = 27;
export const BAD_FORMAT = 28;
export const VFREE_FOREIGN = 29;
export const WAIT_FOR_LOCK = 30;
export const BAD_LOCK_NAME = 34;
export const MAKE_DIRECTORY = 35;
/** Not a misdeed: runs for a while in the extension, interrupts on; with interrupts off; asleep in the kernel. */
export const BUSY = 31;
export const BUSY_IRQS_OFF = 32;
export const ASLEEP = 33;

let data: Arr<u32, 2> = [0x00008067, 0x00008067];
let lock!: Embed<SpinLock>;
/** How many requests have been done. */
let done: u32 = 0;

/** What it does as soon as it is loaded; a parameter. */
export let at_start: u32 = NOTHING;

export function init_module(): i32 {
  spin_lock_init(lock, 'rogue_lock');
  const error = misbehave(at_start, 0);
  if (error !== 0) return error;
  const entry = create_proc_entry('rogue', 0o644, null);
  if (entry === null) return -ENOMEM;
  entry.read_proc = read_rogue;
  entry.write_proc = write_rogue;
  return 0;
}

export function cleanup_module(): void {
  remove_proc_entry('rogue', null);
}

function read_rogue(page: Ptr<u8>, start: Ptr<usize>, off: i32, count: i32, eof: Ptr<i32>, unused: usize): i32 {
  page[0] = char('0') + done % 10;
  page[1] = char('\n');
  eof[0] = 1;
  return 2;
}

function write_rogue(buffer: usize, count: u32, unused: usize): i32 {
  const text = local<Arr<u8, 16>>();
  if (count >= 16) return -EINVAL;
  if (copy_from_user(addr(text), buffer, count) !== 0) return -EFAULT;
  let number: u32 = 0;
  for (let at: u32 = 0; at < count && text[at] >= char('0') && text[at] <= char('9'); at++) {
    number = number * 10 + text[at] - char('0');
  }
  const error = misbehave(number, buffer);
  done++;
  return error === 0 ? (count as i32) : error;
}

function store(address: usize): void {
  cast<Ptr<u32>>(address & ~3)[0] = 0xdeadbeef;
}

function load(address: usize): u32 {
  return readl(address);
}

function call_at(address: usize): void {
  cast<Call>(address)();
}

type Call = () => void;

function misbehave(number: u32, buffer: usize): i32 {
  const task = current();
  switch (number) {
    case NOTHING: return 0;
    case STORE_KERNEL_TEXT: store(addr(printk)); break;
    case STORE_KERNEL_DATA: store(addr(task.parent.children)); break;
    case STORE_KERNEL_HEAP: store(addr(task.files)); break;
    case STORE_OTHER_STACK: store(task.parent.stack + 8188); break;
    case STORE_OWN_TEXT: store(addr(misbehave)); break;
    case LOAD_UNMAPPED: load(0xc7fff000); break;
    case LOAD_NULL: load(0); break;
    case LOAD_USER: load(buffer & ~3); break;
    case STACK_OVERFLOW: return (recurse(1) as i32) & 1;
    case JUMP_TO_DATA: call_at(addr(data)); break;
    case JUMP_TO_NULL: call_at(0); break;
    case LOOP: for (;;) ;
    case LOOP_IRQS_OFF:
      local_irq_disable();
      for (;;) ;
    case FREE_FOREIGN: kfree(addr(task.files)); break;
    case DOUBLE_FREE: free_twice(); break;
    case BAD_BUFFER: return copy_from_user(addr(task), buffer, 2) === 0 ? 0 : -EFAULT;
    case BAD_STRING: remove_proc_entry(cast<cstr>(0x10), null); break;
    case ALLOCATE_ALL: return allocate_all();
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
    case CALL_BUG: BUG();
    case ILLEGAL: illegal(); break;
    case LEAK_AND_DIE:
      for (let size: u32 = 16; size <= 8192; size *= 2) if (kmalloc(size, GFP_KERNEL) === 0) return -ENOMEM;
      if (vmalloc(20000) === 0) return -ENOMEM;
      load(0);
      break;
    case STORE_PAGE_TABLE: store(((csrr_satp() & 0x3fffff) << 12) as usize); break;
    case STORE_CURRENT: store(addr(task)); break;
    case BAD_FORMAT: printk('%s\n', cast<cstr>(0x20)); break;
    case VFREE_FOREIGN: vfree(task.stack); break;
    case WAIT_FOR_LOCK:
      spin_lock(lock);
      spin_unlock(lock);
      break;
    case BAD_LOCK_NAME:
      spin_lock(lock);
      lock.name = cast<cstr>(0x20);
      load(0);
      break;
    case MAKE_DIRECTORY: return create_proc_entry('rogue.d', 0o40755, null) === null ? -ENOMEM : 0;
    case BUSY: udelay(5000); break;
    case BUSY_IRQS_OFF:
      local_irq_disable();
      udelay(5000);
      csrs_sstatus(2);
      break;
    case ASLEEP:
      set_current_state(TASK_INTERRUPTIBLE);
      schedule_timeout(5);
      break;
    default: return -EINVAL;
  }
  return 0;
}

function recurse(depth: u32): u32 {
  const frame = local<Arr<u32, 32>>();
  frame[depth % 32] = depth;
  return recurse(depth + 1) + frame[depth % 32];
}

function free_twice(): void {
  const address = kmalloc(64, GFP_KERNEL);
  kfree(address);
  kfree(address);
}

/** Takes memory until there is none, and keeps it. */
function allocate_all(): i32 {
  for (;;) if (kmalloc(4096, GFP_KERNEL) === 0) return -ENOMEM;
}

function illegal(): void {
  asm`
    .word 0
    ret
  `;
}
