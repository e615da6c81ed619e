/**
 * The long run: `npm run rogue -- [--set NAMES] [--pace fast|slow] [--rows ID,ID] [--harts N] [--way native|isolated]
 * [--engine parallel] [--from SEED] [--count N] [--workers N] [--append TEXT]`. All misdeeds of some sets, or those
 * that take a hundredth of a second or much longer, each under so many seeds; or some rows; or `--rows 22+30`, requests
 * made at the same time. Prints what came of each, and each failure with the line that shows it again.
 * `npm run rogue -- --table all` prints the README's table.
 */
import type { EngineName } from '../../../src/host/machine.ts';
import { readArguments } from '../../support/arguments.ts';
import type { Way } from '../../support/extension.ts';
import { inShares, report, type Share, wordsOf } from '../../support/shares.ts';
import { shipped } from '../../support/system.ts';
import { callerFile } from './calls.ts';
import type { Misdeed } from './misdeeds.ts';
import { type Outcomes, sets, type SetName, tableOf } from './rows.ts';
import { RogueMachine } from './trial.ts';
import { judge, nativeOutcome } from './verdict.ts';

const options = readArguments({
  name: 'rogue',
  usage: 'npm run rogue -- [--set misdeeds,deaths,company,calls,bodies] [--pace all|fast|slow] [--rows ID,ID] '
    + '[--harts N] [--way native|isolated] [--engine lockstep|parallel] [--from SEED] [--count N] [--workers N] '
    + '[--append TEXT] | --table all',
  defaults: {
    set: 'misdeeds,deaths', pace: 'all', rows: '', harts: 2, way: 'isolated', engine: 'lockstep', from: 1, count: 1,
    workers: 1, append: '', share: 0, shares: 1, table: '',
  },
});
type Options = Omit<typeof options, 'positionals'>;
const say = (text: string) => void process.stdout.write(`${text}\n`);
/** An outcome. */
const failed = 'FAILED';
/** Trials of a process between two lines about them. */
const told = 1000;

/** Natively on one hart, where the rest of the kernel cannot go on without it; isolated on as many as are asked for. */
async function printTable(): Promise<void> {
  const set = Object.keys(sets).filter((name) => name !== 'company').join();
  const native = await runAll({ ...options, set, way: 'native', harts: 1 });
  const nooks = await runAll({ ...options, set });
  const company = await runAll({ ...options, set: 'company', harts: 4 });
  for (const line of tableOf(native.outcomes, new Map([...nooks.outcomes, ...company.outcomes]))) say(line);
}

async function printRun(settings: Options): Promise<boolean> {
  const start = performance.now();
  const { good, outcomes } = await runAll(settings);
  const total: Record<string, number> = {};
  for (const [name, counts] of together(outcomes)) {
    say(`${name.padEnd(44)} ${tell(counts)}`);
    for (const [what, times] of Object.entries(counts)) total[what] = (total[what] ?? 0) + times;
  }
  const trials = Object.values(total).reduce((sum, times) => sum + times, 0);
  const rate = (trials / (performance.now() - start) * 1000).toFixed(1);
  const { harts, engine, way } = settings;
  say(`${trials} trials on ${harts} harts, ${engine} engine, ${way}, ${rate}/s: ${tell(total)}`);
  return good;
}

function tell(counts: Outcomes): string {
  return Object.entries(counts).map(([what, times]) => `${what} ${times}`).join(', ');
}

/** Results of rows whose names begin alike, added up. */
function together(outcomes: ReadonlyMap<string, Outcomes>): Map<string, Record<string, number>> {
  const groups = new Map<string, Record<string, number>>();
  for (const [row, counts] of outcomes) {
    const name = row.split(': ')[0]!, group = groups.get(name) ?? {};
    for (const [what, times] of Object.entries(counts)) group[what] = (group[what] ?? 0) + times;
    groups.set(name, group);
  }
  return groups;
}

