/**
 * The long run of the kernel's own tests: `npm run selftest -- [--tests a,b] [--harts N] [--append WORDS] [--from SEED]
 * [--count N] | --engine parallel [--minutes N]`. In lockstep, seeds one after another, each test by itself; with the
 * parallel engine, the tests over and over for so many minutes. Each failure is printed with the line that shows it
 * again. Without --tests, all that the kernel has.
 */
import { readArguments } from '../../support/arguments.ts';
import { prompt, Session, shipped, type System } from '../../support/system.ts';
import { passed, replayOf, SelftestMachine } from './trial.ts';

const options = readArguments({
  name: 'selftest',
  usage: 'npm run selftest -- [--tests a,b] [--harts N] [--append WORDS] [--from SEED] [--count N] | '
    + '--engine parallel [--tests a,b] [--harts N] [--minutes N]',
  defaults: { tests: '', append: '', harts: 4, from: 1, count: 100, minutes: 10, engine: 'lockstep' },
});
const { harts, append, from, count, minutes, engine } = options;
const mostFailures = 5;
const say = (text: string) => void process.stdout.write(text);

const system = await shipped();
const tests = options.tests === '' ? await all(system) : options.tests.split(',');
process.exitCode = await (engine === 'parallel' ? forMinutes() : overSeeds()) ? 0 : 1;

/** The names in /proc/selftest. */
async function all(system: System): Promise<string[]> {
  const session = await Session.boot(system);
  const names = (await session.command('cat /proc/selftest')).trim().split('\n');
  await session.machine.dispose();
  return names;
}

async function overSeeds(): Promise<boolean> {
  const machine = await SelftestMachine.boot(system, harts, append);
  const start = performance.now();
  let failures = 0, done = 0;
  for (let seed = from; seed < from + count && failures < mostFailures; seed++) {
    for (const test of tests) {
      const { good, console } = await machine.trial([test], seed);
      done++;
      if (good) continue;
      failures++;
      say(`${test}, seed ${seed}:\n${console.slice(-3000)}\n  again: ${replayOf([test], harts, seed, append)}\n`);
    }
    const seeds = seed - from + 1;
    if (seeds % 50 !== 0) continue;
    const rate = (done / (performance.now() - start) * 1000).toFixed(1);
    say(`${seeds} of ${count} seeds, ${failures} failures, ${rate} trials/s\n`);
  }
  const outcome = failures === 0 ? 'no failure' : `${failures} failures`;
  say(`${done} trials of ${tests.join()} on ${harts} harts: ${outcome}\n`);
  await machine.dispose();
  return failures === 0;
}

/** Concurrent for real: no seed, so a failure's console is all there is. */
async function forMinutes(): Promise<boolean> {
  const session = await Session.boot(system, { harts, engine: 'parallel', append: `panic=-1 ${append}` });
  const end = performance.now() + minutes * 60_000;
  let runs = 0, good = true;
  while (good && performance.now() < end) {
    const test = tests[runs++ % tests.length]!;
    session.machine.type(`echo ${test} > /proc/selftest\n`);
    const said = await session.until(prompt, Infinity).catch((error: Error) => error.message);
    good = passed(said, [test]);
    if (!good) say(`run ${runs}:\n${said.slice(-5000)}\n`);
    else if (runs % 20 === 0) say(`${runs} runs\n`);
  }
  say(`${runs} runs of ${tests.join()} on ${harts} harts, parallel engine: ${good ? 'no failure' : 'a failure'}\n`);
  await session.machine.dispose();
  return good;
}
