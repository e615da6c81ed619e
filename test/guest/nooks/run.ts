/**
 * The long run: `npm run rogue -- [--harts N] [--requests A,B] [--way native|isolated] [--append TEXT] [--from SEED]
 * [--count N]`. All misdeeds, or those requests at the same time, under so many seeds; prints a table, and each failure
 * with the line that shows it again.
 */
import { parseArgs } from 'node:util';
import { shipped } from '../../support/system.ts';
import { misdeeds } from './misdeeds.ts';
import { RogueMachine, type Way } from './trial.ts';
import { judge, nativeOutcome, replayOf } from './verdict.ts';

const { values } = parseArgs({ options: {
  harts: { type: 'string', default: '2' }, requests: { type: 'string' }, way: { type: 'string', default: 'isolated' },
  append: { type: 'string', default: '' }, from: { type: 'string', default: '1' },
  count: { type: 'string', default: '1' },
} });
const [harts, from, count] = [values.harts, values.from, values.count].map(Number) as [number, number, number];
const say = (text: string) => void process.stdout.write(`${text}\n`);

const chosen = values.requests === undefined ? misdeeds.map(({ number }) => [number])
  : values.requests.split(' ').map((text) => text.split(',').map(Number));
const machine = await RogueMachine.boot(await shipped(), harts, values.way as Way, values.append);
let failures = 0;
for (const requests of chosen) {
  const alone = requests.length === 1 ? misdeeds.find(({ number }) => number === requests[0]) : undefined;
  const name = alone?.name ?? requests.join(', ');
  const outcomes = new Map<string, number>();
  for (let seed = from; seed < from + count; seed++) {
    const outcome = await trial(requests, seed);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  say(`${name.padEnd(36)} ${[...outcomes].map(([outcome, times]) => `${outcome} ${times}`).join(', ')}`);
}
await machine.dispose();
process.exitCode = failures === 0 ? 0 : 1;

async function trial(requests: readonly number[], seed: number): Promise<string> {
  const outcome = await machine.trial(requests, seed);
  if (values.way === 'native') return nativeOutcome(outcome);
  const verdict = await judge(machine, outcome.said, outcome.alive);
  if (verdict !== 'good') {
    failures++;
    say(`${verdict}\n  again: ${replayOf(harts, requests, seed)}`);
    return 'FAILED';
  }
  return /rogue failed/.test(outcome.said) ? 'recovered' : 'refused';
}
