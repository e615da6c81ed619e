import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseElf, physicalEntry } from '../../../src/machine/image/elf.ts';
import { Symbols } from '../../../src/machine/symbols.ts';
import { ELFCLASS, ELFDATA, STT, elfHeaderBytes, programHeader } from '../../../src/platform/elf.ts';
import { elfFile, putRecord, withHeader } from '../../support/elf.ts';
import { hasTools } from '../../support/tools.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);
const good = elfFile({
  entry: 0x8000_0004,
  segments: [{ vaddr: 0x8000_0000, bytes: bytes(1, 2, 3, 4), size: 16 }],
  symbols: [{ name: 'main', value: 0x8000_0000, size: 4, type: 'STT_FUNC' }],
});

test('an ELF file gives its entry, segments, sections and symbols', () => {
  const elf = parseElf(good, 'good.elf');
  expect(elf.e_entry).toBe(0x8000_0004);
  expect(elf.segments).toEqual([
    { p_vaddr: 0x8000_0000, p_paddr: 0x8000_0000, p_flags: 5, size: 16, bytes: bytes(1, 2, 3, 4), unclaimed: 0 },
  ]);
  expect(elf.sections.map(({ name }) => name)).toEqual(['', '.text', '.symtab', '.strtab']);
  expect(elf.symbols).toEqual([
    { name: 'main', st_value: 0x8000_0000, st_size: 4, type: STT.STT_FUNC, binding: 1, st_shndx: 1 },
  ]);
});

test('a file at an odd offset of its buffer reads the same', () => {
  const shifted = new Uint8Array(good.length + 3);
  shifted.set(good, 3);
  expect(parseElf(shifted.subarray(3), 'good.elf')).toEqual(parseElf(good, 'good.elf'));
});

const moreInFile = good.slice();
putRecord(moreInFile, programHeader, elfHeaderBytes, { p_filesz: 17 });

// what is wrong, the file, the sentence
const bad: [string, Uint8Array, string][] = [
  ['empty', bytes(), 'x is not an ELF file'],
  ['text', new TextEncoder().encode('#!/bin/sh\n'), 'x is not an ELF file'],
  ['magic only', good.slice(0, 4), 'x is truncated: 4 bytes do not hold an ELF header'],
  ['64-bit', withHeader(good, { EI_CLASS: ELFCLASS.ELFCLASS64 }),
    'x is a 64-bit ELF file, and this machine is 32-bit (RV32)'],
  ['class 7', withHeader(good, { EI_CLASS: 7 }), 'x has an unknown ELF class (7)'],
  ['big-endian', withHeader(good, { EI_DATA: ELFDATA.ELFDATA2MSB }),
    'x is a big-endian ELF file, and this machine is little-endian'],
  ['byte order 0', withHeader(good, { EI_DATA: 0 }), 'x has an unknown ELF byte order (0)'],
  ['x86', withHeader(good, { e_machine: 3 }), 'x is for machine 3, not for RISC-V (243)'],
  ['cut in the program headers', good.slice(0, 60), 'x is truncated: the file ends within its section headers'],
  ['cut in the section headers', good.slice(0, -1), 'x is truncated: the file ends within its section headers'],
  ['cut in a segment', withHeader(good, { e_shoff: 0 }).slice(0, 86), 'x is truncated: the file ends within a segment'],
  ['program headers behind the end', withHeader(good, { e_phoff: 0xffff_fff0 }),
    'x is truncated: the file ends within its program headers'],
  ['more in the file than in memory', moreInFile, 'x has a segment with more bytes in the file than in memory'],
];
test.each(bad)('%s: one sentence', (_, file, sentence) => {
  expect(() => parseElf(file, 'x')).toThrow(expect.objectContaining({ name: 'ImageError', message: sentence }));
});

test('no cut of a good file, and no change of one byte, does worse than an ImageError', () => {
  const parse = (file: Uint8Array) => {
    try {
      parseElf(file, 'x');
      return 'read';
    } catch (error) {
      return (error as Error).name;
    }
  };
  const seen = new Set<string>();
  for (let length = 0; length < good.length; length++) seen.add(parse(good.subarray(0, length)));
  for (let at = 0; at < good.length; at++) {
    for (const value of [0, 1, 0x7f, 0xff]) {
      const changed = good.slice();
      changed[at] = value;
      seen.add(parse(changed));
    }
  }
  expect([...seen].sort()).toEqual(['ImageError', 'read']);
});

