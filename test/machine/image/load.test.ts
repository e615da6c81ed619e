import { expect, test } from 'vitest';
import { planLoad } from '../../../src/machine/image/load.ts';
import type { Chosen, LoadRequest } from '../../../src/machine/image/load.ts';
import { resetVector } from '../../../src/machine/image/reset.ts';
import { deviceTree as boardTree } from '../../../src/platform/device-tree.ts';
import { ET } from '../../../src/platform/elf.ts';
import { elfFile } from '../../support/elf.ts';

const MiB = 1 << 20;
const start = 0x8000_0000;
/** A file of given bytes, or of as many as are asked for, which start with a nop. */
const file = (name: string, bytes: Uint8Array | number) =>
  ({ name, bytes: typeof bytes === 'number' ? new Uint8Array(bytes).fill(0x13, 0, 1) : bytes });
const elf = (name: string, address: number, size = 4, extra = {}) => ({ name, bytes: elfFile({
  entry: address, segments: [{ vaddr: address, bytes: new Uint8Array(4), size }], ...extra,
}) });

/** A Linux `Image` as its header describes it. */
function linux(name: string, { text_offset = 0x40_0000, image_size = 0x1000 } = {}) {
  const image = file(name, 64);
  const view = new DataView(image.bytes.buffer);
  view.setUint32(8, text_offset, true);
  view.setUint32(16, image_size, true);
  image.bytes.set(new TextEncoder().encode('RSC\x05'), 56);
  return image;
}

/** A stand-in for the device tree: 5000 bytes, the chosen node readable. */
const treeBytes = 5000;
const deviceTree = (chosen: Chosen) => {
  const bytes = new Uint8Array(treeBytes);
  bytes.set(new TextEncoder().encode(JSON.stringify(chosen)));
  return bytes;
};
const chosenIn = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes).replaceAll('\0', '')) as Chosen;

const plan = (request: Partial<LoadRequest> & Pick<LoadRequest, 'image'>, memoryMiB = 128) =>
  planLoad({ ramBytes: memoryMiB * MiB, deviceTree, ...request });
const mapOf = (request: Parameters<typeof plan>[0], memoryMiB?: number) =>
  plan(request, memoryMiB).blocks.map(({ name, address, size }) => `${address.toString(16)} ${size} ${name}`);

// what, the request, RAM in MiB, the map: address, bytes, name
const maps: [string, Parameters<typeof plan>[0], number, string[]][] = [
  ['a raw image, bare', { image: file('a.bin', 100) }, 128, ['80000000 100 a.bin', '87e00000 5000 device tree']],
  ['an ELF image, bare', { image: elf('a.elf', 0x8000_1000, 64) }, 128,
    ['80001000 64 a.elf', '87e00000 5000 device tree']],
  ['an ELF image whose first segment begins with the headers, before RAM', { image: file('a.elf', elfFile({
    text: { address: 0x8000_0000, size: 8 }, segments: [{ vaddr: 0x7fff_f000, bytes: new Uint8Array(4104) }],
  })) }, 128, ['80000000 8 a.elf', '87e00000 5000 device tree']],
  ['a machine-mode Linux, bare', { image: linux('Image', { text_offset: 0 }) }, 16,
    ['80000000 4096 Image', '80e00000 5000 device tree']],
  ['firmware and Linux', { image: linux('Image'), bios: file('fw.bin', 200_000) }, 128,
    ['80000000 200000 fw.bin', '80400000 4096 Image', '87e00000 5000 device tree']],
  ['large firmware moves Linux', { image: linux('Image'), bios: file('fw.bin', 5 * MiB) }, 128,
    ['80000000 5242880 fw.bin', '80800000 4096 Image', '87e00000 5000 device tree']],
  ['firmware and an ELF kernel', { image: elf('k.elf', 0x8020_0000), bios: elf('fw.elf', start, 0x2000) }, 128,
    ['80000000 8192 fw.elf', '80200000 4 k.elf', '87e00000 5000 device tree']],
  ['position-independent firmware', { image: file('k', 4), bios: elf('fw', 0, 8, { type: ET.ET_DYN }) }, 128, [
    '80000000 8 fw', '80400000 4 k', '87e00000 5000 device tree',
  ]],
  ['an initrd', { image: linux('Image'), bios: file('fw.bin', 4), initrd: file('rd', 6000) }, 128,
    ['80000000 4 fw.bin', '80400000 4096 Image', '87dfe000 6000 rd', '87e00000 5000 device tree']],
  ['1 GiB: the tree stays below 3 GiB', { image: file('a.bin', 4) }, 1024,
    ['80000000 4 a.bin', 'bfe00000 5000 device tree']],
];
test.each(maps)('%s goes where QEMU puts it', (_, request, memory, map) => {
  expect(mapOf(request, memory)).toEqual(['1000 64 reset vector', ...map]);
});

