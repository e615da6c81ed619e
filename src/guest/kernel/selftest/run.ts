/**
 * The self-tests: the boot argument `selftest=name,...`, or `selftest=all`, runs them instead of the first process and
 * then turns the machine off, with the firmware's reason "system failure" if one failed.
 */
import { strlen, strncmp } from '../../lib/string.ts';
import { sbi_shutdown, sbi_shutdown_failed } from '../arch/sbi.ts';
import { printk } from '../debug/printk.ts';
import { boot_arg } from '../init/setup.ts';
import { selftest_fs } from './fs.ts';
import { selftest_locks } from './locks.ts';
import { selftest_misuse } from './misuse.ts';
import { selftest_mm } from './mm.ts';
import { selftest_net } from './net.ts';
import { selftest_oops } from './oops.ts';
import { selftest_sched } from './sched.ts';
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
const misuse: Selftest = { name: 'misuse', run: selftest_misuse };
const fs: Selftest = { name: 'fs', run: selftest_fs };
const mm: Selftest = { name: 'mm', run: selftest_mm };
const uaccess: Selftest = { name: 'uaccess', run: selftest_uaccess };
const net: Selftest = { name: 'net', run: selftest_net };
const oops: Selftest = { name: 'oops', run: selftest_oops };
const SELFTESTS = 10;
const selftests: Arr<Selftest, 10> = [locks, sched, timers, softirq, misuse, fs, mm, uaccess, net, oops];

/** Does what the boot argument says, and does not return. @sleeps */
export function run_selftests(): void {
  const wanted = boot_arg('selftest');
  if (wanted === null) return;
  let ran: u32 = 0, failed: u32 = 0;
  for (let n: u32 = 0; n < SELFTESTS; n++) {
    const test = selftests[n];
    if (!names(wanted, test.name) && !names(wanted, 'all')) continue;
    ran++;
    const errors = test.run();
    if (errors !== 0) failed++;
    printk('selftest %s: %s\n', test.name, errors === 0 ? 'ok' : 'FAILED');
  }
  if (ran === 0) printk('<3>selftest: there is none of that name\n');
  if (ran === 0 || failed !== 0) sbi_shutdown_failed();
  sbi_shutdown();
}

/** Whether `name` is one of the words between commas in the text, which ends at a blank or the end. */
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
  return byte === 0 || byte === char(' ') || byte === char(',');
}
