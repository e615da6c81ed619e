/**
 * An extension that misbehaves on request: `echo NUMBER > /proc/rogue` makes it do what row NUMBER of requests.ts says,
 * in the context of the writer. What the kernel does then, native and under Nooks, is a table in the tests.
 */
import { udelay } from '../../kernel/arch/time.ts';
import { copy_from_user } from '../../kernel/arch/uaccess.ts';
import { EFAULT, EINVAL, ENOMEM, ENOSYS } from '../../kernel/errno.ts';
import { create_proc_entry, ProcDirEntry, remove_proc_entry } from '../../kernel/fs/proc/proc_fs.ts';
import { local_irq_disable } from '../../kernel/locking/irqflags.ts';
import { simple_strtoul } from '../../lib/number.ts';
import { calls_init, misuse_calls, misuse_lock } from './calls.ts';
import { take_interrupt } from './interrupt.ts';
import { misuse_memory } from './memory.ts';
import { spoil_object } from './objects.ts';
import { BUSY, BUSY_IRQS_OFF, NOTHING, READ_ELSEWHERE, READ_TOO_MUCH } from './requests.ts';
import { take_all } from './resources.ts';

const MOST = 63;
/** Microseconds for which it is busy. */
const LONG = 5000;

let entry: ProcDirEntry | null = null;
/** How many requests have been done. */
let done: u32 = 0;
/** How /proc/rogue is read: READ_..., or 0 for well. */
let reads: u32 = 0;

export function init_module(): i32 {
  calls_init();
  const made = create_proc_entry('rogue', 0o644, null);
  if (made === null) return -ENOMEM;
  made.read_proc = read_rogue;
  made.write_proc = write_rogue;
  entry = made;
  return 0;
}

export function cleanup_module(): void {
  remove_proc_entry('rogue', null);
}

function read_rogue(page: Ptr<u8>, start: Ptr<usize>, off: i32, count: i32, eof: Ptr<i32>, unused: usize): i32 {
  page[0] = char('0') + done % 10;
  page[1] = char('\n');
  eof[0] = 1;
  if (reads === READ_ELSEWHERE) start[0] = addr(read_rogue);
  return reads === READ_TOO_MUCH ? 1000000 : 2;
}

/** A request, and maybe an address, both decimal. */
function write_rogue(buffer: usize, count: u32, unused: usize): i32 {
  const text = local<Arr<u8, 64>>();
  if (count > MOST) return -EINVAL;
  if (copy_from_user(addr(text), buffer, count) !== 0) return -EFAULT;
  text[count] = 0;
  const rest = local<Arr<cstr, 1>>();
  const request = simple_strtoul(cast<cstr>(text), rest, 10);
  const space: usize = rest[0][0] === char(' ') ? 1 : 0;
  const error = misbehave(request, buffer, simple_strtoul(cast<cstr>(addr(rest[0]) + space), null, 10) as usize);
  done++;
  return error === 0 ? (count as i32) : error;
}

function misbehave(request: u32, buffer: usize, address: usize): i32 {
  switch (request) {
    case NOTHING: return 0;
    case BUSY: udelay(LONG); return 0;
    case BUSY_IRQS_OFF:
      local_irq_disable();
      udelay(LONG);
      csrs_sstatus(2);
      return 0;
    case READ_TOO_MUCH:
    case READ_ELSEWHERE:
      reads = request;
      return 0;
  }
  let error = misuse_memory(request, buffer, address);
  if (error === -ENOSYS) error = misuse_calls(request, buffer);
  if (error === -ENOSYS) error = misuse_lock(request);
  if (error === -ENOSYS) error = take_all(request);
  if (error === -ENOSYS) error = spoil_object(request, cast<ProcDirEntry>(entry));
  if (error === -ENOSYS) error = take_interrupt(request);
  return error;
}
