/** Relocatable objects: what we write can be read again, by us and by GNU's tools. */
import { expect, test } from 'vitest';
import { writeImage } from '../../../src/compiler/elf/image-writer.ts';
import { readObject } from '../../../src/compiler/elf/object-reader.ts';
import { writeObject } from '../../../src/compiler/elf/object-writer.ts';
import { LinkError } from '../../../src/compiler/link/link-error.ts';
import { linkImage } from '../../../src/compiler/link/linker.ts';
import { parseElf } from '../../../src/machine/image/elf.ts';
import { elfHeader } from '../../../src/platform/elf.ts';
import { putRecord } from '../../../src/compiler/elf/file.ts';
import { kernelImage, userImage } from '../../support/image.ts';
import { assembled } from '../../support/module.ts';
import { Scratch } from '../../support/scratch.ts';
import { hasTools } from '../../support/tools.ts';
import { sample } from '../dwarf/sample.ts';

const gnu = (tool: string) => `riscv64-unknown-elf-${tool}`;
const needed = ['readelf', 'objdump', 'objcopy', 'ld', 'nm'].map(gnu);
const skipped = hasTools(needed) ? '' : ' (needs GNU binutils for RISC-V)';

const everything = assembled('all', `
  .globl first
  .type first, @function
first:
  lui a0, %hi(table + 4)
  addi a0, a0, %lo(table + 4)
  lui a1, %hi(zeros)
  sw a0, %lo(zeros)(a1)
  call outside
  jal other
  ret
  .size first, .-first
  .section .text.other, "ax"
other: ret
  .rodata
  .balign 8
table: .word first, outside + 8, table
  .data
  .byte 1, 2, 3
  .bss
  .balign 4
zeros: .space 12
`);

test('an object that is written and read is the same', () => {
  const { sections, symbols } = readObject(writeObject(everything), 'all.o');
  const byName = <T extends { name: string }>(all: readonly T[]) => all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  expect(byName(sections)).toEqual(byName(everything.sections));
  expect(byName(symbols)).toEqual(byName(everything.symbols));
});

test('our machine\'s loader reads a linked image', () => {
  const image = linkImage([sample], kernelImage());
  const elf = parseElf(writeImage(image), 'debug.elf');
  expect(elf.e_entry).toBe(0x8000_0000);
  expect(elf.segments.map(({ p_vaddr, size, p_flags }) => [p_vaddr.toString(16), size, p_flags]))
    .toEqual([['80000000', 96, 5], ['80001000', 8, 4], ['80002000', 1056, 6]]);
  expect(elf.symbols.find(({ name }) => name === 'inner')).toMatchObject({ st_size: 12, binding: 0, type: 2 });
});

const damaged = (values: Partial<Record<keyof typeof elfHeader, number>>) => {
  const bytes = writeObject(everything);
  putRecord(bytes, elfHeader, 0, values);
  return bytes;
};
const mistakes: readonly [name: string, bytes: Uint8Array, sentence: string][] = [
  ['not ELF', new Uint8Array(100), 'x.o is not an ELF file'],
  ['cut short', writeObject(everything).subarray(0, 600), 'x.o is truncated: it ends before byte'],
  ['for another machine', damaged({ e_machine: 62 }), 'x.o is not a 32-bit RISC-V ELF file: compile it for rv32'],
  ['an executable', damaged({ e_type: 2 }), 'x.o is not a relocatable object: compile it with -c'],
  ['with compressed instructions', damaged({ e_flags: 1 }),
    'x.o has compressed instructions, which this machine lacks: compile it with -march=rv32ima'],
  ['with floating-point registers', damaged({ e_flags: 4 }),
    'x.o has another calling convention: compile it with -mabi=ilp32'],
];

test.each(mistakes)('a file that is %s is refused', (_, bytes, sentence) => {
  expect(() => readObject(bytes, 'x.o')).toThrow(LinkError);
  expect(() => readObject(bytes, 'x.o')).toThrow(sentence);
});

test.skipIf(skipped !== '')(`readelf and objdump have no complaint about an object with debug information${skipped}`,
  () => {
  const scratch = new Scratch();
  const file = scratch.write('sample.o', writeObject(sample));
  for (const options of [['--all', '--wide'], ['--debug-dump', '--wide']]) {
    expect(scratch.attempt(gnu('readelf'), ...options, file).stderr).toBe('');
  }
  expect(scratch.run(gnu('objdump'), '--disassemble', '--reloc', '--line-numbers', file))
    .toMatch(/debug\.ts:14\n(.*\n){1,5}.*R_RISCV_HI20\s+tasks/);
  scratch.remove();
});

test.skipIf(skipped !== '')(`GNU ld links our objects to the very bytes that we link${skipped}`, () => {
  const scratch = new Scratch();
  const outside = assembled('outside', '.globl outside\noutside: ret\n.data\n.word zeros, 5\n.bss\nzeros: .space 4');
  const program = userImage({ entry: 'first' });
  const objects = [everything, outside].map((part) => scratch.write(`${part.name}.o`, writeObject(part)));
  scratch.run(gnu('ld'), '-melf32lriscv', '-r', '-o', 'both.o', ...objects);
  for (const inputs of [['all.o', 'outside.o'], ['both.o']]) {
    const ours = linkImage(inputs.map((name) => readObject(scratch.read(name), name)), program);
    const place = (name: string) => ours.sections.find(({ section }) => section.name === name)!;
    const script = ['.text', '.rodata', '.data', '.bss'].map((name) =>
      `${name} 0x${place(name).address.toString(16)} : { *(${name} ${name}.*) }`);
    scratch.write('a.ld', `SECTIONS { ${script.join(' ')} }`);
    scratch.run(gnu('ld'), '-melf32lriscv', '--no-relax', '-T', 'a.ld', '-e', 'first', '-o', 'theirs', ...inputs);
    const theirs = parseElf(scratch.read('theirs'), 'theirs');
    for (const name of ['.text', '.rodata', '.data']) {
      const bytes = theirs.sections.find((section) => section.name === name)!.bytes;
      expect([...bytes], `${name} of ${inputs.join(' and ')}`).toEqual([...place(name).section.bytes]);
    }
  }
  scratch.remove();
});
