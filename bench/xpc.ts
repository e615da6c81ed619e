import { readFileSync } from 'node:fs';
import { Machine, type EngineName } from '../src/host/machine.ts';
import { shippedSystem } from '../src/host/shipped.ts';
import { costProfiles } from '../src/platform/cost.ts';
import type { BenchOptions, BenchResult, Figure } from './support/bench.ts';
import { short, table } from './support/table.ts';

export const name = 'xpc';
export const question = 'What does an extension procedure call cost, in instructions, 2003 cycles and nanoseconds?';

const prompt = '\n# ';
const ra = 1;
/** How often each call is counted: the clock's interrupt may come into some of them. */
const turns = 9;
/** Calls that are timed together: those that the extension makes at one write, and those that are made of it. */
const timed = { inner: 20_000, outer: 40_000 };
/** Times of which the least counts, for each run that is asked for. */
const timings = 3;

/**
 * What src/guest/modules/nothing.ts does when caller.ts writes so many bytes, and the functions whose calls are
 * counted. What a call takes of the host's time is what a write takes more than natively; calls that the extension
 * makes (`inner`) are timed by themselves, many of them at each write.
 */
interface Call {
  readonly what: string;
  /** 1 for the device. */
  readonly file: 0 | 1;
  readonly bytes: number;
  readonly counted: readonly string[];
  readonly inner?: true;
  /** What is counted is not all that is done for it: its time would say nothing. */
  readonly untimed?: true;
  readonly target?: { readonly atMost: number };
}

const empty = { file: 0, bytes: 1 } as const;
const calls: readonly Call[] = [
  { what: 'kernel to extension and back', ...empty, counted: ['nooks_driver_call'], target: { atMost: 250 } },
  { what: 'the same with its wrapper', ...empty, counted: ['nooks_x_write_proc_t'], target: { atMost: 250 } },
  { what: 'with a version of a file', file: 1, bytes: 1, counted: ['nooks_x_FileOperations_write'] },
  { what: 'extension to kernel and back', file: 0, bytes: 2, counted: ['nooks_w_set_current_state'], inner: true },
  { what: 'with one tracked pointer', file: 0, bytes: 4, counted: ['nooks_w_waitqueue_active'], inner: true },
  { what: 'kmalloc and kfree', file: 0, bytes: 3, counted: ['nooks_w_kmalloc', 'nooks_w_kfree'], inner: true },
  { what: 'deferred: put off', file: 0, bytes: 5, counted: ['nooks_w_dev_kfree_skb'], untimed: true },
  { what: 'and made with the next crossing', file: 0, bytes: 5, counted: ['make_deferred_calls'], untimed: true },
];

const modes = ['asid', 'flush'] as const;
type Mode = (typeof modes)[number];
interface Files { readonly image: Uint8Array; readonly initrd: Uint8Array }
interface Count { readonly instructions: number; readonly cycles: number }
interface Cost extends Count { readonly nanoseconds: number }

export async function run(options: BenchOptions): Promise<BenchResult> {
  const { image, initrd } = await shippedSystem(() => {});
  const files = { image: readFileSync(image), initrd: readFileSync(initrd) };
  const costs = { asid: await measure(files, 'asid', options), flush: await measure(files, 'flush', options) };
  const rows = calls.map(({ what }, index) => ({ what, asid: costs.asid[index]!, flush: costs.flush[index]! }));
  const heading = ['call', 'instructions', 'flushing', 'cycles', 'flushing', 'ns', 'flushing'];
  const cells = rows.map(({ what, asid, flush }) => [
    what, ...[asid.instructions, flush.instructions, asid.cycles, flush.cycles].map(String),
    short(asid.nanoseconds), short(flush.nanoseconds),
  ]);
  for (const line of table([heading, ...cells])) options.print(line);
  options.print('ns: of the host\'s CPU time, parallel engine, one hart');
  const found = rows.flatMap(({ what, ...cost }, index) => figures(what, cost, calls[index]!));
  return { figures: found, failures: [], rows };
}

function figures(what: string, costs: Readonly<Record<Mode, Cost>>, { target }: Call): Figure[] {
  return modes.map((mode) => ({
    what: `${what}, ${mode === 'asid' ? 'identifiers' : 'flushing'}`, value: costs[mode].instructions,
    unit: 'instructions', ...(target && { target }),
  }));
}

