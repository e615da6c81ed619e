/**
 * The long run: `npm run rogue -- [--harts N] [--rows ID,ID] [--way native|isolated] [--engine parallel] [--from SEED]
 * [--count N] [--workers N] [--append TEXT]`. All misdeeds, each under so many seeds, or those rows, or `--rows
 * 22+30`, requests made at the same time. Prints what came of each, and each failure with the line that shows it again.
 */
import type { EngineName } from '../../../src/host/machine.ts';
import { readArguments } from '../../support/arguments.ts';
import type { Way } from '../../support/extension.ts';
import { inShares, report, type Share, wordsOf } from '../../support/shares.ts';
import { shipped } from '../../support/system.ts';
import { deaths, type Misdeed, misdeeds } from './misdeeds.ts';
import { RogueMachine } from './trial.ts';
import { judge, nativeOutcome } from './verdict.ts';

const options = readArguments({
  name: 'rogue',
  usage: 'npm run rogue -- [--harts N] [--rows ID,ID] [--way native|isolated] [--engine lockstep|parallel] '
    + '[--from SEED] [--count N] [--workers N] [--append TEXT]',
  defaults: {
    harts: 2, rows: '', way: 'isolated', engine: 'lockstep', from: 1, count: 1, workers: 1, append: '',
  },
});
const { harts, way, engine, from, count, workers, append } = options;
const say = (text: string) => void process.stdout.write(`${text}\n`);
/** An outcome. */
const failed = 'FAILED';
const start = performance.now();
const machines = new Map<boolean, RogueMachine>();

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
  const system = await shipped(), total: Record<string, number> = {};
  for (const row of chosen()) {
    const outcomes: Record<string, number> = {};
    for (let seed = from; seed < from + count; seed++) {
      const beside = row.beside === true;
      let machine = machines.get(beside);
      if (!machine) {
        machine = await RogueMachine.boot(system, {
          harts, engine: engine as EngineName, way: way as Way, append, ...(beside && { beside: ['unruly'] }),
        });
        machines.set(beside, machine);
      }
      const outcome = await trial(machine, row, seed);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      // Without snapshots what is broken stays broken.
      if (engine === 'parallel' && (outcome === failed || way === 'native')) {
        await machine.dispose();
        machines.delete(beside);
      }
    }
    say(`${row.name.padEnd(44)} ${Object.entries(outcomes).map(([what, times]) => `${what} ${times}`).join(', ')}`);
    for (const [what, times] of Object.entries(outcomes)) total[what] = (total[what] ?? 0) + times;
  }
  for (const machine of machines.values()) await machine.dispose();
  return { good: (total[failed] ?? 0) === 0, counts: total };
}

function chosen(): readonly Misdeed[] {
  const all = way === 'native' ? misdeeds.filter(({ native }) => native !== undefined) : [...misdeeds, ...deaths];
  if (options.rows === '') return all;
  return options.rows.split(',').map((id) => [...misdeeds, ...deaths].find((row) => row.id === id) ?? {
    id, name: id, requests: id.split('+').map(Number), native: 'oops', nooks: 'recovered', says: /^/,
  });
}

async function trial(machine: RogueMachine, row: Misdeed, seed: number): Promise<string> {
  const done = await machine.trial(row.requests, seed);
  if (way === 'native') return nativeOutcome(done);
  const { complaint, outcome } = await judge(machine, done);
  if (complaint === '') return outcome;
  say(`${row.name}, seed ${seed}: ${complaint}\n  again: ${replayOf(row, seed)}`);
  return failed;
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
