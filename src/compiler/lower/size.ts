/** How large code will be, roughly in instructions: for inlining, and for testing a loop's condition twice. */
import type { Expression, FunctionNode, Statement } from '../tree.ts';
import { isWide } from '../types.ts';

const callCost = 4;
const wideFactor = 3;

export function expressionSize(expression: Expression): number {
  switch (expression.kind) {
    case 'constant': case 'held': case 'function': case 'string': case 'global': case 'storage': return 0;
    case 'read': return expression.target.kind === 'local' ? 0 : 1 + memorySize(expression.target);
    case 'address': return memorySize(expression.memory);
    case 'negate': case 'complement': case 'not': return 1 + expressionSize(expression.operand);
    case 'convert': return expressionSize(expression.operand);
    case 'binary':
      return (isWide(expression.type) ? wideFactor : 1) + sum([expression.left, expression.right]);
    case 'compare': case 'and': case 'or': return 1 + sum([expression.left, expression.right]);
    case 'conditional':
      return 2 + sum([expression.condition, expression.whenTrue, expression.whenFalse]);
    case 'assign': return 1 + targetSize(expression.target) + expressionSize(expression.value);
    case 'update': return 2 + targetSize(expression.target) + expressionSize(expression.value);
    case 'call': return callCost + sum(expression.arguments);
    case 'call pointer': return callCost + expressionSize(expression.pointer) + sum(expression.arguments);
    case 'intrinsic': return 1 + sum(expression.arguments);
  }
}

const sum = (expressions: readonly Expression[]) =>
  expressions.reduce((total, each) => total + expressionSize(each), 0);

function memorySize({ base, index }: { base: Expression; index: Expression | undefined }): number {
  return (base.kind === 'global' ? 1 : expressionSize(base)) + (index === undefined ? 0 : 2 + expressionSize(index));
}

function targetSize(target: Extract<Expression, { kind: 'assign' }>['target']): number {
  return target.kind === 'local' ? 0 : memorySize(target);
}

function statementsSize(statements: readonly Statement[]): number {
  return statements.reduce((total, statement) => total + statementSize(statement), 0);
}

function statementSize(statement: Statement): number {
  switch (statement.kind) {
    case 'expression': return expressionSize(statement.expression);
    case 'declare': return statement.value === undefined ? 1 : 1 + expressionSize(statement.value);
    case 'block': return statementsSize(statement.statements);
    case 'if':
      return 1 + expressionSize(statement.condition)
        + statementsSize([...statement.whenTrue, ...statement.whenFalse]);
    case 'loop':
      return 2 + (statement.condition === undefined ? 0 : 2 * expressionSize(statement.condition))
        + sum(statement.steps) + statementsSize(statement.body);
    case 'switch': return 4 + statement.clauses.reduce((total, clause) => total + 2 + statementsSize(clause.body), 0);
    case 'break': case 'continue': return 1;
    case 'return': return 1 + (statement.value === undefined ? 0 : expressionSize(statement.value));
  }
}

/** Size of a function's body, if it has one that is not assembly. */
export function functionSize({ body }: FunctionNode): number {
  return body?.kind === 'statements' ? statementsSize(body.statements) : Infinity;
}
