/**
 * Bugs put into the drivers by hand: natively the kernel oopses, under Nooks the driver is started anew and its
 * workloads go well. `NOOKS_BUGS=all` has all of them; `npm run drivers -- bugs` other schedules too.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectFolder } from '../../src/host/shipped.ts';
import type { Way } from '../support/extension.ts';
import { shipped } from '../support/system.ts';
import { BugMachine, bugReplay } from './bug-trial.ts';
import { bugRow, bugs, type DriverBug } from './bugs.ts';

const harts = 2, seed = 1;
const ways: readonly Way[] = ['native', 'isolated'];
const quick = ({ driver, kind }: DriverBug) => driver === 'sb' || kind === 'user pointer dereferenced';
const chosen = bugs.filter((bug) => process.env['NOOKS_BUGS'] === 'all' || quick(bug));

describe.each([...new Set(bugs.map(({ driver }) => driver))])('%s', (driver) => {
  const own = chosen.filter((bug) => bug.driver === driver);
  let machine: BugMachine;
  beforeAll(async () => { machine = await BugMachine.boot(own, await shipped(), harts); }, 120_000);
  afterAll(() => machine.dispose());

  test.each(own.flatMap((bug) => ways.map((way) => [bug.kind, way, bug] as const)))('%s, %s', async (_, way, bug) => {
    const wrong = await machine.try(bug, way, seed);
    if (wrong.length === 0) return;
    expect.fail(`${wrong.join('\n')}\n${machine.console.slice(-3000)}\n  again: ${bugReplay(driver, harts, seed)}`);
  }, 60_000);
});

test('or it is noticed: a driver without a bug', async () => {
  const [bug] = bugs, whole = { ...bug!, instead: bug!.text };
  const machine = await BugMachine.boot([whole], await shipped(), harts);
  expect(await machine.try(whole, 'native', seed)).toEqual([
    'natively it ended as alive', expect.stringContaining('NULL pointer'), 'the service is not as told',
  ]);
  expect(await machine.try(whole, 'isolated', seed)).toEqual([
    expect.stringContaining('sb failed'), expect.stringContaining('sb restarted'),
  ]);
  await machine.dispose();
}, 60_000);

test('the README tells of them', () => {
  const readme = readFileSync(join(projectFolder, 'README.md'), 'utf8');
  expect(readme.split('\n')).toEqual(expect.arrayContaining(bugs.map(bugRow)));
});
