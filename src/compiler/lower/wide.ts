/** 64-bit arithmetic in two 32-bit registers. */
import type { BinaryOperator } from '../tree.ts';
import type { Block } from '../ir/ir.ts';
import type { Builder } from './builder.ts';
import { type Operand, type Pair, constant, isConstant, pair, zero } from './operand.ts';

/** All but division, which is a call, and shifts. */
export function wideBinary(
  b: Builder, operator: Exclude<BinaryOperator, 'div' | 'rem' | 'shl' | 'shr'>, left: Pair, right: Pair,
): Pair {
  switch (operator) {
    case 'add': return add(b, left, right);
    case 'sub': return subtract(b, left, right);
    case 'mul': return multiply(b, left, right);
    default: return pair(b.binary(operator, left.low, right.low), b.binary(operator, left.high, right.high));
  }
}

function add(b: Builder, left: Pair, right: Pair): Pair {
  if (isConstant(right.low, 0)) return pair(left.low, b.binary('add', left.high, right.high));
  if (isConstant(left.low, 0)) return pair(right.low, b.binary('add', left.high, right.high));
  const low = b.toRegister(b.binary('add', left.low, right.low));
  // The sum wrapped around exactly when it is below either operand.
  const carry = b.compare('ltu', low, right.low.kind === 'constant' ? right.low : left.low);
  return pair(low, b.binary('add', b.binary('add', left.high, right.high), b.toRegister(carry)));
}

function subtract(b: Builder, left: Pair, right: Pair): Pair {
  if (isConstant(right.low, 0)) return pair(left.low, b.binary('sub', left.high, right.high));
  const borrow = b.toRegister(b.compare('ltu', left.low, right.low));
  return pair(b.binary('sub', left.low, right.low), b.binary('sub', b.binary('sub', left.high, right.high), borrow));
}

function multiply(b: Builder, left: Pair, right: Pair): Pair {
  const low = b.binary('mul', left.low, right.low);
  let high = b.binary('mulhu', left.low, right.low);
  if (!isConstant(left.high, 0)) high = b.binary('add', high, b.binary('mul', left.high, right.low));
  if (!isConstant(right.high, 0)) high = b.binary('add', high, b.binary('mul', left.low, right.high));
  return pair(low, high);
}

export function wideNegate(b: Builder, value: Pair): Pair {
  return subtract(b, pair(zero, zero), value);
}

type Shift = 'sll' | 'srl' | 'sra';

/** Shifts by `count` modulo 64. */
export function wideShift(b: Builder, shift: Shift, value: Pair, count: Operand): Pair {
  return count.kind === 'constant'
    ? shiftByConstant(b, shift, value, count.value & 63) : shiftByRegister(b, shift, value, count);
}

function shiftByConstant(b: Builder, shift: Shift, { low, high }: Pair, count: number): Pair {
  if (count === 0) return pair(low, high);
  const by = constant(count & 31);
  const back = constant(32 - count);
  if (shift === 'sll') {
    if (count >= 32) return pair(zero, b.binary('sll', low, by));
    return pair(b.binary('sll', low, by), b.binary('or', b.binary('sll', high, by), b.binary('srl', low, back)));
  }
  const fill = shift === 'sra' ? b.binary('sra', high, constant(31)) : zero;
  if (count >= 32) return pair(b.binary(shift, high, by), fill);
  return pair(b.binary('or', b.binary('srl', low, by), b.binary('sll', high, back)), b.binary(shift, high, by));
}

/** The machine takes shift counts modulo 32, so that ~count shifts by 31 - count. */
function shiftByRegister(b: Builder, shift: Shift, value: Pair, count: Operand): Pair {
  const low = b.toRegister(value.low);
  const high = b.toRegister(value.high);
  const by = b.toRegister(count);
  const [resultLow, resultHigh] = [b.register(), b.register()];
  const [long, short, done]: Block[] = [b.block(), b.block(), b.block()];
  b.branch(b.compare('ne', b.binary('and', by, constant(32)), zero), long!, short!);
  b.at(short!);
  const complement = b.binary('xor', by, constant(-1));
  if (shift === 'sll') {
    b.set(resultHigh, b.binary(
      'or', b.binary('sll', high, by), b.binary('srl', b.binary('srl', low, constant(1)), complement),
    ));
    b.set(resultLow, b.binary('sll', low, by));
  } else {
    b.set(resultLow, b.binary(
      'or', b.binary('srl', low, by), b.binary('sll', b.binary('sll', high, constant(1)), complement),
    ));
    b.set(resultHigh, b.binary(shift, high, by));
  }
  b.jump(done!);
  b.at(long!);
  if (shift === 'sll') {
    b.set(resultHigh, b.binary('sll', low, by));
    b.set(resultLow, zero);
  } else {
    b.set(resultLow, b.binary(shift, high, by));
    b.set(resultHigh, shift === 'sra' ? b.binary('sra', high, constant(31)) : zero);
  }
  b.jump(done!);
  b.at(done!);
  return pair(b.get(resultLow), b.get(resultHigh));
}

/** `left < right`. */
export function wideLess(b: Builder, signed: boolean, left: Pair, right: Pair): Operand {
  const order = signed ? 'lt' : 'ltu';
  if (isConstant(right.low, 0) && isConstant(right.high, 0)) {
    return signed ? b.compare('lt', left.high, zero) : zero;
  }
  const highLess = b.toRegister(b.compare(order, left.high, right.high));
  const highEqual = b.toRegister(b.compare('eq', left.high, right.high));
  const lowLess = b.toRegister(b.compare('ltu', left.low, right.low));
  return b.compare('ne', b.binary('or', highLess, b.binary('and', highEqual, lowLess)), zero);
}

export function wideEqual(b: Builder, left: Pair, right: Pair): Operand {
  const low = b.binary('xor', left.low, right.low);
  return b.compare('eq', b.binary('or', low, b.binary('xor', left.high, right.high)), zero);
}

/** Branches on `left < right`. */
export function branchWideLess(b: Builder, signed: boolean, left: Pair, right: Pair, yes: Block, no: Block): void {
  if (isConstant(right.low, 0) && isConstant(right.high, 0)) return b.branch(wideLess(b, signed, left, right), yes, no);
  const order = signed ? 'lt' : 'ltu';
  const [leftHigh, rightHigh] = [b.toRegister(left.high), b.toRegister(right.high)];
  const [leftLow, rightLow] = [left.low, right.low].map((operand) => b.toRegister(operand));
  const [notLess, equal] = [b.block(), b.block()];
  b.branch(b.compare(order, leftHigh, rightHigh), yes, notLess);
  b.at(notLess);
  b.branch(b.compare('ne', leftHigh, rightHigh), no, equal);
  b.at(equal);
  b.branch(b.compare('ltu', leftLow!, rightLow!), yes, no);
}

