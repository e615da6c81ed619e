/** Lockstep is a function of image, input and seed: not of tiers, thresholds, pauses or snapshots. */
import { describe, expect, test } from 'vitest';
import { costProfiles } from '../../src/platform/cost.ts';
import { locks } from './determinism/locks.ts';
import { paging } from './determinism/paging.ts';
import { manners, middle, play, type Result, type Setting } from './determinism/play.ts';

const guests = { locks, paging };
const { flat } = costProfiles;

/** How many harts, which seed, and whose costs. */
const variants = [[1, 0, 'flat'], [2, 7, 'smp2003'], [4, 3, 'smp2003']] as const;

const settings = Object.entries(guests).flatMap(([guest, text]) => variants.map(([harts, seed, costs]) => ({
  name: `${guest}, harts: ${harts}, seed: ${seed}, costs: ${costs}`,
  setting: { text: text(harts), harts, seed, costs: costProfiles[costs] } satisfies Setting,
})));

describe.each(settings)('$name', ({ setting }) => {
  let expected: Result | undefined;
  const reference = () => (expected ??= play(setting, { name: 'first', hotCount: 0 }));

  test('ends well', () => {
    expect(reference().end).toBe('exit 0');
    expect(reference().console.length).toBeGreaterThan(12);
    expect(reference().steps).toBeGreaterThan(2 * middle);
  });

  test.each(manners.map((manner) => [manner.name, manner] as const))('is the same %s', (_, manner) => {
    expect(play(setting, manner)).toEqual(reference());
  });
});

test('another seed is another interleaving', () => {
  const results = [0, 1, 2, 3].map((seed) =>
    play({ text: locks(4), harts: 4, seed, costs: flat }, { name: '', hotCount: 0 }));
  expect(new Set(results.map(({ console }) => console)).size).toBe(4);
  expect(new Set(results.map(({ hash }) => hash)).size).toBe(4);
});

test('other costs are another run', () => {
  const [a, b] = [flat, { ...flat, tlbMiss: 24 }].map((costs) =>
    play({ text: paging(2), harts: 2, seed: 1, costs }, { name: '', hotCount: 0 }));
  expect(a!.hash).not.toBe(b!.hash);
});

test('or it is noticed: one bit of RAM that flips during the run', () => {
  const setting = { text: locks(2), harts: 2, seed: 1, costs: flat };
  const run = (flip: number) => play(setting, {
    name: '', hotCount: 0,
    meanwhile: {
      after: 3_000,
      act: (machine) => {
        const address = 0x8080_0000;
        machine.write(address, machine.read(address, 1).map((byte) => byte ^ flip));
      },
    },
  });
  expect(run(1).hash).not.toBe(run(0).hash);
  expect(run(0)).toEqual(play(setting, { name: '', hotCount: 0 }));
});
