import { assembleAt } from '../src/isa/program.ts';
import { Machine } from '../src/host/machine.ts';
import type { BenchOptions, BenchResult } from './support/bench.ts';
import { median } from './support/statistics.ts';
import { short, table } from './support/table.ts';

export const name = 'reset';
export const question = 'What does it cost to put a machine back to its snapshot?';

const ramStart = 0x8000_0000;
const ramBytes = 32 << 20;
const pageBytes = 4096;
const fewPages = 200;

/** Prints `R`; then writes to `count` pages `stride` pages apart, from the second MiB on, prints `D`, and again. */
function program(count: number, stride: number): string {
  return `
    li    s0, 0x10000000
    li    s1, 0x80100000
    li    s2, ${stride * pageBytes}
    li    a0, 'R'
    sb    a0, 0(s0)
  again:
    mv    t0, s1
    li    t1, ${count}
  next:
    lw    t2, 0(t0)
    addi  t2, t2, 1
    sw    t2, 0(t0)
    add   t0, t0, s2
    addi  t1, t1, -1
    bnez  t1, next
    li    a0, 'D'
    sb    a0, 0(s0)
    j     again`;
}

export async function run(options: BenchOptions): Promise<BenchResult> {
  const turns = Math.ceil(200 * options.part);
  const allPages = ramBytes / pageBytes - 256;
  const few = await measure(fewPages, 30, turns);
  const all = await measure(allPages, 1, turns);
  const heading = ['milliseconds, median (best)', 'restore', 'the copy alone'];
  const cells = (what: string, { restore, copy }: Times): string[] =>
    [what, ...[restore, copy].map((times) => `${short(median(times))} (${short(Math.min(...times))})`)];
  const rows = [heading, cells(`${fewPages} dirty pages of 32 MiB`, few), cells('every page of 32 MiB', all)];
  for (const line of table(rows)) options.print(line);
  return {
    figures: [
      { what: `reset with ${fewPages} dirty pages, beyond the copy`, value: median(few.restore) - median(few.copy),
        unit: 'ms', target: { atMost: 0.1 } },
      { what: 'reset with every page of 32 MiB dirty', value: median(all.restore), unit: 'ms', target: { atMost: 5 } },
    ],
    failures: [],
    rows: [few, all],
  };
}

interface Times {
  readonly restore: readonly number[];
  readonly copy: readonly number[];
}

/** Times restores after a guest has dirtied pages, by turns with bare copies of as many pages. */
async function measure(count: number, stride: number, turns: number): Promise<Times> {
  const image = assembleAt(program(count, stride), ramStart).bytes;
  const machine = await Machine.create({ image, harts: 1, memory: ramBytes, engine: 'lockstep', seed: 1 });
  const copier = new Copier(count, stride);
  const restore: number[] = [];
  const copy: number[] = [];
  try {
    await machine.run({ untilConsole: 'R' });
    const snapshot = await machine.snapshot();
    for (let turn = 0; turn < turns; turn++) {
      await machine.run({ untilConsole: 'D' });
      restore.push(await milliseconds(() => machine.restore(snapshot)));
      copy.push(await milliseconds(() => copier.copy()));
    }
  } finally {
    await machine.dispose();
  }
  return { restore, copy };
}

/** Copies the same pages between two memories of the same kind, and does nothing else. */
class Copier {
  readonly #from = new Uint8Array(new SharedArrayBuffer(ramBytes)).fill(1);
  readonly #to = new Uint8Array(new SharedArrayBuffer(ramBytes)).fill(2);
  readonly #pages: readonly number[];

  constructor(count: number, stride: number) {
    this.#pages = Array.from({ length: count }, (_, index) => (256 + index * stride) * pageBytes);
  }

  copy(): void {
    for (const at of this.#pages) this.#to.set(this.#from.subarray(at, at + pageBytes), at);
  }
}

async function milliseconds(action: () => unknown): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}
