/** Expressions: text to checked tree. `want` is the type that the surroundings would like, for literals and casts. */
import { placeOf, ts } from '../parser.ts';
import type { BinaryOperator, Comparison, Expression } from '../tree.ts';
import {
  type Type, bool, cstr, isAddress, isSigned, isWide, opaque, plain, sameType, showType, u32, u64, valueType,
} from '../types.ts';
import { assign, compound, step } from './assignments.ts';
import type { Body } from './body.ts';
import { call } from './calls.ts';
import { assignTo, freeConstant, isNull, isNumeric, reinterpret, settle, truth, unify } from './convert.ts';
import { foldCompare, foldFree, foldTyped } from './fold.ts';
import { memoryOf, place, readOf } from './places.ts';
import { enumInteger } from './resolve.ts';
import { constantOf, isFree, wrapTo } from './unit.ts';

const { SyntaxKind } = ts;

const operators: ReadonlyMap<ts.SyntaxKind, BinaryOperator> = new Map([
  [SyntaxKind.PlusToken, 'add'], [SyntaxKind.MinusToken, 'sub'], [SyntaxKind.AsteriskToken, 'mul'],
  [SyntaxKind.SlashToken, 'div'], [SyntaxKind.PercentToken, 'rem'], [SyntaxKind.AmpersandToken, 'and'],
  [SyntaxKind.BarToken, 'or'], [SyntaxKind.CaretToken, 'xor'],
]);
const shifts: ReadonlyMap<ts.SyntaxKind, 'shl' | 'shr' | 'ushr'> = new Map([
  [SyntaxKind.LessThanLessThanToken, 'shl'], [SyntaxKind.GreaterThanGreaterThanToken, 'shr'],
  [SyntaxKind.GreaterThanGreaterThanGreaterThanToken, 'ushr'],
]);
const comparisons: ReadonlyMap<ts.SyntaxKind, Comparison> = new Map([
  [SyntaxKind.LessThanToken, 'lt'], [SyntaxKind.LessThanEqualsToken, 'le'], [SyntaxKind.GreaterThanToken, 'gt'],
  [SyntaxKind.GreaterThanEqualsToken, 'ge'], [SyntaxKind.EqualsEqualsEqualsToken, 'eq'],
  [SyntaxKind.ExclamationEqualsEqualsToken, 'ne'], [SyntaxKind.EqualsEqualsToken, 'eq'],
  [SyntaxKind.ExclamationEqualsToken, 'ne'],
]);
/** `+=` and its kind, by the operator before the `=`. */
const compounds: ReadonlyMap<ts.SyntaxKind, ts.SyntaxKind> = new Map([
  [SyntaxKind.PlusEqualsToken, SyntaxKind.PlusToken], [SyntaxKind.MinusEqualsToken, SyntaxKind.MinusToken],
  [SyntaxKind.AsteriskEqualsToken, SyntaxKind.AsteriskToken], [SyntaxKind.SlashEqualsToken, SyntaxKind.SlashToken],
  [SyntaxKind.PercentEqualsToken, SyntaxKind.PercentToken],
  [SyntaxKind.AmpersandEqualsToken, SyntaxKind.AmpersandToken],
  [SyntaxKind.BarEqualsToken, SyntaxKind.BarToken], [SyntaxKind.CaretEqualsToken, SyntaxKind.CaretToken],
  [SyntaxKind.LessThanLessThanEqualsToken, SyntaxKind.LessThanLessThanToken],
  [SyntaxKind.GreaterThanGreaterThanEqualsToken, SyntaxKind.GreaterThanGreaterThanToken],
  [SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken, SyntaxKind.GreaterThanGreaterThanGreaterThanToken],
]);

/** What is not in the dialect, and what to write instead. */
const refused: ReadonlyMap<ts.SyntaxKind, readonly [what: string, advice: string]> = new Map([
  [SyntaxKind.NewExpression, ['new', 'allocate with the kernel, or use local<T>()']],
  [SyntaxKind.TemplateExpression, ['a template with substitutions', 'print the parts with printk']],
  [SyntaxKind.ObjectLiteralExpression, [
    'an object literal inside a function', 'set the fields one by one, or declare a const at the top level',
  ]],
  [SyntaxKind.ArrayLiteralExpression, ['an array literal inside a function', 'declare a const at the top level']],
  [SyntaxKind.TypeOfExpression, ['typeof', 'types are known when the program is compiled']],
  [SyntaxKind.DeleteExpression, ['delete', 'set the field to 0 or null']],
  [SyntaxKind.AwaitExpression, ['await', 'wait on a queue of the kernel']],
  [SyntaxKind.YieldExpression, ['yield', 'write a loop']],
  [SyntaxKind.VoidExpression, ['void', 'write the expression as a statement']],
  [SyntaxKind.SpreadElement, ['spread', 'pass the elements one by one']],
  [SyntaxKind.RegularExpressionLiteral, ['a regular expression', 'compare the bytes']],
  [SyntaxKind.TypeAssertionExpression, ['<T>x', 'write x as T']],
  [SyntaxKind.SuperKeyword, ['super', 'classes have no parents']],
  [SyntaxKind.ClassExpression, ['a class expression', 'declare the class at the top level']],
  [SyntaxKind.MetaProperty, ['import.meta', '']],
]);

