import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundler } from '../src/host/bundle.mjs';
import type { BenchOptions, BenchResult } from './support/bench.ts';
import type { BuildTimes } from './support/build-twice.ts';
import { measure } from './support/process.ts';
import { median } from './support/statistics.ts';
import { short, table } from './support/table.ts';

export const name = 'compile-speed';
export const question = 'How long does an image of 6,000 lines take to compile?';

const wantedLines = 6000;
const limitSeconds = 120;
const kernels = fileURLToPath(new URL('guest/compiler/kernels.ts', import.meta.url));

/**
 * Processes that start from the bundle, as `nooks build` does, and build one module twice. One before them leaves what
 * V8 compiled of the parser to the others, as the first `nooks build` of all does (src/host/typescript.mjs). Elapsed
 * time lies between the CPU time of the main thread and that of all threads, depending on what else the machine does.
 */
export async function run({ runs, part, print }: BenchOptions): Promise<BenchResult> {
  const root = await mkdtemp(join(tmpdir(), 'nooks-bench-'));
  try {
    const lines = await writeSources(join(root, 'big'), wantedLines * part);
    const program = join(root, 'program');
    bundler(program, program)({ entryPoints: ['bench/support/build-twice.ts'], splitting: true });
    const rows: BuildTimes[] = [];
    await timesOf(program, root);
    for (let turn = 0; turn < runs; turn++) rows.push(await timesOf(program, root));
    const row = (what: string, key: keyof BuildTimes) =>
      [what, short(median(rows.map((times) => times[key]))), short(Math.min(...rows.map((times) => times[key])))];
    const cells = [
      row('cold, CPU of the main thread', 'cold'), row('cold, CPU of all threads', 'coldAll'),
      row('cold, elapsed', 'coldWall'), row('second build, CPU of the main thread', 'warm'),
      row('second build, elapsed', 'warmWall'),
    ];
    for (const line of table([[`milliseconds for ${lines} lines`, 'median', 'best'], ...cells])) print(line);
    // The best: what others do on the machine meanwhile can double elapsed time, and only adds to it.
    const value = Math.min(...rows.map(({ coldWall }) => coldWall)) / 1000;
    return {
      figures: [{ what: 'cold build, elapsed, best', value, unit: 's', target: { atMost: 2 } }], failures: [], rows,
    };
  } finally {
    await rm(root, { recursive: true });
  }
}

/** Writes the kernels of the bench `compiler` again and again, each time under other names; yields their lines. */
async function writeSources(folder: string, wanted: number): Promise<number> {
  await mkdir(folder);
  const text = await readFile(kernels, 'utf8');
  const names = [...text.matchAll(/^(?:export )?(?:function|class|const|let) (\w+)/gm)].map(([, found]) => found);
  const anyName = new RegExp(`\\b(?:${names.join('|')})\\b`, 'g');
  const lines = text.split('\n').length - 1;
  const copies = Math.ceil(wanted / lines);
  for (let copy = 0; copy < copies; copy++) {
    await writeFile(join(folder, `part${copy}.ts`), text.replace(anyName, `$&_${copy}`));
  }
  return copies * lines;
}

async function timesOf(program: string, root: string): Promise<BuildTimes> {
  const command = [process.execPath, join(program, 'bench/support/build-twice.js'), root];
  const { status, stdout, stderr } = await measure(command, limitSeconds);
  if (status !== 0) throw new Error(`the build failed: ${stderr}`);
  return JSON.parse(stdout) as BuildTimes;
}
