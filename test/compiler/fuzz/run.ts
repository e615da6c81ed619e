/** `npm run fuzz`: random functions in the oracle and in compiled code. */
import { parseArgs } from 'node:util';
import { compareText } from './compare.ts';
import { batchSeed, fuzz } from './fuzz.ts';
import { programText, randomBatch } from './program.ts';
import { targets } from './targets.ts';

const help = `Compares compiled code with the JavaScript oracle on random functions.

  --count N       functions in all (1000)
  --seed S        where to begin (1)
  --batch-size N  functions in an image (200)
  --target T      ${targets.map(({ name }) => name).join(', ')} (all that are available)
  --batch B       only this batch
  --function F    only this function of it; prints the program
  --trials N      trials to make a difference small (400)
`;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    'batch-size': { type: 'string', default: '200' },
    target: { type: 'string' },
    batch: { type: 'string' },
    function: { type: 'string' },
    trials: { type: 'string', default: '400' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(help);
else process.exitCode = await main();

async function main(): Promise<number> {
  const chosen = targets.filter(({ name, available }) =>
    values.target === undefined ? available : values.target.split(',').includes(name),
  );
  const [seed, batchSize] = [Number(values.seed), Number(values['batch-size'])];
  if (chosen.length === 0) {
    process.stderr.write(`fuzz: no target ${values.target}: choose ${targets.map(({ name }) => name).join(', ')}\n`);
    return 2;
  }
  if (values.batch !== undefined && values.function !== undefined)
    return replay(seed, Number(values.batch), batchSize, Number(values.function));
  const start = performance.now();
  const findings = await fuzz({
    seed,
    batchSize,
    targets: chosen,
    reduceTrials: Number(values.trials),
    count: values.batch === undefined ? Number(values.count) : batchSize,
    first: Number(values.batch ?? 0),
    onFinding: ({ replay: line, target, oracle, seen, text }) => {
      process.stdout.write(`${line}\n  oracle ${oracle}, ${target} ${seen}\n${text}\n`);
    },
    onBatch: (done, found) => {
      const perSecond = (done / (performance.now() - start)) * 1000;
      process.stderr.write(`${done} functions, ${found} differences, ${perSecond.toFixed(0)} functions/s\n`);
    },
  });
  return findings.length > 0 ? 1 : 0;
}

async function replay(seed: number, number: number, batchSize: number, index: number): Promise<number> {
  const batch = randomBatch(batchSeed(seed, number), batchSize);
  const node = batch.functions[index];
  if (!node) return 2;
  const text = programText(batch, new Map([[index, node]]));
  process.stdout.write(text);
  let different = 0;
  for (const target of targets.filter(({ available }) => available)) {
    const differences = await compareText(text, target, [index]);
    different += differences.length;
    for (const { oracle, target: seen } of differences)
      process.stderr.write(`oracle ${oracle}, ${target.name} ${seen}\n`);
  }
  return different > 0 ? 1 : 0;
}
