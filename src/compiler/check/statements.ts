/** Statements. Each yields its tree and says whether control can reach what follows it. */
import { placeOf, ts } from '../parser.ts';
import type { Clause, Expression, Statement } from '../tree.ts';
import { type Type, isWide, nothing, plain, showType } from '../types.ts';
import type { Body, Jumpable } from './body.ts';
import { assignTo, isNull, isNumeric, settle } from './convert.ts';
import { condition, expression, valueFor } from './expressions.ts';
import { inRange } from './fold.ts';
import { constantOf, isFree } from './unit.ts';

const { SyntaxKind } = ts;

/** Checked statements, and whether control can reach their end. */
export interface Flow {
  readonly statements: Statement[];
  readonly ends: boolean;
}

const refused: ReadonlyMap<ts.SyntaxKind, readonly [what: string, advice: string]> = new Map([
  [SyntaxKind.TryStatement, ['try', 'return an error number and test it']],
  [SyntaxKind.ThrowStatement, ['throw', 'return an error number, or call panic']],
  [SyntaxKind.ForInStatement, ['for ... in', 'count an index']],
  [SyntaxKind.ForOfStatement, ['for ... of', 'count an index']],
  [SyntaxKind.WithStatement, ['with', 'name the fields']],
  [SyntaxKind.DebuggerStatement, ['debugger', 'use ebreak()']],
]);

export function block(body: Body, nodes: readonly ts.Statement[]): Flow {
  return body.scoped(() => sequence(body, nodes));
}

export function sequence(body: Body, nodes: readonly ts.Statement[]): Flow {
  const statements: Statement[] = [];
  let ends = true;
  for (const node of nodes) {
    const flow = statement(body, node, undefined);
    statements.push(...flow.statements);
    ends &&= flow.ends;
  }
  return { statements, ends };
}

function statement(body: Body, node: ts.Statement, label: string | undefined): Flow {
  const place = placeOf(node);
  if (ts.isExpressionStatement(node)) return expressionStatement(body, node);
  if (ts.isVariableStatement(node)) return { statements: declarations(body, node.declarationList), ends: true };
  if (ts.isBlock(node)) {
    const { statements, ends } = block(body, node.statements);
    return { statements: [{ kind: 'block', place, statements }], ends };
  }
  if (ts.isIfStatement(node)) return ifStatement(body, node);
  if (ts.isReturnStatement(node)) return returnStatement(body, node);
  if (ts.isForStatement(node)) return forStatement(body, node, label);
  if (ts.isWhileStatement(node) || ts.isDoStatement(node)) return whileStatement(body, node, label);
  if (ts.isSwitchStatement(node)) return switchStatement(body, node, label);
  if (ts.isBreakStatement(node) || ts.isContinueStatement(node)) return jump(body, node);
  if (ts.isLabeledStatement(node)) return statement(body, node.statement, node.label.text);
  if (ts.isEmptyStatement(node)) return { statements: [], ends: true };
  if (ts.isFunctionDeclaration(node)) body.unit.report(node, 'nestedFunction');
  else if (ts.isClassDeclaration(node) || ts.isEnumDeclaration(node) || ts.isTypeAliasDeclaration(node)) {
    body.unit.report(node, 'statementForm', 'a type declared inside a function', 'declare it at the top level');
  } else {
    const [what, advice] = refused.get(node.kind) ?? ['this statement', ''];
    body.unit.report(node, 'statementForm', what, advice);
  }
  return { statements: [], ends: true };
}

function expressionStatement(body: Body, node: ts.ExpressionStatement): Flow {
  const checked = settle(expression(body, node.expression, nothing));
  const diverges = checked.type.kind === 'never' && (checked.kind === 'intrinsic' || checked.kind === 'call');
  return { statements: [{ kind: 'expression', place: placeOf(node), expression: checked }], ends: !diverges };
}

function declarations(body: Body, list: ts.VariableDeclarationList): Statement[] {
  if ((list.flags & ts.NodeFlags.BlockScoped) === 0) body.unit.report(list, 'varKeyword');
  const isConst = (list.flags & ts.NodeFlags.Const) !== 0;
  return list.declarations.flatMap((node): Statement[] => {
    if (!ts.isIdentifier(node.name)) {
      body.unit.report(node, 'variableForm');
      return [];
    }
    return [declare(body, node, node.name.text, isConst)];
  });
}

