/** Every row of the table against GNU binutils, in both directions. */
import { expect, test } from 'vitest';
import { csrName, csrs } from '../../src/isa/csrs.ts';
import { disassemble } from '../../src/isa/disassembler.ts';
import { decode, table } from '../../src/isa/instruction.ts';
import { gnuAssemble, gnuDisassemble, hasBinutils, withoutBinutils } from '../support/binutils.ts';
import { anyOf, randomWords, sampleOfEveryRow } from './sample.ts';

const base = 0x8000_0000;
const seed = 20240411;
const hex = (word: number) => (word >>> 0).toString(16).padStart(8, '0');
const skip = !hasBinutils;
const note = skip ? ` ${withoutBinutils}` : '';

/** objdump's text with the CSRs that only binutils has a name for (floating point, hypervisor...) as numbers. */
function withoutForeignCsrs(text: string, word: number): string {
  const number = word >>> 20;
  return text.startsWith('csr') && csrName(number) === undefined
    ? text.replace(/,[^,]+,/, `,0x${number.toString(16)},`) : text;
}

test.skipIf(skip)(`objdump prints every instruction as we do${note}`, () => {
  const words = sampleOfEveryRow(60, seed);
  const theirs = gnuDisassemble(words, base).map((text, index) =>
    `${hex(words[index]!)} ${withoutForeignCsrs(text, words[index]!)}`);
  const ours = words.map((word, index) => `${hex(word)} ${disassemble(word, { pc: base + 4 * index })}`);
  expect(theirs).toEqual(ours);
});

test.skipIf(skip)(`GNU as takes our text of every instruction back to the same word${note}`, () => {
  // GNU as has no way to write the empty access set that objdump prints as "unknown".
  const words = sampleOfEveryRow(60, seed + 1).filter((word) => !disassemble(word).includes('unknown'));
  const theirs = gnuAssemble(words.map((word) => disassemble(word)), base);
  expect(theirs.map(hex)).toEqual(words.map(hex));
});

test.skipIf(skip)(`GNU as knows every CSR by our name and number${note}`, () => {
  const names = Object.keys(csrs);
  const words = gnuAssemble(names.map((name) => `csrrs a0, ${name}, zero`), base);
  expect(Object.fromEntries(words.map((word, index) => [names[index], word >>> 20]))).toEqual(csrs);
});

/** Where we and objdump differ about what is an instruction: each class with the manual's word for it. */
const differences: readonly { why: string; ours: boolean; isOne: (word: number, text: string) => boolean }[] = [
  // Shift amounts of six bits are RV64I's (section 4.2); RV32I fixes bit 25 at zero (section 2.4.1).
  { why: 'shifts by 32 and more', ours: false, isOne: (_, text) => /^s[lr][la]i\t.*,0x[23][0-9a-f]$/.test(text) },
  { why: 'return from debug mode', ours: false, isOne: (_, text) => text === 'dret' },
  // Privileged Architecture 1.9 and before; binutils keeps them. The encodings are reserved since.
  { why: 'obsolete instructions', ours: false, isOne: (_, text) => /^([uh]ret|sfence\.vm)(\t|$)/.test(text) },
  // Unprivileged ISA, sections 2.7 and 6.1: reserved fields of fence and fence.i "shall be ignored".
  { why: 'fence with reserved fields', ours: true, isOne: (word) => (word & 0x707f) === 0x000f },
  { why: 'fence.i with reserved fields', ours: true, isOne: (word) => (word & 0x707f) === 0x100f },
];

/** Every opcode, funct3 and funct7 with random operands, and every word of the privileged instructions' shape. */
function opcodeSpace(random: () => number): number[] {
  const words: number[] = [];
  for (let opcode = 3; opcode < 128; opcode += 4) {
    // 11111 begins an instruction of more than 32 bits and would make objdump lose step.
    if ((opcode & 31) === 31) continue;
    for (let functs = 0; functs < 1024; functs++) {
      const operands = random() & 0x01ff_8f80;
      words.push(opcode | ((functs & 7) << 12) | ((functs >>> 3) << 25) | operands);
    }
  }
  for (let funct12 = 0; funct12 < 4096; funct12++) words.push((funct12 << 20) | 0x73, (funct12 << 20) | 0x8073);
  return words;
}

test.skipIf(skip)(`a word is an instruction to us where it is one to objdump, but for five classes${note}`, () => {
  const random = randomWords(seed + 2);
  const flipped = (word: number) => word ^ (1 << (7 + ((random() >>> 8) % 25)));
  const nearMisses = table.flatMap((row) => Array.from({ length: 80 }, () => flipped(flipped(anyOf(row, random)))));
  const words = [...opcodeSpace(random), ...nearMisses];
  const theirs = gnuDisassemble(words, base);
  const seen = new Set<string>();
  const odd = words.flatMap((word, index) => {
    const isOurs = decode(word) !== undefined;
    const text = theirs[index]!;
    if (isOurs !== text.startsWith('.4byte')) return [];
    const known = differences.find(({ ours, isOne }) => ours === isOurs && isOne(word, text));
    if (known) seen.add(known.why);
    return known ? [] : [`${hex(word)} ${isOurs ? 'only ours' : 'only objdump'} ${text}`];
  });
  expect(theirs.length).toBe(words.length);
  expect(odd).toEqual([]);
  expect([...seen].sort()).toEqual(differences.map(({ why }) => why).sort());
});
