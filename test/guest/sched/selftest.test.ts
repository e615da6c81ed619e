/**
 * The kernel tests itself on our machine: locks, timers, softirqs and scheduling on all harts. A few schedules here;
 * `NOOKS_SELFTEST_SEEDS=N` runs N seeds for each quantum, which is how rare ones are looked for.
 */
import { beforeAll, expect, test } from 'vitest';
import { writeImage } from '../../../src/compiler/elf/image-writer.ts';
import type { KernelImage } from '../../../src/compiler/image.ts';
import { linkImage } from '../../../src/compiler/link/linker.ts';
import { shippedImages } from '../../../src/host/images.ts';
import { Machine } from '../../../src/host/machine.ts';
import { compiledModule } from '../../support/compiled.ts';

const seeds = Number(process.env['NOOKS_SELFTEST_SEEDS'] ?? 1);
let kernel: Uint8Array;

beforeAll(() => {
  const image = shippedImages.find(({ name }) => name === 'kernel') as KernelImage;
  kernel = writeImage(linkImage([compiledModule(image)], image));
});

/** The kernel runs them in its own order. */
const order = ['locks', 'sched', 'timers', 'softirq', 'misuse'];

interface Run { readonly tests: string; readonly harts: number; readonly quantum: number; readonly seed: number }

/** The verdicts of the tests, in order. */
async function verdicts({ tests, harts, quantum, seed }: Run): Promise<string[]> {
  const machine = await Machine.create({
    image: kernel, harts, seed, quantum, engine: 'lockstep', memory: 64 << 20, append: `selftest=${tests} panic=-1`,
  });
  try {
    await machine.run({ maxInstructions: 4e9 });
    return [...machine.console.matchAll(/^selftest (\w+: \w+)/gm)].map(([, verdict]) => verdict!);
  } finally {
    await machine.dispose();
  }
}

const quick: Run[] = [
  { tests: 'timers,softirq,misuse', harts: 1, quantum: 1000, seed: 1 },
  { tests: 'locks,timers,softirq', harts: 3, quantum: 300, seed: 2 },
];
const long: Run[] = [20, 50, 300].flatMap((quantum) => Array.from({ length: seeds }, (_, seed) => (
  { tests: 'locks,timers,softirq,sched', harts: 1 + seed % 4, quantum, seed: seed + 1 })));

test.each(process.env['NOOKS_SELFTEST_SEEDS'] === undefined ? quick : long)(
  '$tests on $harts harts, quantum $quantum, seed $seed', async (run) => {
    expect(await verdicts(run)).toEqual(
      order.filter((name) => run.tests.split(',').includes(name)).map((name) => `${name}: ok`),
    );
  }, 600_000);
