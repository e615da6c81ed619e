/** The three kinds of image, compiled, linked and run: a kernel, a module that it loads, a program that it runs. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ImageDescription } from '../../src/compiler/image.ts';
import { Layouts } from '../../src/compiler/layouts.ts';
import type { LayoutTable } from '../../src/compiler/layouts.ts';
import { linkImage, linkModule } from '../../src/compiler/link/linker.ts';
import type { LinkedImage } from '../../src/compiler/link/linker.ts';
import type { ObjectModule } from '../../src/compiler/object.ts';
import { imageFiles } from '../../src/host/image-files.ts';
import { shippedImages } from '../../src/host/images.ts';
import { Machine } from '../../src/host/machine.ts';
import { disassemble } from '../../src/isa/disassembler.ts';
import { parseElf } from '../../src/machine/image/elf.ts';
import { gnuAssemble, hasBinutils, withoutBinutils } from '../support/binutils.ts';
import { compiledModule, projectFolder } from '../support/compiled.ts';
import { kernelImage, moduleImage, userImage } from '../support/image.ts';
import { hasQemu, runOnQemu, withoutQemu } from '../support/qemu.ts';
import type { Payload } from '../support/qemu.ts';
import { runHere } from '../support/run-here.ts';

const guests = 'test/compiler/guest/';
const board = kernelImage({
  name: 'board', files: [`${guests}board/`], exports: ['printk', 'registerCounter'], kallsyms: true,
});
const counter = moduleImage({
  name: 'counter', files: [`${guests}counter/`], imports: [`${guests}board/`],
  exports: ['init_module', 'cleanup_module'],
});
const primes = userImage({ name: 'primes', files: [`${guests}primes/`], base: 0x8300_0000 });

const built = new Map<ImageDescription, Map<string, Uint8Array | string>>();

/** A file of an image, which is compiled once. */
function file(image: ImageDescription, extension: string): Uint8Array {
  const files = built.get(image) ?? imageFiles(image, [compiledModule(image)]);
  built.set(image, files);
  return files.get(`${image.name}.${extension}`) as Uint8Array;
}

/** Where the kernel looks for what it is to run. */
const payloadAddress = 0x8200_0000;
const payload = (image: ImageDescription, extension: string) =>
  ({ address: payloadAddress, bytes: file(image, extension) });

type Story = readonly [name: string, payload: () => Payload | undefined, console: string, status: number];
const stories: readonly Story[] = [
  ['a kernel', () => undefined, 'hello, world\n', 0],
  ['a module, loaded by the kernel at an odd place', () => payload(counter, 'o'),
    'init_module\nadd 40: 40\nadd 2: 42\nthe counter is 42, high\ntotal 1:29\n', 0],
  ['the same with debug information', () => payload(counter, 'debug'),
    'init_module\nadd 40: 40\nadd 2: 42\nthe counter is 42, high\ntotal 1:29\n', 0],
  ['a user program', () => payload(primes, 'elf'), 'primes: 168\nexit 168\n', 168],
];

test.each(stories)('%s runs on our machine', async (_, load, console, status) => {
  expect(await runHere(file(board, 'elf'), load())).toEqual({ console, status });
});

test.skipIf(!hasQemu).each(stories)(`%s runs on QEMU ${hasQemu ? '' : withoutQemu}`, (_, load, console, status) => {
  const loaded = load();
  expect(runOnQemu(file(board, 'elf'), loaded ? { payload: loaded } : {})).toEqual({ console, status });
});

test('the host reads the kernel\'s memory by the names of its variables and fields', async () => {
  const machine = await Machine.create({ image: file(board, 'elf'), memory: 64 << 20 });
  machine.write(payloadAddress, file(counter, 'o'));
  await machine.run({ maxInstructions: 20_000_000 });
  const table = JSON.parse(String(built.get(board)!.get('board.layouts.json'))) as LayoutTable;
  const layouts = new Layouts(table);
  const registered = layouts.global((address, size) => machine.read(address, size), 'registered',
    machine.symbols.address('registered')!);
  expect(registered).toMatchObject({ to: { kind: 'struct', name: 'Counter' } });
  const { address } = registered as { address: number };
  expect(layouts.read((at, size) => machine.read(at, size), 'Counter', address))
    .toMatchObject({ value: 42, total: 0x1_0000_0029n, name: { text: 'the counter' } });
  await machine.dispose();
});

test('the shipped images compile and link', { timeout: 60_000 }, () => {
  for (const image of shippedImages) expect(imageFiles(image, [compiledModule(image)]).size).toBeGreaterThan(2);
});

test('guest sources pass tsc as they are', () => {
  const tsc = join(projectFolder, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(projectFolder, 'test/compiler/guest')], { stdio: 'pipe' });
}, 60_000);

test('a module has no relocations but those that the loader knows', () => {
  const types = linkModule([compiledModule(counter)], counter).sections
    .flatMap(({ relocations }) => relocations.map(({ type }) => type));
  const known = ['R_RISCV_32', 'R_RISCV_HI20', 'R_RISCV_LO12_I', 'R_RISCV_LO12_S', 'R_RISCV_CALL_PLT'];
  expect([...new Set(types)].filter((type) => !known.includes(type))).toEqual([]);
});

const skipped = hasBinutils ? '' : withoutBinutils;
test.skipIf(!hasBinutils)(`GNU as makes the same bytes of our disassembly ${skipped}`, () => {
  for (const image of [board, primes]) {
    for (const { section, address } of linked(image).sections.filter((one) => one.section.kind === 'text')) {
      const view = new DataView(section.bytes.buffer, section.bytes.byteOffset);
      const words = Array.from({ length: section.size / 4 }, (_, index) => view.getInt32(4 * index, true));
      expect(gnuAssemble(words.map((word) => disassemble(word)), address)).toEqual(words);
    }
  }
});

const linked = (image: typeof board | typeof primes): LinkedImage => linkImage([compiledModule(image)], image);

test('every function has its lines, its frame and its place in the symbol table', () => {
  const check = ({ functions, symbols, lines }: ObjectModule) => {
    for (const info of functions) {
      const own = symbols.find(({ section, offset }) => section === info.section && offset === info.offset);
      expect(own, info.name).toMatchObject({ kind: 'function', size: info.size });
      const first = lines.find(({ section, offset }) => section === info.section && offset === info.offset);
      expect(first?.file, info.name).toBe(info.file);
    }
    expect(functions.length).toBeGreaterThan(1);
  };
  for (const image of [board, counter, primes]) check(compiledModule(image));
  expect(parseElf(file(board, 'elf'), 'board').symbols.filter(({ type }) => type === 2).length).toBeGreaterThan(10);
});
