/** `=`, `+=` and its kind, `++` and `--`. */
import { placeOf, ts } from '../parser.ts';
import type { Expression, Held, Target } from '../tree.ts';
import { type Type, plain, showType, valueType } from '../types.ts';
import type { Body } from './body.ts';
import { assignTo, isNumeric, unify } from './convert.ts';
import { valueFor } from './expressions.ts';
import { memoryOf, place } from './places.ts';
import { constantOf } from './unit.ts';

/** What stands left of an assignment, and the type of its cell; undefined after a report. */
function target(body: Body, node: ts.Expression): { target: Target; cell: Type } | undefined {
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node)) return target(body, node.expression);
  if (ts.isIdentifier(node)) return variableTarget(body, node);
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) {
    body.unit.report(node, 'assignTarget');
    return undefined;
  }
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)
    && body.local(node.expression.text) === undefined && body.entity(node.expression.text)?.kind === 'enum') {
    body.unit.report(node, 'assignTarget');
    return undefined;
  }
  const memory = place(body, node);
  if (memory === undefined) return undefined;
  return aggregate(body, node, memory.cell) ? undefined : { target: memory, cell: memory.cell };
}

function variableTarget(body: Body, node: ts.Identifier): { target: Target; cell: Type } | undefined {
  const named = body.local(node.text);
  if (named !== undefined) {
    if (!named.writable) {
      body.unit.report(node, 'assignConst', node.text);
      return undefined;
    }
    named.local.assigned = true;
    return { target: { kind: 'local', local: named.local }, cell: named.local.type };
  }
  const entity = body.entity(node.text);
  if (entity?.kind !== 'variable') {
    body.unit.report(node, entity === undefined ? 'unknownName' : 'assignTarget', node.text);
    return undefined;
  }
  if (entity.constant) {
    body.unit.report(node, 'assignConst', node.text);
    return undefined;
  }
  const known = body.checker.variables.of(entity, node);
  if (known === undefined || 'value' in known) return undefined;
  const memory = memoryOf(node, known.global);
  return aggregate(body, node, memory.cell) ? undefined : { target: memory, cell: memory.cell };
}

function aggregate(body: Body, node: ts.Node, cell: Type): boolean {
  if (cell.kind !== 'struct' && cell.kind !== 'array') return false;
  body.unit.report(node, 'byValue', showType(cell));
  return true;
}

const mistake = (node: ts.Node): Expression =>
  ({ kind: 'constant', type: { kind: 'never' }, place: placeOf(node), value: 0n });

export function assign(body: Body, node: ts.BinaryExpression): Expression {
  const left = target(body, node.left);
  if (left === undefined) {
    valueFor(body, node.right, { kind: 'never' });
    return mistake(node);
  }
  const value = valueFor(body, node.right, left.cell);
  return { kind: 'assign', type: valueType(left.cell), place: placeOf(node), target: left.target, value };
}

/** `x += y`: `compute` makes the new value from the old. */
export function compound(
  body: Body, node: ts.Node, left: ts.Expression, compute: (old: Expression) => Expression,
): Expression {
  return update(body, node, left, compute, 'new');
}

/** `++x`, `x--` and so on. */
export function step(
  body: Body, node: ts.Node, operand: ts.Expression, token: ts.SyntaxKind, result: 'old' | 'new',
): Expression {
  const symbol = ts.tokenToString(token) ?? '';
  return update(body, node, operand, (old) => {
    if (old.type.kind === 'never') return old;
    if (!isNumeric(old.type)) {
      return body.fail(node, 'operandType', symbol, showType(old.type), 'compute with addr() and cast<T>()');
    }
    const one = constantOf(1n, old.type, old);
    const both = unify(body, node, 'add', symbol, old, one);
    if (both === undefined) return old;
    const operator = token === ts.SyntaxKind.PlusPlusToken ? 'add' : 'sub';
    return { kind: 'binary', type: both.type, place: placeOf(node), operator, left: both.left, right: both.right };
  }, result);
}

function update(
  body: Body, node: ts.Node, operand: ts.Expression, compute: (old: Expression) => Expression, result: 'old' | 'new',
): Expression {
  const left = target(body, operand);
  if (left === undefined) return mistake(node);
  const type = valueType(left.cell);
  const held: Held = { kind: 'held', type, place: placeOf(node), id: body.unit.number() };
  const value = assignTo(body, node, compute(held), plain(left.cell));
  return { kind: 'update', type, place: placeOf(node), target: left.target, held, value, result };
}

