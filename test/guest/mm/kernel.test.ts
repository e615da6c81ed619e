/**
 * Memory management within the running kernel: boot argument `selftest=mm,uaccess,oops`. `NOOKS_SELFTEST_SEEDS=N` runs
 * N seeds, which is how rare schedules are looked for.
 */
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { Machine } from '../../../src/host/machine.ts';
import { shippedElf } from '../../../src/host/shipped.ts';
import { MiB } from './host.ts';

let kernel: Uint8Array;

beforeAll(async () => { kernel = readFileSync(await shippedElf('kernel')); }, 60_000);

const options = ['', 'slab_debug poison', 'tlb=flush'];
const seeds = Number(process.env['NOOKS_SELFTEST_SEEDS'] ?? 3);
const runs = Array.from({ length: seeds }, (_, seed) =>
  ({ seed, harts: 1 + seed % 4, quantum: [300, 50, 1000, 20][seed % 4]!, option: options[seed % 3]! }));

// Replayed by: nooks run --harts H --seed S --quantum Q --engine lockstep --append 'selftest=mm,uaccess,oops OPTION'
test.each(runs)('seed $seed, $harts harts, quantum $quantum, $option', async ({ seed, harts, quantum, option }) => {
  const append = `selftest=mm,uaccess,oops panic=-1 ${option}`;
  const machine = await Machine.create({ image: kernel, append, harts, seed, quantum, memory: 32 * MiB });
  try {
    const ending = await machine.run({ maxInstructions: 2e9 });
    const verdicts = [...machine.console.matchAll(/^selftest (\w+: \w+)/gm)].map(([, verdict]) => verdict);
    expect(verdicts).toEqual(['mm: ok', 'uaccess: ok', 'oops: ok']);
    expect(machine.console).toContain('kernel stack overflow');
    expect(ending).toEqual({ kind: 'exit', status: 0 });
  } finally {
    await machine.dispose();
  }
}, 120_000);
