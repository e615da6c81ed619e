/** A trial that is watched is the same trial, and what is told of it is what happened. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TrialRecord } from '../../src/campaign/record.ts';
import { parseTrial, type Trial } from '../../src/campaign/trial.ts';
import { Trace } from '../../src/host/trace.ts';
import type { TrialBench } from '../../src/host/trial-bench.ts';
import { TrialReplay } from '../../src/host/trial-replay.ts';
import { TrialRunner } from '../../src/host/trial-runner.ts';
import { Scratch } from '../support/scratch.ts';

const scratch = new Scratch();
let runner: TrialRunner;
beforeAll(async () => { runner = await TrialRunner.create(); }, 120_000);
afterAll(async () => {
  await runner.dispose();
  scratch.remove();
});

/** Of the first trials, the one with an outcome that took the fewest steps. */
async function shortest(mode: string, wanted: TrialRecord['outcome']) {
  const found = [];
  for (let seed = 1; seed <= 16; seed++) {
    const trial = parseTrial(`sb/${mode}/seed=${seed}`) as Trial, bench = await runner.bench(trial);
    const record = await bench.run(trial);
    if (record.outcome === wanted) found.push({ trial, bench, record });
  }
  found.sort((a, b) => a.record.steps - b.record.steps);
  return found[0] ?? expect.unreachable(`no ${wanted} among 16 trials`);
}

function traceOf(name: string): { trace: Trace; lines: () => string[] } {
  const trace = new Trace(scratch.path(name));
  return {
    trace,
    lines: () => {
      trace.close();
      return readFileSync(scratch.path(name), 'utf8').trimEnd().split('\n');
    },
  };
}

test('a recovery is told step by step, and each fault in its code', async () => {
  const { trial, bench, record } = await shortest('nooks', 'recovered');
  const { trace, lines } = traceOf('recovery');
  const replay = await TrialReplay.run(bench, trial, { trace, kernel: false });
  expect(replay.record).toEqual(record);
  const { account } = replay;
  const [, timeline = ''] = /\ntimeline:\n((?: .*\n)+)/.exec(account) ?? [];
  const told = timeline.trimEnd().split('\n').map((line) => line.replace(/^.* hart \d {2}/, ''));
  expect(told.filter((what) => !what.includes(' fault in ')).slice(0, 6)).toEqual([
    'Nooks finds that the extension has failed',
    'recovery begins: interrupts are masked, those inside are made to leave',
    'nobody is inside; what the extension holds is given back', 'the extension is unloaded, its domain goes',
    'the extension is started anew, in a fresh domain',
    'recovery is over: its interrupts come again',
  ]);
  for (const { edit, activated, function: name, kind } of record.faults) {
    expect(account).toMatch(new RegExp(`>> {2}[0-9a-f]{8} {2}[0-9a-f]{8} {2}${escaped(edit)}\n`));
    if (activated) expect(told).toContain(`the ${kind} fault in ${name} is executed`);
  }
  expectExecuted(record, lines());
}, 120_000);

test('with the kernel, a trace has all that the extension executes, and more', async () => {
  const { trial, bench } = await shortest('native', 'panic');
  const [own, all] = [await traced(bench, trial, false), await traced(bench, trial, true)];
  const inAll = new Set(all);
  expect(own.filter((line) => !inAll.has(line))).toEqual([]);
  expect(all.length).toBeGreaterThan(10 * own.length);
  expect(all.some((line) => / hart\d panic\+0x\d+ /.test(line))).toBe(true);
}, 120_000);

async function traced(bench: TrialBench, trial: Trial, kernel: boolean): Promise<string[]> {
  const { trace, lines } = traceOf(`${kernel}`);
  await TrialReplay.run(bench, trial, { trace, kernel });
  return lines();
}

/** Each fault that was executed is in the trace, as changed, when the record says. */
function expectExecuted({ faults }: TrialRecord, lines: readonly string[]): void {
  for (const { activated, address, edit } of faults) {
    if (!activated) continue;
    const place = (address >>> 0).toString(16), changed = edit.split(' -> ')[1]!;
    expect(lines.find((line) => line.includes(` hart${activated.hart} `) && line.includes(` ${place}  ${changed}`)),
      edit).toBeDefined();
  }
}

const escaped = (text: string) => text.replaceAll(/[-()+.]/g, '\\$&');
