/** /proc/nooks for reading: what the isolation layer counts. What may be written to it: control.ts. */
import { vsnprintf } from '../../lib/format.ts';
import { memcpy } from '../../lib/memory.ts';
import { TIMEBASE } from '../../kernel/arch/time.ts';
import { create_proc_entry } from '../../kernel/fs/proc/proc_fs.ts';
import { down, up } from '../../kernel/locking/semaphore.ts';
import { module_sem } from '../../kernel/module/module.ts';
import { Domain, domain_called, DOMAIN_FAILED, FAIL_EXCEPTION, FAIL_REASONS } from '../isolation/domain.ts';
import { failure_names } from '../isolation/fail.ts';
import { LIMIT_HEAP, LIMIT_OBJECTS, LIMIT_STACKS } from '../isolation/limits.ts';
import { live_objects, object_held } from '../tracker/objects.ts';
import { OBJECT_TYPES, object_types } from '../tracker/types.ts';
import { nooks_write_proc } from './control.ts';
import {
  Extension, EXTENSION_DOWN, EXTENSION_FAILED, extension_name, EXTENSION_STARTING, EXTENSION_UP, extensions,
} from './extension.ts';
import { Phase, phase_names, PHASES, Statistics, totals } from './statistics.ts';
import { count_withheld, WithheldCounts } from './withheld.ts';

/** Text of any length, of which a reader wants `room` bytes from byte `skip` on. */
class Text {
  page: usize;
  skip: u32;
  room: u32;
  /** Bytes in the page, and whether more did not fit. */
  length: u32;
  cut: bool;
}

const LINE_MAX = 160;
const UNITS_PER_US = TIMEBASE / 1000000;

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
  text.skip = off as u32;
  text.room = count as u32;
  text.length = 0;
  text.cut = false;
  write_all(text);
  start[0] = addr(page);
  eof[0] = text.cut ? 0 : 1;
  return text.length as i32;
}

function write_all(text: Text): void {
  down(module_sem);
  for (let extension = extensions; extension !== null; extension = extension.next) {
    const domain = domain_called(extension_name(extension));
    say(text, '%s: %s, %s\n', extension_name(extension), state_of(extension, domain), extension.kind);
    write_domain(text, extension, domain);
    write_statistics(text, extension.statistics);
  }
  up(module_sem);
  say(text, 'all:\n');
  write_statistics(text, totals);
  write_withheld(text);
  say(text, '  objects:');
  write_objects(text, null);
}

function state_of(extension: Extension, domain: Domain | null): cstr {
  if (domain !== null && domain.state === DOMAIN_FAILED) return 'failed';
  switch (extension.state) {
    case EXTENSION_UP: return extension.recovering ? 'starting up' : 'in service';
    case EXTENSION_DOWN: return 'down';
    case EXTENSION_STARTING: return 'restarting';
    case EXTENSION_FAILED: return 'failed';
    default: return 'gone';
  }
}

/** Crossings are those of all its domains, the rest is what it holds now. */
function write_domain(text: Text, extension: Extension, domain: Domain | null): void {
  let calls_in = extension.statistics.driver_calls, calls_out = extension.statistics.kernel_calls;
  let deferred = extension.statistics.deferred_calls, refused = extension.statistics.refused;
  if (domain !== null) {
    calls_in += domain.driver_calls;
    calls_out += domain.kernel_calls;
    deferred += domain.deferred_calls;
    refused += domain.refused;
  }
  say(text, '  calls: %u in, %u out, %u deferred, %u refused\n', calls_in, calls_out, deferred, refused);
  if (domain === null) return;
  const most = domain.limits.most;
  say(text, '  inside: %u; heap: %u bytes in %u pages of %u; stacks: %u of %u\n', domain.inside, domain.heap.bytes,
    domain.heap.page_count, most[LIMIT_HEAP], domain.stack_count, most[LIMIT_STACKS]);
  say(text, '  objects: %u of %u:', domain.object_count, most[LIMIT_OBJECTS]);
  write_objects(text, domain);
}

/** How many there are of each type, but for those of which there are none: of a domain, or of all. */
function write_objects(text: Text, domain: Domain | null): void {
  let separator = '';
  for (let type: u32 = 0; type < OBJECT_TYPES; type++) {
    const count = domain === null ? live_objects[type] : object_held(domain, type);
    if (count === 0) continue;
    say(text, '%s %u %s', separator, count, object_types[type].name);
    separator = ',';
  }
  say(text, '\n');
}

/** What is kept from devices until a driver takes them again. */
function write_withheld(text: Text): void {
  const counts = local<WithheldCounts>();
  count_withheld(counts);
  say(text, '  withheld: %u pages, %u packets\n', counts.pages, counts.packets);
}

function write_statistics(text: Text, statistics: Statistics): void {
  say(text, '  failures:');
  for (let reason: u32 = FAIL_EXCEPTION; reason < FAIL_REASONS; reason++) {
    say(text, ' %u %s%s', statistics.failures[reason], failure_names[reason], reason + 1 < FAIL_REASONS ? ',' : '\n');
  }
  say(text, '  recoveries: %u\n', statistics.recoveries);
  if (statistics.phases[0].count === 0) return;
  say(text, '    %-8s %6s %10s %10s %12s us\n', 'phase', 'times', 'last', 'most', 'total');
  for (let phase: u32 = 0; phase < PHASES; phase++) write_phase(text, phase_names[phase], statistics.phases[phase]);
}

function write_phase(text: Text, name: cstr, phase: Phase): void {
  say(text, '    %-8s %6u %10u %10u %12llu\n', name, phase.count, phase.last / UNITS_PER_US, phase.most / UNITS_PER_US,
    phase.total / u64of(UNITS_PER_US as u32));
}

/** Adds a line, or a part of one, of at most LINE_MAX bytes. */
function say(text: Text, format: cstr, ...args: VarArg[]): void {
  const line = local<Arr<u8, 160>>();
  const whole = vsnprintf(line, LINE_MAX, format, cells(args));
  const bytes = whole < LINE_MAX ? whole : LINE_MAX - 1;
  const from = text.skip < bytes ? text.skip : bytes;
  text.skip -= from;
  const left = bytes - from, fits = text.room - text.length;
  const taken = left < fits ? left : fits;
  memcpy(cast(text.page + text.length), cast(addr(line) + from), taken);
  text.length += taken;
  if (taken < left) text.cut = true;
}
