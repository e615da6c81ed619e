import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Mode, modes, parseTrial, type Trial } from '../src/campaign/trial.ts';
import { campaignFiles } from '../src/host/campaign-files.ts';
import { extensions } from '../src/host/extensions.ts';
import { Journal } from '../src/host/journal.ts';
import { shippedSystem } from '../src/host/shipped.ts';
import { TrialBench } from '../src/host/trial-bench.ts';
import { TrialCourse } from '../src/host/trial-course.ts';
import type { BenchOptions, BenchResult } from './support/bench.ts';
import { isInstalled, measure } from './support/process.ts';
import { median } from './support/statistics.ts';
import { short, table } from './support/table.ts';

export const name = 'campaign';
export const question = 'How many fault trials are run a second of a core, and where does the time go?';

const trials = 40;
const qemu = 'qemu-system-riscv32';

/** Seconds of CPU time: all of the process, and per trial but for the first two. */
interface Row {
  readonly extension: string;
  readonly mode: Mode;
  /** Boot, load, start the workload. */
  readonly boot: number;
  /** The run without faults under one schedule. */
  readonly golden: number;
  /** Until the workload has ended; from then on, until the outcome is clear; its record written; all of a trial. */
  readonly run: number;
  readonly judge: number;
  readonly journal: number;
  readonly trial: number;
}

export async function run({ part, runs, print }: BenchOptions): Promise<BenchResult> {
  const files = await campaignFiles(), rows: Row[] = [];
  for (const { name: extension } of extensions) {
    for (const mode of modes) rows.push(await measureSetting(files, extension, mode, Math.ceil(trials * part)));
  }
  const heads = ['ms of CPU time', 'boot', 'golden', 'trial', 'run', 'judge', 'journal', 'trials/s'];
  const cells = rows.map(({ extension, mode, boot, golden, trial, run: running, judge, journal }) =>
    [`${extension} ${mode}`, ...[boot, golden, trial, running, judge, journal].map((time) => short(time * 1000)),
      short(1 / trial)]);
  for (const line of table([heads, ...cells])) print(line);
  const restart = isInstalled(qemu) ? await restartOfQemu(runs) : undefined;
  if (restart === undefined) print(`${qemu} not found: nothing to compare with; apt-get install qemu-system-misc`);
  return {
    figures: [
      ...rows.map(({ extension, mode, trial }) => ({
        what: `${extension} ${mode}, trials per second of CPU time`, value: 1 / trial, unit: '',
        target: { atLeast: 5 },
      })),
      ...(restart === undefined ? [] : [{
        what: 'for each trial QEMU would restart, boot to the prompt and power off: CPU time', value: restart * 1000,
        unit: 'ms',
      }]),
    ],
    failures: [], rows,
  };
}

async function measureSetting(
  files: Awaited<ReturnType<typeof campaignFiles>>, extension: string, mode: Mode, count: number,
): Promise<Row> {
  const trialOf = (seed: number) => parseTrial(`${extension}/${mode}/seed=${seed}`) as Trial;
  const folder = mkdtempSync(join(tmpdir(), 'nooks-bench-')), journal = new Journal(join(folder, 'journal'));
  const start = now();
  const bench = await TrialBench.boot(files, { extension, mode, harts: 2, workload: undefined });
  const booted = now();
  await bench.run({ ...trialOf(0), faults: 0 });
  const golden = now();
  const phases = watchPhases();
  let writing = 0;
  for (let seed = 1; seed <= count; seed++) {
    const record = await bench.run(trialOf(seed)), before = now();
    journal.append(record);
    writing += now() - before;
  }
  const end = now();
  phases.stop();
  await bench.dispose();
  journal.close();
  rmSync(folder, { recursive: true });
  return {
    extension, mode, boot: booted - start, golden: golden - booted, run: phases.run / count,
    judge: phases.judge / count, journal: writing / count, trial: (end - golden) / count,
  };
}

/** Measures the phases of trials from outside, for they do not measure themselves. */
function watchPhases() {
  const { finish, judge } = TrialCourse.prototype;
  const phases = {
    run: 0, judge: 0,
    stop: () => { Object.assign(TrialCourse.prototype, { finish, judge }); },
  };
  TrialCourse.prototype.finish = async function measured() {
    const start = now(), waited = await finish.call(this);
    phases.run += now() - start;
    return waited;
  };
  TrialCourse.prototype.judge = async function measured(...how) {
    const start = now(), course = await judge.apply(this, how);
    phases.judge += now() - start;
    return course;
  };
  return phases;
}

/** What a restart costs whoever has no snapshots, before the extension is loaded and the workload started. */
async function restartOfQemu(runs: number): Promise<number> {
  const { image, initrd } = await shippedSystem(() => {});
  const board = `-M virt -smp 2 -m 32M -bios none -kernel ${image} -initrd ${initrd} -append quiet`;
  // The first character is lost while the UART is set up.
  const script = `printf '\\n\\npoweroff\\n' | ${qemu} ${board} -nographic -monitor none -serial stdio`;
  const times: number[] = [];
  for (let turn = 0; turn < runs; turn++) {
    const { cpu, status, stdout } = await measure(['bash', '-c', script], 60);
    if (status !== 0) throw new Error(`QEMU ended with status ${status}:\n${stdout}`);
    times.push(cpu);
  }
  return median(times);
}

/** Seconds of CPU time of the process. */
function now(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
