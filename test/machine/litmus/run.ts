// `npm run litmus [-- --rounds N] [--harts 2,4] [--engine parallel|lockstep] [--only TEXT]`: every litmus test at
// length, with the outcomes seen. The exit status is 1 when one saw what may not be.
import { readArguments } from '../../support/arguments.ts';
import { litmusTests } from './all.ts';
import { play } from './play.ts';
import type { Stage } from './play.ts';

const { rounds, harts: hartList, engine: engineList, only } = readArguments({
  name: 'litmus',
  usage: 'npm run litmus -- [--rounds N] [--harts 2,4] [--engine parallel|lockstep] [--only TEXT]',
  defaults: { rounds: 20_000, harts: '2,4', engine: 'parallel,lockstep', only: '' },
});
const hartCounts = hartList.split(',').map(Number);
const engines = engineList.split(',') as Stage['engine'][];
const limitMs = 120_000;

let failures = 0;
for (const engine of engines) {
  for (const litmus of litmusTests.filter(({ name }) => name.includes(only))) {
    for (const harts of litmus.harts.filter((count) => hartCounts.includes(count))) {
      const start = performance.now();
      const { outcomes, violations } = await play(litmus, { rounds, harts }, { engine, limitMs });
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      const verdict = violations.length === 0 ? 'ok' : 'WRONG';
      console.log(`${engine}, ${harts} harts, ${litmus.name}: ${verdict} in ${seconds} s`);
      console.log(`    ${[...outcomes].map(([outcome, count]) => `${outcome}: ${count}`).join('   ')}`);
      for (const sentence of violations) console.log(`    ${sentence}`);
      failures += violations.length;
    }
  }
}
if (failures > 0) process.exitCode = 1;
