/**
 * The long run of the kernel stress: `npm run stress -- [--harts N] [--from SEED] [--count N] [--minutes N] [--engine
 * parallel]`. In lockstep, seeds one after another; with the parallel engine, the same program over and over for so
 * many minutes. Each failure is printed with the line that shows it again.
 */
import type { Machine } from '../../../src/host/machine.ts';
import { readArguments } from '../../support/arguments.ts';
import { prompt, Session, shipped } from '../../support/system.ts';
import { replayOf, StressMachine } from './trial.ts';

const { harts, from, count, minutes, engine } = readArguments({
  name: 'stress',
  usage: 'npm run stress -- [--harts N] [--from SEED] [--count N] | --engine parallel [--harts N] [--minutes N]',
  defaults: { harts: 4, from: 1, count: 100, minutes: 10, engine: 'lockstep' },
});
const mostFailures = 5;
const say = (text: string) => void process.stdout.write(text);
process.exitCode = await (engine === 'parallel' ? forMinutes() : overSeeds()) ? 0 : 1;

async function overSeeds(): Promise<boolean> {
  const machine = await StressMachine.boot(await shipped(), harts);
  const start = performance.now();
  let failures = 0, done = 0;
  const rate = () => (done / (performance.now() - start) * 1000).toFixed(1);
  for (let seed = from; seed < from + count && failures < mostFailures; seed++) {
    const { good, console, kind } = await machine.trial(seed);
    done++;
    if (!good) {
      failures++;
      say(`seed ${seed}: ${kind}\n${console.slice(-3000)}\n  again: ${replayOf(harts, seed)}\n`);
    }
    if (done % 100 === 0) {
      say(`${done} of ${count} trials, ${failures} failures, ${rate()}/s\n`);
    }
  }
  say(`${done} trials on ${harts} harts: ${failures === 0 ? 'no failure' : `${failures} failures`}\n`);
  await machine.dispose();
  return failures === 0;
}

/**
 * Concurrent for real: there is no seed, so a failure's console and where the harts are is all there is. Harts that
 * wait for one whose thread the host does not run spin meanwhile, so the limit of instructions is generous.
 */
async function forMinutes(): Promise<boolean> {
  const append = 'panic=-1 panic_on_oops=1';
  const { machine } = await Session.boot(await shipped(), { harts, engine: 'parallel', append });
  const end = performance.now() + minutes * 60_000;
  let runs = 0, good = true;
  while (good && performance.now() < end) {
    const from = machine.console.length;
    machine.type(`/test/stress ${++runs} 50\n`);
    const { kind } = await machine.run({ maxInstructions: 20e9, untilConsole: prompt });
    const said = machine.console.slice(from);
    good = kind === 'console' && said.includes(`stress ${runs} 50: ok`);
    if (!good) say(`run ${runs}: ${kind}\n${said}\n${places(machine)}`);
    else if (runs % 20 === 0) say(`${runs} runs\n`);
  }
  say(`${runs} runs on ${harts} harts, parallel engine, ${minutes} minutes: ${good ? 'no failure' : 'a failure'}\n`);
  await machine.dispose();
  return good;
}

/** Where each hart is. */
function places(machine: Machine): string {
  return Array.from({ length: machine.harts }, (_, hart) => {
    const { pc, waiting } = machine.hart(hart);
    return `hart ${hart}: pc ${(pc >>> 0).toString(16)}${waiting ? ', asleep' : ''}\n`;
  }).join('');
}
