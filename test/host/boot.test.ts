import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planBoot } from '../../src/host/boot.ts';
import { elfFile } from '../support/elf.ts';

const MiB = 2 ** 20;
const nop = Uint8Array.from([0x13, 0, 0, 0]);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nooks-boot-'));
  writeFileSync(join(folder, 'a.elf'), elfFile({ segments: [{ vaddr: 0x8000_0000, bytes: nop }] }));
  writeFileSync(join(folder, 'a.bin.gz'), gzipSync(nop));
  writeFileSync(join(folder, 'fw.bin'), nop);
  writeFileSync(join(folder, 'initrd.gz'), gzipSync('an archive that the kernel unpacks itself'));
  writeFileSync(join(folder, 'far.elf'), elfFile({ segments: [{ vaddr: 0x1000, bytes: nop }] }));
  writeFileSync(join(folder, 'notes.txt'), 'buy milk\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

const board = { harts: 2, memory: 32 * MiB };
const path = (name: string) => join(folder, name);

test('files become a plan: images are unpacked, the initrd is not', () => {
  const { blocks } = planBoot({
    ...board, image: path('a.bin.gz'), bios: path('fw.bin'), initrd: path('initrd.gz'), append: 'quiet',
  });
  expect(blocks.map(({ name }) => name)).toEqual(['reset vector', 'fw.bin', 'a.bin.gz', 'initrd.gz', 'device tree']);
  expect(Uint8Array.from(blocks[2]!.bytes)).toEqual(nop);
  expect([...blocks[3]!.bytes.subarray(0, 2)]).toEqual([0x1f, 0x8b]);
});

test('contents may be handed in instead of a path', () => {
  expect(planBoot({ ...board, image: nop }).blocks[1]).toMatchObject({ name: 'the image', address: 0x8000_0000 });
});

// what is asked for, the error's name, the sentence
const bad: [Partial<Parameters<typeof planBoot>[0]>, string, string][] = [
  [{ image: 'missing.elf' }, 'UserError', 'cannot read image missing.elf: no such file or directory'],
  [{ bios: '' }, 'UserError', 'cannot read firmware (no name): no such file or directory'],
  [{ image: 'notes.txt' }, 'ImageError', 'notes.txt is no program for this machine: it is a text file'],
  [{ image: 'far.elf' }, 'ImageError',
    'far.elf lies outside RAM: it needs 0x00001000 to 0x00001004, and RAM is 0x80000000 to 0x82000000'],
  [{ harts: 17 }, 'UserError', 'harts must be a whole number from 1 to 16, not 17'],
  [{ harts: 1.5 }, 'UserError', 'harts must be a whole number from 1 to 16, not 1.5'],
  [{ memory: 8 * MiB }, 'UserError', 'memory must be from 16M to 1G, not 8M'],
  [{ memory: NaN }, 'UserError', 'memory must be from 16M to 1G, not NaN'],
  [{ memory: 16 * MiB + 1 }, 'UserError', 'memory must be a multiple of 4 KiB, not 16777217 bytes'],
];
test.each(bad)('%j: one sentence', (wrong, name, message) => {
  const before = process.cwd();
  process.chdir(folder);
  try {
    expect(() => planBoot({ ...board, image: 'a.elf', ...wrong })).toThrow(expect.objectContaining({ name, message }));
  } finally {
    process.chdir(before);
  }
});
