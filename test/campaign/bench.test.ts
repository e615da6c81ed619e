/** Trials on a real machine: what they find is a function of their line, and each record says what was changed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountOf } from '../../src/campaign/account.ts';
import type { TrialRecord } from '../../src/campaign/record.ts';
import { parseTrial, type Trial } from '../../src/campaign/trial.ts';
import { decode } from '../../src/isa/instruction.ts';
import { circleOf } from '../../src/host/guest-kernel.ts';
import { TrialRunner } from '../../src/host/trial-runner.ts';

let runner: TrialRunner;
beforeAll(async () => { runner = await TrialRunner.create(); }, 120_000);
afterAll(() => runner.dispose());

const trialOf = (line: string) => parseTrial(line) as Trial;
const lineOf = (seed: number, more = '') => `sb/native/seed=${seed}${more}`;

test('records are the same in any order, by shortcut or in full, and name what was changed', async () => {
  const seeds = [1, 2, 3, 4];
  const first: TrialRecord[] = [];
  for await (const record of runner.records(seeds.map((seed) => lineOf(seed)))) first.push(record);
  const bench = await runner.bench(trialOf(lineOf(1)));
  for (const seed of seeds.reverse()) {
    const record = first[seed - 1]!;
    expect(await bench.run(trialOf(lineOf(seed)), { whole: true })).toEqual(record);
    expect(record.outcome, record.line).not.toBe('harness error');
    expect(record.faults.length).toBe(5);
    for (const fault of record.faults) {
      expect(fault.before).not.toBe(fault.after);
      expect(decode(fault.before)).toBeDefined();
      expect(fault.source).toMatch(/^drivers\/sb\/\w+\.ts:\d+$/);
    }
    expect(accountOf(record)).toContain(`outcome: ${record.outcome}`);
  }
  expect(first.map(({ faults }) => faults.some(({ activated }) => activated)))
    .toEqual(first.map(({ outcome }) => outcome !== 'not activated'));
}, 60_000);

test('a golden run executes nothing changed', async () => {
  const bench = await runner.bench(trialOf(lineOf(0)));
  expect(await bench.run(trialOf(lineOf(0, '/faults=0')), { whole: true }))
    .toMatchObject({ outcome: 'not activated', evidence: [], faults: [] });
}, 60_000);

test.each([
  ['x/native/seed=1', "there is no extension 'x': there are"],
  ['sb/native/seed=1/workload=x', "sb has no workload 'x': it has play"],
  ['sb/native', "'sb/native' has no seed"],
])('%s is refused', (line, sentence) => expect(runner.run(line)).rejects.toThrow(sentence));

test('a circle of locks is found, and only a circle', () => {
  const spin = (cpu: number, holder: number | undefined) =>
    ({ cpu, holder, lock: `lock${cpu}`, lockAddress: cpu, holderTask: holder ?? 0, orphaned: false });
  expect(circleOf([])).toEqual([]);
  expect(circleOf([spin(0, 1), spin(1, undefined)])).toEqual([]);
  expect(circleOf([spin(0, 1), spin(1, 2)])).toEqual([]);
  expect(circleOf([{ ...spin(1, undefined), orphaned: true }]))
    .toEqual(['CPU1 waits for lock1, whose holder has ended']);
  expect(circleOf([spin(0, 0)])).toEqual(['CPU0 waits for lock0, which CPU0 holds']);
  expect(circleOf([spin(2, 0), spin(0, 1), spin(1, 0)]))
    .toEqual(['CPU0 waits for lock0, which CPU1 holds', 'CPU1 waits for lock1, which CPU0 holds']);
});