async function measure(files: Files, mode: Mode, { runs, part }: BenchOptions): Promise<Cost[]> {
  const counts = await count(files, mode);
  const isolated = await time(files, mode, '-n', runs, part);
  const native = await time(files, mode, '', runs, part);
  return calls.map(({ inner }, index) =>
    ({ ...counts[index]!, nanoseconds: isolated[index]! - (inner ? 0 : native[index]!) }));
}

/** The least that each call costs on one hart, in lockstep. */
async function count(files: Files, mode: Mode): Promise<Count[]> {
  const machine = await boot(files, mode, 'lockstep');
  try {
    await command(machine, 'insmod -n nothing; insmod caller');
    const found: Count[] = [];
    for (const call of calls) {
      const line = calling(call, 1);
      const parts: Count[] = [];
      for (const each of call.counted) parts.push(await least(machine, line, machine.symbols.address(each)!));
      found.push(parts.reduce((sum, one) => added(sum, one, 1)));
    }
    return found;
  } finally {
    await machine.dispose();
  }
}

const added = (a: Count, b: Count, sign: 1 | -1): Count =>
  ({ instructions: a.instructions + sign * b.instructions, cycles: a.cycles + sign * b.cycles });

async function least(machine: Machine, line: string, entry: number): Promise<Count> {
  let back = 0;
  await machine.setProbes(new Map([[entry, ({ registers }) => { back = registers[ra]! >>> 0; }]]));
  await command(machine, line);
  const found: Count[] = [];
  let began: Count | undefined;
  const now = (steps: number) => ({ instructions: steps, cycles: steps + (machine.lockstep.hart(0).charge >>> 0) });
  await machine.setProbes(new Map([
    [entry, ({ steps }) => { began = now(steps); }],
    [back, ({ steps }) => {
      if (began !== undefined) found.push(added(now(steps), began, -1));
      began = undefined;
    }],
  ]));
  for (let turn = 0; turn < turns; turn++) await command(machine, line);
  await machine.setProbes(new Map());
  return found.reduce((best, each) => (each.instructions < best.instructions ? each : best));
}

/** Nanoseconds of the host that each write takes, or each of the extension's calls; the least of several runs. */
async function time(files: Files, mode: Mode, way: '-n' | '', runs: number, part: number): Promise<number[]> {
  const machine = await boot(files, mode, 'parallel');
  const inner = Math.ceil(timed.inner * part), outer = Math.ceil(timed.outer * part);
  try {
    await command(machine, `insmod ${way} nothing repeat=${inner}`);
    const found = new Map<Call, number>();
    const least = async (line: string) => {
      let best = Infinity;
      for (let turn = 0; turn < runs * timings; turn++) best = Math.min(best, await timeOf(machine, line));
      return best;
    };
    for (const call of calls.filter((each) => each.inner)) {
      const [many, none] = [await least(writing(call.bytes)), await least(writing(1))];
      found.set(call, (many - none) / inner);
    }
    await command(machine, 'insmod caller');
    for (const call of calls.filter((each) => !each.inner && !each.untimed)) {
      const [many, one] = [await least(calling(call, outer + 1)), await least(calling(call, 1))];
      found.set(call, (many - one) / outer);
    }
    return calls.map((call) => found.get(call) ?? NaN);
  } finally {
    await machine.dispose();
  }
}

/** In a process of its own, so that each time begins alike. */
const calling = ({ file, bytes }: Call, count: number) => `sh -c "echo ${file} ${bytes} ${count} > /proc/caller"`;
const writing = (bytes: number) => `sh -c "echo ${'x'.repeat(bytes - 1)} > /proc/nothing"`;

/** Nanoseconds of CPU time of all threads. */
async function timeOf(machine: Machine, line: string): Promise<number> {
  const before = process.cpuUsage();
  await command(machine, line);
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1000;
}

async function boot(files: Files, mode: Mode, engine: EngineName): Promise<Machine> {
  const costs = engine === 'lockstep' ? { costs: costProfiles.smp2003 } : {};
  const machine = await Machine.create({ ...files, engine, harts: 1, append: `tlb=${mode}`, ...costs });
  await command(machine, '');
  return machine;
}

async function command(machine: Machine, line: string): Promise<void> {
  if (line !== '') machine.type(`${line}\n`);
  const { kind } = await machine.run({ maxInstructions: 2_000_000_000, untilConsole: prompt });
  if (kind !== 'console') throw new Error(`${kind} instead of a prompt after ${line}:\n${machine.console}`);
}
