/** `nooks wrappers`: generates the wrappers of kernel headers. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { WrapperStatistics } from '../compiler/wrappers/statistics.ts';
import { UserError } from '../host/user-error.ts';
import { statusHelp } from './status.ts';

interface WrapperCommandOptions {
  readonly out: string;
  readonly extension: readonly string[];
}

/** The project's folder. */
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Adds the command to the program. */
export function registerWrappers(program: Command): void {
  program
    .command('wrappers')
    .summary('generate wrappers from kernel headers')
    .description(
      'Generates the wrappers of kernel headers for both directions. Bodies written by hand stay; for those '
        + 'that are missing a skeleton is appended.',
    )
    .argument('<header...>', 'guest files whose exported functions and classes extensions use')
    .option('--out <folder>', 'where wrappers and bodies are', join(root, 'src/guest/nooks'))
    .option('--extension <name=folder...>', 'extensions to count the users of wrappers by', [])
    .addHelpText('after', `\nExit status:\n${statusHelp('mistake', 'internal')}\n`)
    .action(async (headers: string[], { out, extension }: WrapperCommandOptions) => {
      // The parser takes a third of a second to load, which other commands need not wait for.
      const { writeWrappers } = await import('../host/wrappers.ts');
      const { files, appended, statistics } = writeWrappers({
        headers,
        out,
        extensions: new Map(extension.map(pairOf)),
        interfaceFile: join(root, 'src/guest/nooks/interface.ts'),
        libraryFile: join(root, 'src/guest/lib/memory.ts'),
      });
      for (const file of files) process.stdout.write(`${file}\n`);
      for (const name of appended) process.stdout.write(`  a skeleton to complete: ${name}\n`);
      process.stdout.write(report(statistics));
    });
}

function pairOf(text: string): [string, string] {
  const [, name, folder] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || folder === undefined) throw new UserError(`--extension takes name=folder, not ${text}`);
  return [name, folder];
}

function report(statistics: WrapperStatistics): string {
  const { kernelFunctions, extensionFunctions, direct, objectTypes, generatedLines, handLines, shared, byExtension } =
    statistics;
  const users = Object.entries(byExtension).map(([name, { kernel, extension, unshared }]) => {
    return `  ${name}: ${kernel} kernel and ${extension} extension functions, ${unshared} used by it alone\n`;
  });
  return (
    `${kernelFunctions} kernel and ${extensionFunctions} extension functions wrapped, ${direct} linked directly, `
    + `${objectTypes} object types, ${shared} wrappers shared; `
    + `${generatedLines} lines generated, ${handLines} by hand\n${users.join('')}`
  );
}
