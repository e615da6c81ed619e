import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assemble } from '../../src/isa/assembler.ts';
import { csrName, csrNumber, csrs } from '../../src/isa/csrs.ts';
import { disassemble } from '../../src/isa/disassembler.ts';
import { immediates, type Format } from '../../src/isa/immediates.ts';
import { byMnemonic, decode, encode, table } from '../../src/isa/instruction.ts';
import { gnuDisassemble, hasBinutils } from '../support/binutils.ts';
import { anyOf, randomWords, sampleOfEveryRow } from './sample.ts';

const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0');

test('no two rows describe the same word', () => {
  const overlaps = table.flatMap((a) => table.filter((b) => a.index < b.index
    && ((a.match ^ b.match) & a.mask & b.mask) === 0).map((b) => `${a.mnemonic} and ${b.mnemonic}`));
  expect(overlaps).toEqual([]);
});

test('decoding finds the row that a word was made from, and encoding gives the word back', () => {
  const random = randomWords(1);
  for (const row of table) {
    for (let count = 0; count < 40; count++) {
      const word = anyOf(row, random);
      const instruction = decode(word)!;
      expect(instruction.encoding.mnemonic).toBe(row.mnemonic);
      expect(hex(encode(instruction))).toBe(hex(word));
    }
  }
});

test('words of 16 bits and of more than 32 are none of ours', () => {
  const random = randomWords(2);
  for (let count = 0; count < 4000; count++) {
    const word = random();
    for (const low of [0, 1, 2]) expect(decode((word & ~3) | low)).toBeUndefined();
    expect(decode(word | 31)).toBeUndefined();
  }
});

test('what disassembles into an instruction assembles into the same word, wherever it is', () => {
  for (const word of sampleOfEveryRow(40, 3)) {
    const text = disassemble(word);
    if (text.startsWith('.4byte')) continue;
    expect(`${text} ${hex(assemble(text))}`).toBe(`${text} ${hex(word)}`);
    const pc = 0x8000_1000;
    const symbol = (address: number) => ({ name: 'place', offset: address & 0xf });
    expect(hex(assemble(disassemble(word, { pc }), { pc }))).toBe(hex(word));
    expect(hex(assemble(disassemble(word, { pc, symbol }), { pc }))).toBe(hex(word));
  }
});

test('a target is printed with the symbol it is at or behind', () => {
  const symbol = (address: number) => ({ name: 'loop', offset: address - 0x8000_0000 });
  expect(disassemble(0x0000_006f, { pc: 0x8000_0000, symbol })).toBe('jal\tzero,80000000 <loop>');
  expect(disassemble(0x0000_006f, { pc: 0x8000_0010, symbol })).toBe('jal\tzero,80000010 <loop+0x10>');
});

/** format, immediates it holds, immediates it does not. Unprivileged ISA 20240411, section 2.3. */
const reaches: readonly (readonly [Format, readonly number[], readonly number[]])[] = [
  ['I', [-2048, -1, 0, 2047, 0xffff_ffff], [-2049, 2048]],
  ['S', [-2048, -1, 0, 2047], [-2049, 2048]],
  ['B', [-4096, -2, 0, 4094], [-4098, 4096, 1, -1]],
  ['J', [-1_048_576, -2, 0, 1_048_574], [-1_048_578, 1_048_576, 1]],
  ['U', [0, 0x1000, 0x7fff_f000, -0x8000_0000, -0x1000, 0x8000_0000], [1, 0xfff, -1]],
  ['H', [0, 31], [32, -1]],
  ['C', [0, 0xfff], [0x1000, -1]],
  ['A', [0, 1, 2, 3], [4]],
  ['N', [0], [1]],
];

test.each(reaches)('format %s holds %j and not %j', (format, held, refused) => {
  const { holds, get, put, bits } = immediates[format];
  for (const value of held) {
    expect(holds(value)).toBe(true);
    expect(get(put(value))).toBe(value | 0);
    expect(put(value) & ~bits).toBe(0);
  }
  for (const value of refused) expect(holds(value)).toBe(false);
});

