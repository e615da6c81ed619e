/**
 * The long run of the drivers' stories: `npm run drivers -- NAME [--story STORY] [--harts N,N...] [--from SEED]
 * [--seeds N]`. Each failure is printed with the line that shows it again.
 */
import { readArguments } from '../support/arguments.ts';
import { shipped } from '../support/system.ts';
import { e1000Driver } from './e1000.ts';
import type { NetDriver } from './net-driver.ts';
import { replayOf, stories } from './net-stories.ts';
import { NetTrial } from './net-trial.ts';
import { pcnet32Driver } from './pcnet32.ts';

const drivers: Readonly<Record<string, NetDriver>> = { e1000: e1000Driver, pcnet32: pcnet32Driver };
const usage = `npm run drivers -- ${Object.keys(drivers).join('|')} [--story STORY] [--harts N,N...] [--from SEED] `
  + '[--seeds N]';
const mostFailures = 10;
const say = (text: string) => void process.stdout.write(`${text}\n`);

const { story, harts: hartCounts, from, seeds, positionals } = readArguments({
  name: 'drivers', usage, words: 1, defaults: { story: '', harts: '1,2,4', from: 1, seeds: 100 },
});
const driver = drivers[positionals[0] ?? ''];
const told = { ...stories, ...driver?.stories };
const names = Object.keys(told).filter((name) => story === '' || name === story);
if (driver === undefined || names.length === 0 || seeds === 0) {
  say(`${usage}\nstories: ${Object.keys(told).join(', ')}`);
  process.exit(2);
}
let failures = 0;
const system = await shipped();
const counts = hartCounts.split(',').map(Number);
const trials = new Map<number, NetTrial>();
for (let seed = from; seed < from + seeds && failures < mostFailures; seed++) {
  const harts = counts[seed % counts.length]!;
  const trial = trials.get(harts) ?? await NetTrial.boot(driver, system, harts);
  trials.set(harts, trial);
  for (const name of names) {
    try {
      await trial.tell(told[name]!, seed);
    } catch (error) {
      failures++;
      say(`${name}, seed ${seed}: ${(error as Error).message}\n${trial.console.slice(-3000)}`);
      say(`  again: ${replayOf(driver.manifest.name, name, harts, seed)}`);
    }
  }
  if ((seed - from + 1) % 10 === 0) say(`${seed - from + 1} of ${seeds} seeds, ${failures} failures`);
}
for (const trial of trials.values()) await trial.dispose();
say(`${names.length} stories, ${seeds} seeds: ${failures === 0 ? 'no failure' : `${failures} failures`}`);
process.exitCode = failures === 0 ? 0 : 1;
