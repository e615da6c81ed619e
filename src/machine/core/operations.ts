import { type Instruction, decode, table } from '../../isa/instruction.ts';
import { hartWords } from '../words/hart.ts';
import { csrOperand } from './csr.ts';

/**
 * The interpreter's operation numbers: a few of its own, then one per row of the instruction table. A predecoded
 * instruction is 8 bytes: operation, rd, rs1, rs2 (as offsets of the hart's words), and a 32-bit immediate.
 */
export const operations = {
  /** Not decoded yet. */
  undecoded: 0,
  /** Behind the last instruction of a page. */
  pageEnd: 1,
  illegal: 2,
  /** The host wants to look at the hart before this instruction. */
  probe: 3,
  first: 4,
} as const;

export const operationCount = operations.first + table.length;

export interface Predecoded {
  readonly operation: number;
  readonly rd: number;
  readonly rs1: number;
  readonly rs2: number;
  readonly imm: number;
}

const illegal: Predecoded = { operation: operations.illegal, rd: 0, rs1: 0, rs2: 0, imm: 0 };

/** The immediate as the interpreter wants it. */
function immediateOf({ encoding, imm }: Instruction): number {
  return encoding.format === 'C' ? csrOperand(imm) : imm;
}

export function predecode(word: number): Predecoded {
  const instruction = decode(word);
  if (!instruction) return illegal;
  const { encoding, rd, rs1, rs2 } = instruction;
  return {
    operation: operations.first + encoding.index,
    rd: rd === 0 ? hartWords.offset.sink : rd * 4,
    rs1: rs1 * 4, rs2: rs2 * 4, imm: immediateOf(instruction),
  };
}
