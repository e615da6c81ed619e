/** The file system's self-test in the kernel: boot argument `selftest=fs`. */
import { expect, test } from 'vitest';
import { imageFiles } from '../../../src/host/image-files.ts';
import { shippedImages } from '../../../src/host/images.ts';
import { Machine } from '../../../src/host/machine.ts';
import { compiledModule } from '../../support/compiled.ts';

const MiB = 2 ** 20;
const maxInstructions = 200_000_000;

let elf: Uint8Array | undefined;

function kernel(): Uint8Array {
  const image = shippedImages.find(({ name }) => name === 'kernel')!;
  elf ??= imageFiles(image, [compiledModule(image)]).get('kernel.elf') as Uint8Array;
  return elf;
}

// Replayed by: nooks run --harts H --seed S --quantum Q --engine lockstep --append selftest=fs
test.each([
  { harts: 1, seed: 1, quantum: 1000 },
  { harts: 2, seed: 2, quantum: 97 },
  { harts: 4, seed: 3, quantum: 61 },
])('files and pipes with $harts harts, seed $seed, quantum $quantum', async ({ harts, seed, quantum }) => {
  const machine = await Machine.create({
    image: kernel(), append: 'selftest=fs', harts, seed, quantum, memory: 32 * MiB,
  });
  try {
    const ending = await machine.run({ maxInstructions });
    expect(machine.console).toContain('selftest fs: ok');
    expect(ending).toEqual({ kind: 'exit', status: 0 });
  } finally {
    await machine.dispose();
  }
}, 60_000);
