/**
 * Values during lowering. They are made into registers only when an instruction needs one, so that constants, offsets,
 * addresses and comparisons can become part of the instruction that uses them. All registers here are temporaries: an
 * operand never changes after it was made.
 */
import type { Condition, Register, Slot } from '../ir/ir.ts';

export type Operand =
  /** A signed 32-bit number. */
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'register'; readonly register: Register }
  /** A register plus a number that fits an immediate. */
  | { readonly kind: 'offset'; readonly register: Register; readonly offset: number }
  | { readonly kind: 'symbol'; readonly symbol: string; readonly offset: number }
  | { readonly kind: 'slot'; readonly slot: Slot; readonly offset: number }
  /** 1 when it holds, else 0. `left` and `right` are constants or registers. */
  | { readonly kind: 'compare'; readonly condition: Condition; readonly left: Operand; readonly right: Operand };

/** A 64-bit value. */
export interface Pair {
  readonly kind: 'pair';
  readonly low: Operand;
  readonly high: Operand;
}

export type Value = Operand | Pair;

export const constant = (value: number): Operand => ({ kind: 'constant', value: value | 0 });
export const zero = constant(0);
export const inRegister = (register: Register): Operand => ({ kind: 'register', register });
export const pair = (low: Operand, high: Operand): Pair => ({ kind: 'pair', low, high });

export function isConstant(operand: Operand, value: number): boolean {
  return operand.kind === 'constant' && operand.value === value;
}

/** The constant pair of a 64-bit number. */
export function wideConstant(value: bigint): Pair {
  return pair(constant(Number(BigInt.asIntN(32, value))), constant(Number(BigInt.asIntN(32, value >> 32n))));
}
