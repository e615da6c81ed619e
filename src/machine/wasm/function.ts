import { Bytes } from './bytes.ts';
import { atomic, bulk, op, type } from './opcodes.ts';
import { emit, type Global, type Local, rmwOpcodes, type Value, values } from './value.ts';

export type { Global, Local, Value } from './value.ts';

/** A place a branch can go to: the end of a block or the head of a loop. */
export interface Label { readonly depth: number }

/**
 * One function under construction: statements append code, expressions are values. All numbers are i32. The translator
 * makes thousands of these while a guest starts, so values are plain objects and methods live on prototypes.
 */
export class Fn {
  readonly code = new Bytes();
  readonly parameters: readonly Local[];
  #locals: number;
  #depth = 0;

  constructor(parameters: number) {
    this.parameters = Array.from({ length: parameters }, (_, index) => values.local(index));
    this.#locals = parameters;
  }

  /** Locals declared beyond the parameters. */
  get localCount(): number {
    return this.#locals - this.parameters.length;
  }

  // Expressions.

  constant(value: number): Value { return values.constant(value); }

  /** Operations on two constants are done now; a neutral constant on the right is left out. */
  add(a: Value, b: Value): Value {
    if (b.constant === 0) return a;
    if (a.constant !== undefined && b.constant !== undefined) return values.constant(a.constant + b.constant);
    return values.binary(op.i32_add, a, b);
  }
  sub(a: Value, b: Value): Value { return b.constant === 0 ? a : values.binary(op.i32_sub, a, b); }
  and(a: Value, b: Value): Value {
    if (a.constant !== undefined && b.constant !== undefined) return values.constant(a.constant & b.constant);
    return values.binary(op.i32_and, a, b);
  }
  or(a: Value, b: Value): Value { return b.constant === 0 ? a : values.binary(op.i32_or, a, b); }
  xor(a: Value, b: Value): Value { return values.binary(op.i32_xor, a, b); }
  shl(a: Value, b: Value): Value { return values.binary(op.i32_shl, a, b); }
  shr(a: Value, b: Value): Value { return values.binary(op.i32_shr_u, a, b); }
  sar(a: Value, b: Value): Value { return values.binary(op.i32_shr_s, a, b); }
  mul(a: Value, b: Value): Value { return values.binary(op.i32_mul, a, b); }
  div(a: Value, b: Value): Value { return values.binary(op.i32_div_s, a, b); }
  divu(a: Value, b: Value): Value { return values.binary(op.i32_div_u, a, b); }
  rem(a: Value, b: Value): Value { return values.binary(op.i32_rem_s, a, b); }
  remu(a: Value, b: Value): Value { return values.binary(op.i32_rem_u, a, b); }
  eq(a: Value, b: Value): Value { return values.binary(op.i32_eq, a, b); }
  ne(a: Value, b: Value): Value { return values.binary(op.i32_ne, a, b); }
  lt(a: Value, b: Value): Value { return values.binary(op.i32_lt_s, a, b); }
  ltu(a: Value, b: Value): Value { return values.binary(op.i32_lt_u, a, b); }
  le(a: Value, b: Value): Value { return values.binary(op.i32_le_s, a, b); }
  ge(a: Value, b: Value): Value { return values.binary(op.i32_ge_s, a, b); }
  geu(a: Value, b: Value): Value { return values.binary(op.i32_ge_u, a, b); }
  eqz(a: Value): Value { return values.unary(op.i32_eqz, a); }

  /** The upper half of a 64-bit product; the letters say how `a` and `b` are extended. */
  mulh(signs: 'ss' | 'su' | 'uu', a: Value, b: Value): Value {
    const first = signs === 'uu' ? op.i64_extend_i32_u : op.i64_extend_i32_s;
    const second = signs === 'ss' ? op.i64_extend_i32_s : op.i64_extend_i32_u;
    return values.mulh(first, second, a, b);
  }

  /** `then` or `otherwise`; only one is evaluated. */
  choose(condition: Value, then: Value, otherwise: Value): Value { return values.choose(condition, then, otherwise); }