function declare(body: Body, node: ts.VariableDeclaration, name: string, isConst: boolean): Statement {
  const place = placeOf(node);
  const written = node.type === undefined ? undefined : localType(body, node.type);
  if (node.initializer === undefined) {
    if (isConst) body.unit.report(node, 'constInitial', name);
    if (written === undefined) body.unit.report(node, 'missingType', name);
    return {
      kind: 'declare', place, local: body.declare(node, name, written ?? { kind: 'never' }, true), value: undefined,
    };
  }
  const given = expression(body, node.initializer, written);
  const type = written ?? inferred(body, node, name, given);
  const value = assignTo(body, node.initializer, given, type);
  const known = isConst && given.kind === 'constant'
    ? (written === undefined ? given : constantValue(value)) : undefined;
  const local = body.declare(node, name, type, !isConst, known);
  return { kind: 'declare', place, local, value };
}

const constantValue = (value: Expression) => (value.kind === 'constant' ? value : undefined);

function inferred(body: Body, node: ts.Node, name: string, given: Expression): Type {
  if (isNull(given)) {
    body.unit.report(node, 'missingType', name);
    return { kind: 'never' };
  }
  if (given.type.kind !== 'void') return given.type;
  body.unit.report(node, 'voidType');
  return { kind: 'never' };
}

function localType(body: Body, node: ts.TypeNode): Type {
  const type = plain(body.type(node));
  if (type.kind === 'struct' || type.kind === 'array') {
    body.unit.report(node, 'storageLocal', type.kind === 'struct' ? type.name : showType(type));
    return { kind: 'never' };
  }
  if (type.kind !== 'void') return type;
  body.unit.report(node, 'voidType');
  return { kind: 'never' };
}

function ifStatement(body: Body, node: ts.IfStatement): Flow {
  const test = condition(body, node.expression);
  const whenTrue = block(body, [node.thenStatement]);
  const whenFalse = block(body, node.elseStatement === undefined ? [] : [node.elseStatement]);
  const ends = test.kind === 'constant'
    ? (test.value !== 0n ? whenTrue.ends : whenFalse.ends) : whenTrue.ends || whenFalse.ends;
  return {
    statements: [{
      kind: 'if', place: placeOf(node), condition: test, whenTrue: whenTrue.statements, whenFalse: whenFalse.statements,
    }],
    ends,
  };
}

function returnStatement(body: Body, node: ts.ReturnStatement): Flow {
  const result = body.function?.type.result ?? nothing;
  const place = placeOf(node);
  let value: Expression | undefined;
  if (node.expression !== undefined) {
    if (result.kind === 'void') {
      const given = settle(expression(body, node.expression, result));
      if (given.type.kind !== 'void' && given.type.kind !== 'never') {
        body.unit.report(node, 'returnValue', body.function?.name ?? 'this');
      }
      // `return f();` of a function that returns nothing calls f.
      return {
        statements: [{ kind: 'expression', place, expression: given }, { kind: 'return', place, value: undefined }],
        ends: false,
      };
    }
    value = valueFor(body, node.expression, result);
  } else if (result.kind !== 'void' && result.kind !== 'never') {
    body.unit.report(node, 'returnMissing', showType(result));
  }
  return { statements: [{ kind: 'return', place, value }], ends: false };
}

function enter(body: Body, loop: boolean, label: string | undefined): Jumpable {
  const jumpable: Jumpable = { id: body.unit.number(), loop, label, left: false };
  body.jumps.push(jumpable);
  return jumpable;
}

const isForever = (test: Expression | undefined) =>
  test === undefined || (test.kind === 'constant' && test.type.kind === 'bool' && test.value !== 0n);

