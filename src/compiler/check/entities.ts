/**
 * What a name at the top level of a guest file stands for. Types and values of entities are worked out when first asked
 * for.
 */
import type { ts } from '../parser.ts';
import type { Constant, Expression, FunctionNode, Global } from '../tree.ts';
import type { EnumType, FunctionType, StructType, Type } from '../types.ts';

/** One file. */
export interface Module {
  readonly path: string;
  readonly source: ts.SourceFile;
  /** Whether it belongs to another image: its functions and variables are undefined symbols here. */
  readonly foreign: boolean;
  readonly scope: Map<string, Entity>;
}

/** What JSDoc says of a declaration. */
export interface Tags {
  readonly inline: boolean;
  readonly noinline: boolean;
  readonly section: string | undefined;
}

export interface FunctionEntity {
  readonly kind: 'function';
  readonly name: string;
  readonly module: Module;
  readonly declaration: ts.FunctionDeclaration | ts.MethodDeclaration;
  /** The class of a method. */
  readonly owner: ClassEntity | undefined;
  readonly exported: boolean;
  readonly tags: Tags;
  /** Settled by nameSymbols. */
  symbol: string;
  /** Instances by the types they were made for; a plain function has one, under ''. */
  readonly instances: Map<string, Instance>;
}

export interface ClassEntity {
  readonly kind: 'class';
  readonly name: string;
  readonly module: Module;
  readonly declaration: ts.ClassDeclaration;
  readonly exported: boolean;
  readonly methods: Map<string, FunctionEntity>;
  /** Set once laid out; `busy` while that goes on. */
  struct: StructType | undefined;
  busy: boolean;
}

export interface EnumEntity {
  readonly kind: 'enum';
  readonly name: string;
  readonly module: Module;
  readonly declaration: ts.EnumDeclaration;
  readonly exported: boolean;
  type: EnumType | undefined;
}

export interface AliasEntity {
  readonly kind: 'alias';
  readonly name: string;
  readonly module: Module;
  readonly declaration: ts.TypeAliasDeclaration;
  readonly exported: boolean;
  type: Type | undefined;
  busy: boolean;
}

/** A `let` or `const` at the top level: a constant, or a place in memory. */
export interface VariableEntity {
  readonly kind: 'variable';
  readonly name: string;
  readonly module: Module;
  readonly declaration: ts.VariableDeclaration;
  readonly constant: boolean;
  readonly exported: boolean;
  readonly tags: Tags;
  /** Settled by nameSymbols. */
  symbol: string;
  /** A `declare let`: some other object's. */
  readonly outside: boolean;
  /** Set once resolved; `busy` while that goes on. */
  value: Expression | undefined;
  global: Global | undefined;
  busy: boolean;
}

export type Entity = FunctionEntity | ClassEntity | EnumEntity | AliasEntity | VariableEntity;

export interface Instance {
  readonly node: FunctionNode;
  readonly signature: Signature;
}

/** A function's signature: its type, and what fills in arguments that are not given. */
export interface Signature {
  readonly type: FunctionType;
  readonly names: readonly string[];
  /** By parameter; undefined when it must be given. */
  readonly defaults: readonly (Constant | undefined)[];
}