/** An expression whose constant, if it is one, may still take another integer type. */
export function expression(body: Body, node: ts.Expression, want?: Type): Expression {
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node)) {
    return expression(body, node.expression, want);
  }
  if (ts.isIdentifier(node)) return identifier(body, node);
  if (ts.isNumericLiteral(node)) return numericLiteral(body, node);
  if (ts.isBigIntLiteral(node)) {
    return freeConstant(body, node, BigInt(node.getText().replaceAll('_', '').slice(0, -1)), true);
  }
  if (ts.isBinaryExpression(node)) return binary(body, node, want);
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return access(body, node);
  if (ts.isCallExpression(node)) return call(body, node, want);
  if (ts.isPrefixUnaryExpression(node)) return prefix(body, node, want);
  if (ts.isPostfixUnaryExpression(node)) return step(body, node, node.operand, node.operator, 'old');
  if (ts.isConditionalExpression(node)) return conditional(body, node, want);
  if (ts.isAsExpression(node)) return as(body, node);
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
    return { kind: 'string', type: cstr, place: placeOf(node), text: node.text };
  }
  if (ts.isFunctionExpression(node) || ts.isArrowFunction(node)) return body.fail(node, 'nestedFunction');
  if (ts.isTaggedTemplateExpression(node)) return body.fail(node, 'asmForm');
  switch (node.kind) {
    case SyntaxKind.TrueKeyword: return { kind: 'constant', type: bool, place: placeOf(node), value: 1n };
    case SyntaxKind.FalseKeyword: return { kind: 'constant', type: bool, place: placeOf(node), value: 0n };
    case SyntaxKind.NullKeyword: return { kind: 'constant', type: opaque, place: placeOf(node), value: 0n };
    case SyntaxKind.ThisKeyword: {
      const self = body.local('this');
      if (self === undefined) return body.fail(node, 'unknownName', 'this');
      const { local } = self;
      return { kind: 'read', type: valueType(local.type), place: placeOf(node), target: { kind: 'local', local } };
    }
    default: {
      const [what, advice] = refused.get(node.kind) ?? ['this expression', ''];
      return body.fail(node, 'expressionForm', what, advice);
    }
  }
}

/** An expression that stands for a value of its own: a constant has settled on a type. */
export function value(body: Body, node: ts.Expression, want?: Type): Expression {
  return settle(expression(body, node, want));
}

/** An expression whose value goes where a `to` is expected. */
export function valueFor(body: Body, node: ts.Expression, to: Type): Expression {
  return assignTo(body, node, expression(body, node, to), to);
}

/** A condition, as a bool. */
export function condition(body: Body, node: ts.Expression): Expression {
  if (ts.isParenthesizedExpression(node)) return condition(body, node.expression);
  if (ts.isPrefixUnaryExpression(node) && node.operator === SyntaxKind.ExclamationToken) return negation(body, node);
  if (ts.isBinaryExpression(node)) {
    const kind = logical(node.operatorToken.kind);
    if (kind !== undefined) {
      const left = condition(body, node.left);
      return { kind, type: bool, place: placeOf(node), left, right: condition(body, node.right) };
    }
  }
  return truth(body, node, expression(body, node));
}

function logical(token: ts.SyntaxKind): 'and' | 'or' | undefined {
  if (token === SyntaxKind.AmpersandAmpersandToken) return 'and';
  return token === SyntaxKind.BarBarToken ? 'or' : undefined;
}

function negation(body: Body, node: ts.PrefixUnaryExpression): Expression {
  const operand = condition(body, node.operand);
  if (operand.kind === 'constant') return { ...operand, value: 1n - operand.value };
  return { kind: 'not', type: bool, place: placeOf(node), operand };
}

