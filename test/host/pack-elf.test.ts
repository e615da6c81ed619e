import { expect, test } from 'vitest';
import { imageFiles } from '../../src/host/image-files.ts';
import { packElf } from '../../src/host/pack-elf.ts';
import { parseElf } from '../../src/machine/image/elf.ts';
import { userImage } from '../support/image.ts';
import { assembled } from '../support/module.ts';

test('what is loaded stays, and nothing else does', () => {
  const program = assembled('sh', `.globl _start
_start: j _start
.data
.word 1, 2, 3`);
  const whole = imageFiles(userImage(), [program]).get('sh.elf') as Uint8Array;
  const packed = packElf(whole);
  const loaded = (bytes: Uint8Array) => {
    const { e_entry, segments } = parseElf(bytes, 'sh.elf');
    return { e_entry, segments: segments.map((segment) => ({ ...segment, bytes: [...segment.bytes] })) };
  };
  expect(loaded(packed)).toEqual(loaded(whole));
  expect(packed.length).toBe(52 + 2 * 32 + 4 + 12);
});
