import { assert } from '../assert.ts';
import { encodings, type Mnemonic } from './encodings.ts';
import { immediates, type Format } from './immediates.ts';

/** One row of the table of encodings, taken apart. */
export interface Encoding {
  readonly mnemonic: Mnemonic;
  /** Position in the table: the interpreter's operation number. */
  readonly index: number;
  readonly match: number;
  readonly mask: number;
  readonly format: Format;
  readonly syntax: string;
  /** Operand letters present in the pattern, such as `dst`. */
  readonly operands: string;
}

/** A decoded instruction. `imm` holds the format's immediate: a CSR number for C, `aq rl` for A, fm/pred/succ for F. */
export interface Instruction {
  readonly encoding: Encoding;
  readonly rd: number;
  readonly rs1: number;
  readonly rs2: number;
  readonly imm: number;
}

function parse(mnemonic: Mnemonic, row: string, index: number): Encoding {
  const [, bits = '', format = '', syntax = ''] = /^([01a-z ]+) ([A-Z]) *(.*)$/.exec(row) ?? [];
  const pattern = bits.replaceAll(' ', '');
  if (pattern.length !== 32) throw new Error(`${mnemonic}: ${pattern.length} bits in the pattern`);
  const word = (keep: (bit: string) => boolean) =>
    Number.parseInt([...pattern].map((bit) => (keep(bit) ? '1' : '0')).join(''), 2) | 0;
  return {
    mnemonic, index, format: format as Format, syntax,
    match: word((bit) => bit === '1'), mask: word((bit) => bit === '0' || bit === '1'),
    operands: [...new Set(pattern.replaceAll(/[01]/g, ''))].join(''),
  };
}

/** The rows, in the table's order. */
export const table: readonly Encoding[] =
  Object.entries(encodings).map(([mnemonic, row], index) => parse(mnemonic as Mnemonic, row, index));
/** The rows by mnemonic, as the table spells it: `lr.w`, without `.aq`. */
export const byMnemonic: ReadonlyMap<string, Encoding> =
  new Map(table.map((encoding) => [encoding.mnemonic, encoding]));

/** The rows by opcode (bits 6..0) and funct3 (bits 14..12), so that decoding looks at a handful of rows. */
const buckets: Encoding[][] = Array.from({ length: 1024 }, (_, key) => {
  const word = (key & 127) | ((key >>> 7) << 12);
  return table.filter(({ mask, match }) => ((word ^ match) & mask & 0x707f) === 0);
});

/** The instruction a word encodes, or undefined when it is none the machine knows. */
export function decode(word: number): Instruction | undefined {
  const encoding = buckets[(word & 127) | ((word >>> 5) & 0x380)]!.find(({ mask, match }) => (word & mask) === match);
  return encoding && {
    encoding,
    rd: (word >>> 7) & 31, rs1: (word >>> 15) & 31, rs2: (word >>> 20) & 31,
    imm: immediates[encoding.format].get(word),
  };
}

/**
 * The word of an instruction, as a signed 32-bit number. Fields the row fixes are taken from the row. The registers
 * must be 0 to 31 and the immediate one that the format holds.
 */
export function encode({ encoding, rd, rs1, rs2, imm }: Instruction): number {
  const { match, mask, format } = encoding;
  if (((rd | rs1 | rs2) & ~31) !== 0) assert(false, `${encoding.mnemonic} with registers ${rd}, ${rs1}, ${rs2}`);
  if (!immediates[format].holds(imm)) assert(false, `${encoding.mnemonic} with immediate ${imm}`);
  const fields = (rd << 7) | (rs1 << 15) | (rs2 << 20);
  const free = ~mask & ~immediates[format].bits;
  return match | (fields & free) | (immediates[format].put(imm) & ~mask);
}
