/**
 * A hart in plain JavaScript: the slowest and simplest way to give `semantics` a meaning. It has registers, memory by
 * the byte, one reservation and a few CSRs; no privilege, translation or interrupts. Values are thunks, so that what
 * the semantics promises about evaluation (see `Machine`) is tested too: a division by zero would be an assertion.
 */
import { assert } from '../../src/assert.ts';
import { causes, type Cause } from '../../src/isa/causes.ts';
import { decode, type Instruction } from '../../src/isa/instruction.ts';
import {
  semantics, type AmoKind, type CsrKind, type LoadKind, type Machine, type StoreKind, type SystemKind,
} from '../../src/isa/semantics.ts';

/** A 32-bit value, signed, when it is asked for. */
type Expression = () => number;

/** What an instruction ended with instead of retiring. */
export class Trap extends Error {
  override readonly cause: Cause;
  readonly tval: number;

  constructor(cause: Cause, tval: number) {
    super(`${cause} (${causes[cause]}), tval 0x${(tval >>> 0).toString(16)}`);
    this.cause = cause;
    this.tval = tval >>> 0;
  }
}

const widths = { lb: 1, lbu: 1, lh: 2, lhu: 2, lw: 4, sb: 1, sh: 2, sw: 4 } as const;

const combine: Readonly<Record<AmoKind, (memory: number, register: number) => number>> = {
  swap: (_, b) => b, add: (a, b) => a + b, xor: (a, b) => a ^ b, and: (a, b) => a & b, or: (a, b) => a | b,
  min: (a, b) => Math.min(a, b), max: (a, b) => Math.max(a, b),
  minu: (a, b) => Math.min(a >>> 0, b >>> 0), maxu: (a, b) => Math.max(a >>> 0, b >>> 0),
};

export class Reference implements Machine<Expression> {
  /** Signed. */
  readonly x = new Int32Array(32);
  readonly memory = new Map<number, number>();
  readonly csrs: Map<number, number>;
  pcNow: number;
  #instruction!: Instruction;
  #nextPc = 0;
  #reservation: number | undefined;

  constructor(pc: number, csrs: ReadonlyMap<number, number> = new Map()) {
    this.pcNow = pc;
    this.csrs = new Map(csrs);
  }

  /** Executes one instruction; returns the trap it ended in, if it did. The pc then stays on it. */
  step(): Trap | undefined {
    const word = this.read(this.pcNow, 4);
    try {
      const instruction = decode(word);
      if (!instruction) throw new Trap('illegalInstruction', word);
      this.#instruction = instruction;
      this.#nextPc = this.pcNow + 4;
      semantics[instruction.encoding.mnemonic](this);
      this.pcNow = this.#nextPc >>> 0;
      return undefined;
    } catch (trap) {
      if (trap instanceof Trap) return trap;
      throw trap;
    }
  }

  read(address: number, width: 1 | 2 | 4): number {
    let value = 0;
    for (let at = width - 1; at >= 0; at--) value = (value << 8) | (this.memory.get((address + at) >>> 0) ?? 0);
    return value;
  }

  write(address: number, width: 1 | 2 | 4, value: number): void {
    for (let at = 0; at < width; at++) this.memory.set((address + at) >>> 0, (value >> (8 * at)) & 255);
  }

  // Machine: operands

