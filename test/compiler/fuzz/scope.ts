/** What a random function can name at a point of its text. */
import type { ValueType } from './node.ts';
import type { MemoryType, StructShape } from './shapes.ts';

/** A local or parameter; narrow ones promote when read. */
export interface Variable {
  readonly name: string;
  readonly type: MemoryType;
  readonly mutable: boolean;
}

/** An expression that is the address of a struct and has no effects. */
export interface Base {
  readonly text: string;
  readonly struct: StructShape;
}

/** Elements that can be indexed by 0 to `count` - 1, a power of two. */
export interface Row {
  readonly text: string;
  readonly element: MemoryType;
  readonly count: number;
  readonly writable: boolean;
}

export interface Callee {
  readonly name: string;
  readonly parameters: readonly MemoryType[];
  readonly result: MemoryType | 'void';
  /** The first parameter counts recursion down and must be small. */
  readonly bounded: boolean;
}

/** An expression without effects or operators: an enum member, a size. */
export interface Leaf {
  readonly text: string;
  readonly type: ValueType;
}

export interface Scope {
  readonly variables: Variable[];
  readonly bases: Base[];
  readonly rows: Row[];
  readonly callees: Callee[];
  readonly leaves: readonly Leaf[];
  /** Statements that make pointers in memory point elsewhere. */
  readonly relinks: readonly string[];
  /** What `break` and `continue` may leave: labels of the loops and switches around, innermost last. */
  readonly loops: { readonly label: string; readonly loop: boolean }[];
  /** The function's result; `return` needs one. */
  readonly result: MemoryType | 'void';
}

/** A copy to which an inner block may add without being heard outside. */
export function inner(scope: Scope): Scope {
  return {
    variables: [...scope.variables], bases: [...scope.bases], rows: [...scope.rows], callees: [...scope.callees],
    leaves: scope.leaves, relinks: scope.relinks, loops: [...scope.loops], result: scope.result,
  };
}
