/** What the machine's instructions compute, for folding constants. Unprivileged ISA 20240411, sections 2.4 and 13. */
import type { AluOperation, Condition, ImmediateOperation } from './ir.ts';

const unsigned = (value: number) => value >>> 0;
const high = (a: bigint, b: bigint) => Number(BigInt.asIntN(32, (a * b) >> 32n));

/** Operands and results are signed 32-bit numbers. */
export const compute: Readonly<Record<AluOperation, (a: number, b: number) => number>> = {
  add: (a, b) => (a + b) | 0, sub: (a, b) => (a - b) | 0,
  and: (a, b) => a & b, or: (a, b) => a | b, xor: (a, b) => a ^ b,
  sll: (a, b) => a << b, srl: (a, b) => (a >>> b) | 0, sra: (a, b) => a >> b,
  slt: (a, b) => (a < b ? 1 : 0), sltu: (a, b) => (unsigned(a) < unsigned(b) ? 1 : 0),
  mul: (a, b) => Math.imul(a, b),
  mulh: (a, b) => high(BigInt(a), BigInt(b)), mulhu: (a, b) => high(BigInt(unsigned(a)), BigInt(unsigned(b))),
  div: (a, b) => (b === 0 ? -1 : (a / b) | 0), divu: (a, b) => (b === 0 ? -1 : (unsigned(a) / unsigned(b)) | 0),
  rem: (a, b) => (b === 0 ? a : (a % b) | 0), remu: (a, b) => (b === 0 ? a : (unsigned(a) % unsigned(b)) | 0),
};

export const holds: Readonly<Record<Condition, (a: number, b: number) => boolean>> = {
  eq: (a, b) => a === b, ne: (a, b) => a !== b, lt: (a, b) => a < b, ge: (a, b) => a >= b,
  ltu: (a, b) => unsigned(a) < unsigned(b), geu: (a, b) => unsigned(a) >= unsigned(b),
};

/** The form with an immediate, where there is one. */
export const immediateForm: Readonly<Partial<Record<AluOperation, ImmediateOperation>>> = {
  add: 'addi', and: 'andi', or: 'ori', xor: 'xori', sll: 'slli', srl: 'srli', sra: 'srai', slt: 'slti', sltu: 'sltiu',
};

export const registerForm: Readonly<Record<ImmediateOperation, AluOperation>> = {
  addi: 'add', andi: 'and', ori: 'or', xori: 'xor', slli: 'sll', srli: 'srl', srai: 'sra', slti: 'slt', sltiu: 'sltu',
};

export const commutative: ReadonlySet<AluOperation> =
  new Set<AluOperation>(['add', 'and', 'or', 'xor', 'mul', 'mulh', 'mulhu']);

export const isShift = (operation: AluOperation) => operation === 'sll' || operation === 'srl' || operation === 'sra';