/** By the names of rows, in as many processes as there are workers. */
async function runAll(settings: Options): Promise<{ good: boolean; outcomes: Map<string, Outcomes> }> {
  const { workers, from, count } = settings;
  const { good, counts } = await inShares(Array.from({ length: workers }, (_, share) =>
    wordsOf({ ...settings, workers: 1, table: '', share, shares: workers, from, count })));
  const outcomes = new Map<string, Record<string, number>>(chosen(settings).map(({ name }) => [name, {}]));
  for (const [key, times] of Object.entries(counts)) {
    const [name, what] = key.split('\t') as [string, string];
    outcomes.get(name)![what] = times;
  }
  return { good, outcomes };
}

/** Every so many of the trials: of each row under each seed. */
async function runShare(settings: Options): Promise<Share> {
  const { from, count, share, shares } = settings, counts: Record<string, number> = {};
  const machines = new Machines(settings);
  let index = 0, done = 0, good = true;
  for (const row of chosen(settings)) {
    for (let seed = from; seed < from + count; seed++) {
      if (index++ % shares !== share) continue;
      const outcome = await trial(machines, row, seed, settings), key = `${row.name}\t${outcome}`;
      counts[key] = (counts[key] ?? 0) + 1;
      good &&= outcome !== failed;
      if (++done % told === 0) say(`${done} trials, now ${row.name}`);
    }
  }
  await machines.dispose();
  return { good, counts };
}

function chosen({ set, pace, rows, way }: Options): readonly Misdeed[] {
  if (!['all', 'fast', 'slow'].includes(pace)) refuse(`--pace is all, fast or slow, not ${pace}`);
  const all = set.split(',').flatMap((name) => sets[name as SetName] ?? refuse(`there is no set ${name}`))
    .filter(({ slow }) => pace === 'all' || (pace === 'slow') === (slow === true));
  if (rows === '') return way === 'native' ? all.filter(({ native }) => native !== undefined) : all;
  return rows.split(',').map((id) => Object.values(sets).flat().find((row) => row.id === id) ?? {
    id, name: id, requests: id.split('+').map(Number), native: 'various', nooks: 'recovered', says: /^/,
  });
}

function refuse(sentence: string): never {
  process.stderr.write(`rogue: ${sentence}\n`);
  process.exit(2);
}

/** Machines by what is loaded beside the rogue. */
class Machines {
  readonly #settings: Options;
  readonly #known = new Map<string | undefined, RogueMachine>();

  constructor(settings: Options) {
    this.#settings = settings;
  }

  async for({ beside }: Misdeed): Promise<RogueMachine> {
    const known = this.#known.get(beside);
    if (known) return known;
    const { harts, engine, way, append } = this.#settings;
    const machine = await RogueMachine.boot(await shipped(), {
      harts, engine: engine as EngineName, way: way as Way, append, ...(beside !== undefined && { beside: [beside] }),
      ...(beside === 'caller' && { files: [callerFile()] }),
    });
    this.#known.set(beside, machine);
    return machine;
  }

  /** Without snapshots what is broken stays broken. */
  async forget({ beside }: Misdeed): Promise<void> {
    if (this.#settings.engine !== 'parallel') return;
    await this.#known.get(beside)?.dispose();
    this.#known.delete(beside);
  }

  async dispose(): Promise<void> {
    for (const machine of this.#known.values()) await machine.dispose();
  }
}

async function trial(machines: Machines, row: Misdeed, seed: number, settings: Options): Promise<string> {
  const machine = await machines.for(row);
  const done = await machine.trial(row, seed);
  if (settings.way === 'native') {
    await machines.forget(row);
    return nativeOutcome(done);
  }
  const { complaint, outcome } = await judge(machine, done, row, seed);
  if (complaint === '') return outcome;
  await machines.forget(row);
  say(`${row.name}, seed ${seed}: ${complaint}\n  again: ${replayOf(row, seed, settings)}`);
  return failed;
}

function replayOf({ id }: Misdeed, seed: number, { harts, engine, append }: Options): string {
  const words = wordsOf({ harts, engine, ...(append !== '' && { append }), rows: id, from: seed });
  return `npm run rogue -- ${words.map((word) => (/^[\w-]+$/.test(word) ? word : `'${word}'`)).join(' ')}`;
}

if (options.table !== '') await printTable();
else if (process.send) report(await runShare(options));
else process.exitCode = await printRun(options) ? 0 : 1;