test('an instruction whose fields do not fit is our own mistake', () => {
  const addi = { encoding: byMnemonic.get('addi')!, rd: 1, rs1: 2, rs2: 0, imm: 5 };
  expect(hex(encode(addi))).toBe('00510093');
  expect(() => encode({ ...addi, imm: 2048 })).toThrow('assertion failed: addi with immediate 2048');
  expect(() => encode({ ...addi, rd: 32 })).toThrow('assertion failed: addi with registers 32, 2, 0');
});

test('every CSR has a number of its own, and its name back', () => {
  const numbers = Object.values(csrs);
  expect(new Set(numbers).size).toBe(numbers.length);
  for (const [name, number] of Object.entries(csrs)) {
    expect(csrNumber(name)).toBe(number);
    expect(csrName(number)).toBe(name);
  }
  expect(csrNumber('ustatus')).toBeUndefined();
  expect(csrName(0x7c0)).toBeUndefined();
});

/**
 * Words with their texts by GNU objdump 2.40, at 0x8000_0000 and on: `word text`, one a line. Made anew by
 * `UPDATE=1 npx vitest run test/isa/encodings.test.ts` on a machine with binutils.
 */
const golden = new URL('../golden/isa-encodings.txt', import.meta.url);
const base = 0x8000_0000;

test.runIf(hasBinutils && process.env['UPDATE'])('the golden table is made anew', () => {
  const random = randomWords(4);
  const numbers = [...Object.values(csrs), 0x7c0, 0x800, 0xfff];
  // binutils has names for CSRs that this machine has not: they stay out of the table.
  const withKnownCsr = (word: number) => (word & 0xf_ffff) | (numbers[(word >>> 20) % numbers.length]! << 20);
  const words = table.flatMap((row) => Array.from({ length: 6 }, () =>
    (row.format === 'C' ? withKnownCsr(anyOf(row, random)) : anyOf(row, random))));
  const texts = gnuDisassemble(words, base);
  writeFileSync(golden, words.map((word, index) => `${hex(word)} ${texts[index]}\n`).join(''));
});

test('the golden table of binutils is ours, in both directions', () => {
  const lines = readFileSync(golden, 'utf8').trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(300);
  lines.forEach((line, index) => {
    const word = Number.parseInt(line, 16) | 0;
    const text = line.slice(9);
    const pc = base + 4 * index;
    expect(`${hex(word)} ${disassemble(word, { pc })}`).toBe(line);
    if (!text.startsWith('.4byte')) expect(`${hex(assemble(text, { pc }))} ${text}`).toBe(line);
  });
});

/** What is written, and the one sentence it is answered with. */
const mistakes: readonly (readonly [string, string])[] = [
  ['frobnicate a0', 'frobnicate is not an instruction of RV32IMA.'],
  ['add a0, a1', 'add is written add rd, rs1, rs2, not add a0, a1.'],
  ['add a0, a1, q7', 'add is written add rd, rs1, rs2, not add a0, a1, q7.'],
  ['addi a0, a1, 2048', 'addi takes from -2048 to 2047 here, not 2048.'],
  ['lui a0, -1', 'lui takes from 0 to 1048575 here, not -1.'],
  ['slli a0, a0, 32', 'slli takes from 0 to 31 here, not 32.'],
  ['beq a0, a1, .+3', 'beq takes an even distance from -4096 to 4094 here, not 3.'],
  ['csrrw a0, nonsense, a1', 'there is no symbol nonsense.'],
  ['fence wr, r', 'wr cannot be the pred of fence.'],
  ['addi a0, a0, (1', 'a ) is missing in the expression (1.'],
  ['add.aq a0, a1, a2', 'add.aq is not an instruction of RV32IMA.'],
];

test.each(mistakes)('%s: %s', (line, message) => {
  expect(() => assemble(line)).toThrow(`line 1: ${message}`);
});