function forStatement(body: Body, node: ts.ForStatement, label: string | undefined): Flow {
  return body.scoped(() => {
    const statements: Statement[] = [];
    const { initializer } = node;
    if (initializer !== undefined) {
      if (ts.isVariableDeclarationList(initializer)) statements.push(...declarations(body, initializer));
      else statements.push(...sides(body, initializer).map(asStatement));
    }
    const test = node.condition === undefined ? undefined : condition(body, node.condition);
    const steps = node.incrementor === undefined ? [] : sides(body, node.incrementor);
    const loop = enter(body, true, label);
    const inner = block(body, [node.statement]);
    body.jumps.pop();
    const place = placeOf(node);
    statements.push({
      kind: 'loop', place, id: loop.id, test: 'before', condition: isForever(test) ? undefined : test, steps,
      body: inner.statements,
    });
    return { statements: [{ kind: 'block', place, statements }], ends: !isForever(test) || loop.left };
  });
}

const asStatement = (checked: Expression): Statement =>
  ({ kind: 'expression', place: checked.place, expression: checked });

/** The parts of `a, b` in a for: the one place where a comma may stand. */
function sides(body: Body, node: ts.Expression): Expression[] {
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === SyntaxKind.CommaToken) {
    return [...sides(body, node.left), ...sides(body, node.right)];
  }
  return [settle(expression(body, node, nothing))];
}

function whileStatement(body: Body, node: ts.WhileStatement | ts.DoStatement, label: string | undefined): Flow {
  const before = ts.isWhileStatement(node);
  const early = before ? condition(body, node.expression) : undefined;
  const loop = enter(body, true, label);
  const inner = block(body, [node.statement]);
  body.jumps.pop();
  const test = early ?? condition(body, node.expression);
  return {
    statements: [{
      kind: 'loop', place: placeOf(node), id: loop.id, test: before ? 'before' : 'after',
      condition: isForever(test) ? undefined : test, steps: [], body: inner.statements,
    }],
    ends: !isForever(test) || loop.left,
  };
}

function switchStatement(body: Body, node: ts.SwitchStatement, label: string | undefined): Flow {
  const value = settle(expression(body, node.expression));
  const fits32 = value.type.kind === 'never' || (isNumeric(value.type) && !isWide(value.type));
  if (!fits32) body.unit.report(node.expression, 'switchType', showType(value.type));
  const jumpable = enter(body, false, label);
  const seen = new Set<bigint>();
  let hasDefault = false;
  let ends = true;
  const clauses = body.scoped(() => node.caseBlock.clauses.map((clause): Clause => {
    const values = ts.isCaseClause(clause) ? caseValue(body, clause, value.type, seen) : [];
    hasDefault ||= ts.isDefaultClause(clause);
    const flow = sequence(body, clause.statements);
    ({ ends } = flow);
    return { values, isDefault: ts.isDefaultClause(clause), body: flow.statements };
  }));
  body.jumps.pop();
  return {
    statements: [{ kind: 'switch', place: placeOf(node), id: jumpable.id, value, clauses }],
    ends: ends || jumpable.left || !hasDefault,
  };
}

function caseValue(body: Body, clause: ts.CaseClause, type: Type, seen: Set<bigint>): bigint[] {
  const given = expression(body, clause.expression, type);
  if (given.type.kind === 'never' || type.kind === 'never') return [];
  if (given.kind !== 'constant' || !isNumeric(given.type) || (isWide(given.type) && !isFree(given))) {
    body.unit.report(clause.expression, 'caseConstant');
    return [];
  }
  if (!inRange(given.value, type) && !inRange(given.value, { kind: 'int', name: 'i32', size: 4, signed: true })) {
    body.unit.report(clause.expression, 'literalRange', given.value, showType(type));
  }
  const { value } = constantOf(given.value, type, given);
  if (seen.has(value)) body.unit.report(clause.expression, 'caseTwice', value);
  seen.add(value);
  return [value];
}

function jump(body: Body, node: ts.BreakOrContinueStatement): Flow {
  const isBreak = ts.isBreakStatement(node);
  const label = node.label?.text;
  const target = body.jumps.findLast((candidate) =>
    (label === undefined || candidate.label === label) && (isBreak || candidate.loop));
  if (target === undefined) {
    if (label === undefined) body.unit.report(node, 'jumpOutside', isBreak ? 'break' : 'continue');
    else body.unit.report(node, 'labelUnknown', label);
    return { statements: [], ends: true };
  }
  if (isBreak) target.left = true;
  return { statements: [{ kind: isBreak ? 'break' : 'continue', place: placeOf(node), of: target.id }], ends: false };
}
