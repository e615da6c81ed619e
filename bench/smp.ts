import { build, missingTools } from './support/build.ts';
import { best, GuestFailure, nooks, qemu, race } from './support/compare.ts';
import type { Series } from './support/compare.ts';
import { chosen, twoHarts } from './support/guests.ts';
import { skipped } from './support/bench.ts';
import type { BenchOptions, BenchResult, Figure } from './support/bench.ts';
import { short, table } from './support/table.ts';

export const name = 'smp';
export const question = 'What do contended atomics, locks and interrupts between two harts cost?';

const contenders = [
  qemu, nooks('nooks, parallel', '--engine', 'parallel'), nooks('nooks, lockstep', '--engine', 'lockstep'),
];

export async function run(options: BenchOptions): Promise<BenchResult> {
  const missing = missingTools();
  if (missing) return skipped(missing);
  const all: Series[] = [];
  const failures: string[] = [];
  for (const guest of chosen(twoHarts, options.programs)) {
    try {
      all.push(...(await race(guest, await build(guest, options.part), contenders, options.runs)));
    } catch (error) {
      if (!(error instanceof GuestFailure)) throw error;
      failures.push(error.message);
    }
  }
  const rows = all.map((series) => [`${series.guest}, ${series.contender}`, short(best(series.wall)),
    short(best(series.cpu)), short((series.notes.get('round-trip-ns') ?? NaN) / 1000)]);
  const heading = ['program (seconds, best)', 'wall', 'cpu', 'wake and answer, us'];
  for (const line of table([heading, ...rows])) options.print(line);
  return { figures: figures(all), failures, rows };
}

/** "Wakes in microseconds": a round trip is two stores to msip, two wakes from wfi and two clearing stores. */
function figures(all: readonly Series[]): Figure[] {
  return all.filter((series) => series.notes.has('round-trip-ns')).map((series) => ({
    what: `wfi ping-pong round trip, ${series.contender}`,
    value: (series.notes.get('round-trip-ns') ?? NaN) / 1000,
    unit: 'us',
    ...(series.contender === 'nooks, parallel' ? { target: { atMost: 20 } } : {}),
  }));
}
