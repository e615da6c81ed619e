import type { Mnemonic } from './encodings.ts';

export type LoadKind = 'lb' | 'lbu' | 'lh' | 'lhu' | 'lw';
export type StoreKind = 'sb' | 'sh' | 'sw';
export type AmoKind = 'swap' | 'add' | 'xor' | 'and' | 'or' | 'min' | 'max' | 'minu' | 'maxu';
export type CsrKind = 'write' | 'set' | 'clear';
/** What changes the hart's privileged state, or ends its straight line, in a way the machine alone knows. */
export type SystemKind = 'ecall' | 'ebreak' | 'mret' | 'sret' | 'wfi' | 'fence.i';

/**
 * A machine to express instructions in. The interpreter and the translator both implement it with WebAssembly, so each
 * instruction is stated once. A `Value` is an expression of 32 bits, evaluated where it is consumed; `load`, `amo` and
 * the like act where they are called, may fault there, and return what was read.
 */
export interface Machine<Value> {
  readonly rs1: Value;
  readonly rs2: Value;
  /** The immediate, sign-extended where its format is; the shift amount for shifts. */
  readonly imm: Value;
  /** The `zimm` field of the CSR instructions. */
  readonly zimm: Value;
  readonly pc: Value;
  /** The address of the next instruction in memory. */
  readonly next: Value;
  constant(value: number): Value;
  add(a: Value, b: Value): Value;
  sub(a: Value, b: Value): Value;
  and(a: Value, b: Value): Value;
  or(a: Value, b: Value): Value;
  xor(a: Value, b: Value): Value;
  /** Shifts take their amount modulo 32. */
  shiftLeft(a: Value, by: Value): Value;
  shiftRight(a: Value, by: Value): Value;
  shiftRightSigned(a: Value, by: Value): Value;
  /** Comparisons give 1 or 0. */
  equal(a: Value, b: Value): Value;
  notEqual(a: Value, b: Value): Value;
  less(a: Value, b: Value): Value;
  lessUnsigned(a: Value, b: Value): Value;
  notLess(a: Value, b: Value): Value;
  notLessUnsigned(a: Value, b: Value): Value;
  multiply(a: Value, b: Value): Value;
  /** The upper 32 bits of the 64-bit product; the letters say how `a` and `b` are extended. */
  multiplyHigh(signs: 'ss' | 'su' | 'uu', a: Value, b: Value): Value;
  /** Only evaluated where the divisor is not zero and the signed quotient fits. */
  divide(a: Value, b: Value): Value;
  /** This and the remainders are only evaluated where the divisor is not zero; that of -2^31 by -1 is 0. */
  divideUnsigned(a: Value, b: Value): Value;
  remainder(a: Value, b: Value): Value;
  remainderUnsigned(a: Value, b: Value): Value;
  /** `then` or `otherwise`; the other is not evaluated. */
  choose(condition: Value, then: Value, otherwise: Value): Value;
  /** What is at `address`, extended to 32 bits as the kind says: `u` with zeros, else with the sign. */
  load(kind: LoadKind, address: Value): Value;
  store(kind: StoreKind, address: Value, value: Value): void;
  loadReserved(address: Value): Value;
  /** 0 when stored, 1 when the reservation was lost. */
  storeConditional(address: Value, value: Value): Value;
  /** Combines the word at `address` with `value`, at once for all harts; the word as it was before. */
  amo(kind: AmoKind, address: Value, value: Value): Value;
  /** Writes rd; to x0, nothing, but what was evaluated for it happens. */
  rd(value: Value): void;
  /**
   * Control goes to `target` after this instruction. A target that is no multiple of four faults here, before anything
   * that follows, so that rd is not written: "this exception is reported on the branch or jump instruction, not on the
   * target instruction" (Unprivileged ISA 20240411, section 2.2).
   */
  jump(target: Value): void;
  /** `jump` if `taken` is not 0. */
  branch(taken: Value, target: Value): void;
  fence(): void;
  /** Reads the CSR named by the immediate into rd and changes it; checks access, and skips what rd or rs1 = 0 skips. */
  csr(kind: CsrKind, operand: Value): void;
  system(kind: SystemKind): void;
  sfenceVma(address: Value, asid: Value): void;
}

type Meaning = <Value>(m: Machine<Value>) => void;

const load = (kind: LoadKind): Meaning => (m) => m.rd(m.load(kind, m.add(m.rs1, m.imm)));
const store = (kind: StoreKind): Meaning => (m) => m.store(kind, m.add(m.rs1, m.imm), m.rs2);
const amo = (kind: AmoKind): Meaning => (m) => m.rd(m.amo(kind, m.rs1, m.rs2));
const system = (kind: SystemKind): Meaning => (m) => m.system(kind);

/**
 * Signed division overflows only for -2^31 / -1. Unprivileged ISA 20240411, section 13.2, table "semantics for division
 * by zero and division overflow".
 */
const quotient: Meaning = (m) => m.rd(m.choose(m.equal(m.rs2, m.constant(0)), m.constant(-1),
  m.choose(m.equal(m.rs2, m.constant(-1)), m.sub(m.constant(0), m.rs1), m.divide(m.rs1, m.rs2))));
