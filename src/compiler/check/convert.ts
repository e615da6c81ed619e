/** Conversions that the guest does not write, and the refusal of those that it must write. */
import { placeOf, type ts } from '../parser.ts';
import type { BinaryOperator, Comparison, Constant, Expression } from '../tree.ts';
import {
  type FunctionType, type Type, bool, i32, i64, isAddress, isSigned, isWide, plain, sameType, showType, u32, u64,
  usize, valueType,
} from '../types.ts';
import type { Body } from './body.ts';
import { dependsOnSign, fits, inRange } from './fold.ts';
import { constantOf, isFree, wrapTo } from './unit.ts';

/** Whether values of this type take part in arithmetic. */
export function isNumeric(type: Type): boolean {
  return type.kind === 'int' || type.kind === 'enum';
}

export function isNull(value: Expression): boolean {
  return value.kind === 'constant' && value.type.kind === 'opaque' && value.value === 0n;
}

/** `value` taken for a value of `to`, unless it is one already. */
export function reinterpret(value: Expression, to: Type): Expression {
  const type = valueType(to);
  if (value.kind === 'constant' && (isNumeric(to) || isAddress(to) || to.kind === 'bool')) {
    return constantOf(value.value, to, value);
  }
  if (sameType(value.type, type) && (type === plain(to) || type.kind !== 'int')) return value;
  return { kind: 'convert', type, place: value.place, to: plain(to), operand: value };
}

/** The value to store in a cell, local or parameter of type `to`; reports when it does not go there. */
export function assignTo(body: Body, node: ts.Node, value: Expression, to: Type): Expression {
  const cell = plain(to);
  const from = value.type;
  if (from.kind === 'never' || cell.kind === 'never') return { ...value, type: valueType(cell) } as Expression;
  const refuse = (advice: string) => body.fail(node, 'notAssignable', showType(from), showType(cell), advice);
  if (isNumeric(cell)) {
    if (isNumeric(from)) return integerTo(body, node, value, cell);
    if (from.kind === 'bool') return refuse('write b ? 1 : 0');
    return refuse('take its address with addr()');
  }
  if (cell.kind === 'bool') return from.kind === 'bool' ? value : refuse('compare: x !== 0 or x !== null');
  if (!isAddress(cell)) return refuse(cell.kind === 'void' ? 'leave it out' : 'pass its address');
  if (isNull(value)) return constantOf(0n, cell, value);
  if (isNumeric(from)) return refuse('make an address with cast<T>()');
  if (from.kind === 'bool' || from.kind === 'void') return refuse('use an address');
  if (accepts(cell, from)) return reinterpret(value, cell);
  const functions = cell.kind === 'function' && from.kind === 'function';
  return refuse(functions ? 'the parameters and results must be the same types' : 'use cast<T>()');
}

function integerTo(body: Body, node: ts.Node, value: Expression, cell: Type): Expression {
  if (value.kind === 'constant') {
    if (!isFree(value) && isWide(value.type) !== isWide(cell)) {
      return body.fail(node, 'mixedWidths', showType(value.type), showType(cell));
    }
    if (!fits(value.value, cell)) return body.fail(node, 'literalRange', value.value, showType(cell));
    return constantOf(value.value, cell, value);
  }
  if (isWide(value.type) !== isWide(cell)) {
    return body.fail(node, 'mixedWidths', showType(value.type), showType(cell));
  }
  if (cell.kind === 'int' && cell.size < 4) return narrow(value, cell);
  return reinterpret(value, cell);
}

/** Truncates, unless the value is known to be in range. */
function narrow(value: Expression, cell: Type): Expression {
  if (value.kind === 'read' && valueIs(value, cell)) return value;
  return { kind: 'convert', type: valueType(cell), place: value.place, to: cell, operand: value };
}

function valueIs(value: Expression & { kind: 'read' }, cell: Type): boolean {
  const type = value.target.kind === 'local' ? value.target.local.type : value.target.cell;
  return sameType(plain(type), cell);
}

/** Whether an address of type `from` may be kept as a `to` without a cast. */
function accepts(to: Type, from: Type): boolean {
  if (to.kind === 'opaque' && isAddress(from)) return true;
  if (to.kind === 'function' && from.kind === 'function') return callableAs(from, to);
  if (to.kind === 'pointer' && from.kind === 'pointer') return sameCell(to.element, from.element);
  return sameType(to, from);
}

/** Volatile or not makes no difference to an address. */
function sameCell(a: Type, b: Type): boolean {
  const left = plain(a);
  const right = plain(b);
  if (left.kind === 'pointer' && right.kind === 'pointer') return sameCell(left.element, right.element);
  return left.kind === 'never' || right.kind === 'never' || sameType(left, right);
}

