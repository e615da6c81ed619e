/** All functions and data of an image that something refers to, as an object. */
import { assert } from '../../assert.ts';
import type { Program as Assembled } from '../../isa/program.ts';
import { allocate, type Allocation } from '../allocate/colour.ts';
import type { Routine } from '../ir/ir.ts';
import { lower } from '../lower/lower.ts';
import { Surroundings } from '../lower/surroundings.ts';
import { optimise } from '../optimise/optimise.ts';
import type { FunctionNode, Global, Initial, Program } from '../tree.ts';

/** A compiled function, not yet placed. */
export type Compiled =
  | {
    readonly kind: 'routine'; readonly node: FunctionNode; readonly routine: Routine; readonly allocation: Allocation;
  }
  | { readonly kind: 'assembly'; readonly node: FunctionNode; readonly program: Assembled };

/** What an image comes to before it is laid out. */
export interface Contents {
  readonly functions: readonly Compiled[];
  readonly globals: readonly Global[];
  readonly surroundings: Surroundings;
}

/** Compiles what `roots` (symbols) reach. */
export function compileReached(program: Program, roots: readonly string[]): Contents {
  const functions = new Map(program.functions.map((node) => [node.symbol, node]));
  const globals = new Map(program.globals.map((global) => [global.symbol, global]));
  const surroundings = new Surroundings();
  const reached = new Set(roots);
  const compiled: Compiled[] = [];
  const kept: Global[] = [];
  for (const symbol of reached) {
    const node = functions.get(symbol);
    const global = globals.get(symbol);
    if (node?.body !== undefined) {
      const each = compileFunction(node, surroundings);
      compiled.push(each);
      for (const reference of references(each, surroundings)) reached.add(reference);
    } else if (global !== undefined && !global.foreign) {
      kept.push(global);
      if (global.initial !== undefined) {
        for (const reference of initialReferences(global.initial)) reached.add(reference);
      }
    }
  }
  // In the order of the text, so that a change of one function moves few others.
  const order = new Map([...program.functions, ...program.globals].map(({ symbol }, index) => [symbol, index]));
  const byOrder = (a: { symbol: string }, b: { symbol: string }) => order.get(a.symbol)! - order.get(b.symbol)!;
  return {
    functions: compiled.toSorted((a, b) => byOrder(a.node, b.node)), globals: kept.toSorted(byOrder), surroundings,
  };
}

function compileFunction(node: FunctionNode, surroundings: Surroundings): Compiled {
  const { body } = node;
  if (body?.kind === 'assembly') {
    assert(body.program !== undefined, `${node.symbol} was assembled when it was checked`);
    return { kind: 'assembly', node, program: body.program };
  }
  const routine = lower(node, surroundings);
  optimise(routine);
  return { kind: 'routine', node, routine, allocation: allocate(routine) };
}

/** The symbols a compiled function refers to. */
function references(compiled: Compiled, surroundings: Surroundings): string[] {
  if (compiled.kind === 'assembly') {
    return compiled.program.symbols.filter(({ section }) => section === undefined).map(({ name }) => name);
  }
  const result = new Set<string>();
  for (const { instructions } of compiled.routine.blocks) {
    for (const { symbol, call } of instructions) {
      if (symbol !== undefined) result.add(symbol);
      for (const argument of call?.arguments ?? []) if (argument?.kind === 'symbol') result.add(argument.symbol);
      if (call?.number?.kind === 'symbol') result.add(call.number.symbol);
    }
  }
  for (const text of surroundings.strings.values()) result.delete(text);
  return [...result];
}

function initialReferences(initial: Initial): string[] {
  switch (initial.kind) {
    case 'function': return [initial.function.symbol];
    case 'global': return [initial.global.symbol];
    case 'parts': return initial.parts.flatMap((part) => initialReferences(part.initial));
    default: return [];
  }
}
