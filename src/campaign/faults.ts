/**
 * The faults of the Nooks evaluation (SOSP 2003, section 5.1, after the SWIFI injector of Ng and Chen) on RV32: each
 * turns one decoded instruction into another, which is encoded again by the table of the ISA. Where the x86 injector
 * flips bits of an instruction's operand bytes, these flip one bit of one operand, so that what is called a source
 * fault is one.
 *
 * Locals and arguments are mostly in registers here, where those of gcc 2 on x86 were in the stack frame; what init and
 * interface mean is told by that: see each kind.
 */
import { byMnemonic, decode, encode, type Instruction } from '../isa/instruction.ts';
import { immediates } from '../isa/immediates.ts';
import type { Mnemonic } from '../isa/encodings.ts';

/** The code of one function: words as they are in memory, lowest address first; branches within it are bound. */
export interface FunctionCode {
  readonly words: ArrayLike<number>;
  /** Each word decoded; undefined for one that is no instruction. */
  readonly instructions: readonly (Instruction | undefined)[];
}

export function functionCode(words: ArrayLike<number>): FunctionCode {
  return { words, instructions: Array.from(words, (word) => decode(word)) };
}

export interface KindDefinition {
  /** What is changed, in one sentence, for help texts and reports. */
  readonly about: string;
  /** The words that the word at `index` may be replaced by; none where there is nothing for this kind to change. */
  readonly edits: (code: FunctionCode, index: number) => readonly number[];
}

/** addi x0, x0, 0: Unprivileged ISA 20240411, section 2.4.3. */
export const nop = 0x13;

const zero = 0, ra = 1, sp = 2;

const setOf = (...mnemonics: Mnemonic[]): ReadonlySet<Mnemonic> => new Set(mnemonics);
const loads = setOf('lb', 'lh', 'lw', 'lbu', 'lhu');
const stores = setOf('sb', 'sh', 'sw');
const branches = setOf('beq', 'bne', 'blt', 'bge', 'bltu', 'bgeu');
const jumps = setOf('jal', 'jalr');
/** What neither computes nor moves data. */
const special = setOf(
  'fence', 'fence.i', 'ecall', 'ebreak', 'csrrw', 'csrrs', 'csrrc', 'csrrwi', 'csrrsi', 'csrrci', 'sret', 'mret', 'wfi',
  'sfence.vma');

const inverse: Partial<Record<Mnemonic, Mnemonic>> =
  { beq: 'bne', bne: 'beq', blt: 'bge', bge: 'blt', bltu: 'bgeu', bgeu: 'bltu' };

/** The kinds by name. */
export const faultKinds = {
  source: {
    about: 'one bit of a source operand: a register that is read, a constant, or where a load loads from',
    edits: simple((i) => [
      ...(reads1(i) && !stores.has(i.encoding.mnemonic) ? flippedRegister(i, 'rs1') : []),
      ...(reads2(i) ? flippedRegister(i, 'rs2') : []),
      ...(stores.has(i.encoding.mnemonic) ? [] : flippedImmediate(i)),
    ]),
  },
  destination: {
    about: 'one bit of the destination: the register that is written, or where a store stores to',
    edits: simple((i) => stores.has(i.encoding.mnemonic)
      ? [...flippedRegister(i, 'rs1'), ...flippedImmediate(i)]
      : i.rd === zero ? [] : flippedRegister(i, 'rd')),
  },
  pointer: {
    about: 'one bit of an address, base register or offset, of a load or store that is not to the stack frame',
    edits: simple((i) => isAccess(i) && i.rs1 !== sp ? [...flippedRegister(i, 'rs1'), ...flippedImmediate(i)] : []),
  },
  interface: {
    about: 'an argument is not taken: the function uses what happens to be in the register',
    edits: (code, index) => (takesArgument(code, index) ? [nop] : []),
  },
  branch: {
    about: 'a conditional branch is left out',
    edits: of((i) => (branches.has(i.encoding.mnemonic) ? [nop] : [])),
  },
  loop: {
    about: 'the condition on which a loop goes on is inverted',
    edits: (code, index) => (decidesLoop(code, index) ? [inverted(code.instructions[index]!)] : []),
  },
  text: {
    about: 'one bit of the instruction, whatever comes of it',
    edits: (code, index) => bits(32).map((bit) => code.words[index]! ^ (1 << bit)),
  },
  nop: {
    about: 'an instruction is left out',
    edits: (code, index) => (code.instructions[index] && (code.words[index]! | 0) !== nop ? [nop] : []),
  },
  init: {
    about: 'a local variable is not given its first, constant value',
    edits: (code, index) => (initialises(code, index) ? [nop] : []),
  },
} as const satisfies Record<string, KindDefinition>;

export type FaultKind = keyof typeof faultKinds;
export const faultKindNames = Object.keys(faultKinds) as FaultKind[];

/** Edits that an instruction alone decides. */
function of(edits: (instruction: Instruction) => readonly number[]): KindDefinition['edits'] {
  return ({ instructions }, index) => {
    const instruction = instructions[index];
    return instruction ? edits(instruction) : [];
  };
}

