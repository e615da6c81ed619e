/**
 * A few trials of the kernel stress; `npm run stress` does thousands. Seeds that once found something are kept here.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shipped, type System } from '../../support/system.ts';
import { replayOf, StressMachine } from './trial.ts';

let system: System;
beforeAll(async () => { system = await shipped(); }, 120_000);

describe.each([2, 4])('on %i harts', (harts) => {
  let machine: StressMachine;
  beforeAll(async () => { machine = await StressMachine.boot(system, harts); }, 60_000);
  afterAll(() => machine.dispose());

  test.each([1, 2, 3, 4, 5, 6, 7])('seed %i', { timeout: 60_000 }, async (seed) => {
    const { good, console } = await machine.trial(seed);
    expect(good, `${console.slice(-2000)}\n  again: ${replayOf(harts, seed)}`).toBe(true);
  });
});
