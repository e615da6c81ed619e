/**
 * The long run of concurrent recovery: `npm run recovery-stress -- [--harts N] [--recoveries N] [--from SEED]
 * [--workers N] [--engine parallel] [--milliseconds N] [--odds N] [--spoil N]`. Batches, one after another, until there
 * have been so many recoveries; in lockstep each is a seed's. A failure is printed with the line that shows it again.
 */
import type { EngineName } from '../../../src/host/machine.ts';
import { readArguments } from '../../support/arguments.ts';
import { inShares, report, type Share, wordsOf } from '../../support/shares.ts';
import { shipped } from '../../support/system.ts';
import { RecoveryMachine } from './recovery.ts';

const defaults = {
  harts: 4, engine: 'lockstep', from: 1, recoveries: 1000, workers: 1, milliseconds: 500, odds: 60, spoil: 3,
};
const options = readArguments({
  name: 'recovery-stress',
  usage: 'npm run recovery-stress -- [--harts N] [--recoveries N] [--from SEED] [--workers N] [--engine parallel] '
    + '[--milliseconds N] [--odds N] [--spoil N]',
  defaults,
});
const { harts, engine, from, recoveries: wanted, workers } = options;
const say = (text: string) => void process.stdout.write(`${text}\n`);
/** Between the first seeds of two processes: more than either will need. */
const apart = 1_000_000;
const mostFailures = 5;

const start = performance.now();
const { good, counts } = workers > 1 ? await inShares(Array.from({ length: workers }, (_, index) => wordsOf({
  ...options, workers: 1, from: from + index * apart, recoveries: Math.ceil(wanted / workers),
}))) : await run();
report({ good, counts });
if (!process.send) {
  const { recoveries = 0, batches = 0, failures = 0 } = counts;
  const rate = (recoveries / (performance.now() - start) * 1000).toFixed(1);
  say(`${recoveries} recoveries in ${batches} batches on ${harts} harts, ${engine} engine, ${rate}/s: `
    + (good ? 'no failure' : `${failures} failures`));
}
process.exitCode = good ? 0 : 1;

async function run(): Promise<Share> {
  const system = await shipped();
  let machine: RecoveryMachine | undefined;
  let recoveries = 0, failures = 0, batches = 0, told = 0;
  for (let seed = from; recoveries < wanted && failures < mostFailures; seed++) {
    machine ??= await RecoveryMachine.boot(system, { harts, engine: engine as EngineName });
    const { milliseconds, odds, spoil } = options;
    const batch = await machine.batch({ seed, milliseconds, odds, spoil });
    recoveries += batch.recoveries;
    batches++;
    if (batch.complaint !== '') {
      failures++;
      say(`seed ${seed}: ${batch.complaint}\n${batch.console}\n  again: ${replayOf(seed)}`);
      // Without snapshots what is broken stays broken.
      if (engine === 'parallel') {
        await machine.dispose();
        machine = undefined;
      }
    }
    if (Math.floor(recoveries / 500) > told) {
      told = Math.floor(recoveries / 500);
      const rate = (recoveries / (performance.now() - start) * 1000).toFixed(1);
      say(`${recoveries} of ${wanted} recoveries, seed ${seed}, ${failures} failures, ${rate}/s`);
    }
  }
  await machine?.dispose();
  return { good: failures === 0, counts: { recoveries, failures, batches } };
}

function replayOf(seed: number): string {
  return `npm run recovery-stress -- ${wordsOf({ ...options, workers: 1, from: seed, recoveries: 1 }).join(' ')}`;
}
