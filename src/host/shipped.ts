/** The images that come with nooks, built when they are needed. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, chooseImages } from './build.ts';
import { shippedImages } from './images.ts';
import { UserError } from './user-error.ts';

/** The project's folder, from which images name their sources, and the folder for what is built. */
export const projectFolder = fileURLToPath(new URL('../..', import.meta.url));
export const buildFolder = join(projectFolder, 'build');

/**
 * The path of a kernel's or program's ELF file, brought up to date as `nooks build` does.
 * @throws UserError when it has mistakes
 */
export async function shippedElf(name: string): Promise<string> {
  const [built] = await build({
    root: projectFolder, out: buildFolder, clean: false, images: chooseImages(shippedImages, [name]),
    loadCompiler: async () => (await import('../compiler/compile.ts')).compile,
  });
  if (built!.state === 'failed') throw new UserError(`${name} cannot be built:\n${built!.complaints.join('\n')}`);
  return join(buildFolder, `${name}.elf`);
}
