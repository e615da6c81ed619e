/**
 * The rogue extension under Nooks: each misdeed ends in recovery or an error, the kernel lives, and holds afterwards
 * what it held before the rogue was loaded. On two harts here; `NOOKS_ROGUE=all` adds one and four, and
 * `npm run rogue` does it over many seeds.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shipped, type System } from '../../support/system.ts';
import { misdeeds } from './misdeeds.ts';
import { RogueMachine } from './trial.ts';
import { judge, nativeOutcome, replayOf } from './verdict.ts';

let system: System;
beforeAll(async () => { system = await shipped(); }, 120_000);

const all = process.env['NOOKS_ROGUE'] === 'all';

describe.each(all ? [1, 2, 4] : [2])('isolated on %i harts', (harts) => {
  let machine: RogueMachine;
  beforeAll(async () => { machine = await RogueMachine.boot(system, { harts, way: 'isolated' }); }, 60_000);
  afterAll(() => machine.dispose());

  const quick = misdeeds.filter(({ slow }) => harts === 2 || !slow);
  test.each(quick)('$number: $name', { timeout: 60_000 }, async ({ number, nooks, says }) => {
    const trial = await machine.trial([number], harts), { said, alive } = trial;
    expect(said, replayOf(harts, [number], harts)).toMatch(says);
    expect(alive && nooks === 'recovered' ? /rogue restarted|Input.output error/.test(said) : alive).toBe(true);
    expect(await judge(machine, trial), replayOf(harts, [number], harts)).toBe('good');
  });
});

test('a fault of the kernel that serves an extension is the end of the extension, not of the task', async () => {
  const machine = await RogueMachine.boot(system, { harts: 2, way: 'isolated' });
  // An instruction that is none, where the kernel takes memory for an extension.
  machine.subject.plant('body_kmalloc', 0);
  const { said, alive } = await machine.trial([25], 1);
  expect(alive).toBe(true);
  expect(said).toMatch(/Oops: illegal instruction \[#1\]/);
  expect(said).toMatch(/rogue failed: Oops: illegal instruction at body_kmalloc/);
  expect(await machine.unload()).toBe('');
  expect(said).not.toMatch(/panic/);
  await machine.dispose();
}, 60_000);

describe('native, on one hart', () => {
  let machine: RogueMachine;
  beforeAll(async () => { machine = await RogueMachine.boot(system, { harts: 1, way: 'native' }); }, 60_000);
  afterAll(() => machine.dispose());

  const told = misdeeds.filter(({ native }) => native === 'oops').slice(0, all ? undefined : 3);
  test.each(told)('$number: $name ends in an oops', { timeout: 60_000 }, async ({ number, native }) => {
    expect(nativeOutcome(await machine.trial([number], 1))).toBe(native);
  });
});
