/** Statements of the checked tree to blocks of instructions. */
import type { Block } from '../ir/ir.ts';
import type { Expression, LoopStatement, Statement, SwitchStatement } from '../tree.ts';
import { isWide } from '../types.ts';
import { branch } from './conditions.ts';
import { effect, operand, value } from './expressions.ts';
import { type Lowering, wordsOf } from './lowering.ts';
import { type Operand, constant, pair, zero } from './operand.ts';
import { expressionSize } from './size.ts';
import { assert } from '../../assert.ts';

/** Conditions up to this size are tested once before a loop and again at its end, which saves a jump each turn. */
const repeatedCondition = 24;
/** From this many cases on, a switch with few holes becomes a table. */
const fewestTableCases = 5;
const mostHoles = 3;

export function statements(at: Lowering, nodes: readonly Statement[]): void {
  for (const node of nodes) statement(at, node);
}

function statement(at: Lowering, node: Statement): void {
  const b = at.builder;
  // What follows a jump is never run; nothing need be made of it.
  if (!b.reachable) return;
  b.place = node.place;
  switch (node.kind) {
    case 'expression': return effect(at, node.expression);
    case 'declare': {
      const given = node.value === undefined
        ? (isWide(node.local.type) ? pair(zero, zero) : zero) : value(at, node.value);
      b.place = node.place;
      return at.bind(node.local, given);
    }
    case 'block': return statements(at, node.statements);
    case 'if': return ifStatement(at, node);
    case 'loop': return loop(at, node);
    case 'switch': return switchStatement(at, node);
    case 'break': return b.jump(at.jumps.get(node.of)!.exit);
    case 'continue': {
      const { next } = at.jumps.get(node.of)!;
      assert(next !== undefined, 'continue goes on with a loop');
      return b.jump(next);
    }
    case 'return': return returnStatement(at, node.value);
  }
}

function returnStatement(at: Lowering, node: Expression | undefined): void {
  const b = at.builder;
  const { place } = b;
  const given = node === undefined ? undefined : value(at, node);
  b.place = place;
  const inlined = at.inlined.at(-1);
  if (inlined === undefined) return b.return(given === undefined ? [] : wordsOf(given));
  if (given !== undefined && inlined.results.length > 0) at.setResult(inlined.results, given);
  b.jump(inlined.end);
}

function ifStatement(at: Lowering, node: Statement & { kind: 'if' }): void {
  const b = at.builder;
  const [yes, done] = [b.block(), b.block()];
  const no = node.whenFalse.length === 0 ? done : b.block();
  branch(at, node.condition, yes, no);
  b.at(yes);
  statements(at, node.whenTrue);
  b.jump(done);
  if (no !== done) {
    b.at(no);
    statements(at, node.whenFalse);
    b.jump(done);
  }
  b.at(done);
}

function isEmpty(node: Statement): boolean {
  return node.kind === 'block' && node.statements.every(isEmpty);
}

/** A loop that does nothing but test, such as one that waits: the test is there once. */
function spin(at: Lowering, condition: Expression): void {
  const b = at.builder;
  const [again, exit] = [b.block(), b.block()];
  b.jump(again);
  b.at(again);
  branch(at, condition, again, exit);
  b.at(exit);
}

function loop(at: Lowering, node: LoopStatement): void {
  const b = at.builder;
  if (node.condition !== undefined && node.steps.length === 0 && node.body.every(isEmpty)) {
    return spin(at, node.condition);
  }
  const [body, next, exit] = [b.block(), b.block(), b.block()];
  const { condition } = node;
  const repeat = condition !== undefined && node.test === 'before' && expressionSize(condition) <= repeatedCondition;
  let again = body;
  if (condition === undefined || node.test === 'after') b.jump(body);
  else if (repeat) branch(at, condition, body, exit);
  else {
    again = b.block();
    b.jump(again);
    b.at(again);
    branch(at, condition, body, exit);
  }
  b.at(body);
  at.enter(node, { exit, next });
  statements(at, node.body);
  b.jump(next);
  b.at(next);
  for (const step of node.steps) effect(at, step);
  b.place = condition?.place ?? node.place;
  if (condition !== undefined && (repeat || node.test === 'after')) branch(at, condition, body, exit);
  else b.jump(again);
  b.at(exit);
}

function switchStatement(at: Lowering, node: SwitchStatement): void {
  const b = at.builder;
  const given = b.toRegister(operand(at, node.value));
  const exit = b.block();
  at.enter(node, { exit, next: undefined });
  const blocks = node.clauses.map(() => b.block());
  const otherwise = blocks[node.clauses.findIndex(({ isDefault }) => isDefault)] ?? exit;
  const cases = node.clauses
    .flatMap(({ values }, index) =>
      values.map((each) => ({ value: Number(BigInt.asIntN(32, each)), block: blocks[index]! })))
    .toSorted((one, other) => one.value - other.value);
  b.place = node.place;
  dispatch(at, given, cases, otherwise);
  node.clauses.forEach((clause, index) => {
    b.at(blocks[index]!);
    statements(at, clause.body);
    b.jump(blocks[index + 1] ?? exit);
  });
  b.at(exit);
}

interface Case {
  readonly value: number;
  readonly block: Block;
}

/** Goes to the block of the case that `given` is. Cases are in ascending order. */
function dispatch(at: Lowering, given: Operand, cases: readonly Case[], otherwise: Block): void {
  const b = at.builder;
  const [first, last] = [cases[0], cases.at(-1)];
  if (first === undefined || last === undefined) return b.jump(otherwise);
  if (cases.length >= fewestTableCases) {
    if (last.value - first.value < mostHoles * cases.length) return tableJump(at, given, cases, otherwise);
    const middle = cases.length >> 1;
    const [low, high] = [b.block(), b.block()];
    b.branch(b.compare('lt', given, constant(cases[middle]!.value)), low, high);
    b.at(low);
    dispatch(at, given, cases.slice(0, middle), otherwise);
    b.at(high);
    return dispatch(at, given, cases.slice(middle), otherwise);
  }
  for (const { value: each, block } of cases) {
    const next = b.block();
    b.branch(b.compare('eq', given, constant(each)), block, next);
    b.at(next);
  }
  b.jump(otherwise);
}

function tableJump(at: Lowering, given: Operand, cases: readonly Case[], otherwise: Block): void {
  const b = at.builder;
  const base = cases[0]!.value;
  const index = b.toRegister(b.binary('sub', given, constant(base)));
  const count = cases.at(-1)!.value - base + 1;
  const targets = Array.from({ length: count }, () => otherwise);
  for (const { value: each, block } of cases) targets[each - base] = block;
  const inside = b.block();
  b.branch(b.compare('ltu', index, constant(count)), inside, otherwise);
  b.at(inside);
  const table = at.surroundings.table();
  const entry = b.binary('add', { kind: 'symbol', symbol: table, offset: 0 }, b.binary('sll', index, constant(2)));
  b.table(b.load('lw', entry, false), table, targets);
}
