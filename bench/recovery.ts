import { readFileSync } from 'node:fs';
import { extensions } from '../src/host/extensions.ts';
import { Machine } from '../src/host/machine.ts';
import { shippedSystem } from '../src/host/shipped.ts';
import type { BenchOptions, BenchResult } from './support/bench.ts';
import { median } from './support/statistics.ts';
import { short, table } from './support/table.ts';

export const name = 'recovery';
export const question = 'How long does a recovery take, from the fault to the first call that is served again?';

const prompt = '\n# ';
const harts = 2;
/** Schedules for each run that is asked for. */
const seedsPerRun = 5;

/** An extension, what brings it down, and the function that is called when it serves again. */
interface Subject {
  readonly name: string;
  readonly devices: readonly string[];
  readonly setUp: readonly string[];
  /** What it does when it fails. */
  readonly busy: string;
  readonly fail: string;
  readonly serve: readonly string[];
  readonly service: string;
}

const subjects: readonly Subject[] = [
  {
    name: 'rogue', devices: [], setUp: [], busy: 'true', fail: 'echo 6 > /proc/rogue', serve: ['echo 0 > /proc/rogue'],
    service: 'nooks_x_write_proc_t',
  },
  ...extensions.flatMap(({ name: driver, kind, devices, setUp, workloads: [workload] }) => {
    const service = kind === 'sound driver' ? 'body_x_FileOperations_open' : 'body_x_NetDevice_open';
    const fail = `echo fail ${driver} > /proc/nooks`;
    return [{
      name: driver, devices, setUp, busy: `${workload!.command} > /dev/null &`, fail,
      serve: setUp.length > 0 ? setUp : ['play /usr/share/sounds/bell.wav'], service,
    }];
  }),
];

/** Nanoseconds of the machine's time. The first from the fault on, the middle four as the manager counts them. */
const phases = ['to suspend', 'to leave', 'to release', 'to unload', 'to restart', 'fault to service'] as const;
type Times = readonly number[];

export async function run({ runs, part, print }: BenchOptions): Promise<BenchResult> {
  const { image, initrd } = await shippedSystem(() => {});
  const files = { image: readFileSync(image), initrd: readFileSync(initrd) };
  const seeds = Math.max(1, Math.round(runs * seedsPerRun * part));
  const rows: { readonly subject: string; readonly times: readonly Times[] }[] = [];
  for (const subject of subjects) {
    const times = await measure(files, subject, seeds);
    if (times.length > 0) rows.push({ subject: subject.name, times });
  }
  const medians = rows.map(({ subject, times }) =>
    ({ subject, values: phases.map((_, phase) => median(times.map((each) => each[phase]!))) }));
  print(`us of the machine's time, ${harts} harts in lockstep, median of ${seeds} schedules`);
  const cells = medians.map(({ subject, values }) => [subject, ...values.map((ns) => short(ns / 1000))]);
  for (const line of table([['extension', ...phases], ...cells])) print(line);
  return {
    figures: medians.map(({ subject, values }) =>
      ({ what: `${subject}, fault to service`, value: values.at(-1)! / 1000, unit: 'us' })),
    failures: [], rows,
  };
}

/** One recovery in each schedule; nothing if the kernel cannot isolate the extension. */
async function measure(
  files: { image: Uint8Array; initrd: Uint8Array }, subject: Subject, seeds: number,
): Promise<Times[]> {
  const machine = await Machine.create({ ...files, harts, seed: 1, devices: [...subject.devices], append: 'panic=-1' });
  try {
    const service = machine.symbols.address(subject.service);
    if (service === undefined) return [];
    for (const line of ['', `insmod -n ${subject.name}`, ...subject.setUp]) await command(machine, line);
    const loaded = machine.snapshot();
    const times: Times[] = [];
    for (let seed = 1; seed <= seeds; seed++) {
      await machine.restore(loaded);
      machine.lockstep.reschedule({ quantum: 500 + seed * 37, seed });
      times.push(await recovery(machine, subject, service));
    }
    return times;
  } finally {
    await machine.dispose();
  }
}

async function recovery(machine: Machine, subject: Subject, service: number): Promise<Times> {
  const address = (symbol: string) => machine.symbols.address(symbol)!;
  const recoveries = () => machine.readWord(address('recoveries'));
  const before = recoveries();
  let failed = 0, suspended = 0, served = 0;
  const now = () => machine.lockstep.now;
  await command(machine, subject.busy);
  await machine.setProbes(new Map([
    [address('domain_fail'), () => { failed ||= now(); }],
    [address('mask_irqs'), () => { suspended ||= now(); }],
    [service, () => { if (recoveries() > before) served ||= now(); }],
  ]));
  await command(machine, subject.fail);
  for (let turn = 0; turn < 200 && served === 0; turn++) for (const line of subject.serve) await command(machine, line);
  await machine.setProbes(new Map());
  if (served === 0) throw new Error(`${subject.name} does not serve again:\n${machine.console}`);
  const counted = [0, 1, 2, 3].map((phase) => machine.readWord(address('last_phases') + 4 * phase) * 100);
  return [suspended - failed, ...counted, served - failed];
}

async function command(machine: Machine, line: string): Promise<void> {
  if (line !== '') machine.type(`${line}\n`);
  const { kind } = await machine.run({ maxInstructions: 2_000_000_000, untilConsole: prompt });
  if (kind !== 'console') throw new Error(`${kind} instead of a prompt after ${line}:\n${machine.console}`);
}
