import { readFileSync } from 'node:fs';
import { Machine, type EngineName } from '../src/host/machine.ts';
import { shippedSystem } from '../src/host/shipped.ts';
import type { BenchOptions, BenchResult } from './support/bench.ts';
import { median } from './support/statistics.ts';
import { short, table } from './support/table.ts';

export const name = 'boot';
export const question = 'How long does the kernel take from power-on to the shell, and how many instructions?';

const prompt = '\n# ';
const maxInstructions = 200_000_000;
const engines: readonly EngineName[] = ['lockstep', 'parallel'];

interface Row { readonly harts: number; readonly engine: EngineName; readonly ms: number; readonly millions: number }

export async function run(options: BenchOptions): Promise<BenchResult> {
  const { image, initrd } = await shippedSystem(() => {});
  const files = { image: readFileSync(image), initrd: readFileSync(initrd) };
  const rows: Row[] = [];
  for (const engine of engines) {
    for (const harts of [1, 2, 4]) {
      const boots: Omit<Row, 'harts' | 'engine'>[] = [];
      for (let turn = 0; turn < options.runs; turn++) boots.push(await boot(files, harts, engine));
      rows.push({
        harts, engine, ms: median(boots.map(({ ms }) => ms)), millions: median(boots.map(({ millions }) => millions)),
      });
    }
  }
  const cells = rows.map(({ harts, engine, ms, millions }) =>
    [`${harts} harts, ${engine}`, short(ms), short(millions)]);
  for (const line of table([['power-on to prompt', 'ms', 'million instructions'], ...cells])) options.print(line);
  return {
    figures: rows.flatMap(({ harts, engine, ms, millions }) => [
      { what: `boot of ${harts} harts, ${engine}`, value: ms, unit: 'ms', target: { atMost: 500 } },
      { what: `instructions of ${harts} harts, ${engine}`, value: millions, unit: 'million', target: { atMost: 20 } },
    ]),
    failures: [],
    rows,
  };
}

/** One boot. The machine's making, which starts threads and generates the interpreter, is not counted. */
async function boot(
  files: { image: Uint8Array; initrd: Uint8Array }, harts: number, engine: EngineName,
): Promise<Omit<Row, 'harts' | 'engine'>> {
  const machine = await Machine.create({ ...files, harts, engine });
  try {
    const start = performance.now();
    const { kind } = await machine.run({ maxInstructions, untilConsole: prompt });
    if (kind !== 'console') throw new Error(`no prompt on ${harts} harts, ${engine}:\n${machine.console}`);
    return { ms: performance.now() - start, millions: steps(machine) / 1e6 };
  } finally {
    await machine.dispose();
  }
}

/** Steps of all harts since the start; none runs now. */
function steps(machine: Machine): number {
  return Array.from({ length: machine.harts }, (_, index) => machine.hart(index))
    .reduce((sum, { retiredLow, retiredHigh }) => sum + retiredHigh * 2 ** 32 + (retiredLow >>> 0), 0);
}