const remainder: Meaning = (m) => m.rd(m.choose(m.equal(m.rs2, m.constant(0)), m.rs1, m.remainder(m.rs1, m.rs2)));

/** What every instruction means: the specification's prose, in one line each. */
export const semantics: Record<Mnemonic, Meaning> = {
  lui:   (m) => m.rd(m.imm),
  auipc: (m) => m.rd(m.add(m.pc, m.imm)),
  // The jump comes first: it may fault, and rd may be the register that holds its target.
  jal:   (m) => { m.jump(m.add(m.pc, m.imm)); m.rd(m.next); },
  jalr:  (m) => { m.jump(m.and(m.add(m.rs1, m.imm), m.constant(-2))); m.rd(m.next); },
  beq:   (m) => m.branch(m.equal(m.rs1, m.rs2), m.add(m.pc, m.imm)),
  bne:   (m) => m.branch(m.notEqual(m.rs1, m.rs2), m.add(m.pc, m.imm)),
  blt:   (m) => m.branch(m.less(m.rs1, m.rs2), m.add(m.pc, m.imm)),
  bge:   (m) => m.branch(m.notLess(m.rs1, m.rs2), m.add(m.pc, m.imm)),
  bltu:  (m) => m.branch(m.lessUnsigned(m.rs1, m.rs2), m.add(m.pc, m.imm)),
  bgeu:  (m) => m.branch(m.notLessUnsigned(m.rs1, m.rs2), m.add(m.pc, m.imm)),
  lb: load('lb'), lh: load('lh'), lw: load('lw'), lbu: load('lbu'), lhu: load('lhu'),
  sb: store('sb'), sh: store('sh'), sw: store('sw'),
  addi:  (m) => m.rd(m.add(m.rs1, m.imm)),
  slti:  (m) => m.rd(m.less(m.rs1, m.imm)),
  sltiu: (m) => m.rd(m.lessUnsigned(m.rs1, m.imm)),
  xori:  (m) => m.rd(m.xor(m.rs1, m.imm)),
  ori:   (m) => m.rd(m.or(m.rs1, m.imm)),
  andi:  (m) => m.rd(m.and(m.rs1, m.imm)),
  slli:  (m) => m.rd(m.shiftLeft(m.rs1, m.imm)),
  srli:  (m) => m.rd(m.shiftRight(m.rs1, m.imm)),
  srai:  (m) => m.rd(m.shiftRightSigned(m.rs1, m.imm)),
  add:   (m) => m.rd(m.add(m.rs1, m.rs2)),
  sub:   (m) => m.rd(m.sub(m.rs1, m.rs2)),
  sll:   (m) => m.rd(m.shiftLeft(m.rs1, m.rs2)),
  slt:   (m) => m.rd(m.less(m.rs1, m.rs2)),
  sltu:  (m) => m.rd(m.lessUnsigned(m.rs1, m.rs2)),
  xor:   (m) => m.rd(m.xor(m.rs1, m.rs2)),
  srl:   (m) => m.rd(m.shiftRight(m.rs1, m.rs2)),
  sra:   (m) => m.rd(m.shiftRightSigned(m.rs1, m.rs2)),
  or:    (m) => m.rd(m.or(m.rs1, m.rs2)),
  and:   (m) => m.rd(m.and(m.rs1, m.rs2)),
  fence: (m) => m.fence(),
  ecall: system('ecall'), ebreak: system('ebreak'), 'fence.i': system('fence.i'),
  csrrw:  (m) => m.csr('write', m.rs1),
  csrrs:  (m) => m.csr('set', m.rs1),
  csrrc:  (m) => m.csr('clear', m.rs1),
  csrrwi: (m) => m.csr('write', m.zimm),
  csrrsi: (m) => m.csr('set', m.zimm),
  csrrci: (m) => m.csr('clear', m.zimm),
  mul:    (m) => m.rd(m.multiply(m.rs1, m.rs2)),
  mulh:   (m) => m.rd(m.multiplyHigh('ss', m.rs1, m.rs2)),
  mulhsu: (m) => m.rd(m.multiplyHigh('su', m.rs1, m.rs2)),
  mulhu:  (m) => m.rd(m.multiplyHigh('uu', m.rs1, m.rs2)),
  div: quotient,
  divu: (m) => m.rd(m.choose(m.equal(m.rs2, m.constant(0)), m.constant(-1), m.divideUnsigned(m.rs1, m.rs2))),
  rem: remainder,
  remu: (m) => m.rd(m.choose(m.equal(m.rs2, m.constant(0)), m.rs1, m.remainderUnsigned(m.rs1, m.rs2))),
  'lr.w': (m) => m.rd(m.loadReserved(m.rs1)),
  'sc.w': (m) => m.rd(m.storeConditional(m.rs1, m.rs2)),
  'amoswap.w': amo('swap'), 'amoadd.w': amo('add'), 'amoxor.w': amo('xor'), 'amoand.w': amo('and'),
  'amoor.w': amo('or'), 'amomin.w': amo('min'), 'amomax.w': amo('max'),
  'amominu.w': amo('minu'), 'amomaxu.w': amo('maxu'),
  sret: system('sret'), mret: system('mret'), wfi: system('wfi'),
  'sfence.vma': (m) => m.sfenceVma(m.rs1, m.rs2),
};
