import { build, missingTools } from './support/build.ts';
import { best, GuestFailure, nooks, qemu, race, speed } from './support/compare.ts';
import type { Contender, Series } from './support/compare.ts';
import { chosen, singleHart } from './support/guests.ts';
import { skipped } from './support/bench.ts';
import type { BenchOptions, BenchResult, Figure, Target } from './support/bench.ts';
import { geometricMean } from './support/statistics.ts';
import { short, table } from './support/table.ts';

export const name = 'speed';
export const question = 'How fast is one hart beside QEMU, whole process, on the same ELF?';

/** What the ratios should reach: their geometric mean and, where given, the worst of them. */
interface Targets {
  readonly mean: Target;
  readonly worst?: Target;
}

export function run(options: BenchOptions): Promise<BenchResult> {
  return besideQemu(nooks('nooks'), { mean: { atLeast: 1.3 }, worst: { atLeast: 0.6 } }, options);
}

/** Races a way of running our machine against QEMU on every single-hart guest. */
export async function besideQemu(ours: Contender, targets: Targets, options: BenchOptions): Promise<BenchResult> {
  const missing = missingTools();
  if (missing) return skipped(missing);
  const pairs: Pair[] = [];
  const failures: string[] = [];
  for (const guest of chosen(singleHart, options.programs)) {
    try {
      const [theirs, mine] = await race(guest, await build(guest, options.part), [qemu, ours], options.runs);
      if (theirs && mine) pairs.push({ theirs, mine });
      options.print(`${guest.name} done`);
    } catch (error) {
      if (!(error instanceof GuestFailure)) throw error;
      failures.push(error.message);
      options.print(`${guest.name} FAILED`);
    }
  }
  for (const line of table([heading, ...pairs.map(cells)])) options.print(line);
  return { figures: pairs.length > 0 ? figures(pairs, targets) : [], failures, rows: pairs.map(plain) };
}

interface Pair {
  readonly theirs: Series;
  readonly mine: Series;
}

const heading = [
  'program (seconds)', 'QEMU cpu', 'ours cpu', 'ratio', 'ratio of medians', 'QEMU wall', 'ours wall', 'ratio',
  'ours MIPS',
];

function cells({ theirs, mine }: Pair): string[] {
  const cpu = speed(mine, theirs, 'cpu');
  const wall = speed(mine, theirs, 'wall');
  return [
    mine.guest, short(best(theirs.cpu)), short(best(mine.cpu)), short(cpu.best), short(cpu.median),
    short(best(theirs.wall)), short(best(mine.wall)), short(wall.best), short(mips(mine)),
  ];
}

/** Guest instructions per microsecond of elapsed time, by the guest's own count of retired instructions. */
function mips(series: Series): number {
  return (series.notes.get('retired-thousands') ?? NaN) / 1000 / best(series.wall);
}

function figures(pairs: readonly Pair[], targets: Targets): Figure[] {
  const ratios = (measure: 'cpu' | 'wall', of: 'best' | 'median'): number[] =>
    pairs.map(({ theirs, mine }) => speed(mine, theirs, measure)[of]);
  const mean = (what: string, values: readonly number[]): Figure => ({
    what: `speed ratio to QEMU, ${what}, geometric mean over ${pairs.length} programs`,
    value: geometricMean(values), unit: '', target: targets.mean,
  });
  const worst = (what: string, values: readonly number[]): Figure => ({
    what: `speed ratio to QEMU, ${what}, worst program`,
    value: Math.min(...values), unit: '', ...(targets.worst ? { target: targets.worst } : {}),
  });
  return [
    mean('CPU time of best runs', ratios('cpu', 'best')),
    mean('CPU time, medians', ratios('cpu', 'median')),
    mean('elapsed time of best runs', ratios('wall', 'best')),
    worst('CPU time of best runs', ratios('cpu', 'best')),
    worst('elapsed time of best runs', ratios('wall', 'best')),
  ];
}

function plain({ theirs, mine }: Pair): unknown {
  return [theirs, mine].map((series) => ({ ...series, notes: Object.fromEntries(series.notes) }));
}
