/**
 * A slice of the fuzzer's campaign (`npm run fuzz` runs the rest): compiled code and the oracle agree on random
 * functions.
 */
import { expect, test } from 'vitest';
import { fuzz } from './fuzz.ts';
import { type Target, targets } from './targets.ts';

/** Functions on each target; a few seconds in all. */
const slice = 40;

const [qemu, ...ours] = targets as [Target, ...Target[]];

test.each(ours)(
  'our machine ($name) runs random functions as the oracle does',
  async (target) => {
    const findings = await fuzz({ seed: 1, count: slice, batchSize: slice, targets: [target], reduceTrials: 0 });
    expect(findings.map(({ replay, oracle, seen }) => `${replay}: oracle ${oracle}, here ${seen}`)).toEqual([]);
  },
  120_000,
);

test.skipIf(!qemu.available)(
  `QEMU runs random functions as the oracle does${qemu.available ? '' : ' (needs QEMU)'}`,
  async () => {
    const findings = await fuzz({ seed: 2, count: slice, batchSize: slice, targets: [qemu], reduceTrials: 0 });
    expect(findings.map(({ replay, oracle, seen }) => `${replay}: oracle ${oracle}, here ${seen}`)).toEqual([]);
  },
  120_000,
);

test('a target that computes something else is found and told with the line that replays it', async () => {
  const machine = ours[0]!;
  const wrong: Target = {
    name: 'wrong',
    available: true,
    run: async (elf) =>
      (await machine.run(elf))
        .split('\n')
        .map((line, index) => (index === 3 ? 'deadbeef' : line))
        .join('\n'),
  };
  const [finding, ...others] = await fuzz({ seed: 3, count: 6, batchSize: 6, targets: [wrong], reduceTrials: 0 });
  expect(others).toEqual([]);
  expect(finding?.seen).toBe('deadbeef');
  expect(finding?.replay).toBe('npm run fuzz -- --seed 3 --batch 0 --batch-size 6 --target wrong --function 3');
  expect(finding?.text).toContain('function f3(');
}, 120_000);
