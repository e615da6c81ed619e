/** The checker: guest text to checked tree, or what is wrong with it. */
import { csrIntrinsic, intrinsics } from '../intrinsics.ts';
import { type Diagnostic, Diagnostics } from '../diagnostic.ts';
import type { ImageDescription } from '../image.ts';
import type { ts } from '../parser.ts';
import type { Program } from '../tree.ts';
import { type StructType, i32 } from '../types.ts';
import { Body } from './body.ts';
import { builtins } from './builtins.ts';
import { freeConstant } from './convert.ts';
import type { ClassEntity, Entity } from './entities.ts';
import { expression } from './expressions.ts';
import { Functions } from './functions.ts';
import { ModuleReader } from './modules.ts';
import { Resolver } from './resolve.ts';
import { type TypeScope, Unit } from './unit.ts';
import { Variables } from './variables.ts';

export class Checker {
  readonly unit: Unit;
  readonly resolver: Resolver;
  readonly functions: Functions;
  readonly variables: Variables;
  readonly #classes = new Map<StructType, ClassEntity>();

  constructor(unit: Unit) {
    this.unit = unit;
    this.resolver = new Resolver(unit, { integer: (...what) => this.#integer(...what) });
    this.functions = new Functions(this);
    this.variables = new Variables(this);
  }

  /** The class that a struct was laid out from. */
  classOf(struct: StructType): ClassEntity | undefined {
    return this.#classes.get(struct);
  }

  isBuiltin(name: string): boolean {
    return builtins.has(name) || intrinsics.has(name) || csrIntrinsic(name) !== undefined || name === 'asm';
  }

  #integer(node: ts.Expression, scope: TypeScope, members?: ReadonlyMap<string, bigint>): bigint | undefined {
    const body = new Body(this, scope, undefined);
    for (const [name, value] of members ?? []) {
      body.declare(node, name, i32, false, freeConstant(body, node, value, false));
    }
    const value = expression(body, node);
    return value.kind === 'constant' && value.type.kind !== 'never' ? value.value : undefined;
  }

  /** Checks all that the image's own files declare, and what that refers to. */
  run(): Program {
    const { unit } = this;
    const classes = [...unit.modules.values()].flatMap(({ scope }) => [...scope.values()].filter(isClass));
    for (const entity of classes) this.#classes.set(this.resolver.struct(entity), entity);
    for (const module of unit.modules.values()) {
      if (module.foreign) continue;
      for (const entity of module.scope.values()) if (entity.module === module) this.#declared(entity);
    }
    for (let body = unit.pending.shift(); body !== undefined; body = unit.pending.shift()) body();
    return { functions: unit.functions, globals: unit.globals, structs: unit.structs, enums: unit.enums };
  }

  #declared(entity: Entity): void {
    switch (entity.kind) {
      case 'function':
        if (entity.declaration.typeParameters === undefined && entity.declaration.body !== undefined) {
          this.functions.node(entity, [], entity.declaration);
        }
        return;
      case 'class':
        this.resolver.checkMembers(entity);
        for (const method of entity.methods.values()) this.#declared(method);
        return;
      case 'enum':
        this.resolver.enumType(entity);
        return;
      case 'alias':
        if (entity.declaration.typeParameters === undefined) {
          this.resolver.type(entity.declaration.type, { module: entity.module, bindings: new Map() });
        } else this.unit.report(entity.declaration, 'typeForm');
        return;
      case 'variable':
        if (!entity.outside) this.variables.of(entity, entity.declaration);
    }
  }
}

const isClass = (entity: Entity): entity is ClassEntity => entity.kind === 'class';

/**
 * Checks the guest files of one image. `files` are texts by path, relative to the project's folder; those that belong
 * to the image or that it may import are read, others are not looked at. The program is there even when there are
 * diagnostics, but only good without them.
 */
export function checkProgram(
  files: ReadonlyMap<string, string>, image: ImageDescription,
): { program: Program; diagnostics: Diagnostics } {
  const diagnostics = new Diagnostics();
  const reader = new ModuleReader(files, image, diagnostics);
  const symbols = reader.read();
  const program = new Checker(new Unit(reader.modules, symbols, diagnostics)).run();
  return { program, diagnostics };
}

/** The same, with the diagnostics in the order of the text. */
export function check(
  files: ReadonlyMap<string, string>, image: ImageDescription,
): { program: Program; diagnostics: Diagnostic[] } {
  const { program, diagnostics } = checkProgram(files, image);
  return { program, diagnostics: diagnostics.sorted() };
}
