/** Calls: of functions, methods, templates, function pointers and builtins. */
import { placeOf, ts } from '../parser.ts';
import type { Expression } from '../tree.ts';
import { type Type, isAddress, showType, u32, valueType } from '../types.ts';
import type { Body } from './body.ts';
import { builtins, intrinsicCall } from './builtins.ts';
import { isNumeric, settle } from './convert.ts';
import type { FunctionEntity, Signature } from './entities.ts';
import { expression, value, valueFor } from './expressions.ts';
import { fieldOf, readOf } from './places.ts';

export function call(body: Body, node: ts.CallExpression, want: Type | undefined): Expression {
  if (node.questionDotToken !== undefined) {
    return body.fail(node, 'expressionForm', 'optional chaining', 'test for null with if');
  }
  const callee = ts.isParenthesizedExpression(node.expression) || ts.isNonNullExpression(node.expression)
    ? node.expression.expression : node.expression;
  if (ts.isIdentifier(callee) && body.local(callee.text) === undefined) {
    const entity = body.entity(callee.text);
    if (entity?.kind === 'function') return direct(body, node, entity, undefined);
    if (entity === undefined) {
      const builtin = builtins.get(callee.text);
      if (builtin !== undefined) return builtin(body, node, want);
      return intrinsicCall(body, node, callee.text) ?? body.fail(callee, 'unknownName', callee.text);
    }
  }
  if (ts.isPropertyAccessExpression(callee)) return member(body, node, callee);
  return indirect(body, node, value(body, callee));
}

/** `a.b(...)`: a method of a's class, or a field that holds a function. */
function member(body: Body, node: ts.CallExpression, callee: ts.PropertyAccessExpression): Expression {
  if (callee.questionDotToken !== undefined) {
    return body.fail(node, 'expressionForm', 'optional chaining', 'test for null with if');
  }
  const object = expression(body, callee.expression);
  if (object.type.kind === 'never') return argumentsAnyway(body, node);
  if (object.type.kind === 'reference') {
    const method = body.checker.classOf(object.type.struct)?.methods.get(callee.name.text);
    if (method !== undefined) return direct(body, node, method, object);
  }
  const memory = fieldOf(body, callee, object);
  if (memory === undefined) return argumentsAnyway(body, node);
  return indirect(body, node, readOf(callee, memory));
}

/** Looks at the arguments of a call that is wrong already, for their own mistakes. */
function argumentsAnyway(body: Body, node: ts.CallExpression): Expression {
  for (const argument of node.arguments) expression(body, argument);
  return { kind: 'constant', type: { kind: 'never' }, place: placeOf(node), value: 0n };
}

function direct(body: Body, node: ts.CallExpression, entity: FunctionEntity, self: Expression | undefined): Expression {
  const types = node.typeArguments?.map((argument) => body.type(argument)) ?? [];
  const needed = entity.declaration.typeParameters?.length ?? 0;
  if (needed !== types.length) {
    return needed > 0 && types.length === 0
      ? body.fail(node, 'templateUse', entity.name) : body.fail(node, 'typeArguments', entity.name, needed);
  }
  if (types.some(({ kind }) => kind === 'never')) return argumentsAnyway(body, node);
  const target = body.checker.functions.node(entity, types, node);
  if (target === undefined) return body.fail(node, 'notExported', entity.name);
  const signature = body.checker.functions.signature(entity, types);
  const given = argumentsFor(body, node, entity.name, signature, self);
  if (given === undefined) return { kind: 'constant', type: { kind: 'never' }, place: placeOf(node), value: 0n };
  return {
    kind: 'call', type: valueType(target.type.result), place: placeOf(node), function: target, ...given,
  };
}

function indirect(body: Body, node: ts.CallExpression, pointer: Expression): Expression {
  if (pointer.type.kind === 'never') return argumentsAnyway(body, node);
  if (pointer.type.kind !== 'function') return body.fail(node, 'notCallable', showType(pointer.type));
  const { type } = pointer;
  const signature: Signature = { type, names: [], defaults: type.parameters.map(() => undefined) };
  const given = argumentsFor(body, node, 'the function', signature, undefined);
  if (given === undefined) return { kind: 'constant', type: { kind: 'never' }, place: placeOf(node), value: 0n };
  return { kind: 'call pointer', type: valueType(type.result), place: placeOf(node), pointer, ...given };
}

function argumentsFor(
  body: Body, node: ts.CallExpression, name: string, { type, defaults }: Signature, self: Expression | undefined,
): { arguments: Expression[]; variadicFrom: number | undefined } | undefined {
  const first = self === undefined ? 0 : 1;
  const { parameters } = type;
  const given = node.arguments;
  const required = defaults.filter((value, index) => index >= first && value === undefined).length;
  const most = parameters.length - first;
  if (given.length < required || (given.length > most && !type.variadic)) {
    const count = required === most && !type.variadic
      ? `${most}` : type.variadic ? `at least ${required}` : `${required} to ${most}`;
    body.unit.report(node, 'argumentCount', name, count, given.length);
    return undefined;
  }
  const values = self === undefined ? [] : [self];
  given.forEach((argument, index) => {
    const parameter = parameters[index + first];
    if (ts.isSpreadElement(argument)) values.push(expression(body, argument));
    else values.push(parameter === undefined ? further(body, argument) : valueFor(body, argument, parameter));
  });
  for (let index = values.length; index < parameters.length; index++) {
    values.push({ ...defaults[index]!, place: placeOf(node) });
  }
  return { arguments: values, variadicFrom: type.variadic ? parameters.length : undefined };
}

/** One of the further arguments of a variadic function. */
function further(body: Body, node: ts.Expression): Expression {
  const given = settle(expression(body, node));
  const { type } = given;
  if (isNumeric(type) || isAddress(type) || type.kind === 'never') return given;
  if (type.kind === 'bool') return { kind: 'convert', type: u32, place: placeOf(node), to: u32, operand: given };
  return body.fail(node, 'variadicType', showType(type));
}

