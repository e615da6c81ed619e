/**
 * Misbehaving extensions under Nooks: each misdeed ends in recovery or an error, the kernel lives, and holds afterwards
 * what it held before. On two harts, the quick rows, here; `NOOKS_ROGUE=all` adds the others and one and four harts,
 * and `npm run rogue` does it over many seeds.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectFolder } from '../../../src/host/shipped.ts';
import { shipped, type System } from '../../support/system.ts';
import { company, deaths, type Misdeed, misdeeds } from './misdeeds.ts';
import { expectedLines, heading, sets, type SetName, summed } from './rows.ts';
import { RogueMachine } from './trial.ts';
import { judge, nativeOutcome } from './verdict.ts';

let system: System;
beforeAll(async () => { system = await shipped(); }, 120_000);

/** The register that holds the task. */
const tp = 4;
const all = process.env['NOOKS_ROGUE'] === 'all';
const again = (harts: number, { id }: Misdeed, seed: number) =>
  `npm run rogue -- --harts ${harts} --rows '${id}' --from ${seed}`;

describe.each(all ? [1, 2, 4] : [2])('isolated on %i harts', (harts) => {
  describe.each([[], ['unruly']] as string[][])('beside [%s]', (...beside) => {
    let machine: RogueMachine;
    beforeAll(async () => { machine = await RogueMachine.boot(system, { harts, way: 'isolated', beside }); }, 60_000);
    afterAll(() => machine.dispose());

    // Of the deaths every seventh: all places, and all ways.
    const rows = [...misdeeds, ...deaths.filter((row, index) => all || (index % 7 === 0 && !row.slow))]
      .filter((row) => row.beside === beside[0])
      .filter(({ id, slow }) => all || !slow || ['12', '13'].includes(id));
    test.each(rows)('$name', { timeout: 60_000 }, async (row) => {
      const trial = await machine.trial(row, harts);
      expect(trial.said, again(harts, row, harts)).toMatch(row.says);
      const verdict = await judge(machine, trial, row, harts);
      expect(verdict, again(harts, row, harts)).toEqual({ complaint: '', outcome: row.nooks });
    });
  });
});

describe.each([{ beside: [] }, { beside: ['unruly'] }])('on four harts, beside $beside', ({ beside }) => {
  let machine: RogueMachine;
  beforeAll(async () => { machine = await RogueMachine.boot(system, { harts: 4, way: 'isolated', beside }); }, 60_000);
  afterAll(() => machine.dispose());

  describe.each(company.filter((row) => row.beside === beside[0]))('$name', (row) => {
    test.each(all ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] : [1, 2])('seed %i', { timeout: 60_000 }, async (seed) => {
      const { complaint } = await judge(machine, await machine.trial(row, seed), row, seed);
      expect(complaint, again(4, row, seed)).toBe('');
    });
  });

  test.runIf(beside.length === 0)('crossings nest: the kernel, an extension, the kernel, another', async () => {
    const { kernel, machine: { lockstep } } = machine.subject, seen = new Set<string>();
    for (const row of company.filter(({ name }) => name.includes('another extension'))) {
      for (let seed = 1; seed <= 4; seed++) {
        // A probe is told before the function runs, so the crossing is the one that is interrupted.
        lockstep.setProbes(new Map([[kernel.address('nooks_x_IrqHandler'), (hart: number) => {
          const crossing = kernel.crossing(lockstep.hart(hart).x[tp]! >>> 0);
          if (crossing) seen.add(`${crossing.domain}${crossing.inKernel ? ' in a kernel call' : ''}`);
        }]]));
        await machine.trial(row, seed);
      }
    }
    lockstep.setProbes(new Map());
    expect([...seen].sort()).toEqual(expect.arrayContaining(['rogue', 'rogue in a kernel call']));
  }, 60_000);
});

test('a fault of the kernel that serves an extension is the end of the extension, not of the task', async () => {
  const machine = await RogueMachine.boot(system, { harts: 2, way: 'isolated' });
  // An instruction that is none, where the kernel takes memory for an extension.
  machine.subject.plant('body_kmalloc', 0);
  const { said, alive } = await machine.trial({ requests: [25] }, 1);
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

  const told = misdeeds.filter(({ native, beside }) => native !== undefined && !beside)
    .filter(({ native }, index) => all || (native !== 'hang' && index % 5 === 0));
  test.each(told)('$name: $native', { timeout: 60_000 }, async (row) => {
    expect(nativeOutcome(await machine.trial(row, 1))).toBe(row.native);
  });
});

describe("the README's table", () => {
  const lines = readFileSync(join(projectFolder, 'README.md'), 'utf8').split('\n');
  const first = lines.indexOf(heading[0]!);
  const table = lines.slice(first, lines.indexOf('', first));

  test('says of each misdeed what is expected of it', () => {
    expect(table.slice(0, heading.length + expectedLines.length)).toEqual([...heading, ...expectedLines]);
  });

  test.each(Object.entries(summed))('has an outcome for each of the %s', (set, name) => {
    const rows = sets[set as SetName].length;
    const line = table.find((each) => each.startsWith(`| ${name}: ${rows} |`));
    const sums = line!.split('|').slice(2, 4).map((cell) =>
      [...cell.matchAll(/ (\d+)/g)].reduce((sum, [, times]) => sum + Number(times), 0));
    expect(sums).toEqual([sums[0] === 0 ? 0 : rows, rows]);
  });
});
