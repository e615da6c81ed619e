/**
 * /proc/nooks: what the isolation layer counts; writing `fail NAME` is the explicit request to recover an extension.
 */
import { snprintf } from '../../lib/format.ts';
import { strcmp } from '../../lib/string.ts';
import { PAGE_SIZE } from '../../kernel/arch/layout.ts';
import { TIMEBASE } from '../../kernel/arch/time.ts';
import { copy_from_user } from '../../kernel/arch/uaccess.ts';
import { EFAULT, EINVAL, ENOENT } from '../../kernel/errno.ts';
import { create_proc_entry } from '../../kernel/fs/proc/proc_fs.ts';
import {
  Domain, DOMAIN_CLOSED, DOMAIN_LIVE, domain_at, domain_name, FAIL_REQUEST, MAX_DOMAINS,
} from '../isolation/domain.ts';
import { domain_fail, failures } from '../isolation/fail.ts';
import { live_objects, object_count } from '../tracker/objects.ts';
import { OBJECT_TYPES, object_types } from '../tracker/types.ts';
import { last_phases, recoveries } from './recovery.ts';

class Text {
  page: usize;
  length: u32;
}

/** Once /proc is there. @sleeps */
export function nooks_proc_init(): void {
  const entry = create_proc_entry('nooks', 0o644, null);
  if (entry === null) return;
  entry.write_proc = nooks_write_proc;
  entry.read_proc = nooks_read_proc;
}

function nooks_read_proc(page: Ptr<u8>, start: Ptr<usize>, off: i32, count: i32, eof: Ptr<i32>, data: usize): i32 {
  const text = local<Text>();
  text.page = addr(page);
  text.length = 0;
  took(text, snprintf(end(text), room(text),
    '%-16s %-8s %6s %10s %10s %8s %8s %8s\n', 'domain', 'state', 'inside', 'calls in', 'calls out', 'refused',
    'objects', 'heap'));
  for (let number: u32 = 0; number < MAX_DOMAINS; number++) {
    const domain = domain_at(number);
    if (domain !== null) domain_line(text, domain);
  }
  totals(text);
  eof[0] = 1;
  return text.length as i32;
}

/** @inline */
function end(text: Text): Ptr<u8> {
  return cast<Ptr<u8>>(text.page + text.length);
}

/** @inline */
function room(text: Text): u32 {
  return PAGE_SIZE - text.length;
}

function took(text: Text, length: u32): void {
  text.length = text.length + length < PAGE_SIZE ? text.length + length : PAGE_SIZE - 1;
}

function domain_line(text: Text, domain: Domain): void {
  const state = domain.state === DOMAIN_LIVE ? 'live' : domain.state === DOMAIN_CLOSED ? 'closed' : 'failed';
  took(text, snprintf(end(text), room(text), '%-16s %-8s %6u %10u %10u %8u %8u %8u\n', domain_name(domain), state,
    domain.inside, domain.driver_calls, domain.kernel_calls, domain.refused, object_count(domain), domain.heap.bytes));
}

function totals(text: Text): void {
  took(text, snprintf(end(text), room(text),
    'failures: %u exceptions, %u parameters, %u resources, %u time-outs, %u requests\n', failures[1], failures[2],
    failures[3], failures[4], failures[5]));
  const tick = TIMEBASE / 1000000;
  took(text, snprintf(end(text), room(text),
    'recoveries: %u; the last took %u us to leave, %u to release, %u to unload, %u to restart\n', recoveries,
    last_phases[0] / tick, last_phases[1] / tick, last_phases[2] / tick, last_phases[3] / tick));
  took(text, snprintf(end(text), room(text), 'objects:'));
  for (let type: u32 = 0; type < OBJECT_TYPES; type++) {
    took(text, snprintf(end(text), room(text), ' %u %s%s', live_objects[type], object_types[type].name,
      type + 1 < OBJECT_TYPES ? ',' : '\n'));
  }
}

const REQUEST_MAX = 48;

function nooks_write_proc(buffer: usize, count: u32, data: usize): i32 {
  const text = local<Arr<u8, 48>>();
  if (count >= REQUEST_MAX) return -EINVAL;
  if (copy_from_user(addr(text), buffer, count) !== 0) return -EFAULT;
  let length = count;
  while (length > 0 && text[length - 1] === char('\n')) length--;
  text[length] = 0;
  if (length < 6 || text[4] !== char(' ')) return -EINVAL;
  text[4] = 0;
  if (strcmp(cast<cstr>(text), 'fail') !== 0) return -EINVAL;
  const error = request(cast<cstr>(addr(text) + 5));
  return error === 0 ? (count as i32) : error;
}

function request(name: cstr): i32 {
  for (let number: u32 = 0; number < MAX_DOMAINS; number++) {
    const domain = domain_at(number);
    if (domain === null || strcmp(domain_name(domain), name) !== 0) continue;
    domain_fail(domain, FAIL_REQUEST, null, 'on request');
    return 0;
  }
  return -ENOENT;
}
