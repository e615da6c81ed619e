/** Addresses to lines and back, from our own line tables and from those of C compilers. */
import { expect, test } from 'vitest';
import { writeImage } from '../../src/compiler/elf/image-writer.ts';
import { writeObject } from '../../src/compiler/elf/object-writer.ts';
import { Lines, readLines } from '../../src/compiler/lines.ts';
import { linkImage } from '../../src/compiler/link/linker.ts';
import type { ObjectModule } from '../../src/compiler/object.ts';
import { kernelImage } from '../support/image.ts';
import { assembled } from '../support/module.ts';
import { Scratch } from '../support/scratch.ts';
import { hasTools } from '../support/tools.ts';
import { file, sample } from './dwarf/sample.ts';

const linked = () => {
  const image = linkImage([sample], kernelImage());
  const lines = new Lines();
  lines.add('debug', readLines(writeImage(image), 'debug.elf'));
  return lines;
};

test.each<[address: number, place: string | undefined]>([
  [0x7fff_fffc, undefined], [0x8000_0000, `${file}:2`], [0x8000_0008, `${file}:2`], [0x8000_000c, `${file}:3`],
  [0x8000_0018, `${file}:12`], [0x8000_0024, `${file}:13`], [0x8000_003c, `${file}:14`], [0x8000_0050, `${file}:15`],
  [0x8000_0054, `${file}:21`], [0x8000_005c, `${file}:22`], [0x8000_0060, undefined],
])('0x%s comes from %s', (address, place) => {
  expect(linked().describe(address)).toBe(place);
});

test('a line\'s code is found by the end of its file\'s path', () => {
  expect(linked().addresses('debug.ts', 14)).toEqual([0x8000_0028]);
  expect(linked().addresses(file, 22)).toEqual([0x8000_0058]);
  expect(linked().addresses('ug.ts', 22)).toEqual([]);
});

test('the lines of a module are where its sections were loaded, until it goes', () => {
  const lines = linked();
  lines.add('module', readLines(writeObject(sample), 'debug.o', new Map([['.text', 0x9000_0000]])));
  expect(lines.addresses('debug.ts', 14)).toEqual([0x8000_0028, 0x9000_0010]);
  expect(lines.describe(0x9000_003c)).toBe(`${file}:21`);
  lines.remove('module');
  expect(lines.describe(0x9000_003c)).toBeUndefined();
});

test('far lines, far addresses, many files and many columns survive the line program', () => {
  const rows = Array.from({ length: 300 }, (_, index) => ({
    section: '.text', offset: index * 4 * (1 + (index % 90)), file: `src/${index % 7}.ts`,
    line: 1 + ((index * 7919) % 5000), column: (index * 31) % 200,
  })).sort((a, b) => a.offset - b.offset).filter(({ offset }, index, all) => offset !== all[index + 1]?.offset);
  const size = rows.at(-1)!.offset + 4;
  const module: ObjectModule = assembled('far', `.space ${size}`, {
    lines: rows,
    functions: [{ name: 'f', section: '.text', offset: 0, size, file: 'src/0.ts', line: 1, variables: [], frame: [] }],
  });
  const read = readLines(writeObject(module), 'far.o', new Map([['.text', 0x1000]]));
  expect(read.map(({ start, end: _, ...place }) => ({ section: '.text', offset: start - 0x1000, ...place })))
    .toEqual(rows);
  expect(read.at(-1)!.end).toBe(0x1000 + size);
});

const gcc = 'riscv64-unknown-elf-gcc';
const ld = 'riscv64-unknown-elf-ld';
const skipped = hasTools([gcc, ld]) ? '' : ` (needs ${gcc})`;

const versions = ['-gdwarf-2', '-gdwarf-4', '-gdwarf-5'];

test.skipIf(skipped !== '').each(versions)(`gcc's %s is read as well${skipped}`, (version) => {
  const scratch = new Scratch();
  scratch.write('c.c', 'int f(int a) {\n  a += 3;\n  return a * a;\n}\nint g(int b)\n{\n  return f(b) + 1;\n}\n');
  scratch.run(gcc, '-march=rv32ima', '-mabi=ilp32', '-mno-relax', '-O0', version, '-c', 'c.c');
  scratch.run(ld, '-melf32lriscv', '--no-relax', '-Ttext=0x10000', '-e', 'f', '-o', 'linked', 'c.o');
  const lines = new Lines();
  lines.add('linked', readLines(scratch.read('linked'), 'linked'));
  lines.add('loaded', readLines(scratch.read('c.o'), 'c.o', new Map([['.text', 0x4_0000]])));
  for (const base of [0x1_0000, 0x4_0000]) {
    const places = new Set(Array.from({ length: 20 }, (_, index) => lines.describe(base + 4 * index)));
    for (const line of [1, 2, 3]) expect(places).toContain(`c.c:${line}`);
  }
  expect(lines.addresses('c.c', 6).map((address) => address >= 0x4_0000)).toEqual([false, true]);
  scratch.remove();
});
