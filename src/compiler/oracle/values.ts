/**
 * How values are held in JavaScript: 32-bit integers and addresses as numbers in the range of their type, 64-bit ones
 * as
 * bigints in the range of theirs, bools as booleans. The functions write the expressions that keep them so.
 */
import { type BinaryOperator, type Comparison } from '../tree.ts';
import { isSigned, isWide, plain, type Type } from '../types.ts';

/** `text`, any number, as the value of 32-bit type `type`. */
function wrap(text: string, type: Type): string {
  return isSigned(type) ? `(${text} | 0)` : `(${text} >>> 0)`;
}

/** `text`, any bigint, as the value of 64-bit type `type`. */
function wrapWide(text: string, type: Type): string {
  return `BigInt.as${isSigned(type) ? 'Int' : 'Uint'}N(64, ${text})`;
}

/** `text`, a value of type `from`, seen with the given sign. */
export function withSign(text: string, from: Type, signed: boolean): string {
  if (from.kind === 'bool' || isSigned(from) === signed) return text;
  if (isWide(from)) return `BigInt.as${signed ? 'Int' : 'Uint'}N(64, ${text})`;
  return signed ? `(${text} | 0)` : `(${text} >>> 0)`;
}

export function constantText(value: bigint, type: Type): string {
  if (type.kind === 'bool') return value === 0n ? 'false' : 'true';
  if (isWide(type)) return value < 0n ? `(${value}n)` : `${value}n`;
  return value < 0n ? `(${value})` : `${value}`;
}

export function negateText(operand: string, type: Type): string {
  return isWide(type) ? wrapWide(`-${operand}`, type) : wrap(`-${operand}`, type);
}

export function complementText(operand: string, type: Type): string {
  return isWide(type) ? wrapWide(`~${operand}`, type) : wrap(`~${operand}`, type);
}

const symbols = { add: '+', sub: '-', mul: '*', and: '&', or: '|', xor: '^' } as const;

/** Operands are already seen with the sign of `type`, where it matters. */
export function binaryText(operator: BinaryOperator, left: string, right: string, type: Type): string {
  return isWide(type) ? wideText(operator, left, right, type) : narrowText(operator, left, right, type);
}

function narrowText(operator: BinaryOperator, left: string, right: string, type: Type): string {
  const sign = isSigned(type) ? 'Signed' : 'Unsigned';
  switch (operator) {
    case 'mul': return wrap(`Math.imul(${left}, ${right})`, type);
    case 'div': return `divide${sign}(${left}, ${right})`;
    case 'rem': return `remainder${sign}(${left}, ${right})`;
    case 'shl': return wrap(`(${left} << ${right})`, type);
    case 'shr': return isSigned(type) ? `(${left} >> ${right})` : `(${left} >>> ${right})`;
    default: return wrap(`(${left} ${symbols[operator]} ${right})`, type);
  }
}

function wideText(operator: BinaryOperator, left: string, right: string, type: Type): string {
  switch (operator) {
    case 'div': return wrapWide(`divideWide(${left}, ${right})`, type);
    case 'rem': return `remainderWide(${left}, ${right})`;
    case 'shl': return wrapWide(`(${left} << BigInt(${right} & 63))`, type);
    case 'shr': return `(${left} >> BigInt(${right} & 63))`;
    default: return wrapWide(`(${left} ${symbols[operator]} ${right})`, type);
  }
}

export function compareText(operator: Comparison, left: string, right: string): string {
  const symbol = { eq: '===', ne: '!==', lt: '<', le: '<=', gt: '>', ge: '>=' }[operator];
  return `(${left} ${symbol} ${right})`;
}

/** `text` of type `from`, cut to the width of `to` and extended again. */
export function convertText(text: string, from: Type, to: Type): string {
  const target = plain(to);
  if (from.kind === 'bool') {
    if (target.kind === 'bool') return text;
    return isWide(target) ? `(${text} ? 1n : 0n)` : `(${text} ? 1 : 0)`;
  }
  if (target.kind === 'bool') return isWide(from) ? `(${text} !== 0n)` : `(${text} !== 0)`;
  if (isWide(target)) {
    if (isWide(from)) return withSign(text, from, isSigned(target));
    const wide = `BigInt(${text})`;
    return isSigned(from) && !isSigned(target) ? wrapWide(wide, target) : wide;
  }
  return cut(isWide(from) ? `Number(BigInt.asIntN(32, ${text}))` : text, target);
}

function cut(text: string, to: Type): string {
  if (to.kind === 'int' && to.size < 4) {
    const bits = 32 - 8 * to.size;
    return to.signed ? `(${text} << ${bits} >> ${bits})` : `(${text} & ${to.size === 1 ? '0xff' : '0xffff'})`;
  }
  return wrap(text, to);
}

/**
 * A JavaScript value in the range of a type: how anything from outside (an argument of the host's) becomes a guest
 * value.
 */
export function valueOf(value: number | bigint | boolean, type: Type): number | bigint | boolean {
  const target = plain(type);
  if (target.kind === 'bool') return Boolean(value);
  if (isWide(target)) return isSigned(target) ? BigInt.asIntN(64, BigInt(value)) : BigInt.asUintN(64, BigInt(value));
  const bits = target.kind === 'int' ? 8 * target.size : 32;
  const whole = BigInt(value);
  return Number(isSigned(target) ? BigInt.asIntN(bits, whole) : BigInt.asUintN(bits, whole));
}
