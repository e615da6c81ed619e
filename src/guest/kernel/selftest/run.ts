/**
 * The self-tests: the boot argument `selftest=name,...`, or `selftest=all`, runs them instead of the first process and
 * then turns the machine off, with the firmware's reason "system failure" if one failed. Writing the same words to
 * /proc/selftest runs them in the running system; reading it tells their names.
 */
import { snprintf } from '../../lib/format.ts';
import { strlen, strncmp } from '../../lib/string.ts';
import { PAGE_SIZE } from '../arch/layout.ts';
import { sbi_shutdown, sbi_shutdown_failed } from '../arch/sbi.ts';
import { strncpy_from_user } from '../arch/uaccess.ts';
import { printk } from '../debug/printk.ts';
import { EFAULT, EINVAL, EIO } from '../errno.ts';
import { create_proc_entry } from '../fs/proc/proc_fs.ts';
import { boot_arg } from '../init/setup.ts';
import { read_lock_irqsave, read_unlock_irqrestore } from '../locking/rwlock.ts';
import { down, init_MUTEX, Semaphore, up } from '../locking/semaphore.ts';
import { flush_scheduled_tasks } from '../sched/context.ts';
import { schedule_timeout, set_current_state } from '../sched/sched.ts';
import { task_list, tasklist_lock, TASK_UNINTERRUPTIBLE } from '../sched/task.ts';
import { selftest_fs } from './fs.ts';
import { selftest_irq } from './irq.ts';
import { selftest_locks } from './locks.ts';
import { selftest_misuse } from './misuse.ts';
import { selftest_mm } from './mm.ts';
import { selftest_net } from './net.ts';
import { selftest_oops } from './oops.ts';
import { selftest_races } from './races.ts';
import { selftest_sched } from './sched.ts';
import { selftest_smp } from './smp.ts';
import { selftest_softirq } from './softirq.ts';
import { selftest_timers } from './timers.ts';
import { selftest_uaccess } from './uaccess.ts';

/** A test gives how many things went wrong, and has said which. */
class Selftest {
  name: cstr;
  run: () => i32;
}

const locks: Selftest = { name: 'locks', run: selftest_locks };
const sched: Selftest = { name: 'sched', run: selftest_sched };
const timers: Selftest = { name: 'timers', run: selftest_timers };
const softirq: Selftest = { name: 'softirq', run: selftest_softirq };
const irq: Selftest = { name: 'irq', run: selftest_irq };
const smp: Selftest = { name: 'smp', run: selftest_smp };
const races: Selftest = { name: 'races', run: selftest_races };
const misuse: Selftest = { name: 'misuse', run: selftest_misuse };
const fs: Selftest = { name: 'fs', run: selftest_fs };
const mm: Selftest = { name: 'mm', run: selftest_mm };
const uaccess: Selftest = { name: 'uaccess', run: selftest_uaccess };
const net: Selftest = { name: 'net', run: selftest_net };
const oops: Selftest = { name: 'oops', run: selftest_oops };
const SELFTESTS = 13;
const selftests: Arr<Selftest, 13> = [
  locks, sched, timers, softirq, irq, smp, races, misuse, fs, mm, uaccess, net, oops,
];

/** Tests have variables: one run at a time. Outermost. */
let selftest_sem!: Embed<Semaphore>;

/** Makes /proc/selftest; then does what the boot argument says, and if there is one does not return. @sleeps */
export function run_selftests(): void {
  init_MUTEX(selftest_sem);
  const entry = create_proc_entry('selftest', 0o644, null);
  if (entry !== null) {
    entry.read_proc = selftest_read_proc;
    entry.write_proc = selftest_write_proc;
  }
  const wanted = boot_arg('selftest');
  if (wanted === null) return;
  if (run(wanted) !== 0) sbi_shutdown_failed();
  sbi_shutdown();
}

/** Runs the tests of these names, in the table's order, and says how each ended: 0, -EIO if one failed, -EINVAL. */
function run(wanted: cstr): i32 {
  let ran: u32 = 0, failed: u32 = 0;
  const tasks = count_tasks();
  for (let n: u32 = 0; n < SELFTESTS; n++) {
    const test = selftests[n];
    if (!names(wanted, test.name) && !names(wanted, 'all')) continue;
    ran++;
    settle(tasks);
    const errors = test.run();
    if (errors !== 0) failed++;
    printk('selftest %s: %s\n', test.name, errors === 0 ? 'ok' : 'FAILED');
  }
  if (ran === 0) printk('<3>selftest: there is none of that name\n');
  return ran === 0 ? -EINVAL : failed === 0 ? 0 : -EIO;
}

/** Ticks that threads of the test before may take to end. */
const PATIENCE = 50;

/** Waits for them: a test that counts what there is must not count what is about to go. */
function settle(tasks: u32): void {
  for (let tick: u32 = 0; tick < PATIENCE && count_tasks() > tasks; tick++) {
    set_current_state(TASK_UNINTERRUPTIBLE);
    schedule_timeout(1);
  }
  // What they were goes by keventd.
  flush_scheduled_tasks();
}

function count_tasks(): u32 {
  let count: u32 = 0;
  const flags = read_lock_irqsave(tasklist_lock);
  for (let link = task_list.next; link !== task_list; link = link.next) count++;
  read_unlock_irqrestore(tasklist_lock, flags);
  return count;
}

const WORDS_MAX = 128;

function selftest_write_proc(buffer: usize, count: u32, data: usize): i32 {
  const words = local<Arr<u8, 128>>();
  if (count >= WORDS_MAX) return -EINVAL;
  const length = strncpy_from_user(addr(words), buffer, count);
  if (length < 0) return -EFAULT;
  words[length] = 0;
  down(selftest_sem);
  const error = run(cast<cstr>(words));
  up(selftest_sem);
  return error === 0 ? count as i32 : error;
}

function selftest_read_proc(page: Ptr<u8>, start: Ptr<usize>, off: i32, count: i32, eof: Ptr<i32>, data: usize): i32 {
  let length: u32 = 0;
  for (let n: u32 = 0; n < SELFTESTS; n++) {
    length += snprintf(ptr(page[length]), PAGE_SIZE - length, '%s\n', selftests[n].name);
  }
  eof[0] = 1;
  return length as i32;
}

/** Whether `name` is one of the words between commas in the text, which ends at a blank or a line's end. */
function names(text: cstr, name: cstr): bool {
  const length = strlen(name);
  for (let at = addr(text); ; at++) {
    const word = cast<cstr>(at);
    if (strncmp(word, name, length) === 0 && is_end(word[length])) return true;
    while (!is_end(cast<cstr>(at)[0])) at++;
    if (cast<cstr>(at)[0] !== char(',')) return false;
  }
}

function is_end(byte: u32): bool {
  return byte === 0 || byte === char(' ') || byte === char('\n') || byte === char(',');
}