function identifier(body: Body, node: ts.Identifier): Expression {
  const named = body.local(node.text);
  if (named !== undefined) {
    if (named.constant !== undefined) return { ...named.constant, place: placeOf(node) };
    const { local } = named;
    return { kind: 'read', type: valueType(local.type), place: placeOf(node), target: { kind: 'local', local } };
  }
  if (node.text === body.restName) return body.fail(node, 'restUse');
  const entity = body.entity(node.text);
  switch (entity?.kind) {
    case 'function': {
      if (entity.declaration.typeParameters !== undefined) return body.fail(node, 'templateUse', node.text);
      const target = body.checker.functions.node(entity, [], node);
      if (target === undefined) return body.fail(node, 'notExported', node.text);
      return { kind: 'function', type: target.type, place: placeOf(node), function: target };
    }
    case 'variable': return variable(body, node, entity);
    case undefined:
      if (body.checker.isBuiltin(node.text)) return body.fail(node, 'intrinsicValue', node.text);
      return body.fail(node, 'unknownName', node.text);
    default: return body.fail(node, 'notAValue', node.text);
  }
}

function variable(
  body: Body, node: ts.Identifier, entity: Parameters<Body['checker']['variables']['of']>[0],
): Expression {
  const known = body.checker.variables.of(entity, node);
  if (known === undefined) return { kind: 'constant', type: { kind: 'never' }, place: placeOf(node), value: 0n };
  if ('value' in known) return { ...known.value, place: placeOf(node) };
  return readOf(node, memoryOf(node, known.global));
}

function numericLiteral(body: Body, node: ts.NumericLiteral): Expression {
  // `text` has been through a double; the source text has not.
  const text = node.getText().replaceAll('_', '');
  if (!/^(0[xXbBoO][0-9a-fA-F]+|\d+)$/.test(text)) return body.fail(node, 'literalForm', text);
  return freeConstant(body, node, BigInt(text), false);
}

function access(body: Body, node: ts.PropertyAccessExpression | ts.ElementAccessExpression): Expression {
  const isName = ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression);
  if (isName && ts.isIdentifier(node.expression) && body.local(node.expression.text) === undefined) {
    const entity = body.entity(node.expression.text);
    if (entity?.kind === 'enum') {
      const type = body.checker.resolver.enumType(entity);
      const member = type.members.get(node.name.text);
      if (member === undefined) return body.fail(node.name, 'unknownField', entity.name, node.name.text);
      return { kind: 'constant', type, place: placeOf(node), value: member };
    }
  }
  if (node.questionDotToken !== undefined) {
    return body.fail(node, 'expressionForm', 'optional chaining', 'test for null with if');
  }
  const memory = place(body, node);
  if (memory === undefined) return { kind: 'constant', type: { kind: 'never' }, place: placeOf(node), value: 0n };
  return readOf(node, memory);
}

function prefix(body: Body, node: ts.PrefixUnaryExpression, want: Type | undefined): Expression {
  switch (node.operator) {
    case SyntaxKind.PlusPlusToken: case SyntaxKind.MinusMinusToken:
      return step(body, node, node.operand, node.operator, 'new');
    case SyntaxKind.ExclamationToken: return negation(body, node);
    case SyntaxKind.MinusToken: case SyntaxKind.TildeToken: {
      const kind = node.operator === SyntaxKind.MinusToken ? 'negate' : 'complement';
      const operand = expression(body, node.operand, want);
      if (operand.type.kind === 'never') return operand;
      if (!isNumeric(operand.type)) {
        return body.fail(node, 'operandType', kind === 'negate' ? '-' : '~', showType(operand.type), '');
      }
      const type = operand.type.kind === 'enum' ? enumInteger(operand.type) : operand.type;
      if (operand.kind === 'constant') {
        const result = kind === 'negate' ? -operand.value : ~operand.value;
        if (isFree(operand)) return freeConstant(body, node, result, isWide(operand.type));
        return constantOf(result, type, operand);
      }
      return { kind, type, place: placeOf(node), operand: reinterpret(operand, type) };
    }
    default: return body.fail(node, 'expressionForm', 'unary +', 'leave it out');
  }
}

function conditional(body: Body, node: ts.ConditionalExpression, want: Type | undefined): Expression {
  const test = condition(body, node.condition);
  const a = expression(body, node.whenTrue, want);
  const b = expression(body, node.whenFalse, want);
  if (test.kind === 'constant' && isFree(a) && isFree(b)) return test.value !== 0n ? a : b;
  const pair = together(body, node, a, b, want);
  if (pair === undefined) return body.fail(node, 'comparedTypes', showType(a.type), showType(b.type));
  const [whenTrue, whenFalse] = pair;
  return { kind: 'conditional', type: whenTrue.type, place: placeOf(node), condition: test, whenTrue, whenFalse };
}

