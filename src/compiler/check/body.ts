/** Where an expression or statement stands: its function, its scopes, and the loops around it. */
import { placeOf, ts } from '../parser.ts';
import type { Rule } from '../rules.ts';
import type { Expression, FunctionNode, Local } from '../tree.ts';
import type { Type } from '../types.ts';
import type { Checker } from './checker.ts';
import type { Entity, Module } from './entities.ts';
import type { TypeScope } from './unit.ts';

/** A loop or switch that break and continue may name. */
export interface Jumpable {
  readonly id: number;
  readonly loop: boolean;
  readonly label: string | undefined;
  /** Whether some break leaves it. */
  left: boolean;
}

/** What a local name stands for: a variable, or a local constant as well. */
export interface Named {
  readonly local: Local;
  readonly constant: Expression | undefined;
  readonly writable: boolean;
}

export class Body implements TypeScope {
  readonly checker: Checker;
  readonly module: Module;
  readonly bindings: ReadonlyMap<string, Type>;
  /** Undefined for the first values of globals and constants. */
  readonly function: FunctionNode | undefined;
  readonly jumps: Jumpable[] = [];
  /** The ...rest parameter's name. */
  restName: string | undefined;
  readonly #scopes: Map<string, Named>[] = [new Map()];

  constructor(checker: Checker, scope: TypeScope, inside: FunctionNode | undefined) {
    this.checker = checker;
    this.module = scope.module;
    this.bindings = scope.bindings;
    this.function = inside;
  }

  get unit() {
    return this.checker.unit;
  }

  fail(node: ts.Node, rule: Rule, ...words: readonly (string | number | bigint)[]): Expression {
    return this.unit.fail(node, rule, ...words);
  }

  /** Runs `inside` with a scope of its own. */
  scoped<T>(inside: () => T): T {
    this.#scopes.push(new Map());
    const result = inside();
    this.#scopes.pop();
    return result;
  }

  declare(node: ts.Node, name: string, type: Type, writable: boolean, constant?: Expression): Local {
    const local: Local = { name, type, parameter: false, assigned: false, place: placeOf(node) };
    this.bind(node, { local, constant, writable });
    return local;
  }

  bind(node: ts.Node, named: Named): void {
    const scope = this.#scopes.at(-1)!;
    if (scope.has(named.local.name)) this.unit.report(node, 'duplicateName', named.local.name);
    scope.set(named.local.name, named);
  }

  local(name: string): Named | undefined {
    for (let depth = this.#scopes.length - 1; depth >= 0; depth--) {
      const named = this.#scopes[depth]!.get(name);
      if (named !== undefined) return named;
    }
    return undefined;
  }

  entity(name: string): Entity | undefined {
    return this.module.scope.get(name);
  }

  /** A type argument's meaning. */
  type(node: ts.TypeNode): Type {
    return this.checker.resolver.type(node, this);
  }
}

