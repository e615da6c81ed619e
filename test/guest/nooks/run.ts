/**
 * The long run: `npm run rogue -- [--harts N] [--requests A,B] [--way native|isolated] [--append TEXT] [--from SEED]
 * [--count N]`. All misdeeds, or those requests at the same time, under so many seeds; prints a table, and each failure
 * with the line that shows it again.
 */
import { readArguments } from '../../support/arguments.ts';
import type { Way } from '../../support/extension.ts';
import { shipped } from '../../support/system.ts';
import { misdeeds } from './misdeeds.ts';
import { type Request, RogueMachine } from './trial.ts';
import { judge, nativeOutcome, replayOf } from './verdict.ts';

const { harts, from, count, requests, way, append } = readArguments({
  name: 'rogue',
  usage: 'npm run rogue -- [--harts N] [--requests A,B] [--way native|isolated] [--append TEXT] [--from SEED] '
    + '[--count N]',
  defaults: { harts: 2, requests: '', way: 'isolated', append: '', from: 1, count: 1 },
});
const say = (text: string) => void process.stdout.write(`${text}\n`);

const chosen = requests === '' ? misdeeds.map(({ number }) => [number])
  : requests.split(' ').map((text) => text.split(',').map(Number));
const machine = await RogueMachine.boot(await shipped(), { harts, way: way as Way, append });
let failures = 0;
for (const together of chosen) {
  const alone = together.length === 1 ? misdeeds.find(({ number }) => number === together[0]) : undefined;
  const name = alone?.name ?? together.join(', ');
  const outcomes = new Map<string, number>();
  for (let seed = from; seed < from + count; seed++) {
    const outcome = await trial(together, seed);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  say(`${name.padEnd(36)} ${[...outcomes].map(([outcome, times]) => `${outcome} ${times}`).join(', ')}`);
}
await machine.dispose();
process.exitCode = failures === 0 ? 0 : 1;

async function trial(together: readonly Request[], seed: number): Promise<string> {
  const outcome = await machine.trial(together, seed);
  if (way === 'native') return nativeOutcome(outcome);
  const verdict = await judge(machine, outcome);
  if (verdict !== 'good') {
    failures++;
    say(`${verdict}\n  again: ${replayOf(harts, together, seed)}`);
    return 'FAILED';
  }
  return /rogue failed/.test(outcome.said) ? 'recovered' : 'refused';
}