// what, the request, RAM in MiB, the sentence
const bad: [string, Parameters<typeof plan>[0], number, string][] = [
  ['below RAM', { image: elf('a', 0x1000) }, 16,
    'a lies outside RAM: it needs 0x00001000 to 0x00001004, and RAM is 0x80000000 to 0x81000000'],
  ['above RAM', { image: elf('a', 0x8100_0000) }, 16,
    'a lies outside RAM: it needs 0x81000000 to 0x81000004, and RAM is 0x80000000 to 0x81000000'],
  ['wrapping past 4 GiB', { image: elf('a', 0xffff_fffe) }, 16,
    'a lies outside RAM: it needs 0xfffffffe to 0x100000002, and RAM is 0x80000000 to 0x81000000'],
  ['too large', { image: file('a.bin', 17 * MiB) }, 16,
    'a.bin is too large for RAM: 17825792 bytes do not fit 16 MiB'],
  ['too large for what lies before it', { image: file('k.bin', 13 * MiB), bios: file('fw.bin', 4) }, 16,
    'k.bin lies outside RAM: it needs 0x80400000 to 0x81100000, and RAM is 0x80000000 to 0x81000000'],
  ['bss too large', { image: linux('Image', { image_size: 64 * MiB }), bios: file('fw.bin', 4) }, 16,
    'Image is too large for RAM: 67108864 bytes do not fit 16 MiB'],
  ['over the device tree', { image: file('a.bin', 15 * MiB) }, 16, 'a.bin and device tree overlap at 0x80e00000'],
  ['initrd over the image', { image: file('a.bin', MiB), initrd: file('rd', 14 * MiB - 4096) }, 16,
    'a.bin and rd overlap at 0x80001000'],
  ['initrd too large', { image: file('a.bin', 4), initrd: file('rd', 15 * MiB) }, 16,
    'rd lies outside RAM: it needs 0x7ff00000 to 0x80e00000, and RAM is 0x80000000 to 0x81000000'],
  ['kernel over firmware', { image: elf('k', start + 4), bios: elf('fw', start, 8) }, 16,
    'fw and k overlap at 0x80000004'],
  ['segments over each other', { image: file('a', elfFile({
    segments: [{ vaddr: start, bytes: new Uint8Array(8) }, { vaddr: start + 4, bytes: new Uint8Array(8) }],
  })) }, 16, 'two segments of a overlap at 0x80000004'],
  ['Linux without firmware', { image: linux('Image') }, 16,
    'Image is a Linux kernel, which needs firmware to run on: name it with --bios'],
  ['Linux as firmware', { image: file('k', 4), bios: linux('Image') }, 16, 'Image is a Linux kernel, not firmware'],
  ['an object file', { image: elf('a.o', start, 4, { type: ET.ET_REL }) }, 16,
    'a.o is a relocatable object: link it into an executable first'],
  ['a text file', { image: file('notes.txt', new TextEncoder().encode('#!/bin/sh\necho hello\n')) }, 16,
    'notes.txt is no program for this machine: it is a text file'],
  ['an archive', { image: file('k.xz', Uint8Array.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])) }, 16,
    'k.xz is no program for this machine: it is not an ELF file, nor does it start with an RV32IMA instruction'],
  ['two bytes', { image: file('a', Uint8Array.from([0x13, 0])) }, 16,
    'a is no program for this machine: it is shorter than one instruction'],
  ['no segments', { image: file('a', elfFile({})) }, 16, 'a has nothing to load: no loadable segment'],
];
test.each(bad)('%s: one sentence', (_, request, memory, sentence) => {
  expect(() => plan(request, memory)).toThrow(expect.objectContaining({ name: 'ImageError', message: sentence }));
});

test('the device tree is told the arguments and where the initrd lies', () => {
  const { blocks, deviceTree: address } = plan({
    image: file('a', 4), append: 'console=ttyS0', initrd: file('rd', 6000),
  });
  const tree = blocks.find((block) => block.address === address)!;
  expect(chosenIn(tree.bytes)).toEqual({
    bootargs: 'console=ttyS0', initrd: { start: 0x87df_e000, end: 0x87df_e000 + 6000 },
  });
});

test("the board's own device tree lies 2 MiB below the end, over an initrd it names", () => {
  const board = { harts: 4, ramBytes: 64 * MiB };
  const { blocks, deviceTree: address } = plan({
    image: file('a', 4), initrd: file('rd', 100), deviceTree: (chosen) => boardTree({ ...board, ...chosen }),
  }, 64);
  expect(address).toBe(0x83e0_0000);
  const tree = blocks.find((block) => block.address === address)!;
  expect([...tree.bytes.subarray(0, 4)]).toEqual([0xd0, 0x0d, 0xfe, 0xed]);
  expect(Buffer.from(tree.bytes).includes(Buffer.from([0x83, 0xdf, 0xf0, 0x00]))).toBe(true);
});

test('harts start at the reset vector, which knows where to go', () => {
  const { pc, blocks, start: first } = plan({ image: elf('k', 0x8040_0000, 4), bios: elf('fw', start + 16) });
  expect(pc).toBe(0x1000);
  expect(first).toBe(start + 16);
  expect(blocks[0]!.bytes).toEqual(resetVector({ start: start + 16, next: 0x8040_0000, deviceTree: 0x87e0_0000 }));
});

test('the reset vector is word for word what QEMU 7.2 has in its ROM', () => {
  const bytes = resetVector({ start, next: 0x8040_0000, deviceTree: 0x87e0_0000 });
  expect([...new Uint32Array(bytes.buffer)].map((word) => word.toString(16).padStart(8, '0'))).toEqual([
    '00000297', '02828613', 'f1402573', '0202a583', '0182a283', '00028067', '80000000', '00000000',
    '87e00000', '00000000', '4942534f', '00000002', '80400000', '00000001', '00000000', '00000000',
  ]);
});
