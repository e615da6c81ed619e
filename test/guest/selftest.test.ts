/**
 * The kernel tests itself: boot argument `selftest`, here under a few schedules, and on QEMU with the same verdicts.
 * `npm run selftest` tries thousands; seeds that once found something are kept here.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { Machine } from '../../src/host/machine.ts';
import { hasQemu, runOnQemu, withoutQemu } from '../support/qemu.ts';
import { shipped, type System } from '../support/system.ts';
import { verdicts } from './selftest/trial.ts';

let system: System;
beforeAll(async () => { system = await shipped(); }, 120_000);

const memory = 32 * 2 ** 20;
const ok = (tests: string) => tests.split(',').map((name) => `${name}: ok`).sort();

// Replayed by: nooks run --harts H --seed S --quantum Q --engine lockstep --append 'selftest=TESTS panic=-1 OPTIONS'
test.each([
  { tests: 'locks,misuse', harts: 2, quantum: 300, seed: 2, options: '' },
  { tests: 'timers,misuse,oops', harts: 1, quantum: 1000, seed: 1, options: '' },
  { tests: 'timers,oops', harts: 4, quantum: 20, seed: 3, options: 'slab_debug poison' },
  { tests: 'irq,smp,races', harts: 1, quantum: 700, seed: 4, options: '' },
  { tests: 'irq,smp', harts: 4, quantum: 50, seed: 5, options: '' },
  { tests: 'smp,mm', harts: 2, quantum: 20, seed: 6, options: 'tlb=flush' },
  { tests: 'races,mm', harts: 3, quantum: 61, seed: 7, options: 'slab_debug poison' },
  { tests: 'fs', harts: 2, quantum: 97, seed: 8, options: '' },
  { tests: 'mm,uaccess', harts: 4, quantum: 300, seed: 9, options: '' },
])('$tests on $harts harts, quantum $quantum, seed $seed, $options', { timeout: 120_000 }, async (row) => {
  const { tests, harts, quantum, seed, options } = row;
  const append = `selftest=${tests} panic=-1 ${options}`;
  const machine = await Machine.create({ image: system.kernel, append, harts, seed, quantum, memory });
  try {
    const ending = await machine.run({ maxInstructions: 2e9 });
    expect(verdicts(machine.console)).toEqual(ok(tests));
    if (tests.includes('oops')) expect(machine.console).toContain('kernel stack overflow');
    expect(ending).toEqual({ kind: 'exit', status: 0 });
  } finally {
    await machine.dispose();
  }
});

test('a test that fails, or is not there, turns the machine off as failed', async () => {
  const machine = await Machine.create({ image: system.kernel, append: 'selftest=nothing', memory });
  expect(await machine.run({ maxInstructions: 2e8 })).toEqual({ kind: 'exit', status: 1 });
  await machine.dispose();
});

describe.skipIf(!hasQemu)(`on QEMU ${hasQemu ? '' : withoutQemu}`, () => {
  test('all of them', { timeout: 200_000 }, () => {
    const append = 'selftest=all panic=-1';
    const { console, status } = runOnQemu(system.kernel, { harts: 2, append, timeoutMs: 180_000 });
    expect(verdicts(console).filter((verdict) => !verdict.endsWith(': ok')), console.slice(-3000)).toEqual([]);
    expect(verdicts(console).length).toBeGreaterThan(10);
    expect(status).toBe(0);
  });
});