  get rs1(): Expression { return this.#register(this.#instruction.rs1); }
  get rs2(): Expression { return this.#register(this.#instruction.rs2); }
  get imm(): Expression { return this.constant(this.#instruction.imm); }
  get zimm(): Expression { return this.constant(this.#instruction.rs1); }
  get pc(): Expression { return this.constant(this.pcNow); }
  get next(): Expression { return this.constant(this.pcNow + 4); }

  #register(number: number): Expression {
    return () => this.x[number]!;
  }

  constant(value: number): Expression { return () => value | 0; }

  // Machine: arithmetic

  add(a: Expression, b: Expression): Expression { return () => (a() + b()) | 0; }
  sub(a: Expression, b: Expression): Expression { return () => (a() - b()) | 0; }
  and(a: Expression, b: Expression): Expression { return () => a() & b(); }
  or(a: Expression, b: Expression): Expression { return () => a() | b(); }
  xor(a: Expression, b: Expression): Expression { return () => a() ^ b(); }
  shiftLeft(a: Expression, by: Expression): Expression { return () => a() << (by() & 31); }
  shiftRight(a: Expression, by: Expression): Expression { return () => (a() >>> (by() & 31)) | 0; }
  shiftRightSigned(a: Expression, by: Expression): Expression { return () => a() >> (by() & 31); }
  equal(a: Expression, b: Expression): Expression { return () => Number(a() === b()); }
  notEqual(a: Expression, b: Expression): Expression { return () => Number(a() !== b()); }
  less(a: Expression, b: Expression): Expression { return () => Number(a() < b()); }
  lessUnsigned(a: Expression, b: Expression): Expression { return () => Number(a() >>> 0 < b() >>> 0); }
  notLess(a: Expression, b: Expression): Expression { return () => Number(a() >= b()); }
  notLessUnsigned(a: Expression, b: Expression): Expression { return () => Number(a() >>> 0 >= b() >>> 0); }

  multiply(a: Expression, b: Expression): Expression {
    return () => Number(BigInt.asIntN(32, BigInt(a()) * BigInt(b())));
  }

  multiplyHigh(signs: 'ss' | 'su' | 'uu', a: Expression, b: Expression): Expression {
    const extend = (value: number, sign: string) => BigInt(sign === 's' ? value : value >>> 0);
    return () => Number(BigInt.asIntN(32, (extend(a(), signs[0]!) * extend(b(), signs[1]!)) >> 32n));
  }

  divide(a: Expression, b: Expression): Expression {
    return () => {
      assert(!(a() === -(2 ** 31) && b() === -1), 'a signed quotient that does not fit was evaluated');
      return Math.trunc(a() / divisor(b()));
    };
  }

  divideUnsigned(a: Expression, b: Expression): Expression {
    return () => Math.floor((a() >>> 0) / (divisor(b()) >>> 0)) | 0;
  }

  remainder(a: Expression, b: Expression): Expression { return () => (a() % divisor(b())) | 0; }

  remainderUnsigned(a: Expression, b: Expression): Expression {
    return () => ((a() >>> 0) % (divisor(b()) >>> 0)) | 0;
  }

  choose(condition: Expression, then: Expression, otherwise: Expression): Expression {
    return () => (condition() !== 0 ? then() : otherwise());
  }

  // Machine: memory

  load(kind: LoadKind, address: Expression): Expression {
    const width = widths[kind];
    const value = this.read(address(), width);
    const unused = 32 - 8 * width;
    return this.constant(kind.endsWith('u') ? value : (value << unused) >> unused);
  }

  store(kind: StoreKind, address: Expression, value: Expression): void {
    this.write(address(), widths[kind], value());
  }

  loadReserved(address: Expression): Expression {
    this.#reservation = this.#aligned(address(), 'loadMisaligned');
    return this.constant(this.read(this.#reservation, 4));
  }

  storeConditional(address: Expression, value: Expression): Expression {
    const at = this.#aligned(address(), 'storeMisaligned');
    const isHeld = this.#reservation === at;
    this.#reservation = undefined;
    if (isHeld) this.write(at, 4, value());
    return this.constant(isHeld ? 0 : 1);
  }

  amo(kind: AmoKind, address: Expression, value: Expression): Expression {
    const at = this.#aligned(address(), 'storeMisaligned');
    const before = this.read(at, 4);
    this.write(at, 4, combine[kind](before, value()));
    return this.constant(before);
  }

  #aligned(address: number, cause: Cause): number {
    if (address % 4 !== 0) throw new Trap(cause, address);
    return address;
  }

  // Machine: effects

  rd(value: Expression): void {
    const { rd } = this.#instruction;
    const result = value();
    if (rd !== 0) this.x[rd] = result;
  }

  jump(target: Expression): void {
    const address = target();
    if (address % 4 !== 0) throw new Trap('instructionMisaligned', address);
    this.#nextPc = address;
  }

  branch(taken: Expression, target: Expression): void {
    if (taken() !== 0) this.jump(target);
  }

  fence(): void {}
  sfenceVma(): void {}

  csr(kind: CsrKind, operand: Expression): void {
    const { imm: number, rs1, encoding } = this.#instruction;
    const before = this.csrs.get(number);
    const writes = kind === 'write' || rs1 !== 0;
    if (before === undefined || (writes && number >>> 10 === 3)) this.#illegal();
    const bits = operand();
    if (writes) this.csrs.set(number, { write: bits, set: before | bits, clear: before & ~bits }[kind] >>> 0);
    assert(encoding.format === 'C', `${encoding.mnemonic} names no CSR`);
    this.rd(this.constant(before));
  }

  system(kind: SystemKind): void {
    if (kind === 'ecall') throw new Trap('ecallFromM', 0);
    if (kind === 'ebreak') throw new Trap('breakpoint', this.pcNow);
    assert(kind === 'fence.i', `the reference hart has no ${kind}`);
  }

  #illegal(): never {
    throw new Trap('illegalInstruction', this.read(this.pcNow, 4));
  }
}

function divisor(value: number): number {
  assert(value !== 0, 'a division by zero was evaluated');
  return value;
}