/** The same for instructions that compute, load or store. */
function simple(edits: (instruction: Instruction) => readonly number[]): KindDefinition['edits'] {
  return of((instruction) => {
    const { mnemonic } = instruction.encoding;
    return branches.has(mnemonic) || jumps.has(mnemonic) || special.has(mnemonic) ? [] : edits(instruction);
  });
}

const bits = (count: number) => Array.from({ length: count }, (_, bit) => bit);
const reads1 = ({ encoding }: Instruction) => encoding.operands.includes('s');
const reads2 = ({ encoding }: Instruction) => encoding.operands.includes('t');
const writes = ({ encoding, rd }: Instruction) => encoding.operands.includes('d') && rd !== zero;
const isAccess = ({ encoding: { mnemonic, format } }: Instruction) =>
  loads.has(mnemonic) || stores.has(mnemonic) || format === 'A';
const isCall = (i: Instruction) => jumps.has(i.encoding.mnemonic) && i.rd === ra;
const isArgument = (register: number) => register >= 10 && register <= 17;

function flippedRegister(instruction: Instruction, field: 'rd' | 'rs1' | 'rs2'): number[] {
  return bits(5).map((bit) => encode({ ...instruction, [field]: instruction[field] ^ (1 << bit) }));
}

/** One bit of the immediate, if the instruction has one that is a number. */
function flippedImmediate(instruction: Instruction): number[] {
  if (!/[ih]/.test(instruction.encoding.operands)) return [];
  const format = immediates[instruction.encoding.format];
  return bits(32).filter((bit) => format.put(1 << bit) !== 0)
    .map((bit) => encode({ ...instruction, imm: format.get(format.put(instruction.imm ^ (1 << bit))) }));
}

const inverted = (instruction: Instruction) =>
  encode({ ...instruction, encoding: byMnemonic.get(inverse[instruction.encoding.mnemonic]!)! });

/**
 * Whether the instruction copies an argument from its register, or loads one from the caller's frame, before anything
 * can have written there: all between the function's start and it is straight code without calls.
 */
function takesArgument({ instructions }: FunctionCode, index: number): boolean {
  const instruction = instructions[index];
  if (!instruction || !writes(instruction)) return false;
  const before = instructions.slice(0, index);
  if (before.some((i) => !i || branches.has(i.encoding.mnemonic) || jumps.has(i.encoding.mnemonic))) return false;
  const { encoding: { mnemonic }, rs1, imm, rd } = instruction;
  if (loads.has(mnemonic) && rs1 === sp) return imm >= frameSize(before as readonly Instruction[]);
  const copies = mnemonic === 'addi' && imm === 0 && rd !== rs1;
  return copies && isArgument(rs1) && !before.some((i) => writes(i!) && i!.rd === rs1);
}

/** By how much straight code has moved the stack pointer down. */
function frameSize(code: readonly Instruction[]): number {
  return code.reduce((size, { encoding, rd, rs1, imm }) =>
    (encoding.mnemonic === 'addi' && rd === sp && rs1 === sp ? size - imm : size), 0);
}

/** Whether a conditional branch goes back, or leaves the code between a jump back and where that goes. */
function decidesLoop({ instructions }: FunctionCode, index: number): boolean {
  const target = (at: number) => at + instructions[at]!.imm / 4;
  if (!isBranch(instructions[index])) return false;
  const to = target(index);
  if (to <= index) return true;
  return instructions.some((i, from) => {
    if (!(isBranch(i) || (i?.encoding.mnemonic === 'jal' && i.rd === zero)) || from < index) return false;
    const start = target(from);
    return start <= index && start >= 0 && to > from;
  });
}

const isBranch = (i: Instruction | undefined) => i !== undefined && branches.has(i.encoding.mnemonic);

/**
 * Whether the instruction puts a constant into a local variable: zero into the stack frame, or a constant into a
 * register, unless that is an argument register which a call or the caller is the next to read.
 */
function initialises({ instructions }: FunctionCode, index: number): boolean {
  const instruction = instructions[index];
  if (!instruction) return false;
  const { encoding: { mnemonic }, rd, rs1, rs2 } = instruction;
  if (stores.has(mnemonic)) return rs1 === sp && rs2 === zero;
  if (!((mnemonic === 'addi' && rs1 === zero) || mnemonic === 'lui') || rd === zero || rd === sp) return false;
  return !isArgument(rd) || isReadLocally(instructions, index + 1, rd);
}

/** Whether straight code from `start` on reads a register before it writes it, calls, or returns. */
function isReadLocally(instructions: FunctionCode['instructions'], start: number, register: number): boolean {
  for (const i of instructions.slice(start)) {
    if (!i) return false;
    if ((reads1(i) && i.rs1 === register) || (reads2(i) && i.rs2 === register)) return true;
    if (isCall(i) || jumps.has(i.encoding.mnemonic) || (writes(i) && i.rd === register)) return false;
    if (branches.has(i.encoding.mnemonic)) return false;
  }
  return false;
}
