/** The images that come with nooks, built when they are needed. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ImageDescription } from '../compiler/image.ts';
import { build, chooseImages } from './build.ts';
import type { BuiltImage } from './build.ts';
import { shippedImages } from './images.ts';
import { buildInitramfs, initramfsFile, initramfsImages } from './initramfs.ts';
import { UserError } from './user-error.ts';

/** The project's folder, from which images name their sources, and the folder for what is built. */
export const projectFolder = fileURLToPath(new URL('../..', import.meta.url));
export const buildFolder = join(projectFolder, 'build');

/**
 * The path of a kernel's or program's ELF file, brought up to date as `nooks build` does.
 * @throws UserError when it has mistakes
 */
export async function shippedElf(name: string): Promise<string> {
  await bringUpToDate(chooseImages(shippedImages, [name]), () => {});
  return join(buildFolder, `${name}.elf`);
}

/** The path of a module, likewise. */
export async function shippedModule(name: string): Promise<string> {
  await bringUpToDate(chooseImages(shippedImages, [name]), () => {});
  return join(buildFolder, `${name}.o`);
}

/**
 * The shipped kernel and its initial RAM disk, brought up to date as `nooks build` does.
 * @param onImage told of each image as it is done
 * @throws UserError when one has mistakes
 */
export async function shippedSystem(onImage: Progress): Promise<{ readonly image: string; readonly initrd: string }> {
  await bringUpToDate([...chooseImages(shippedImages, ['kernel']), ...initramfsImages], onImage);
  buildInitramfs({ root: projectFolder, out: buildFolder });
  return { image: join(buildFolder, 'kernel.elf'), initrd: join(buildFolder, initramfsFile) };
}

/** Told of an image that is done, and how many are to come. */
export type Progress = (built: BuiltImage, left: number) => void;

async function bringUpToDate(images: readonly ImageDescription[], onImage: Progress): Promise<void> {
  let left = images.length;
  await build({
    root: projectFolder, out: buildFolder, clean: false, images,
    loadCompiler: async () => (await import('../compiler/compile.ts')).compile,
    onImage: (built) => {
      const { image, state, complaints } = built;
      if (state === 'failed') throw new UserError(`${image.name} cannot be built:\n${complaints.join('\n')}`);
      onImage(built, --left);
    },
  });
}
