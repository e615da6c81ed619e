/** Expressions of the checked tree to instructions. */
import { assert } from '../../assert.ts';
import type { AluOperation, Condition } from '../ir/ir.ts';
import type { Binary, Compare, Convert, Expression } from '../tree.ts';
import { type Type, isSigned, isWide } from '../types.ts';
import { lowerCall, lowerPointerCall, runtimeCall } from './calls.ts';
import { branch } from './conditions.ts';
import { lowerIntrinsic } from './intrinsics.ts';
import { type Lowering, word, words } from './lowering.ts';
import { addressOf, load, lowerAssign, lowerUpdate } from './memory.ts';
import { type Operand, type Value, constant, pair, wideConstant, zero } from './operand.ts';
import { expressionSize } from './size.ts';
import { wideBinary, wideEqual, wideLess, wideNegate, wideShift } from './wide.ts';

/** Evaluates for the effect alone. */
export function effect(at: Lowering, node: Expression): void {
  at.builder.place = node.place;
  switch (node.kind) {
    case 'assign': lowerAssign(at, node, false); return;
    case 'update': lowerUpdate(at, node, false); return;
    default: value(at, node);
  }
}

/** The value of an expression; 0 for one of type void. */
export function value(at: Lowering, node: Expression): Value {
  const b = at.builder;
  switch (node.kind) {
    case 'constant':
      return isWide(node.type) ? wideConstant(node.value) : constant(Number(BigInt.asIntN(32, node.value)));
    case 'string': return symbol(at.surroundings.string(node.text));
    case 'function': return symbol(node.function.symbol);
    case 'global': return symbol(node.global.symbol);
    case 'storage': return at.storage(node);
    case 'held': {
      const held = at.held.get(node.id);
      assert(held !== undefined, 'a held value is read inside its update');
      return held;
    }
    case 'read': return node.target.kind === 'local' ? at.read(node.target.local) : load(at, node.target);
    case 'address': return addressOf(at, node.memory);
    case 'negate': {
      const operand = value(at, node.operand);
      return operand.kind === 'pair' ? wideNegate(b, operand) : b.binary('sub', zero, operand);
    }
    case 'complement': {
      const operand = value(at, node.operand);
      const invert = (half: Operand) => b.binary('xor', half, constant(-1));
      return operand.kind === 'pair' ? pair(invert(operand.low), invert(operand.high)) : invert(operand);
    }
    case 'not': return b.compare('eq', word(value(at, node.operand)), zero);
    case 'binary': return binary(at, node);
    case 'compare': return compare(at, node);
    case 'and': case 'or': return logical(at, node);
    case 'conditional': return conditional(at, node);
    case 'convert': return convert(at, node);
    case 'assign': return lowerAssign(at, node, true);
    case 'update': return lowerUpdate(at, node, true);
    case 'call': return lowerCall(at, node);
    case 'call pointer': return lowerPointerCall(at, node);
    case 'intrinsic': return lowerIntrinsic(at, node);
  }
}

/** The value of an expression of 32 bits. */
export function operand(at: Lowering, node: Expression): Operand {
  return word(value(at, node));
}

const symbol = (name: string): Operand => ({ kind: 'symbol', symbol: name, offset: 0 });

function binary(at: Lowering, node: Binary): Value {
  const b = at.builder;
  const left = value(at, node.left);
  const right = value(at, node.right);
  b.place = node.place;
  const { operator } = node;
  const signed = isSigned(node.type);
  if (!isWide(node.type)) return b.binary(aluOperation(operator, signed), word(left), word(right));
  switch (operator) {
    case 'shl': return wideShift(b, 'sll', words(left), lowWord(right));
    case 'shr': return wideShift(b, signed ? 'sra' : 'srl', words(left), lowWord(right));
    case 'div': case 'rem': {
      const name = `__${signed ? '' : 'u'}${operator === 'div' ? 'div' : 'mod'}di3`;
      return runtimeCall(at, name, [left, right]);
    }
    default: return wideBinary(b, operator, words(left), words(right));
  }
}

const lowWord = (count: Value) => (count.kind === 'pair' ? count.low : count);

function aluOperation(operator: Binary['operator'], signed: boolean): AluOperation {
  switch (operator) {
    case 'shl': return 'sll';
    case 'shr': return signed ? 'sra' : 'srl';
    case 'div': return signed ? 'div' : 'divu';
    case 'rem': return signed ? 'rem' : 'remu';
    default: return operator;
  }
}

interface Test {
  readonly condition: 'eq' | 'ne' | 'lt' | 'ge';
  readonly swapped: boolean;
}

