/**
 * Interpreter against translator: random programs must end in the same state whatever is translated, and however the
 * run is cut into pieces. `npm run differential` runs thousands.
 */
import { describe, expect, test } from 'vitest';
import { Contestant, differences, ways } from './differential/compare.ts';
import { randomProgram } from './differential/program.ts';
import { isTranslated } from '../support/guest.ts';
import { ramStart } from '../../src/platform/memory-map.ts';

const steps = 4000;
const seeds = Array.from({ length: 15 }, (_, index) => index + 1);

describe.each([1, 2])('%i harts', (harts) => {
  test('random programs run the same, interpreted and translated', () => {
    const contestants = ways.map((way) => new Contestant(way, { harts }));
    for (const seed of seeds) {
      const program = randomProgram(seed);
      const [expected, ...others] = contestants.map((contestant) => contestant.run(program, steps));
      const found = others.flatMap((outcome) => differences(expected!, outcome));
      expect(found, `again: npm run differential -- ${seed} 1 ${harts}`).toEqual([]);
    }
    const [hash, ...hashes] = contestants.map(({ machine }) => machine.hash());
    expect(hashes).toEqual(hashes.map(() => hash));
  });
});

test('random programs trap, change modes, are translated and use devices', () => {
  const [, translating] = ways;
  const contestant = new Contestant(translating!, { harts: 1 });
  const { machine } = contestant;
  const seen = { causes: new Set<number>(), modes: new Set<number>(), translated: 0, events: 0 };
  for (const seed of seeds) {
    const program = randomProgram(seed);
    for (const moment of [1000, 2500, steps]) {
      contestant.run(program, moment);
      const hart = machine.hart(0);
      for (const cause of [hart.mcause, hart.scause]) seen.causes.add(cause);
      seen.modes.add(hart.privilege);
    }
    seen.events += Number(machine.events().split(':')[1]);
    const code = program.get(ramStart)!.length;
    for (let at = 0; at < code; at += 4) if (isTranslated(machine, ramStart + at)) seen.translated++;
  }
  expect(seen.causes.size).toBeGreaterThan(6);
  expect([...seen.modes].sort()).toEqual([0, 1, 3]);
  expect(seen.translated).toBeGreaterThan(300);
  expect(seen.events).toBeGreaterThan(100);
});

test('or it is noticed: one register, one byte of memory, one device access more', () => {
  const contestant = new Contestant(ways[0]!, { harts: 1 });
  const program = randomProgram(1);
  const expected = contestant.run(program, steps);
  expect(differences(expected, contestant.run(program, steps))).toEqual([]);
  expect(differences(expected, contestant.run(program, steps + 1))).not.toEqual([]);
  const other = new Map(program).set(0x80ff_0000, Uint8Array.of(1));
  expect(differences(expected, contestant.run(other, steps))).toHaveLength(1);
});