test('the entry is physical: it moves with the segment that holds it', () => {
  const file = elfFile({
    entry: 0xc000_0010, segments: [{ vaddr: 0xc000_0000, paddr: 0x8040_0000, bytes: new Uint8Array(32) }],
  });
  expect(physicalEntry(parseElf(file, 'x'))).toBe(0x8040_0010);
});

test('symbols tell addresses, prefer functions and globals, and leave gaps unnamed', () => {
  const file = elfFile({
    text: { address: 0x8000_0000, size: 0x100 },
    symbols: [
      { name: '$x', value: 0x8000_0000, local: true },
      { name: '.L1', value: 0x8000_0000, local: true },
      { name: 'label', value: 0x8000_0000 },
      { name: 'main', value: 0x8000_0000, size: 0x10, type: 'STT_FUNC' },
      { name: 'helper', value: 0x8000_0020, local: true },
      { name: 'tail', value: 0x8000_0080, local: true },
      { name: '_end', value: 0x8000_0100 },
      { name: 'stack_size', value: 0x8000_0024, absolute: true },
    ],
  });
  const symbols = new Symbols();
  symbols.add(parseElf(file, 'kernel'));
  const rows: [number, string][] = [
    [0x7fff_ffff, '0x7fffffff'], [0x8000_0000, 'main'], [0x8000_000f, 'main+0xf'], [0x8000_0010, '0x80000010'],
    [0x8000_0020, 'helper'], [0x8000_007f, 'helper+0x5f'], [0x8000_0080 | 0, 'tail'], [0x8000_00ff, 'tail+0x7f'],
    [0x8000_0100, '0x80000100'],
  ];
  for (const [address, name] of rows) expect(symbols.describe(address)).toBe(name);
  expect(symbols.address('label')).toBe(0x8000_0000);
  expect(symbols.address('_end')).toBe(0x8000_0100);
  expect(symbols.address('stack_size')).toBe(0x8000_0024);
  expect(symbols.address('$x')).toBeUndefined();
});

test('several images are told apart, moved and removed', () => {
  const image = (name: string) => parseElf(elfFile({
    text: { address: 0, size: 0x40 }, symbols: [{ name: 'init', value: 0, size: 0x40, type: 'STT_FUNC' }],
  }), name);
  const symbols = new Symbols();
  symbols.add(image('kernel'), { bias: 0x8000_0000 });
  symbols.add(image('e1000'), { bias: 0x8100_0000 });
  expect(symbols.address('init')).toBe(0x8000_0000);
  expect(symbols.address('e1000:init')).toBe(0x8100_0000);
  expect(symbols.at(0x8100_0004)).toMatchObject({ symbol: { name: 'init', image: 'e1000' }, offset: 4 });
  symbols.remove('e1000');
  expect(symbols.at(0x8100_0004)).toBeUndefined();
});

const tools = ['riscv64-unknown-elf-gcc', 'riscv64-unknown-elf-nm'];
test.skipIf(!hasTools(tools))('a program of GNU tools reads as nm reads it (needs riscv64-unknown-elf-gcc)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nooks-elf-'));
  try {
    writeFileSync(join(folder, 'a.S'), `
      .globl _start, table
      _start: la a0, table
      1: j 1b
      .type quiet, @function
      quiet: ret
      .size quiet, 4
      .data
      table: .word 1, 2, 3
      .bss
      .zero 64
    `);
    execFileSync(tools[0]!, ['-march=rv32ima_zicsr', '-mabi=ilp32', '-nostdlib', '-static', '-Ttext=0x80000000',
      '-Tdata=0x80001000', 'a.S', '-o', 'a.elf'], { cwd: folder });
    const elf = parseElf(readFileSync(join(folder, 'a.elf')), 'a.elf');
    const nm = execFileSync(tools[1]!, ['a.elf'], { cwd: folder, encoding: 'utf8' })
      .trim().split('\n').map((line) => line.split(' ')).map(([value, , name]) => [name, Number(`0x${value}`)]);
    const ours = elf.symbols.filter(({ type, name }) => name !== '' && type <= STT.STT_FUNC && !name.startsWith('$x'));
    expect(new Map(ours.map(({ name, st_value }) => [name, st_value]))).toEqual(new Map(nm as [string, number][]));
    expect(elf.e_entry).toBe(0x8000_0000);
    expect(elf.segments.map(({ p_paddr, size }) => [p_paddr, size]).at(-1)).toEqual([0x8000_1000, 12 + 64]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
