import { csrName, csrNumber } from './csrs.ts';
import { immediates } from './immediates.ts';
import type { Encoding, Instruction } from './instruction.ts';
import { abiNames, registerNumber } from './registers.ts';

/** The fields of an instruction that operands fill. */
export type Fields = Pick<Instruction, 'rd' | 'rs1' | 'rs2' | 'imm'>;

export type OperandName =
  'rd' | 'rs1' | 'rs2' | 'imm' | 'target' | 'upper' | 'shamt' | 'csr' | 'zimm' | 'pred' | 'succ' | 'aqrl';

/** What an address means to the reader: a symbol at or before it, and the distance in bytes. */
export type SymbolLookup = (address: number) => { readonly name: string; readonly offset: number } | undefined;

/** Where a word is, for the operands whose text depends on it. */
export interface Place {
  /** The address of the word; without it a jump's target is written relative to itself: `.+8`. */
  readonly pc?: number;
  readonly symbol?: SymbolLookup;
}

/** Computes an expression operand: for `target` the distance from the instruction in bytes, else the value written. */
export type Evaluate = (expression: string, operand: OperandName) => number;

/** One kind of operand in the table's syntax column. */
export interface Operand {
  /** The pattern's letters whose bits the operand fills. */
  readonly letters: string;
  /** The operand's value in an instruction. */
  get(instruction: Instruction): number;
  /** The fields that hold `value`, to be or-ed together with the other operands'. */
  put(value: number): Partial<Fields>;
  /** As GNU objdump prints it with -M no-aliases. */
  print(value: number, place: Place): string;
  /** The value of what was written; undefined when it is nothing of this kind. */
  parse(text: string, evaluate: Evaluate): number | undefined;
  /** What may be written, when `value` may not be. */
  complaint(value: number, encoding: Encoding): string | undefined;
}

const always = () => undefined;
const hex = (value: number) => `0x${(value >>> 0).toString(16)}`;
const within = (most: number) => (value: number) =>
  value >= 0 && value <= most ? undefined : `from 0 to ${most}`;

const register = (field: 'rd' | 'rs1' | 'rs2', letters: string): Operand => ({
  letters,
  get: (instruction) => instruction[field],
  put: (value) => ({ [field]: value }),
  print: (value) => abiNames[value]!,
  parse: registerNumber,
  complaint: always,
});

/** The sets that `fence` orders, most significant bit first. GNU prints the empty one so. */
const accesses = 'iorw';
const emptySet = 'unknown';

const set = (letters: string, at: number): Operand => ({
  letters,
  get: ({ imm }) => (imm >>> at) & 15,
  put: (value) => ({ imm: value << at }),
  print: (value) => [...accesses].filter((_, index) => value & (8 >> index)).join('') || emptySet,
  parse: (text) => {
    if (text === emptySet) return 0;
    const bits = [...text].map((letter) => 8 >> accesses.indexOf(letter));
    return /^i?o?r?w?$/.test(text) && text ? bits.reduce((sum, bit) => sum | bit, 0) : undefined;
  },
  complaint: always,
});

function printTarget(offset: number, { pc, symbol }: Place): string {
  if (pc === undefined) return offset < 0 ? `.${offset}` : `.+${offset}`;
  const address = (pc + offset) >>> 0;
  const near = symbol?.(address);
  if (!near) return hex(address);
  return `${address.toString(16)} <${near.name}${near.offset === 0 ? '' : `+${hex(near.offset)}`}>`;
}

/** Signed range of a format's immediate, in words. */
function rangeOf({ format }: Encoding): string {
  return { I: 'from -2048 to 2047', S: 'from -2048 to 2047', B: 'an even distance from -4096 to 4094',
    J: 'an even distance from -1048576 to 1048574' }[format as 'I' | 'S' | 'B' | 'J'];
}

const immediate = (operand: 'imm' | 'target', print: Operand['print']): Operand => ({
  letters: 'i',
  get: ({ imm }) => imm,
  put: (value) => ({ imm: value }),
  print,
  parse: (text, evaluate) => (text === '' ? 0 : evaluate(text, operand)),
  complaint: (value, encoding) => (immediates[encoding.format].holds(value) ? undefined : rangeOf(encoding)),
});

/** The operands that the table's syntax column names, and the `.aqrl` suffix. */
export const operands: Readonly<Record<OperandName, Operand>> = {
  rd: register('rd', 'd'),
  rs1: register('rs1', 's'),
  rs2: register('rs2', 't'),
  imm: immediate('imm', String),
  /** An address: what is encoded is its distance. */
  target: immediate('target', printTarget),
  /** The upper 20 bits, written as a number of 20 bits. */
  upper: {
    letters: 'i',
    get: ({ imm }) => imm >>> 12,
    put: (value) => ({ imm: value << 12 }),
    print: hex,
    parse: (text, evaluate) => evaluate(text, 'upper'),
    complaint: within(0xf_ffff),
  },
  shamt: {
    letters: 'h',
    get: ({ imm }) => imm,
    put: (value) => ({ imm: value }),
    print: hex,
    parse: (text, evaluate) => evaluate(text, 'shamt'),
    complaint: within(31),
  },
  csr: {
    letters: 'c',
    get: ({ imm }) => imm,
    put: (value) => ({ imm: value }),
    print: (value) => csrName(value) ?? hex(value),
    parse: (text, evaluate) => csrNumber(text) ?? evaluate(text, 'csr'),
    complaint: within(0xfff),
  },
  zimm: {
    letters: 'z',
    get: ({ rs1 }) => rs1,
    put: (value) => ({ rs1: value }),
    print: String,
    parse: (text, evaluate) => evaluate(text, 'zimm'),
    complaint: within(31),
  },
  pred: set('p', 4),
  succ: set('u', 0),
  aqrl: {
    letters: 'ql',
    get: ({ imm }) => imm,
    put: (value) => ({ imm: value }),
    print: (value) => ['', '.rl', '.aq', '.aqrl'][value]!,
    parse: (text) => ['', '.rl', '.aq', '.aqrl'].indexOf(text),
    complaint: always,
  },
};

/** The one fence with a mode (fm = 1000): total store ordering. Unprivileged ISA 20240411, section 2.7. */
export const fenceTso = { mnemonic: 'fence.tso', word: 0x8330_000f | 0 } as const;
