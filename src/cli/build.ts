/** `nooks build`: compiles the shipped images. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { build, chooseImages } from '../host/build.ts';
import type { BuiltImage } from '../host/build.ts';
import type { ImageDescription } from '../compiler/image.ts';
import { shippedImages } from '../host/images.ts';
import { buildInitramfs, initramfsFile, initramfsImages, initramfsName } from '../host/initramfs.ts';
import { buildFolder, projectFolder } from '../host/shipped.ts';
import { loadCompiler } from '../host/load-compiler.ts';
import { statusHelp, statuses } from './status.ts';

interface BuildOptions { readonly out: string; readonly clean: boolean; readonly verbose: boolean }

/** Adds the command to the program. */
export function registerBuild(program: Command, finish: (status: number) => void): void {
  program.command('build')
    .summary('compile the kernel, modules and user programs')
    .description('Compiles the images shipped with nooks from guest TypeScript. What is up to date is left alone.')
    .argument('[image...]', `${[...shippedImages.map(({ name }) => name), initramfsName].join(', ')} (default: all)`)
    .option('--out <folder>', 'folder for what is built', buildFolder)
    .option('--clean', 'remove what was built there before, and build all of it', false)
    .option('--verbose', 'tell of images that are up to date as well, and list the files', false)
    .addHelpText('after', help)
    .action(async (names: string[], { out, clean, verbose }: BuildOptions) => {
      const start = performance.now();
      const results = await build({
        root: projectFolder, out, clean, images: imagesFor(names), loadCompiler,
        onImage: (built) => tell(built, out, verbose),
      });
      if (names.length === 0 || names.includes(initramfsName)) archive(results, out, verbose);
      process.stdout.write(`${summaryOf(results)} in ${seconds(performance.now() - start)}\n`);
      if (results.some(({ state }) => state === 'failed')) finish(statuses.mistake.status);
    });
}

/** What is to be compiled for what was named, among which may be the archive of programs. */
function imagesFor(names: readonly string[]): readonly ImageDescription[] {
  const images = names.filter((name) => name !== initramfsName);
  if (images.length === names.length) return chooseImages(shippedImages, names);
  const named = images.length === 0 ? [] : chooseImages(shippedImages, images);
  return shippedImages.filter((image) => named.includes(image) || initramfsImages.includes(image));
}

/** Packs the programs and modules, if all could be built. */
function archive(results: readonly BuiltImage[], out: string, verbose: boolean): void {
  if (results.some(({ image, state }) => state === 'failed' && initramfsImages.includes(image))) return;
  const state = buildInitramfs({ root: projectFolder, out });
  if (state === 'built' || verbose) process.stdout.write(`${initramfsName}: ${state}\n`);
  if (verbose) process.stdout.write(`  ${join(out, initramfsFile)}\n`);
}

const help = `
Files, for an image X:
  X.elf           the kernel or user program; X.o for a module
  X.debug         the same with debug information for gdb, which a kernel's X.elf has itself
  X.map           what lies at which address; not for a module
  X.layouts.json  structs and their fields
initramfs.cpio holds the programs and modules, as the kernel finds them in its root directory.

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
