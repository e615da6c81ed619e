import { readFileSync } from 'node:fs';
import { readCampaignFiles } from '../src/host/campaign-files.ts';
import { extensions } from '../src/host/extensions.ts';
import { GuestKernel } from '../src/host/guest-kernel.ts';
import { Machine } from '../src/host/machine.ts';
import { readNooksStatistics } from '../src/host/nooks-statistics.ts';
import { buildFolder, shippedSystem } from '../src/host/shipped.ts';
import type { BenchOptions, BenchResult } from './support/bench.ts';
import { median } from './support/statistics.ts';
import { short, table } from './support/table.ts';

export const name = 'recovery';
export const question = 'How long does a recovery take, from the fault to the first call that is served again?';

const prompt = '\n# ';
const harts = 2, memory = 64 * 2 ** 20;
/** Microseconds within which an extension must serve again. */
const patience = 10e6;
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
  readonly serve: string;
  readonly service: string;
}

const subjects: readonly Subject[] = [
  {
    name: 'rogue', devices: [], setUp: [], busy: 'true', fail: 'echo 6 > /proc/rogue', serve: 'echo 0 > /proc/rogue',
    service: 'nooks_x_write_proc_t',
  },
  ...extensions.map(({ name: driver, kind, devices, setUp, workloads: [workload] }) => {
    const service = kind === 'sound driver' ? 'nooks_x_FileOperations_open' : 'nooks_x_NetDevice_open';
    const fail = `echo fail ${driver} > /proc/nooks`;
    return {
      name: driver, devices, setUp, busy: `${workload!.command} > /dev/null &`, fail,
      // An interface is set up again by the agent's start-up script.
      serve: kind === 'sound driver' ? 'play /usr/share/sounds/bell.wav' : 'sleep 0.01', service,
    };
  }),
];

/** Microseconds of the machine's time: as the kernel counts them, and from the fault to the first call. */
const phases = ['suspend', 'release', 'unload', 'decide', 'restart', 'start-up', 'whole'] as const;
type Times = readonly number[];

export async function run({ runs, part, print }: BenchOptions): Promise<BenchResult> {
  const { image, initrd } = await shippedSystem(() => {});
  const files = { image: readFileSync(image), initrd: readFileSync(initrd) };
  const seeds = Math.max(1, Math.round(runs * seedsPerRun * part));
  const rows: { readonly subject: string; readonly times: readonly Times[] }[] = [];
  for (const subject of subjects) rows.push({ subject: subject.name, times: await measure(files, subject, seeds) });
  const medians = rows.map(({ subject, times }) =>
    ({ subject, values: times[0]!.map((_, phase) => median(times.map((each) => each[phase]!))) }));
  print(`us of the machine's time, ${harts} harts in lockstep, median of ${seeds} schedules`);
  const cells = medians.map(({ subject, values }) => [subject, ...values.map(short)]);
  for (const line of table([['extension', ...phases, 'first call'], ...cells])) print(line);
  return {
    figures: medians.map(({ subject, values }) =>
      ({ what: `${subject}, fault to the first call`, value: values.at(-1)!, unit: 'us' })),
    failures: [], rows,
  };
}

/** One recovery in each schedule. */
async function measure(
  files: { image: Uint8Array; initrd: Uint8Array }, subject: Subject, seeds: number,
): Promise<Times[]> {
  const machine = await Machine.create({ ...files, harts, memory, seed: 1, devices: [...subject.devices] });
  try {
    const kernel = new GuestKernel(machine, readCampaignFiles(buildFolder).layouts, memory);
    for (const line of ['', `insmod -n ${subject.name}`, ...subject.setUp]) await command(machine, line);
    const loaded = machine.snapshot();
    const times: Times[] = [];
    for (let seed = 1; seed <= seeds; seed++) {
      await machine.restore(loaded);
      machine.lockstep.reschedule({ quantum: 500 + seed * 37, seed });
      times.push(await recovery(machine, kernel, subject));
    }
    return times;
  } finally {
    await machine.dispose();
  }
}

async function recovery(machine: Machine, kernel: GuestKernel, subject: Subject): Promise<Times> {
  const counted = () => readNooksStatistics(kernel).all.phases;
  const before = counted();
  const address = (symbol: string) => machine.symbols.address(symbol)!;
  let failed = 0, served = 0;
  const now = () => machine.lockstep.now / 1000;
  await command(machine, subject.busy);
  await machine.setProbes(new Map([
    [address('domain_fail'), () => { failed ||= now(); }],
    [address(subject.service), () => { if (counted()['restart']!.times > before['restart']!.times) served ||= now(); }],
  ]));
  await command(machine, subject.fail);
  while (now() < failed + patience && !isOver()) await command(machine, served === 0 ? subject.serve : 'sleep 0.01');
  await machine.setProbes(new Map());
  if (!isOver()) throw new Error(`${subject.name} does not serve again:\n${machine.console}`);
  return [...phases.map((phase) => counted()[phase]!.last), served - failed];

  function isOver(): boolean {
    return served !== 0 && counted()['whole']!.times > before['whole']!.times;
  }
}

async function command(machine: Machine, line: string): Promise<void> {
  if (line !== '') machine.type(`${line}\n`);
  const { kind } = await machine.run({ maxInstructions: 2_000_000_000, untilConsole: prompt });
  if (kind !== 'console') throw new Error(`${kind} instead of a prompt after ${line}:\n${machine.console}`);
}
