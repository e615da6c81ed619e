/** `nooks wrappers`: generates the wrappers of the kernel's interface for extensions. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { statusHelp } from './status.ts';

interface WrapperCommandOptions {
  readonly layer: string;
  readonly statistics?: true;
}

/** The project's folder. */
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Adds the command to the program. */
export function registerWrappers(program: Command): void {
  program
    .command('wrappers')
    .summary("generate wrappers from the kernel's headers")
    .description(
      'Generates the wrappers of the functions and structs that interface.txt lists, for both directions, and the '
        + 'tables of them. Bodies written by hand stay; for those that are missing a skeleton is appended.',
    )
    .option('--layer <folder>', 'the isolation layer, with interface.txt', join(root, 'src/guest/nooks'))
    .option('--statistics', 'print what there is, beside what the paper had, and change nothing')
    .addHelpText('after', `\nExit status:\n${statusHelp('mistake', 'internal')}\n`)
    .action(async ({ layer, statistics }: WrapperCommandOptions) => {
      // The parser takes a third of a second to load, which other commands need not wait for.
      const { generateFor, writeWrappers } = await import('../host/wrappers.ts');
      const generated = generateFor(layer);
      if (statistics) {
        const { wrapperReport } = await import('../host/wrapper-report.ts');
        process.stdout.write(await wrapperReport(layer, generated));
        return;
      }
      for (const file of writeWrappers(layer, generated)) process.stdout.write(`${file}\n`);
      for (const name of generated.appended) process.stdout.write(`  a skeleton to complete: ${name}\n`);
    });
}
