import { Bytes } from './bytes.ts';
import { atomic, bulk, op, type } from './opcodes.ts';

/** An expression of one i32, emitted where it is consumed; `constant` when its value is known now. */
export interface Value {
  readonly emit: () => void;
  readonly constant?: number;
}

/** A place a branch can go to: the end of a block or the head of a loop. */
export interface Label { readonly depth: number }
export interface Local extends Value { readonly local: number }
export interface Global extends Value { readonly global: number }

type Folding = (a: number, b: number) => number;

/** One function under construction: statements append code, expressions are values. All numbers are i32. */
export class Fn {
  readonly code = new Bytes();
  readonly parameters: readonly Local[];
  #locals: number;
  #depth = 0;

  constructor(parameters: number) {
    this.parameters = Array.from({ length: parameters }, (_, index) => this.#asLocal(index));
    this.#locals = parameters;
  }

  /** Locals declared beyond the parameters. */
  get localCount(): number {
    return this.#locals - this.parameters.length;
  }

  // Expressions.

  readonly constant = (value: number): Value => ({
    constant: value | 0,
    emit: () => void this.code.byte(op.i32_const).signed(value),
  });
  readonly add = this.#folded(op.i32_add, (a, b) => a + b, 0);
  readonly sub = this.#folded(op.i32_sub, (a, b) => a - b, 0);
  readonly mul = this.#folded(op.i32_mul, Math.imul);
  readonly and = this.#folded(op.i32_and, (a, b) => a & b, -1);
  readonly or = this.#folded(op.i32_or, (a, b) => a | b, 0);
  readonly xor = this.#folded(op.i32_xor, (a, b) => a ^ b, 0);
  readonly shl = this.#folded(op.i32_shl, (a, b) => a << b, 0);
  readonly shr = this.#folded(op.i32_shr_u, (a, b) => a >>> b, 0);
  readonly sar = this.#folded(op.i32_shr_s, (a, b) => a >> b, 0);
  readonly eq = this.#binary(op.i32_eq);
  readonly ne = this.#binary(op.i32_ne);
  readonly lt = this.#binary(op.i32_lt_s);
  readonly ltu = this.#binary(op.i32_lt_u);
  readonly le = this.#binary(op.i32_le_s);
  readonly ge = this.#binary(op.i32_ge_s);
  readonly geu = this.#binary(op.i32_ge_u);
  readonly div = this.#binary(op.i32_div_s);
  readonly divu = this.#binary(op.i32_div_u);
  readonly rem = this.#binary(op.i32_rem_s);
  readonly remu = this.#binary(op.i32_rem_u);
  readonly eqz = this.#unary(op.i32_eqz);
  readonly ctz = this.#unary(op.i32_ctz);

  readonly mulh = (signs: 'ss' | 'su' | 'uu', a: Value, b: Value): Value => ({
    emit: () => {
      a.emit();
      this.code.byte(signs === 'uu' ? op.i64_extend_i32_u : op.i64_extend_i32_s);
      b.emit();
      this.code.byte(signs === 'ss' ? op.i64_extend_i32_s : op.i64_extend_i32_u);
      this.code.byte(op.i64_mul).byte(op.i64_const).signed(32).byte(op.i64_shr_u).byte(op.i32_wrap_i64);
    },
  });

  /** `then` or `otherwise`; only one is evaluated. */
  readonly choose = (condition: Value, then: Value, otherwise: Value): Value => ({
    emit: () => {
      condition.emit();
      this.code.byte(op.if).byte(type.i32);
      then.emit();
      this.code.byte(op.else);
      otherwise.emit();
      this.code.byte(op.end);
    },
  });

  readonly load = (address: Value, offset = 0): Value => this.#read(op.i32_load, address, offset);
  readonly loadOf = (opcode: number, address: Value, offset = 0): Value => this.#read(opcode, address, offset);
  readonly load8 = (address: Value, offset = 0): Value => this.#read(op.i32_load8_u, address, offset);
  readonly atomicLoad = (address: Value, offset = 0): Value => ({
    emit: () => {
      address.emit();
      this.code.byte(op.atomic).byte(atomic.i32_load).byte(2).unsigned(offset);
    },
  });
  /** An atomic read-modify-write of an aligned word: the value before. */
  readonly rmw = (kind: 'add' | 'and' | 'or' | 'xor' | 'xchg', address: Value, value: Value, offset = 0): Value => ({
    emit: () => {
      address.emit();
      value.emit();
      this.code.byte(op.atomic).byte(atomic[`i32_${kind}`]).byte(2).unsigned(offset);
    },
  });
  readonly compareExchange = (address: Value, expected: Value, replacement: Value): Value => ({
    emit: () => {
      address.emit();
      expected.emit();
      replacement.emit();
      this.code.byte(op.atomic).byte(atomic.i32_cmpxchg).byte(2).unsigned(0);
    },
  });
  readonly call = (index: number, ...parameters: Value[]): Value => ({
    emit: () => {
      for (const parameter of parameters) parameter.emit();
      this.code.byte(op.call).unsigned(index);
    },
  });
  readonly callIndirect = (typeIndex: number, index: Value, ...parameters: Value[]): Value => ({
    emit: () => {
      for (const parameter of parameters) parameter.emit();
      index.emit();
      this.code.byte(op.call_indirect).unsigned(typeIndex).byte(0);
    },
  });
  /** Assigns and yields the value. */
  readonly tee = (local: Local, value: Value): Value => ({
    emit: () => {
      value.emit();
      this.code.byte(op.local_tee).unsigned(local.local);
    },
  });
  readonly global = (index: number): Global => ({
    global: index, emit: () => void this.code.byte(op.global_get).unsigned(index),
  });

  // Statements.

  local(): Local {
    return this.#asLocal(this.#locals++);
  }

  /** A new local holding `value`. */
  let(value: Value): Local {
    const local = this.local();
    this.set(local, value);
    return local;
  }

  set(local: Local, value: Value): void {
    value.emit();
    this.code.byte(op.local_set).unsigned(local.local);
  }

  setGlobal(global: Global, value: Value): void {
    value.emit();
    this.code.byte(op.global_set).unsigned(global.global);
  }

  store(address: Value, value: Value, offset = 0): void {
    this.storeOf(op.i32_store, address, value, offset);
  }

  storeOf(opcode: number, address: Value, value: Value, offset = 0): void {
    address.emit();
    value.emit();
    this.code.byte(opcode).byte(0).unsigned(offset);
  }

  fill(address: Value, byte: Value, count: Value): void {
    address.emit();
    byte.emit();
    count.emit();
    this.code.byte(op.bulk).byte(bulk.memory_fill).byte(0);
  }

  fence(): void {
    this.code.byte(op.atomic).byte(atomic.fence).byte(0);
  }

  /** Evaluates for its effect. */
  drop(value: Value): void {
    value.emit();
    this.code.byte(op.drop);
  }

  /** A call of a function without result. */
  do(value: Value): void {
    value.emit();
  }

  if(condition: Value, then: () => void, otherwise?: () => void): void {
    condition.emit();
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
    condition.emit();
    this.code.byte(op.br_if).unsigned(this.#depth - label.depth);
  }

  brTable(index: Value, labels: readonly Label[], otherwise: Label): void {
    index.emit();
    this.code.byte(op.br_table).unsigned(labels.length);
    for (const label of labels) this.code.unsigned(this.#depth - label.depth);
    this.code.unsigned(this.#depth - otherwise.depth);
  }

  return(value?: Value): void {
    value?.emit();
    this.code.byte(op.return);
  }

  unreachable(): void {
    this.code.byte(op.unreachable);
  }

  #open(opcode: number): Label {
    this.code.byte(opcode).byte(type.empty);
    return { depth: ++this.#depth };
  }

  #asLocal(index: number): Local {
    return { local: index, emit: () => void this.code.byte(op.local_get).unsigned(index) };
  }

  #unary(opcode: number) {
    return (a: Value): Value => ({
      emit: () => {
        a.emit();
        this.code.byte(opcode);
      },
    });
  }

  #binary(opcode: number) {
    return (a: Value, b: Value): Value => ({
      emit: () => {
        a.emit();
        b.emit();
        this.code.byte(opcode);
      },
    });
  }

  /** A binary operation on constants is done now; `neutral` on the right is left out. */
  #folded(opcode: number, fold: Folding, neutral?: number) {
    const plain = this.#binary(opcode);
    return (a: Value, b: Value): Value => {
      if (a.constant !== undefined && b.constant !== undefined) return this.constant(fold(a.constant, b.constant));
      return b.constant !== undefined && b.constant === neutral ? a : plain(a, b);
    };
  }

  #read(opcode: number, address: Value, offset: number): Value {
    return {
      emit: () => {
        address.emit();
        this.code.byte(opcode).byte(0).unsigned(offset);
      },
    };
  }
}
