/**
 * The long runs of the drivers' tests. `npm run drivers -- NAME` tells stories, `npm run drivers -- bugs` has the bugs
 * happen that were put in by hand. Each failure is printed with the line that shows it again, and from time to time how
 * far it is: `--from` goes on there.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readArguments } from '../support/arguments.ts';
import { tryBugs } from './bug-run.ts';
import { roster } from './roster.ts';
import type { Task, Told } from './telling.ts';

const names = Object.keys(roster);
const usage = `npm run drivers -- ${names.join('|')} [--way native|isolated] [--story STORY] [--harts N,N...] `
  + '[--from SEED] [--seeds N] [--workers N], or npm run drivers -- bugs [--driver NAME] [--harts N] [--from SEED] '
  + '[--seeds N]';
const mostFailures = 10;
const progressMs = 15_000;
const say = (text: string) => void process.stdout.write(`${text}\n`);

const { way, story, driver, harts, from, seeds, workers, positionals: [what = ''] } = readArguments({
  name: 'drivers', usage, words: 1,
  defaults: { way: 'native', story: '', driver: '', harts: '', from: 1, seeds: 1, workers: 1 },
});
const all = roster[what]?.stories ?? [];
const stories = all.filter((name) => story === '' || name === story);
if (what === 'bugs' && (driver === '' || names.includes(driver))) {
  process.exitCode = await tryBugs({ driver, harts: Number(harts || 2), from, seeds, say }) ? 0 : 1;
} else if (stories.length > 0 && seeds > 0 && workers > 0 && (way === 'native' || way === 'isolated')) {
  const counts = (harts || '1,2,4').split(',').map(Number);
  process.exitCode = await tellAll({ driver: what, way, stories, harts: counts }) ? 0 : 1;
} else {
  say(`${usage}${all.length > 0 ? `\nstories of ${what}: ${all.join(', ')}` : ''}`);
  process.exitCode = 2;
}

/** Hands the seeds out to the processes; whether all went well. */
async function tellAll(task: Task): Promise<boolean> {
  const start = performance.now();
  const pending = new Set<number>();
  const spent = task.stories.map(() => 0);
  let next = from, done = 0, failures = 0, last = start;
  const more = () => next < from + seeds && failures < mostFailures;
  const tellOf = () => {
    const seconds = (performance.now() - start) / 1000, first = Math.min(next, ...pending);
    const rate = `${(done * stories.length / seconds).toFixed(1)} stories/s, ${(seconds / 60).toFixed(1)} min`;
    return `${done} of ${seeds} seeds, ${failures} failures, ${rate}; all before ${first} are told`;
  };
  const worker = () => new Promise<void>((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('telling-process.ts', import.meta.url)), [JSON.stringify(task)]);
    const give = () => {
      if (!more()) return void child.disconnect();
      pending.add(next);
      child.send(next++);
    };
    child.on('message', (told: Told | 'ready') => {
      if (told !== 'ready') take(told);
      give();
    });
    child.on('exit', (status) => (status === 0 ? resolve() : reject(new Error(`a process ended with ${status}`))));
  });
  const take = ({ seed, failures: found, ms }: Told) => {
    pending.delete(seed);
    done++;
    failures += found.length;
    for (const text of found) say(text);
    ms.forEach((each, index) => void (spent[index]! += each));
    if (performance.now() - last < progressMs) return;
    last = performance.now();
    say(tellOf());
  };
  await Promise.all(Array.from({ length: Math.min(workers, seeds) }, worker));
  for (const [index, name] of stories.entries()) say(`  ${name.padEnd(36)} ${(spent[index]! / done).toFixed(0)} ms`);
  say(`${task.driver}, ${task.way}: ${stories.length} stories, ${tellOf()}`);
  return failures === 0;
}