/** Whether code of type `from` may be called as a `to`: the same registers hold the same things. It may take fewer. */
function callableAs(from: FunctionType, to: FunctionType): boolean {
  const agree = (a: Type, b: Type) => sameType(a, b) || bothWords(a, b) || accepts(a, b);
  return (from.variadic === to.variadic)
    && from.parameters.length <= to.parameters.length
    && (!from.variadic || from.parameters.length === to.parameters.length)
    && from.parameters.every((parameter, index) => agree(parameter, to.parameters[index]!))
    && (to.result.kind === 'void' || agree(to.result, from.result));
}

/** Two 32-bit integers, which a register holds alike. */
function bothWords(a: Type, b: Type): boolean {
  const isWord = (type: Type) => type.kind === 'enum' || (type.kind === 'int' && type.size === 4);
  return isWord(a) && isWord(b);
}

/** An operand of arithmetic as an integer: an enum counts as its integer. */
function integer(value: Expression): Expression {
  return value.type.kind === 'enum' && !isFree(value) ? reinterpret(value, value.type.signed ? i32 : u32) : value;
}

/** Brings two numeric operands to one type; undefined after reporting why that cannot be. */
export function unify(
  body: Body, node: ts.Node, operator: BinaryOperator | Comparison, symbol: string, a: Expression, b: Expression,
): { left: Expression; right: Expression; type: Type } | undefined {
  const left = integer(a);
  const right = integer(b);
  const strict = dependsOnSign(operator);
  if (isFree(left) && isFree(right)) {
    const type = isWide(left.type) ? left.type : isWide(right.type) ? right.type : common(left.type, right.type);
    return { left: constantOf(left.value, type, left), right: constantOf(right.value, type, right), type };
  }
  if (left.kind === 'constant' && (isFree(left) || right.kind !== 'constant')) {
    const adapted = adapt(left, right.type, strict);
    if (adapted !== undefined) return { left: adapted, right, type: right.type };
  }
  if (right.kind === 'constant') {
    const adapted = adapt(right, left.type, strict);
    if (adapted !== undefined) return { left, right: adapted, type: left.type };
  }
  if (isWide(left.type) !== isWide(right.type)) {
    body.unit.report(node, 'mixedWidths', showType(left.type), showType(right.type));
    return undefined;
  }
  if (strict && isSigned(left.type) !== isSigned(right.type)) {
    const [first, second] = [a, b].map((value) => (isFree(value) ? String(value.value) : showType(value.type)));
    body.unit.report(node, 'mixedSigns', symbol, first!, second!, showType(isFree(a) ? b.type : a.type));
    return undefined;
  }
  const type = common(left.type, right.type);
  return { left: reinterpret(left, type), right: reinterpret(right, type), type };
}

/** A constant in the other operand's type; undefined when it would lose its value (or, unless `strict`, its bits). */
function adapt(constant: Constant, type: Type, strict: boolean): Constant | undefined {
  if (!isFree(constant) && isWide(constant.type) !== isWide(type)) return undefined;
  if (sameType(constant.type, type) && !isFree(constant)) return constant;
  const holds = strict ? inRange(constant.value, type) : fits(constant.value, type);
  if (!holds || (!isFree(constant) && common(constant.type, type) !== type && !strict)) return undefined;
  return constantOf(constant.value, type, constant);
}

/** C's usual arithmetic conversions among integers of one width; an address wins over a number. */
function common(a: Type, b: Type): Type {
  if (isWide(a)) return isSigned(a) && isSigned(b) ? i64 : u64;
  if (sameType(a, usize) || sameType(b, usize)) return usize;
  return isSigned(a) && isSigned(b) ? i32 : u32;
}

/** `value` as something that is true or false: integers and addresses count as true unless 0. */
export function truth(body: Body, node: ts.Node, value: Expression): Expression {
  const { type, place } = value;
  if (type.kind === 'bool' || type.kind === 'never') return value;
  if (value.kind === 'constant') return { kind: 'constant', type: bool, place, value: value.value === 0n ? 0n : 1n };
  if (!isNumeric(type) && !isAddress(type)) return body.fail(node, 'conditionType', showType(type));
  const zero: Constant = { kind: 'constant', type, place, value: 0n };
  return { kind: 'compare', type: bool, place, operator: 'ne', signed: false, left: value, right: zero };
}

/** A free constant that stands alone gets the type it has by default: i32, u32, u64 or i64. */
export function settle(value: Expression): Expression {
  return isFree(value) ? constantOf(value.value, value.type, value) : value;
}

/** The free constant `value`, complaining when no type holds it. `wide`: it was written with an n. */
export function freeConstant(body: Body, node: ts.Node, value: bigint, wide: boolean): Expression {
  const type = wide ? (value < 0n ? i64 : u64) : inRange(value, i32) ? i32 : u32;
  if (!inRange(value, type)) return body.fail(node, 'literalRange', value, wide ? 'u64' : 'u32');
  const free = { kind: 'constant', type, place: placeOf(node), value: wrapTo(value, type), free: true } as const;
  return free;
}