/** How the machine tests a comparison: some only with the operands the other way round. */
export const conditions: Readonly<Record<Compare['operator'], Test>> = {
  eq: { condition: 'eq', swapped: false }, ne: { condition: 'ne', swapped: false },
  lt: { condition: 'lt', swapped: false }, ge: { condition: 'ge', swapped: false },
  gt: { condition: 'lt', swapped: true }, le: { condition: 'ge', swapped: true },
};

export function compare(at: Lowering, node: Compare): Operand {
  const b = at.builder;
  const first = value(at, node.left);
  const second = value(at, node.right);
  b.place = node.place;
  const { condition, swapped } = conditions[node.operator];
  const [left, right] = swapped ? [second, first] : [first, second];
  if (left.kind === 'pair' || right.kind === 'pair') {
    const holds = condition === 'eq' || condition === 'ne'
      ? wideEqual(b, words(left), words(right)) : wideLess(b, node.signed, words(left), words(right));
    return condition === 'ne' || condition === 'ge' ? b.compare('eq', holds, zero) : holds;
  }
  return b.compare(machineCondition(condition, node.signed), left, right);
}

function machineCondition(condition: 'eq' | 'ne' | 'lt' | 'ge', signed: boolean): Condition {
  if (signed || condition === 'eq' || condition === 'ne') return condition;
  return condition === 'lt' ? 'ltu' : 'geu';
}

/** Whether evaluating has no effect and costs less than the branch around it. */
function isCheap(node: Expression): boolean {
  switch (node.kind) {
    case 'constant': return true;
    case 'read': return node.target.kind === 'local';
    case 'compare': return isCheap(node.left) && isCheap(node.right) && !isWide(node.left.type);
    case 'not': return isCheap(node.operand);
    case 'binary': return !isWide(node.type) && node.operator !== 'div' && node.operator !== 'rem'
      && expressionSize(node) <= 2 && isCheap(node.left) && isCheap(node.right);
    default: return false;
  }
}

function logical(at: Lowering, node: Expression & { kind: 'and' | 'or' }): Operand {
  const b = at.builder;
  if (isCheap(node.right)) {
    const left = b.toRegister(operand(at, node.left));
    return b.binary(node.kind, left, b.toRegister(operand(at, node.right)));
  }
  const result = at.result(1);
  const [yes, no, done] = [b.block(), b.block(), b.block()];
  branch(at, node, yes, no);
  b.at(yes);
  at.setResult(result, constant(1));
  b.jump(done);
  b.at(no);
  at.setResult(result, zero);
  b.jump(done);
  b.at(done);
  return word(at.getResult(result));
}

const constantIs = (node: Expression, number: bigint) =>
  node.kind === 'constant' && !isWide(node.type) && node.value === number;

function conditional(at: Lowering, node: Expression & { kind: 'conditional' }): Value {
  const b = at.builder;
  // b ? 1 : 0 is how the guest makes a number of a bool.
  if (constantIs(node.whenTrue, 1n) && constantIs(node.whenFalse, 0n)) return operand(at, node.condition);
  if (constantIs(node.whenTrue, 0n) && constantIs(node.whenFalse, 1n)) {
    return b.compare('eq', operand(at, node.condition), zero);
  }
  const result = at.result(node.type.kind === 'void' ? 0 : isWide(node.type) ? 2 : 1);
  const [yes, no, done] = [b.block(), b.block(), b.block()];
  branch(at, node.condition, yes, no);
  for (const [block, alternative] of [[yes, node.whenTrue], [no, node.whenFalse]] as const) {
    b.at(block);
    const chosen = value(at, alternative);
    if (result.length > 0) at.setResult(result, chosen);
    b.jump(done);
  }
  b.at(done);
  return at.getResult(result);
}

function convert(at: Lowering, node: Convert): Value {
  const b = at.builder;
  const from = node.operand.type;
  const given = value(at, node.operand);
  b.place = node.place;
  if (isWide(node.to)) {
    if (given.kind === 'pair') return given;
    return pair(given, isSigned(from) ? b.binary('sra', given, constant(31)) : zero);
  }
  return narrow(at, given.kind === 'pair' ? given.low : given, node.to);
}

/** Truncates to a narrow integer and extends again. */
function narrow(at: Lowering, given: Operand, to: Type): Operand {
  if (to.kind !== 'int' || to.size >= 4) return given;
  const b = at.builder;
  if (to.size === 1 && !to.signed) return b.binary('and', given, constant(0xff));
  const shift = constant(32 - to.size * 8);
  return b.binary(to.signed ? 'sra' : 'srl', b.binary('sll', given, shift), shift);
}

