import { availableParallelism } from 'node:os';
import { build, missingTools } from './support/build.ts';
import { best, GuestFailure, nooks, qemu, race } from './support/compare.ts';
import type { Contender, Series } from './support/compare.ts';
import { scaling } from './support/guests.ts';
import { skipped } from './support/bench.ts';
import type { BenchOptions, BenchResult, Figure, Target } from './support/bench.ts';
import { short, table } from './support/table.ts';

export const name = 'scaling';
export const question = 'Do two independent harts on two cores do twice the work of one, and what does lockstep cost?';

const lockstep = nooks('nooks, lockstep, quanta of 1000', '--engine', 'lockstep', '--quantum', '1000');
const contenders: readonly { contender: Contender; target?: Target }[] = [
  { contender: qemu },
  { contender: nooks('nooks, parallel', '--engine', 'parallel'), target: { atLeast: 1.8 } },
  { contender: lockstep },
];

/**
 * One and two harts that each do the same work, by turns. The rate of two is 2 * (time of one) / (time of two), in
 * elapsed seconds. Lockstep is set against one hart of the parallel engine, the fastest way to run that hart's work.
 */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const missing = missingTools();
  if (missing) return skipped(missing);
  const series: Series[] = [];
  const failures: string[] = [];
  // Run by run, so that one hart and two meet the same load of the host.
  for (let turn = 0; turn < options.runs; turn++) {
    for (const guest of [scaling(1), scaling(2)]) {
      try {
        const elf = await build(guest, options.part);
        series.push(...(await race(guest, elf, contenders.map((each) => each.contender), 1)));
      } catch (error) {
        if (!(error instanceof GuestFailure)) throw error;
        failures.push(error.message);
      }
    }
  }
  const seconds = (who: string, harts: number, measure: 'wall' | 'cpu'): number =>
    best(series.filter((each) => each.contender === who && each.guest === scaling(harts).name)
      .flatMap((each) => each[measure]));
  const rows = contenders.map(({ contender: { name: who } }) => [
    who, ...[seconds(who, 1, 'wall'), seconds(who, 2, 'wall'), (2 * seconds(who, 1, 'wall')) / seconds(who, 2, 'wall'),
      seconds(who, 1, 'cpu'), seconds(who, 2, 'cpu')].map(short),
  ]);
  const heading = ['two harts (seconds, best)', 'wall of 1', 'wall of 2', 'rate of 2', 'cpu of 1', 'cpu of 2'];
  for (const line of table([heading, ...rows])) options.print(line);
  if (availableParallelism() < 2) options.print('This host has one core: two harts cannot be faster than one.');
  return { figures: failures.length > 0 ? [] : figures(seconds), failures, rows };
}

function figures(seconds: (who: string, harts: number, measure: 'wall' | 'cpu') => number): Figure[] {
  const concurrent = contenders.filter(({ contender }) => contender !== lockstep);
  const rates = concurrent.map(({ contender: { name: who }, target }) => ({
    what: `work done by two harts against one, elapsed, ${who}`,
    value: (2 * seconds(who, 1, 'wall')) / seconds(who, 2, 'wall'),
    unit: '',
    ...(target ? { target } : {}),
  }));
  const rate = (2 * seconds('nooks, parallel', 1, 'wall')) / seconds(lockstep.name, 2, 'wall');
  const what = 'instructions per second of two lockstep harts, quanta of 1000, against one hart of the parallel engine';
  return [...rates, { what, value: rate, unit: '', target: { atLeast: 0.4 } }];
}
