/** `nooks build`: compiles the shipped images. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { build, chooseImages } from '../host/build.ts';
import type { BuiltImage } from '../host/build.ts';
import { shippedImages } from '../host/images.ts';
import { buildFolder, projectFolder } from '../host/shipped.ts';
import { loadCompiler } from '../host/load-compiler.ts';
import { statusHelp, statuses } from './status.ts';

interface BuildOptions { readonly out: string; readonly clean: boolean; readonly verbose: boolean }

/** Adds the command to the program. */
export function registerBuild(program: Command, finish: (status: number) => void): void {
  program.command('build')
    .summary('compile the kernel, modules and user programs')
    .description('Compiles the images shipped with nooks from guest TypeScript. What is up to date is left alone.')
    .argument('[image...]', `${shippedImages.map(({ name }) => name).join(', ')} (default: all)`)
    .option('--out <folder>', 'folder for what is built', buildFolder)
    .option('--clean', 'remove what was built there before, and build all of it', false)
    .option('--verbose', 'tell of images that are up to date as well, and list the files', false)
    .addHelpText('after', help)
    .action(async (names: string[], { out, clean, verbose }: BuildOptions) => {
      const start = performance.now();
      const results = await build({
        root: projectFolder, out, clean, images: chooseImages(shippedImages, names), loadCompiler,
        onImage: (built) => tell(built, out, verbose),
      });
      process.stdout.write(`${summaryOf(results)} in ${seconds(performance.now() - start)}\n`);
      if (results.some(({ state }) => state === 'failed')) finish(statuses.mistake.status);
    });
}

const help = `
Files, for an image X:
  X.elf           the kernel or user program; X.o for a module
  X.debug         the same with debug information for gdb, which a kernel's X.elf has itself
  X.map           what lies at which address; not for a module
  X.layouts.json  structs and their fields

Exit status:
  0    all images are up to date
${statusHelp('mistake', 'internal')}
`;

function tell({ image, state, files, complaints, elapsedMs }: BuiltImage, out: string, verbose: boolean): void {
  for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
  if (state === 'failed') process.stderr.write(`nooks: ${image.name} has ${count(complaints.length, 'mistake')}\n`);
  else if (state === 'built' || verbose) process.stdout.write(`${image.name}: ${state} in ${seconds(elapsedMs)}\n`);
  if (verbose) for (const file of files) process.stdout.write(`  ${join(out, file)}\n`);
}

function summaryOf(results: readonly BuiltImage[]): string {
  const parts = (['built', 'unchanged', 'failed'] as const).flatMap((state) => {
    const number = results.filter((result) => result.state === state).length;
    return number === 0 ? [] : [`${number} ${state}`];
  });
  return `${count(results.length, 'image')}: ${parts.join(', ')}`;
}

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
