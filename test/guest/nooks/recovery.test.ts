/**
 * Four extensions that fail at random and recover, four harts, all at the same time; `npm run recovery-stress` does
 * thousands on both engines.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GuestStruct } from '../../../src/compiler/layouts.ts';
import type { GuestKernel } from '../../../src/host/guest-kernel.ts';
import { shipped, type System } from '../../support/system.ts';
import { type Plan, RecoveryMachine } from './recovery.ts';
import { Subject } from './subject.ts';
import { difference } from './verdict.ts';

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

test('a tasklet in the list of a hart that hangs is freed once it has run', { timeout: 60_000 }, async () => {
  const subject = await Subject.boot(system, { harts: 2, append: 'quiet nooks_failures=0' });
  const { kernel, machine } = subject;
  const line = async (text: string) => {
    expect(await subject.type(text, 400_000_000)).toBe(true);
    expect(await subject.settle()).toBe(true);
  };
  await line('insmod -n unruly; echo fail unruly > /proc/nooks; sleep 1');
  const before = subject.holdings;
  await line('insmod -n unruly');
  const state = taskletOf(kernel) + stateOffset;
  // As if it were in a list.
  machine.write(kernel.physical(state)!, Uint8Array.of(scheduled));
  await line('echo fail unruly > /proc/nooks; sleep 1');
  expect(difference(before, subject.holdings)).not.toBe('');
  machine.write(kernel.physical(state)!, Uint8Array.of(0));
  await line('sleep 0.5');
  expect(difference(before, subject.holdings)).toBe('');
  await subject.dispose();
});

// OBJECT_TASKLET of tracker/types.ts; TaskletStruct.state of irq/tasklet.ts and its bit TASKLET_STATE_SCHED.
const taskletType = 8, stateOffset = 4, scheduled = 1;

/** The kernel's version of a tasklet that an extension has. */
function taskletOf(kernel: GuestKernel): number {
  const at = (kernel.variable('domains') as readonly GuestStruct[])
    .map(({ types }) => (types as readonly number[])[taskletType]!).find((first) => first !== 0);
  if (at === undefined) throw new Error('there is no tasklet');
  return Number(kernel.struct('NooksObject', at)!['kernel']);
}
