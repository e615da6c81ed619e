/** Arithmetic on constants at compile time: exact for free ones, as the processor does it for typed ones. */
import type { BinaryOperator, Comparison } from '../tree.ts';
import { type Type, isWide } from '../types.ts';
import { wrapTo } from './unit.ts';

/** Both operands in the range of `type`, which is a 32-bit or 64-bit value type; so is the result. */
export function foldTyped(operator: BinaryOperator, type: Type, left: bigint, right: bigint): bigint {
  const bits = isWide(type) ? 64n : 32n;
  const shift = right & (bits - 1n);
  switch (operator) {
    case 'shl': return wrapTo(left << shift, type);
    case 'shr': return wrapTo(left >> shift, type);
    // RISC-V Unprivileged ISA, section 13.2: division by zero yields all ones and the dividend.
    case 'div': return wrapTo(right === 0n ? -1n : left / right, type);
    case 'rem': return wrapTo(right === 0n ? left : left % right, type);
    default: return wrapTo(exact(operator, left, right), type);
  }
}

/** Exact; undefined for division by zero and for shifts by counts outside 0 to 63. */
export function foldFree(operator: BinaryOperator, left: bigint, right: bigint): bigint | undefined {
  switch (operator) {
    case 'div': return right === 0n ? undefined : left / right;
    case 'rem': return right === 0n ? undefined : left % right;
    case 'shl': return right < 0n || right > 63n ? undefined : left << right;
    case 'shr': return right < 0n || right > 63n ? undefined : left >> right;
    default: return exact(operator, left, right);
  }
}

function exact(operator: Exclude<BinaryOperator, 'div' | 'rem' | 'shl' | 'shr'>, left: bigint, right: bigint): bigint {
  switch (operator) {
    case 'add': return left + right;
    case 'sub': return left - right;
    case 'mul': return left * right;
    case 'and': return left & right;
    case 'or': return left | right;
    case 'xor': return left ^ right;
  }
}

export function foldCompare(operator: Comparison, left: bigint, right: bigint): boolean {
  switch (operator) {
    case 'eq': return left === right;
    case 'ne': return left !== right;
    case 'lt': return left < right;
    case 'le': return left <= right;
    case 'gt': return left > right;
    case 'ge': return left >= right;
  }
}

/** Whether `value` is one that `type` (an integer, enum or bool) can hold as it is. */
export function inRange(value: bigint, type: Type): boolean {
  return wrapTo(value, type) === value;
}

/** Whether `value` is one that `type` holds, or that has the same bits as one (-1 for 0xffffffff). */
export function fits(value: bigint, type: Type): boolean {
  const bits = type.kind === 'int' ? BigInt(type.size * 8) : 32n;
  return value >= -(1n << (bits - 1n)) && value < 1n << bits;
}

/** Whether an ordering or a division comes out differently under the two signs. */
export function dependsOnSign(operator: BinaryOperator | Comparison): boolean {
  return operator === 'div' || operator === 'rem' || operator === 'lt' || operator === 'le' || operator === 'gt'
    || operator === 'ge';
}

