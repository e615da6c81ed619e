import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compile } from '../src/compiler/compile.ts';
import { formatDiagnostic } from '../src/compiler/diagnostic.ts';
import { writeImage } from '../src/compiler/elf/image-writer.ts';
import { readObject } from '../src/compiler/elf/object-reader.ts';
import type { KernelImage, ModuleImage } from '../src/compiler/image.ts';
import { linkImage } from '../src/compiler/link/linker.ts';
import type { ObjectModule } from '../src/compiler/object.ts';
import { Machine } from '../src/host/machine.ts';
import { type BenchOptions, type BenchResult, skipped } from './support/bench.ts';
import { isInstalled } from './support/process.ts';
import { geometricMean } from './support/statistics.ts';
import { table } from './support/table.ts';

export const name = 'compiler';
export const question = "How many instructions does our compiler's code execute, beside gcc -O2's?";

const gcc = 'riscv64-unknown-elf-gcc';
const flags = ['-O2', '-march=rv32ima', '-mabi=ilp32', '-ffreestanding', '-mno-relax', '-c'];
const folder = fileURLToPath(new URL('guest/compiler/', import.meta.url));
const base = { imports: [], name: 'kernels' };
const kernels: ModuleImage = { ...base, kind: 'module', files: ['kernels.ts'], exports: 'all' };
const main: ModuleImage = { ...base, kind: 'module', files: ['main.ts'], exports: 'all' };
const linked: KernelImage = {
  ...base, kind: 'kernel', files: [], exports: [], base: 0x8000_0000, entry: '_start', kallsyms: false,
};

interface Counts { readonly instructions: number; readonly result: string }

/** Ratios of executed instructions per kernel, counted on our machine (`minstret`); the results must agree. */
export async function run({ print }: BenchOptions): Promise<BenchResult> {
  if (!isInstalled(gcc)) return skipped(`${gcc} not found; apt-get install gcc-riscv64-unknown-elf`);
  const start = await compiled(main);
  const ours = await count([start, await compiled(kernels)]);
  const theirs = await count([start, await compiledByGcc()]);
  const failures: string[] = [];
  const rows = [...theirs].map(([kernel, gccCounts]) => {
    const own = ours.get(kernel);
    if (own?.result !== gccCounts.result) {
      failures.push(`${kernel} yields ${own?.result}, compiled by gcc ${gccCounts.result}`);
    }
    const counted = own?.instructions ?? 0;
    return { kernel, ours: counted, gcc: gccCounts.instructions, ratio: counted / gccCounts.instructions };
  });
  const cells =
    rows.map(({ kernel, ours: own, gcc: other, ratio }) => [kernel, String(own), String(other), ratio.toFixed(2)]);
  for (const line of table([['kernel', 'ours', 'gcc -O2', 'ratio'], ...cells])) print(line);
  const value = geometricMean(rows.map(({ ratio }) => ratio));
  const what = 'geometric mean of executed instructions';
  return { figures: [{ what, value, unit: '', target: { atMost: 1.15 } }], failures, rows };
}

async function compiled(image: ModuleImage): Promise<ObjectModule> {
  const [file] = image.files as [string];
  const { module, diagnostics } = compile(new Map([[file, await readFile(join(folder, file), 'utf8')]]), image);
  if (!module) throw new Error(diagnostics.map(formatDiagnostic).join('\n'));
  return module;
}

async function compiledByGcc(): Promise<ObjectModule> {
  const scratch = await mkdtemp(join(tmpdir(), 'nooks-bench-'));
  try {
    const object = join(scratch, 'kernels.o');
    await promisify(execFile)(gcc, [...flags, join(folder, 'kernels.c'), '-o', object]);
    return readObject(await readFile(object), 'kernels.o');
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** Executed instructions and results by kernel. */
async function count(modules: readonly ObjectModule[]): Promise<Map<string, Counts>> {
  const machine = await Machine.create({ image: writeImage(linkImage(modules, linked)), memory: 16 << 20 });
  try {
    await machine.run({ maxInstructions: 200_000_000 });
    const lines = machine.console.trim().split(/\r?\n/);
    return new Map(lines.map((line) => {
      const [kernel = '', instructions = '', result = ''] = line.split(' ');
      return [kernel, { instructions: Number.parseInt(instructions, 16), result }];
    }));
  } finally {
    await machine.dispose();
  }
}
