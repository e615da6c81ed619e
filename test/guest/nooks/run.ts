/**
 * The long run: `npm run rogue -- [--set NAMES] [--rows ID,ID] [--harts N] [--way native|isolated]
 * [--engine parallel] [--from SEED] [--count N] [--workers N] [--append TEXT]`. All misdeeds of some sets, each under
 * so many seeds; or some rows; or `--rows 22+30`, requests made at the same time. Prints what came of each, and each
 * failure with the line that shows it again.
 */
import type { EngineName } from '../../../src/host/machine.ts';
import { readArguments } from '../../support/arguments.ts';
import type { Way } from '../../support/extension.ts';
import { inShares, report, type Share, wordsOf } from '../../support/shares.ts';
import { shipped } from '../../support/system.ts';
import { bodies, callerFile, calls } from './calls.ts';
import { company, deaths, type Misdeed, misdeeds } from './misdeeds.ts';
import { RogueMachine } from './trial.ts';
import { judge, nativeOutcome } from './verdict.ts';

const sets: Readonly<Record<string, readonly Misdeed[]>> = { misdeeds, deaths, company, calls, bodies };
const options = readArguments({
  name: 'rogue',
  usage: 'npm run rogue -- [--set misdeeds,deaths,company,calls,bodies] [--rows ID,ID] [--harts N] '
    + '[--way native|isolated] [--engine lockstep|parallel] [--from SEED] [--count N] [--workers N] [--append TEXT]',
  defaults: {
    set: 'misdeeds,deaths', rows: '', harts: 2, way: 'isolated', engine: 'lockstep', from: 1, count: 1, workers: 1,
    append: '',
  },
});
const { harts, way, engine, from, count, workers, append } = options;
const say = (text: string) => void process.stdout.write(`${text}\n`);
/** An outcome. */
const failed = 'FAILED';
const start = performance.now();
/** By what is loaded besides the rogue. */
const machines = new Map<string, RogueMachine>();

const { good, counts } = workers > 1 ? await inShares(shares()) : await run();
report({ good, counts });
if (!process.send) summarise();
process.exitCode = good ? 0 : 1;

/** Seeds in as many runs as there are workers. */
function shares(): string[][] {
  const each = Math.ceil(count / workers);
  return Array.from({ length: workers }, (_, index) => wordsOf({
    ...options, workers: 1, from: from + index * each, count: Math.min(each, count - index * each),
  })).filter((words) => !words.includes('0') || count > 0);
}

async function run(): Promise<Share> {
  const total: Record<string, number> = {};
  for (const [name, rows] of together(chosen())) {
    const outcomes: Record<string, number> = {};
    for (const row of rows) {
      for (let seed = from; seed < from + count; seed++) {
        const outcome = await trial(row, seed);
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      }
    }
    say(`${name.padEnd(44)} ${Object.entries(outcomes).map(([what, times]) => `${what} ${times}`).join(', ')}`);
    for (const [what, times] of Object.entries(outcomes)) total[what] = (total[what] ?? 0) + times;
  }
  for (const machine of machines.values()) await machine.dispose();
  return { good: (total[failed] ?? 0) === 0, counts: total };
}

/** Rows by what their names begin with. */
function together(rows: readonly Misdeed[]): Map<string, Misdeed[]> {
  const groups = new Map<string, Misdeed[]>();
  for (const row of rows) {
    const name = row.name.split(': ')[0]!;
    groups.set(name, [...groups.get(name) ?? [], row]);
  }
  return groups;
}

function chosen(): readonly Misdeed[] {
  const all = options.set.split(',').flatMap((name) => sets[name] ?? refuse(`there is no set ${name}`));
  if (options.rows === '') return way === 'native' ? all.filter(({ native }) => native !== undefined) : all;
  return options.rows.split(',').map((id) => Object.values(sets).flat().find((row) => row.id === id) ?? {
    id, name: id, requests: id.split('+').map(Number), native: 'various', nooks: 'recovered', says: /^/,
  });
}

function refuse(sentence: string): never {
  process.stderr.write(`rogue: ${sentence}\n`);
  process.exit(2);
}

async function machineFor({ beside }: Misdeed): Promise<RogueMachine> {
  const key = beside ?? '', known = machines.get(key);
  if (known) return known;
  const machine = await RogueMachine.boot(await shipped(), {
    harts, engine: engine as EngineName, way: way as Way, append, ...(beside !== undefined && { beside: [beside] }),
    ...(beside === 'caller' && { files: [callerFile()] }),
  });
  machines.set(key, machine);
  return machine;
}

async function trial(row: Misdeed, seed: number): Promise<string> {
  const machine = await machineFor(row);
  const done = await machine.trial(row.requests, seed, row.dies);
  if (way === 'native') {
    await forget(row);
    return nativeOutcome(done);
  }
  const { complaint, outcome } = await judge(machine, done, row, seed);
  if (complaint === '') return outcome;
  await forget(row);
  say(`${row.name}, seed ${seed}: ${complaint}\n  again: ${replayOf(row, seed)}`);
  return failed;
}

/** Without snapshots what is broken stays broken. */
async function forget({ beside }: Misdeed): Promise<void> {
  if (engine !== 'parallel') return;
  await machines.get(beside ?? '')?.dispose();
  machines.delete(beside ?? '');
}

function replayOf({ id }: Misdeed, seed: number): string {
  return `npm run rogue -- ${wordsOf({ ...options, rows: id, workers: 1, from: seed, count: 1 })
    .map((word) => (/^[\w-]+$/.test(word) ? word : `'${word}'`)).join(' ')}`;
}

function summarise(): void {
  const trials = Object.values(counts).reduce((sum, times) => sum + times, 0);
  const rate = (trials / (performance.now() - start) * 1000).toFixed(1);
  say(`${trials} trials on ${harts} harts, ${engine} engine, ${way}, ${rate}/s: `
    + Object.entries(counts).map(([what, times]) => `${what} ${times}`).join(', '));
}
