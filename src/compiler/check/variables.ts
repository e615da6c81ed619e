/** Variables and constants at the top level, and what the variables hold from the start. */
import { placeOf, ts } from '../parser.ts';
import type { Expression, Global, Initial, Part } from '../tree.ts';
import { type ArrayType, type StructType, type Type, never, plain, showType, sizeOf } from '../types.ts';
import { Body } from './body.ts';
import type { Checker } from './checker.ts';
import { assignTo, isNull } from './convert.ts';
import type { VariableEntity } from './entities.ts';
import { expression } from './expressions.ts';
import { isStored } from './symbols.ts';

type Known = { readonly value: Expression } | { readonly global: Global };

export class Variables {
  readonly #checker: Checker;

  constructor(checker: Checker) {
    this.#checker = checker;
  }

  /** What the name stands for: a value, or a cell. Undefined after a mistake has been reported. */
  of(entity: VariableEntity, use: ts.Node): Known | undefined {
    if (entity.global !== undefined) return { global: entity.global };
    if (entity.value !== undefined) return { value: entity.value };
    if (entity.busy) {
      this.#checker.unit.report(use, 'initialConstant');
      return undefined;
    }
    entity.busy = true;
    const known = isStored(entity) ? this.#stored(entity, use) : this.#constant(entity);
    entity.busy = false;
    return known;
  }

  #body(entity: VariableEntity): Body {
    return new Body(this.#checker, { module: entity.module, bindings: new Map() }, undefined);
  }

  #constant(entity: VariableEntity): Known | undefined {
    const { declaration } = entity;
    const { unit } = this.#checker;
    if (declaration.initializer === undefined) {
      if (entity.outside) return this.#stored(entity, declaration);
      unit.report(declaration, 'constInitial', entity.name);
      return undefined;
    }
    const body = this.#body(entity);
    const written = declaration.type === undefined ? undefined : plain(body.type(declaration.type));
    let value = expression(body, declaration.initializer, written);
    if (written !== undefined) value = assignTo(body, declaration.initializer, value, written);
    else if (isNull(value)) unit.report(declaration, 'missingType', entity.name);
    if (value.type.kind === 'never') return undefined;
    if (initialOf(value) === undefined) {
      unit.report(declaration.initializer, 'initialConstant');
      return undefined;
    }
    entity.value = value;
    return { value };
  }

  #stored(entity: VariableEntity, use: ts.Node): Known | undefined {
    const { declaration, module } = entity;
    const { unit } = this.#checker;
    if (module.foreign && !entity.exported) {
      unit.report(use, 'notExported', entity.name);
      return undefined;
    }
    const body = this.#body(entity);
    const type = this.#cellType(body, entity);
    const foreign = module.foreign || entity.outside;
    const global: Global = {
      name: entity.name, symbol: entity.symbol, type, initial: undefined, foreign, exported: entity.exported,
      constant: entity.constant, section: entity.tags.section, place: placeOf(declaration),
    };
    entity.global = global;
    unit.globals.push(global);
    const { initializer } = declaration;
    if (!foreign && initializer !== undefined) {
      unit.pending.push(() => { global.initial = this.#initial(body, initializer, type); });
    }
    return { global };
  }

  #cellType(body: Body, { declaration, name, constant }: VariableEntity): Type {
    const { initializer } = declaration;
    if (declaration.type === undefined) {
      const value = initializer === undefined ? undefined : expression(body, initializer);
      if (value !== undefined && !isNull(value) && value.type.kind !== 'void') return value.type;
      this.#checker.unit.report(declaration, 'missingType', name);
      return never;
    }
    const type = body.type(declaration.type);
    if (type.kind === 'void') this.#checker.unit.report(declaration.type, 'voidType');
    // `const ops: Ops = {...}`: the name stands for the address of the struct written there.
    return constant && type.kind === 'reference' ? type.struct : type;
  }

  #initial(body: Body, node: ts.Expression, type: Type): Initial | undefined {
    const cell = plain(type);
    if (cell.kind === 'never') return undefined;
    if (cell.kind === 'struct') return this.#struct(body, node, cell);
    if (cell.kind === 'array') return this.#array(body, node, cell);
    if (ts.isObjectLiteralExpression(node) || ts.isArrayLiteralExpression(node)) {
      this.#checker.unit.report(
        node, 'aggregateInitial', showType(cell), 'a const of its own, whose name is used here',
      );
      return undefined;
    }
    const value = assignTo(body, node, expression(body, node, cell), cell);
    if (value.type.kind === 'never') return undefined;
    const initial = initialOf(value);
    if (initial === undefined) this.#checker.unit.report(node, 'initialConstant');
    return initial;
  }

  #struct(body: Body, node: ts.Expression, type: StructType): Initial | undefined {
    const { unit } = this.#checker;
    if (!ts.isObjectLiteralExpression(node)) {
      unit.report(node, 'aggregateInitial', showType(type), '{ field: value, ... }');
      return undefined;
    }
    const parts: Part[] = [];
    const seen = new Set<string>();
    for (const property of node.properties) {
      const value = ts.isPropertyAssignment(property) ? property.initializer
        : ts.isShorthandPropertyAssignment(property) ? property.name : undefined;
      const name = property.name?.getText() ?? '';
      const field = type.fields.get(name);
      if (value === undefined) unit.report(property, 'aggregateInitial', showType(type), '{ field: value, ... }');
      else if (field === undefined) unit.report(property, 'unknownField', type.name, name);
      else if (seen.has(name)) unit.report(property, 'duplicateName', name);
      else {
        const initial = this.#initial(body, value, field.type);
        if (initial !== undefined) parts.push({ offset: field.offset, type: field.type, initial });
      }
      seen.add(name);
    }
    return { kind: 'parts', parts };
  }

  #array(body: Body, node: ts.Expression, type: ArrayType): Initial | undefined {
    const { unit } = this.#checker;
    if (!ts.isArrayLiteralExpression(node)) {
      unit.report(node, 'aggregateInitial', showType(type), '[value, ...]');
      return undefined;
    }
    if (node.elements.length > type.count) {
      unit.report(node, 'tooManyElements', node.elements.length, showType(type));
    }
    const size = sizeOf(type.element);
    const parts = node.elements.flatMap((element, index): Part[] => {
      const initial = this.#initial(body, element, type.element);
      return initial === undefined ? [] : [{ offset: index * size, type: type.element, initial }];
    });
    return { kind: 'parts', parts };
  }
}

/** A value as a link-time constant; undefined when it is none. */
function initialOf(value: Expression): Initial | undefined {
  switch (value.kind) {
    case 'constant': return { kind: 'integer', value: value.value };
    case 'string': return { kind: 'string', text: value.text };
    case 'function': return { kind: 'function', function: value.function };
    case 'global': return { kind: 'global', global: value.global, offset: 0 };
    case 'address': {
      const { base, index, offset } = value.memory;
      return index === undefined && base.kind === 'global'
        ? { kind: 'global', global: base.global, offset } : undefined;
    }
    case 'convert': {
      // Only what keeps all 32 bits of an address.
      const inner = sizeOf(value.to) === 4 && value.operand.kind !== 'constant' ? initialOf(value.operand) : undefined;
      return inner?.kind === 'integer' ? undefined : inner;
    }
    case 'binary': {
      const left = initialOf(value.left);
      const right = initialOf(value.right);
      if (value.operator !== 'add' || left?.kind !== 'global' || right?.kind !== 'integer') return undefined;
      return { ...left, offset: left.offset + Number(BigInt.asIntN(32, right.value)) };
    }
    default: return undefined;
  }
}

