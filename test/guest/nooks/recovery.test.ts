/**
 * Four extensions that fail at random and recover, four harts, all at the same time; `npm run recovery-stress` does
 * thousands on both engines.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shipped, type System } from '../../support/system.ts';
import { type Plan, RecoveryMachine } from './recovery.ts';

let system: System;
beforeAll(async () => { system = await shipped(); }, 120_000);

const plan = (seed: number): Plan => ({ seed, milliseconds: 250, odds: 60, spoil: 3 });
const again = (seed: number) => `npm run recovery-stress -- --from ${seed} --recoveries 1 --milliseconds 250`;
/** `ret`. */
const nothing = 0x00008067;

describe('on four harts', () => {
  let machine: RecoveryMachine;
  beforeAll(async () => { machine = await RecoveryMachine.boot(system, { harts: 4, engine: 'lockstep' }); }, 60_000);
  afterAll(() => machine.dispose());

  test.each([1, 2, 3])('seed %i', { timeout: 60_000 }, async (seed) => {
    const { complaint, console, recoveries } = await machine.batch(plan(seed));
    expect(complaint, `${console}\n  again: ${again(seed)}`).toBe('');
    expect(recoveries).toBeGreaterThan(10);
  });

  test('a seed is one run', { timeout: 60_000 }, async () => {
    const first = await machine.batch(plan(4)), second = await machine.batch(plan(4));
    expect(second).toEqual(first);
  });
});

// What recovery must do, left out.
test.each(['release_irq', 'stacks_destroy'])(
  'without %s it is noticed', { timeout: 120_000 }, async (symbol) => {
    const machine = await RecoveryMachine.boot(system, { harts: 4, engine: 'lockstep' });
    machine.plant(symbol, nothing);
    const { complaint } = await machine.batch(plan(1));
    expect(complaint).not.toBe('');
    await machine.dispose();
  });
