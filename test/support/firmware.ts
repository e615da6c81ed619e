/** Our own firmware, and a Linux to boot on it. */
import { fileURLToPath } from 'node:url';
import { imageFiles } from '../../src/host/image-files.ts';
import { shippedImages } from '../../src/host/images.ts';
import { compiledModule } from './compiled.ts';

/** Beside the project, where it is: see the README there. */
export const linuxImage =
  fileURLToPath(new URL('../../../shared/guests/linux-6.1.192-rv32-smp.Image.gz', import.meta.url));
/** For the name of a skipped test. */
export const withoutLinux = `(needs ${linuxImage})`;

let elf: Uint8Array | undefined;

/** The stand-alone image as `nooks build` makes it, compiled once. */
export function firmware(): Uint8Array {
  const image = shippedImages.find(({ name }) => name === 'firmware')!;
  elf ??= imageFiles(image, [compiledModule(image)]).get('firmware.elf') as Uint8Array;
  return elf;
}
