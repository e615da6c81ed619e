/** One function of the checked tree to a routine of the intermediate representation. */
import type { Block, Register, Routine } from '../ir/ir.ts';
import type { FunctionNode } from '../tree.ts';
import { isWide } from '../types.ts';
import { assignArguments, type Word } from './abi.ts';
import { Lowering, incoming } from './lowering.ts';
import { type Operand, type Value, inRegister, pair } from './operand.ts';
import { statements } from './statements.ts';
import type { Surroundings } from './surroundings.ts';

const argumentRegisterCount = 8;

/** Lowers a function that has a body of statements. */
export function lower(node: FunctionNode, surroundings: Surroundings): Routine {
  const entry: Block = { id: 0, instructions: [], end: { op: 'unreachable', place: node.place }, depth: 0 };
  const { words, stackSize, nextRegister } =
    assignArguments(node.parameters.map(({ type }) => isWide(type)), undefined);
  const savedVariadic = node.variadic === undefined ? 0 : argumentRegisterCount - nextRegister;
  const routine: Routine = {
    name: node.symbol, place: node.place, entry, blocks: [entry], registers: 1, parameters: [], savedVariadic,
    slots: [], outgoing: 0, variables: [],
  };
  const at = new Lowering(surroundings, node, routine);
  const b = at.builder;
  const inRegisters = new Map<number, Register>();
  const parameter = (number: number): Register => {
    const register = b.register();
    inRegisters.set(number, register);
    return register;
  };
  // All argument registers are taken over before any other instruction runs.
  const given =
    words.map((each) => each.map((word) => (word.kind === 'register' ? inRegister(parameter(word.number)) : word)));
  const saved = Array.from({ length: savedVariadic }, (_, index) => parameter(nextRegister + index));
  for (let number = 0; number < argumentRegisterCount; number++) routine.parameters.push(inRegisters.get(number) ?? 0);
  saved.forEach((register, index) => {
    b.store('sw', { kind: 'slot', slot: incoming, offset: -4 * (savedVariadic - index) }, inRegister(register));
  });
  node.parameters.forEach((local, index) => at.bind(local, assembled(given[index]!, at)));
  if (node.variadic !== undefined) {
    at.bind(
      node.variadic, { kind: 'slot', slot: incoming, offset: savedVariadic > 0 ? -4 * savedVariadic : stackSize },
    );
  }
  if (node.body?.kind === 'statements') statements(at, node.body.statements);
  if (b.reachable) b.return([]);
  return routine;
}

/** A parameter's words, those on the stack loaded. */
function assembled(words: readonly (Operand | Word)[], at: Lowering): Value {
  const operands = words.map((word): Operand => (word.kind === 'stack'
    ? at.builder.load('lw', { kind: 'slot', slot: incoming, offset: word.offset }, false) : word as Operand));
  return operands.length === 2 ? pair(operands[0]!, operands[1]!) : operands[0]!;
}
