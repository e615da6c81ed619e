// `npm run bench [-- NAME...] [--list] [--runs N] [--json] [--quick] [--programs A,B]`: answers the questions of the
// files in this folder. The exit status is 0 whatever the figures are, and 1 when a guest failed.
import { readdir } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { targetWords, verdict } from './support/bench.ts';
import type { Bench, BenchResult } from './support/bench.ts';
import { short, table } from './support/table.ts';

interface Choices {
  readonly list?: true;
  readonly runs: number;
  readonly json?: true;
  readonly quick?: true;
  readonly programs: readonly string[];
}

await main();

async function main(): Promise<void> {
  const command = new Command('bench')
    .argument('[names...]', 'benches to run; all when none is named')
    .option('--list', 'print the names and their questions')
    .option('--runs <n>', 'repeats of each measurement', positive, 3)
    .option('--json', 'print the results as JSON on standard output')
    .option('--quick', 'a tenth of the work, once: checks that the benches work')
    .option('--programs <names>', 'guest programs to measure, separated by commas', (text) => text.split(','), [])
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse();
  const choices = command.opts<Choices>();
  const benches = await findBenches();
  const unknown = command.args.find((name) => !benches.some((bench) => bench.name === name));
  if (unknown !== undefined) {
    console.error(`bench: there is no bench called ${unknown}; --list shows them`);
    process.exit(2);
  }
  if (choices.list) {
    for (const { name, question } of benches) console.log(`${name.padEnd(12)}${question}`);
    return;
  }
  await runAll(benches.filter(({ name }) => command.args.length === 0 || command.args.includes(name)), choices);
}

/** Every file directly in bench/ but this one. */
async function findBenches(): Promise<Bench[]> {
  const names = await readdir(new URL('.', import.meta.url));
  const files = names.filter((file) => file.endsWith('.ts') && file !== 'run.ts').sort();
  return Promise.all(files.map(async (file) => (await import(new URL(file, import.meta.url).href)) as Bench));
}

async function runAll(benches: readonly Bench[], choices: Choices): Promise<void> {
  const print = choices.json ? console.error : console.log;
  const { programs } = choices;
  const size = choices.quick ? { runs: 1, part: 0.1 } : { runs: choices.runs, part: 1 };
  const options = { ...size, programs, print };
  const [{ model = 'unknown processor' } = {}] = cpus();
  print(`${model}, ${cpus().length} cores, load ${short(loadavg()[0] ?? NaN)}; node ${process.version}`);
  if (choices.quick) print('--quick: the programs are too short for the figures to count.');
  const results: (BenchResult & { name: string })[] = [];
  for (const bench of benches) {
    print(`\n${bench.name}: ${bench.question}`);
    const result = await bench.run(options);
    results.push({ name: bench.name, ...result });
    for (const line of conclusion(result)) print(line);
  }
  if (choices.json) console.log(JSON.stringify(results));
  if (results.some((result) => result.failures.length > 0)) process.exitCode = 1;
}

function conclusion(result: BenchResult): string[] {
  if (result.skipped) return [`skipped: ${result.skipped}`];
  const rows = result.figures.map((figure) =>
    [figure.what, `${short(figure.value)} ${figure.unit}`.trim(), targetWords(figure), verdict(figure)]);
  return [
    ...(rows.length > 0 ? ['', ...table([['figure', 'measured', 'target', 'verdict'], ...rows])] : []),
    ...result.failures.map((failure) => `FAILED ${failure}`),
  ];
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100) throw new InvalidArgumentError('a number from 1 to 100.');
  return value;
}
