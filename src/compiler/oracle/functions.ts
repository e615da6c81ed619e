/** Functions and statements of the tree as JavaScript. */
import { absurd } from '../../assert.ts';
import type { FunctionNode, LoopStatement, Statement, SwitchStatement } from '../tree.ts';
import { type Names, Scope, zeroText } from './expressions.ts';

/** `function name(...) {...}` of a function with statements. Every loop's turn is counted by `turn()`. */
export function functionText(f: FunctionNode, statements: readonly Statement[], names: Names): string {
  const scope = new Scope(names);
  const parameters = f.parameters.map((parameter) => scope.local(parameter));
  const rest = f.variadic ? `${scope.local(f.variadic)}` : undefined;
  const known = f.variadic ? [...f.parameters, f.variadic] : f.parameters;
  const body = block(statements, scope);
  const list = [...parameters, ...(rest === undefined ? [] : ['rest'])].join(', ');
  const inner = `${scope.declarations(known)}${body}`;
  return `function ${names.functionName(f)}(${list}) {\nturn();\n${withFrame(inner, scope.frameSize, rest)}}\n`;
}

/** Storage and the cells of further arguments live on the stack until the function is left, however it is left. */
function withFrame(body: string, frameSize: number, rest: string | undefined): string {
  if (frameSize === 0 && rest === undefined) return body;
  const cells = rest === undefined ? '' : `const ${rest} = passCells(rest);\n`;
  const enter = frameSize === 0 ? '' : `const frame = memory.enter(${frameSize});\n`;
  return `const sp = memory.sp;\ntry {\n${cells}${enter}${body}} finally { memory.sp = sp; }\n`;
}

function block(statements: readonly Statement[], scope: Scope): string {
  return statements.map((each) => statementText(each, scope)).join('');
}

function statementText(node: Statement, scope: Scope): string {
  switch (node.kind) {
    case 'expression': return `${scope.expression(node.expression)};\n`;
    case 'declare': {
      const value = node.value ? scope.expression(node.value) : zeroText(node.local.type);
      return `${scope.local(node.local)} = ${value};\n`;
    }
    case 'block': return `{\n${block(node.statements, scope)}}\n`;
    case 'if': {
      const otherwise = node.whenFalse.length > 0 ? ` else {\n${block(node.whenFalse, scope)}}` : '';
      return `if (${scope.expression(node.condition)}) {\n${block(node.whenTrue, scope)}}${otherwise}\n`;
    }
    case 'loop': return loopText(node, scope);
    case 'switch': return switchText(node, scope);
    case 'break': case 'continue': return `${node.kind} L${node.of};\n`;
    case 'return': return node.value ? `return ${scope.expression(node.value)};\n` : 'return;\n';
    default: return absurd(node);
  }
}

function loopText({ id, test, condition, steps, body }: LoopStatement, scope: Scope): string {
  const tested = condition ? scope.expression(condition) : 'true';
  const inner = `turn();\n${block(body, scope)}`;
  const stepText = steps.map((step) => scope.expression(step)).join(', ');
  if (test === 'before') return `L${id}: for (; ${tested}; ${stepText}) {\n${inner}}\n`;
  return `L${id}: do {\n${inner}} while (${stepText === '' ? tested : `(${stepText}, ${tested})`});\n`;
}

function switchText({ id, value, clauses }: SwitchStatement, scope: Scope): string {
  const cases = clauses.map((clause) => {
    const labels = clause.values.map((each) => `case ${each}:\n`).join('') + (clause.isDefault ? 'default:\n' : '');
    return `${labels}{\n${block(clause.body, scope)}}\n`;
  });
  return `L${id}: switch (${scope.expression(value)}) {\n${cases.join('')}}\n`;
}