/** Two alternatives in one type. */
function together(
  body: Body, node: ts.Node, a: Expression, b: Expression, want: Type | undefined,
): readonly [Expression, Expression] | undefined {
  if (a.type.kind === 'never') return [{ ...a, type: b.type }, settle(b)];
  if (b.type.kind === 'never') return [settle(a), { ...b, type: a.type } as Expression];
  if (isNumeric(a.type) && isNumeric(b.type)) {
    if (sameType(a.type, b.type) && !isFree(a) && !isFree(b)) return [a, b];
    if (isFree(a) && isFree(b) && want !== undefined && isNumeric(want)) {
      const cell = valueType(want);
      return [assignTo(body, node, a, cell), assignTo(body, node, b, cell)];
    }
    const both = unify(body, node, 'add', '?:', a, b);
    return both === undefined ? [a, a] : [both.left, both.right];
  }
  if (isNull(a) && isAddress(b.type)) return [assignTo(body, node, a, b.type), b];
  if (isNull(b) && isAddress(a.type)) return [a, assignTo(body, node, b, a.type)];
  return sameType(a.type, b.type) ? [a, b] : undefined;
}

/** `x as T`: among integers of one width, enums and their integers; the identity otherwise. */
function as(body: Body, node: ts.AsExpression): Expression {
  if (node.type.getText() === 'const') return expression(body, node.expression);
  const to = plain(body.type(node.type));
  const operand = expression(body, node.expression, to);
  const from = operand.type;
  if (from.kind === 'never' || to.kind === 'never') return operand;
  if (isNumeric(from) && isNumeric(to)) {
    if (operand.kind === 'constant' && (isFree(operand) || isWide(from) === isWide(to))) {
      return constantOf(operand.value, to, operand);
    }
    if (isWide(from) !== isWide(to)) {
      const advice = isWide(to) ? 'use u64of() or i64of()' : 'use lo32() or hi32()';
      return body.fail(node, 'castForm', showType(from), showType(to), advice);
    }
    if (to.kind === 'int' && to.size < 4) {
      return { kind: 'convert', type: valueType(to), place: placeOf(node), to, operand };
    }
    return reinterpret(operand, to);
  }
  if (isNull(operand) && isAddress(to)) return constantOf(0n, to, operand);
  if (sameType(from, to)) return operand;
  const address = isAddress(from) || isAddress(to);
  const advice = address ? 'use cast<T>() and addr()' : from.kind === 'bool' ? 'write b ? 1 : 0' : 'compare: x !== 0';
  return body.fail(node, 'castForm', showType(from), showType(to), advice);
}

function binary(body: Body, node: ts.BinaryExpression, want: Type | undefined): Expression {
  const token = node.operatorToken.kind;
  if (token === SyntaxKind.EqualsToken) return assign(body, node);
  const base = compounds.get(token);
  if (base !== undefined) {
    return compound(body, node, node.left, (old) => {
      const isShift = shifts.has(base);
      return operation(body, node, base, old, expression(body, node.right, isShift ? undefined : old.type), undefined);
    });
  }
  const kind = logical(token);
  if (kind !== undefined) return logicalValue(body, node, kind);
  if (token === SyntaxKind.CommaToken) {
    return body.fail(node, 'expressionForm', 'the comma operator', 'write two statements');
  }
  if (token === SyntaxKind.QuestionQuestionToken) {
    return body.fail(node, 'expressionForm', '??', 'write a !== null ? a : b');
  }
  const left = expression(body, node.left, comparisons.has(token) ? undefined : want);
  return operation(
    body, node, token, left, expression(body, node.right, comparisons.has(token) ? left.type : want), want,
  );
}

function logicalValue(body: Body, node: ts.BinaryExpression, kind: 'and' | 'or'): Expression {
  const left = expression(body, node.left);
  const right = expression(body, node.right);
  for (const operand of [left, right]) {
    if (operand.type.kind === 'bool' || operand.type.kind === 'never') continue;
    return body.fail(node, 'logicalValue', showType(operand.type));
  }
  return { kind, type: bool, place: placeOf(node), left, right };
}