  load(address: Value, offset = 0): Value { return values.load(op.i32_load, address, offset); }
  load8(address: Value, offset = 0): Value { return values.load(op.i32_load8_u, address, offset); }
  loadOf(opcode: number, address: Value, offset = 0): Value { return values.load(opcode, address, offset); }
  atomicLoad(address: Value, offset = 0): Value { return values.atomic(atomic.i32_load, offset, address); }

  /** An atomic read-modify-write of an aligned word: the value before. */
  rmw(kind: keyof typeof rmwOpcodes, address: Value, value: Value, offset = 0): Value {
    return values.atomic(rmwOpcodes[kind], offset, address, value);
  }

  compareExchange(address: Value, expected: Value, replacement: Value): Value {
    return values.atomic(atomic.i32_cmpxchg, 0, address, expected, replacement);
  }

  call(index: number, ...parameters: Value[]): Value { return values.call(index, parameters); }

  callIndirect(signature: number, index: Value, ...parameters: Value[]): Value {
    return values.callIndirect(signature, index, parameters);
  }

  /** Assigns and yields the value. */
  tee(local: Local, value: Value): Value { return values.tee(local.number, value); }

  global(index: number): Global { return values.global(index); }

  // Statements.

  local(): Local {
    return values.local(this.#locals++);
  }

  /** A new local holding `value`. */
  let(value: Value): Local {
    const local = this.local();
    this.set(local, value);
    return local;
  }

  set(local: Local, value: Value): void {
    emit(value, this.code);
    this.code.byte(op.local_set).unsigned(local.number);
  }

  setGlobal(global: Global, value: Value): void {
    emit(value, this.code);
    this.code.byte(op.global_set).unsigned(global.number);
  }

  store(address: Value, value: Value, offset = 0): void {
    this.storeOf(op.i32_store, address, value, offset);
  }

  storeOf(opcode: number, address: Value, value: Value, offset = 0): void {
    emit(address, this.code);
    emit(value, this.code);
    this.code.byte(opcode).byte(0).unsigned(offset);
  }

  fill(address: Value, byte: Value, count: Value): void {
    for (const value of [address, byte, count]) emit(value, this.code);
    this.code.byte(op.bulk).byte(bulk.memory_fill).byte(0);
  }

  fence(): void {
    this.code.byte(op.atomic).byte(atomic.fence).byte(0);
  }

  /** Evaluates for its effect. */
  drop(value: Value): void {
    emit(value, this.code);
    this.code.byte(op.drop);
  }

  /** A call of a function without result. */
  do(value: Value): void {
    emit(value, this.code);
  }

  if(condition: Value, then: () => void, otherwise?: () => void): void {
    emit(condition, this.code);
    this.#open(op.if);
    then();
    if (otherwise) {
      this.code.byte(op.else);
      otherwise();
    }
    this.close();
  }

  /** `br(label)` inside leaves the block. */
  block(body: (label: Label) => void): void {
    const label = this.open('block');
    body(label);
    this.close();
  }

  /** `br(label)` inside goes round again; falling off the end leaves the loop. */
  loop(body: (label: Label) => void): void {
    const label = this.open('loop');
    body(label);
    this.close();
  }

  open(kind: 'block' | 'loop'): Label {
    return this.#open(op[kind]);
  }

  close(): void {
    this.code.byte(op.end);
    this.#depth--;
  }

  br(label: Label): void {
    this.code.byte(op.br).unsigned(this.#depth - label.depth);
  }

  brIf(condition: Value, label: Label): void {
    emit(condition, this.code);
    this.code.byte(op.br_if).unsigned(this.#depth - label.depth);
  }

  brTable(index: Value, labels: readonly Label[], otherwise: Label): void {
    emit(index, this.code);
    this.code.byte(op.br_table).unsigned(labels.length);
    for (const label of labels) this.code.unsigned(this.#depth - label.depth);
    this.code.unsigned(this.#depth - otherwise.depth);
  }

  return(value?: Value): void {
    if (value) emit(value, this.code);
    this.code.byte(op.return);
  }

  unreachable(): void {
    this.code.byte(op.unreachable);
  }

  #open(opcode: number): Label {
    this.code.byte(opcode).byte(type.empty);
    return { depth: ++this.#depth };
  }
}
