/** Calls, and the replacement of calls by the bodies of what they call. */
import { type Argument, type Block, type CallShape, type Register, argumentRegisters } from '../ir/ir.ts';
import type { Call, CallPointer, Expression, FunctionNode, Statement } from '../tree.ts';
import { type Type, isWide } from '../types.ts';
import { assignArguments } from './abi.ts';
import { operand, value } from './expressions.ts';
import { type Lowering, outgoing, wordsOf } from './lowering.ts';
import { type Operand, type Value, inRegister, pair, zero } from './operand.ts';
import { statements } from './statements.ts';

export function lowerCall(at: Lowering, node: Call): Value {
  if (at.surroundings.inlines(node.function, at.inlinedSize)) return inline(at, node);
  const given = node.arguments.map((argument) => value(at, argument));
  at.builder.place = node.place;
  return emitCall(at, node.function.symbol, given, node.variadicFrom, resultWords(node.type));
}

export function lowerPointerCall(at: Lowering, node: CallPointer): Value {
  const pointer = at.builder.toRegister(operand(at, node.pointer));
  const given = node.arguments.map((argument) => value(at, argument));
  at.builder.place = node.place;
  return emitCall(at, pointer, given, node.variadicFrom, resultWords(node.type));
}

/** A call of a function of the runtime library that takes and yields 64-bit values. */
export function runtimeCall(at: Lowering, name: string, given: readonly Value[]): Value {
  return emitCall(at, name, given, undefined, 2);
}

function resultWords(type: Type): number {
  return type.kind === 'void' || type.kind === 'never' ? 0 : isWide(type) ? 2 : 1;
}

function emitCall(
  at: Lowering, target: string | Operand, given: readonly Value[], variadicFrom: number | undefined,
  resultCount: number,
): Value {
  const b = at.builder;
  const assigned = assignArguments(given.map(({ kind }) => kind === 'pair'), variadicFrom);
  const inRegisters: (Argument | undefined)[] = [];
  given.forEach((argument, index) => {
    wordsOf(argument).forEach((half, part) => {
      const place = assigned.words[index]![part]!;
      if (place.kind === 'register') inRegisters[place.number] = b.argument(half);
      else b.store('sw', { kind: 'slot', slot: outgoing, offset: place.offset }, half);
    });
  });
  at.routine.outgoing = Math.max(at.routine.outgoing, assigned.stackSize);
  const results: Register[] = Array.from({ length: resultCount }, () => b.register());
  const call: CallShape = { arguments: Array.from(inRegisters), results };
  if (typeof target === 'string') b.emit('call', 0, argumentRegisters(call), { symbol: target, call });
  else b.emit('call pointer', 0, [b.inRegister(target), ...argumentRegisters(call)], { call });
  if (resultCount === 2) return pair(inRegister(results[0]!), inRegister(results[1]!));
  return resultCount === 1 ? inRegister(results[0]!) : zero;
}

/** The callee's body in place of the call, its parameters standing for the arguments. */
function inline(at: Lowering, node: Call): Value {
  const b = at.builder;
  const callee = node.function;
  const given = node.arguments.map((argument) => value(at, argument));
  const { place } = b;
  at.inlinedSize += at.surroundings.size(callee);
  const simple = onlyReturn(callee);
  const end: Block = b.block();
  const results = simple === undefined ? at.result(resultWords(callee.type.result)) : [];
  at.inlined.push({ function: callee, end, results });
  callee.parameters.forEach((parameter, index) => at.bind(parameter, given[index]!, true));
  let result: Value;
  if (simple !== undefined) {
    statements(at, simple.before);
    result = value(at, simple.value);
  } else {
    statements(at, bodyOf(callee));
    if (b.reachable) b.jump(end);
    b.at(end);
    result = at.getResult(results);
  }
  at.inlined.pop();
  b.place = place;
  return result;
}

function bodyOf({ body }: FunctionNode): readonly Statement[] {
  return body?.kind === 'statements' ? body.statements : [];
}

/** A body that returns only at its end: what comes before, and the value. */
function onlyReturn(callee: FunctionNode): { before: readonly Statement[]; value: Expression } | undefined {
  const body = bodyOf(callee);
  const last = body.at(-1);
  if (last?.kind !== 'return' || last.value === undefined) return undefined;
  const before = body.slice(0, -1);
  return before.some(returns) ? undefined : { before, value: last.value };
}

function returns(statement: Statement): boolean {
  switch (statement.kind) {
    case 'return': return true;
    case 'block': return statement.statements.some(returns);
    case 'if': return statement.whenTrue.some(returns) || statement.whenFalse.some(returns);
    case 'loop': return statement.body.some(returns);
    case 'switch': return statement.clauses.some(({ body }) => body.some(returns));
    default: return false;
  }
}
