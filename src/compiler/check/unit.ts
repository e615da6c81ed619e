/** One compilation: what all parts of the checker share. */
import type { Diagnostics } from '../diagnostic.ts';
import { placeOf, ts } from '../parser.ts';
import type { Rule } from '../rules.ts';
import type { Constant, Expression, FunctionNode, Global } from '../tree.ts';
import { type EnumType, type StructType, type Type, never, valueType } from '../types.ts';
import type { Module } from './entities.ts';

/** A constant without a written type: exact, and ready to become any integer type that holds it. */
export interface FreeConstant extends Constant {
  readonly free: true;
}

export function isFree(expression: Expression): expression is FreeConstant {
  return 'free' in expression;
}

export class Unit {
  readonly modules: ReadonlyMap<string, Module>;
  readonly diagnostics: Diagnostics;
  readonly functions: FunctionNode[] = [];
  readonly globals: Global[] = [];
  readonly structs: StructType[] = [];
  readonly enums: EnumType[] = [];
  /** Bodies still to be checked. */
  readonly pending: (() => void)[] = [];
  #numbers = 0;

  /** Names of symbols that are taken. */
  readonly #symbols: Set<string>;

  constructor(modules: ReadonlyMap<string, Module>, symbols: Set<string>, diagnostics: Diagnostics) {
    this.modules = modules;
    this.#symbols = symbols;
    this.diagnostics = diagnostics;
  }

  /** `wanted`, or something like it that no other symbol is called; taken from now on. */
  symbol(wanted: string): string {
    let symbol = wanted;
    for (let count = 1; this.#symbols.has(symbol); count++) symbol = `${wanted}.${count}`;
    this.#symbols.add(symbol);
    return symbol;
  }

  /** A number that nothing else of this compilation has. */
  number(): number {
    return ++this.#numbers;
  }

  report(node: ts.Node, rule: Rule, ...words: readonly (string | number | bigint)[]): void {
    this.diagnostics.report(placeOf(node), rule, ...words);
  }

  /** Reports, and yields an expression of type never, which goes with everything, so that one mistake is told once. */
  fail(node: ts.Node, rule: Rule, ...words: readonly (string | number | bigint)[]): Expression {
    this.report(node, rule, ...words);
    return { kind: 'constant', type: never, place: placeOf(node), value: 0n };
  }
}

/** A name in scope of a piece of text: template parameters and the module's entities. */
export interface TypeScope {
  readonly module: Module;
  readonly bindings: ReadonlyMap<string, Type>;
}

/** `value` as a value of `type` (truncated to its width, in its range). */
export function constantOf(value: bigint, type: Type, node: { readonly place: Expression['place'] }): Constant {
  return { kind: 'constant', type: valueType(type), place: node.place, value: wrapTo(value, type) };
}

/** The value that an integer cell of `type` holds after storing `value`. */
export function wrapTo(value: bigint, type: Type): bigint {
  switch (type.kind) {
    case 'int': return type.signed ? BigInt.asIntN(type.size * 8, value) : BigInt.asUintN(type.size * 8, value);
    case 'enum': return type.signed ? BigInt.asIntN(32, value) : BigInt.asUintN(32, value);
    case 'volatile': return wrapTo(value, type.of);
    case 'bool': return value === 0n ? 0n : 1n;
    default: return BigInt.asUintN(32, value);
  }
}
