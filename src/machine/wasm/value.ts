import type { Bytes } from './bytes.ts';
import { atomic, op, type } from './opcodes.ts';

/**
 * An expression of one i32, emitted where it is consumed. All kinds have one shape, made by one function: the
 * translator makes millions of them while a guest starts, before anything here has been optimised.
 */
export interface Value {
  readonly kind: Kind;
  /** The value, where it is known now. */
  readonly constant: number | undefined;
  readonly opcode: number;
  /** A constant, a local's or global's or function's number, or an offset. */
  readonly number: number;
  readonly a: Value | undefined;
  readonly b: Value | undefined;
  readonly c: Value | undefined;
  readonly more: readonly Value[] | undefined;
}

export interface Local extends Value { readonly kind: 'local' }
export interface Global extends Value { readonly kind: 'global' }

type Kind =
  | 'constant' | 'local' | 'global' | 'tee' | 'unary' | 'binary' | 'choose' | 'load' | 'mulh'
  | 'atomic' | 'call' | 'callIndirect';

const make = (
  kind: Kind, opcode: number, number: number, a?: Value, b?: Value, c?: Value, constant?: number,
  more?: readonly Value[],
): Value => ({ kind, constant, opcode, number, a, b, c, more });

export const values = {
  constant: (value: number) => make('constant', 0, value | 0, undefined, undefined, undefined, value | 0),
  local: (number: number) => make('local', 0, number) as Local,
  global: (number: number) => make('global', 0, number) as Global,
  tee: (local: number, value: Value) => make('tee', 0, local, value),
  unary: (opcode: number, a: Value) => make('unary', opcode, 0, a),
  binary: (opcode: number, a: Value, b: Value) => make('binary', opcode, 0, a, b),
  /** `b` where `a` is not zero, else `c`. */
  choose: (a: Value, b: Value, c: Value) => make('choose', 0, 0, a, b, c),
  load: (opcode: number, address: Value, offset: number) => make('load', opcode, offset, address),
  /** The upper half of the product; `opcode` extends `a`, `number` extends `b`. */
  mulh: (extendA: number, extendB: number, a: Value, b: Value) => make('mulh', extendA, extendB, a, b),
  atomic: (opcode: number, offset: number, address: Value, b?: Value, c?: Value) =>
    make('atomic', opcode, offset, address, b, c),
  call: (index: number, more: readonly Value[]) =>
    make('call', 0, index, undefined, undefined, undefined, undefined, more),
  callIndirect: (signature: number, index: Value, more: readonly Value[]) =>
    make('callIndirect', 0, signature, index, undefined, undefined, undefined, more),
};

/** Appends the code that leaves the value on the stack. */
export function emit(value: Value, out: Bytes): void {
  const { a, b, c, opcode, number } = value;
  switch (value.kind) {
    case 'constant':
      out.byte(op.i32_const).signed(number);
      return;
    case 'local':
      out.byte(op.local_get).unsigned(number);
      return;
    case 'global':
      out.byte(op.global_get).unsigned(number);
      return;
    case 'tee':
      emit(a!, out);
      out.byte(op.local_tee).unsigned(number);
      return;
    case 'unary':
      emit(a!, out);
      out.byte(opcode);
      return;
    case 'binary':
      emit(a!, out);
      emit(b!, out);
      out.byte(opcode);
      return;
    case 'load':
      emit(a!, out);
      // Alignment 0: addresses are whatever the guest makes them.
      out.byte(opcode).byte(0).unsigned(number);
      return;
    case 'choose':
      emit(a!, out);
      out.byte(op.if).byte(type.i32);
      emit(b!, out);
      out.byte(op.else);
      emit(c!, out);
      out.byte(op.end);
      return;
    case 'mulh':
      emit(a!, out);
      out.byte(opcode);
      emit(b!, out);
      out.byte(number).byte(op.i64_mul).byte(op.i64_const).signed(32).byte(op.i64_shr_u).byte(op.i32_wrap_i64);
      return;
    case 'atomic':
      for (const operand of [a, b, c]) if (operand) emit(operand, out);
      out.byte(op.atomic).byte(opcode).byte(atomicAlignment).unsigned(number);
      return;
    case 'call':
      for (const operand of value.more!) emit(operand, out);
      out.byte(op.call).unsigned(number);
      return;
    case 'callIndirect':
      for (const operand of value.more!) emit(operand, out);
      emit(a!, out);
      out.byte(op.call_indirect).unsigned(number).byte(0);
  }
}

/** Atomic accesses must state their natural alignment: log2 of 4 bytes. */
const atomicAlignment = 2;

/** The atomic read-modify-write operations, by what they do. */
export const rmwOpcodes = {
  add: atomic.i32_add, and: atomic.i32_and, or: atomic.i32_or, xor: atomic.i32_xor, xchg: atomic.i32_xchg,
} as const;
