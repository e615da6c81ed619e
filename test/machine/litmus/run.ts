// `npm run litmus [-- --rounds N] [--harts 2,4] [--engine parallel|lockstep] [--only TEXT]`: every litmus test at
// length, with the outcomes seen. The exit status is 1 when one saw what may not be.
import { parseArgs } from 'node:util';
import { litmusTests } from './all.ts';
import { play } from './play.ts';
import type { Stage } from './play.ts';

const usage = 'npm run litmus -- [--rounds N] [--harts 2,4] [--engine parallel|lockstep] [--only TEXT]';
const values = read();

function read() {
  try {
    return parseArgs({
      options: {
        rounds: { type: 'string', default: '20000' },
        harts: { type: 'string', default: '2,4' },
        engine: { type: 'string', default: 'parallel,lockstep' },
        only: { type: 'string', default: '' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    console.error(`litmus: ${(error as Error).message.split('. ')[0]}: ${usage}`);
    process.exit(2);
  }
}

if (values.help) {
  console.log(usage);
  process.exit(0);
}
const rounds = Number(values.rounds);
const hartCounts = values.harts.split(',').map(Number);
const engines = values.engine.split(',') as Stage['engine'][];
const limitMs = 120_000;

let failures = 0;
for (const engine of engines) {
  for (const litmus of litmusTests.filter(({ name }) => name.includes(values.only))) {
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