/** An operator between two values. */
function operation(
  body: Body, node: ts.BinaryExpression, token: ts.SyntaxKind, left: Expression, right: Expression,
  want: Type | undefined,
): Expression {
  if (left.type.kind === 'never') return left;
  if (right.type.kind === 'never') return right;
  const symbol = ts.tokenToString(token) ?? '';
  const comparison = comparisons.get(token);
  if (comparison !== undefined) return compare(body, node, comparison, symbol, left, right);
  for (const operand of [left, right]) {
    if (isNumeric(operand.type)) continue;
    const advice = operand.type.kind === 'bool' ? 'write b ? 1 : 0' : 'compute with addr() and cast<T>(), or index it';
    return body.fail(node, 'operandType', symbol, showType(operand.type), advice);
  }
  const shift = shifts.get(token);
  if (shift !== undefined) return shifted(body, node, shift, left, right, want);
  const operator = operators.get(token);
  if (operator === undefined) return body.fail(node, 'expressionForm', `the operator ${symbol}`, '');
  if (isFree(left) && isFree(right)) {
    const result = foldFree(operator, left.value, right.value);
    if (result === undefined) return body.fail(node, 'literalDivision');
    return freeConstant(body, node, result, isWide(left.type) || isWide(right.type));
  }
  const both = unify(body, node, operator, symbol, left, right);
  if (both === undefined) return { ...left, type: { kind: 'never' } } as Expression;
  if (both.left.kind === 'constant' && both.right.kind === 'constant') {
    return constantOf(foldTyped(operator, both.type, both.left.value, both.right.value), both.type, left);
  }
  return { kind: 'binary', type: both.type, place: placeOf(node), operator, left: both.left, right: both.right };
}

function shifted(
  body: Body, node: ts.Node, shift: 'shl' | 'shr' | 'ushr', left: Expression, right: Expression, want: Type | undefined,
): Expression {
  const operator = shift === 'shl' ? 'shl' : 'shr';
  if (isFree(left) && isFree(right)) {
    const exact = shift === 'ushr' ? wrapTo(left.value, isWide(left.type) ? u64 : u32) : left.value;
    const result = foldFree(operator, exact, right.value);
    if (result === undefined) return body.fail(node, 'literalRange', right.value, 'a shift count');
    return freeConstant(body, node, result, isWide(left.type));
  }
  let operand = left.type.kind === 'enum' ? reinterpret(left, enumInteger(left.type)) : left;
  if (isFree(operand)) {
    const wanted = want !== undefined && isNumeric(want) && isWide(valueType(want)) === isWide(operand.type);
    operand = constantOf(operand.value, wanted ? valueType(want) : operand.type, operand);
  }
  if (shift === 'ushr' && isSigned(operand.type)) operand = reinterpret(operand, isWide(operand.type) ? u64 : u32);
  const wide = isWide(operand.type);
  if (!wide && isWide(right.type)) return body.fail(node, 'mixedWidths', showType(operand.type), showType(right.type));
  const count = right.kind === 'constant' ? constantOf(right.value & (wide ? 63n : 31n), u32, right)
    : isWide(right.type) ? { kind: 'convert', type: u32, place: right.place, to: u32, operand: right } as const
      : reinterpret(right, right.type.kind === 'enum' ? u32 : right.type);
  if (operand.kind === 'constant' && count.kind === 'constant') {
    return constantOf(foldTyped(operator, operand.type, operand.value, count.value), operand.type, operand);
  }
  return { kind: 'binary', type: operand.type, place: placeOf(node), operator, left: operand, right: count };
}

function compare(
  body: Body, node: ts.Node, operator: Comparison, symbol: string, left: Expression, right: Expression,
): Expression {
  const at = placeOf(node);
  const equality = operator === 'eq' || operator === 'ne';
  if (isNumeric(left.type) && isNumeric(right.type)) {
    const both = unify(body, node, operator, symbol, left, right);
    if (both === undefined) return { kind: 'constant', type: { kind: 'never' }, place: at, value: 0n };
    if (both.left.kind === 'constant' && both.right.kind === 'constant') {
      const holds = foldCompare(operator, both.left.value, both.right.value);
      return { kind: 'constant', type: bool, place: at, value: holds ? 1n : 0n };
    }
    const signed = isSigned(both.type);
    return { kind: 'compare', type: bool, place: at, operator, signed, left: both.left, right: both.right };
  }
  const comparable = equality && ((left.type.kind === 'bool' && right.type.kind === 'bool')
    || (isAddress(left.type) && isAddress(right.type)
      && (left.type.kind === 'opaque' || right.type.kind === 'opaque' || left.type.kind === right.type.kind)));
  if (!comparable) return body.fail(node, 'comparedTypes', showType(left.type), showType(right.type));
  return { kind: 'compare', type: bool, place: at, operator, signed: false, left, right };
}

