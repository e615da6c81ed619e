/** Type annotations to types, and the layout of classes. */
import { ts } from '../parser.ts';
import {
  type ArrayType, type EnumType, type Field, type FunctionType, type StructType, type Type, alignOf, bool, cstr, i32,
  ints, isAddress, never, nothing, opaque, plain, showType, sizeOf,
} from '../types.ts';
import type { ClassEntity, EnumEntity } from './entities.ts';
import type { TypeScope, Unit } from './unit.ts';

const { SyntaxKind } = ts;

/**
 * What the resolver needs evaluated: array lengths and enum members, which may name the members before them. Undefined
 * once a mistake has been reported.
 */
export interface Evaluator {
  integer(node: ts.Expression, scope: TypeScope, members?: ReadonlyMap<string, bigint>): bigint | undefined;
}

const builtinTypes: ReadonlyMap<string, Type> = new Map<string, Type>([
  ...Object.entries(ints), ['bool', bool], ['cstr', cstr],
]);
const arities: Readonly<Record<string, number>> = { Volatile: 1, Embed: 1, Ptr: 1, Arr: 2 };
/** What a 32-bit machine can address. */
const largest = 2 ** 31;

export class Resolver {
  readonly #unit: Unit;
  readonly #evaluator: Evaluator;

  constructor(unit: Unit, evaluator: Evaluator) {
    this.#unit = unit;
    this.#evaluator = evaluator;
  }

  /** The cell type an annotation means; never after a mistake. */
  type(node: ts.TypeNode, scope: TypeScope): Type {
    const unit = this.#unit;
    const fail = (...reason: Parameters<Unit['report']> extends [unknown, ...infer Rest] ? Rest : never): Type => {
      unit.report(node, ...reason);
      return never;
    };
    switch (node.kind) {
      case SyntaxKind.VoidKeyword: return nothing;
      case SyntaxKind.NeverKeyword: return never;
      case SyntaxKind.BooleanKeyword: return bool;
      case SyntaxKind.UnknownKeyword: return opaque;
      case SyntaxKind.NumberKeyword: return fail('numberType', 'number');
      case SyntaxKind.BigIntKeyword: return fail('numberType', 'bigint');
      case SyntaxKind.StringKeyword: return fail('stringType');
      case SyntaxKind.AnyKeyword: return fail('anyType');
      default:
    }
    if (ts.isParenthesizedTypeNode(node)) return this.type(node.type, scope);
    if (ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName)) {
      return this.#named(node, node.typeName.text, scope);
    }
    if (ts.isFunctionTypeNode(node)) return this.functionType(node, scope, undefined);
    if (ts.isUnionTypeNode(node)) return this.#union(node, scope);
    return fail('typeForm');
  }

  /** The type of a local, parameter or result: not a struct or an array. */
  variableType(node: ts.TypeNode, scope: TypeScope): Type {
    const type = plain(this.type(node, scope));
    if (type.kind !== 'struct' && type.kind !== 'array') return type;
    this.#unit.report(node, 'byValue', showType(type));
    return never;
  }

  functionType(node: ts.SignatureDeclaration, scope: TypeScope, self: Type | undefined): FunctionType {
    const parameters: Type[] = self === undefined ? [] : [self];
    let variadic = false;
    for (const parameter of node.parameters) {
      if (variadic) this.#unit.report(parameter, 'restForm');
      if (parameter.dotDotDotToken !== undefined) {
        variadic = true;
        if (!isVarArgs(parameter.type)) this.#unit.report(parameter, 'restForm');
        continue;
      }
      const name = parameter.name.getText();
      if (!ts.isIdentifier(parameter.name)) this.#unit.report(parameter, 'parameterForm');
      if (name === 'this') continue;
      if (parameter.type === undefined) {
        this.#unit.report(parameter, 'missingType', name);
        parameters.push(never);
        continue;
      }
      const type = this.variableType(parameter.type, scope);
      if (type.kind === 'void') this.#unit.report(parameter.type, 'voidType');
      parameters.push(type);
    }
    if (node.type === undefined) {
      const what = node.name === undefined ? 'the result' : `the result of ${node.name.getText()}`;
      this.#unit.report(node.name ?? node, 'missingType', what);
    }
    const result = node.type === undefined ? never : this.variableType(node.type, scope);
    return { kind: 'function', parameters, variadic, result };
  }

  #union(node: ts.UnionTypeNode, scope: TypeScope): Type {
    const isNull = (member: ts.TypeNode) =>
      ts.isLiteralTypeNode(member) && member.literal.kind === SyntaxKind.NullKeyword;
    const others = node.types.filter((member) => !isNull(member));
    if (others.length !== 1 || others.length === node.types.length) {
      this.#unit.report(node, 'unionType');
      return never;
    }
    const type = this.type(others[0]!, scope);
    if (isAddress(plain(type)) || type.kind === 'never') return type;
    this.#unit.report(node, 'nullableInteger', showType(type));
    return never;
  }

  #named(node: ts.TypeReferenceNode, name: string, scope: TypeScope): Type {
    const unit = this.#unit;
    const given = node.typeArguments ?? [];
    const bound = scope.bindings.get(name);
    const entity = scope.module.scope.get(name);
    const arity = bound === undefined && entity === undefined ? arities[name] ?? 0 : 0;
    if (given.length !== arity) {
      unit.report(node, 'typeArguments', name, arity);
      return never;
    }
    if (bound !== undefined) return bound;
    switch (entity?.kind) {
      case 'class': return { kind: 'reference', struct: this.struct(entity) };
      case 'enum': return this.enumType(entity);
      case 'alias': {
        if (entity.declaration.typeParameters !== undefined || entity.busy) {
          unit.report(node, 'typeForm');
          return never;
        }
        entity.busy = true;
        entity.type ??= this.type(entity.declaration.type, { module: entity.module, bindings: new Map() });
        entity.busy = false;
        return entity.type;
      }
      case undefined: break;
      default:
        unit.report(node, 'notAType', name);
        return never;
    }
    const builtin = builtinTypes.get(name);
    if (builtin !== undefined) return builtin;
    switch (name) {
      case 'Volatile': return { kind: 'volatile', of: this.type(given[0]!, scope) };
      case 'Ptr': return this.#pointer(given[0]!, scope);
      case 'Embed': return this.#embed(given[0]!, scope);
      case 'Arr': return this.#array(node, given[0]!, given[1]!, scope);
      default:
        unit.report(node, 'unknownType', name);
        return never;
    }
  }

  #pointer(argument: ts.TypeNode, scope: TypeScope): Type {
    const element = this.type(argument, scope);
    if (element.kind === 'void') this.#unit.report(argument, 'voidType');
    return { kind: 'pointer', element };
  }

  #embed(argument: ts.TypeNode, scope: TypeScope): Type {
    const type = this.type(argument, scope);
    if (type.kind === 'reference') return type.struct;
    if (type.kind !== 'never') this.#unit.report(argument, 'embedClass');
    return never;
  }

  #array(node: ts.TypeNode, argument: ts.TypeNode, length: ts.TypeNode, scope: TypeScope): Type {
    const element = this.type(argument, scope);
    if (element.kind === 'void') this.#unit.report(argument, 'voidType');
    const expression = ts.isLiteralTypeNode(length) ? length.literal
      : ts.isTypeQueryNode(length) ? length.exprName
        : ts.isTypeReferenceNode(length) ? length.typeName : undefined;
    const count = expression === undefined ? undefined : this.#evaluator.integer(expression as ts.Expression, scope);
    if (count === undefined || count < 1n || count > largest) {
      this.#unit.report(length, 'arrayCount');
      return never;
    }
    const array: ArrayType = { kind: 'array', element, count: Number(count) };
    if (element.kind === 'struct' && element.size === 0) return array;
    if (sizeOf(array) > largest) {
      this.#unit.report(node, 'tooLarge', showType(array));
      return never;
    }
    return array;
  }

  /** A class's struct; its fields are laid out when it is first used. */
  struct(entity: ClassEntity): StructType {
    if (entity.struct !== undefined) return entity.struct;
    const lay = () => this.#lay(entity);
    // Fields may point to the class itself, so the struct is there before its fields are.
    let layout: { fields: ReadonlyMap<string, Field>; size: number; align: number } | undefined;
    const settled = () => (layout ??= lay());
    entity.struct = {
      kind: 'struct', name: entity.name, file: entity.module.path,
      get fields() { return settled().fields; },
      get size() { return settled().size; },
      get align() { return settled().align; },
    };
    this.#unit.structs.push(entity.struct);
    return entity.struct;
  }

  #lay(entity: ClassEntity): { fields: ReadonlyMap<string, Field>; size: number; align: number } {
    const scope: TypeScope = { module: entity.module, bindings: new Map() };
    const fields = new Map<string, Field>();
    if (entity.busy) {
      this.#unit.report(entity.declaration.name ?? entity.declaration, 'recursiveStruct', entity.name);
      return { fields, size: 4, align: 4 };
    }
    entity.busy = true;
    let size = 0;
    let align = 1;
    for (const member of entity.declaration.members) {
      if (!ts.isPropertyDeclaration(member) || member.type === undefined || !ts.isIdentifier(member.name)) continue;
      const type = this.type(member.type, scope);
      if (type.kind === 'void') this.#unit.report(member.type, 'voidType');
      const name = member.name.text;
      if (fields.has(name) || entity.methods.has(name)) this.#unit.report(member, 'duplicateName', name);
      const alignment = alignOf(type);
      const offset = Math.ceil(size / alignment) * alignment;
      fields.set(name, { name, type, offset });
      size = offset + sizeOf(type);
      align = Math.max(align, alignment);
    }
    entity.busy = false;
    size = Math.ceil(size / align) * align;
    if (size > largest) this.#unit.report(entity.declaration, 'tooLarge', entity.name);
    return { fields, size, align };
  }

  enumType(entity: EnumEntity): EnumType {
    if (entity.type !== undefined) return entity.type;
    const members = new Map<string, bigint>();
    let signed = true;
    entity.type = { kind: 'enum', name: entity.name, members, get signed() { return signed; } };
    this.#unit.enums.push(entity.type);
    const scope: TypeScope = { module: entity.module, bindings: new Map() };
    let next = 0n;
    for (const member of entity.declaration.members) {
      const value = member.initializer === undefined
        ? next : this.#evaluator.integer(member.initializer, scope, members) ?? next;
      const name = ts.isIdentifier(member.name) || ts.isStringLiteral(member.name)
        ? member.name.text : member.name.getText();
      if (members.has(name)) this.#unit.report(member, 'duplicateName', name);
      if (value < -(2n ** 31n) || value >= 2n ** 32n) this.#unit.report(member, 'literalRange', value, 'i32');
      if (value >= 2n ** 31n) signed = false;
      members.set(name, value);
      next = value + 1n;
    }
    // A negative member beside one above 0x7fffffff has the same 32 bits in either reading.
    if (!signed) for (const [name, value] of members) members.set(name, BigInt.asUintN(32, value));
    return entity.type;
  }

  /** The scope in which a class's members stand. */
  checkMembers(entity: ClassEntity): void {
    for (const member of entity.declaration.members) this.#checkMember(member);
    if (entity.declaration.heritageClauses !== undefined) {
      this.#unit.report(
        entity.declaration.heritageClauses[0]!, 'classForm', 'inheritance', 'embed the other class as a field',
      );
    }
    if (entity.declaration.typeParameters !== undefined) {
      this.#unit.report(entity.declaration, 'classForm', 'type parameters', 'write one class for each type');
    }
    void this.struct(entity).size;
  }

  #checkMember(member: ts.ClassElement): void {
    const refuse = (what: string, advice: string) => this.#unit.report(member, 'classForm', what, advice);
    if (ts.isConstructorDeclaration(member)) return refuse('constructors', 'set the fields where the struct is made');
    if (ts.isAccessor(member)) return refuse('accessors', 'write a method');
    if (ts.isSemicolonClassElement(member)) return;
    if (!ts.isPropertyDeclaration(member) && !ts.isMethodDeclaration(member)) {
      return refuse('such members', 'use fields and methods');
    }
    if (!ts.isIdentifier(member.name)) return refuse('computed or private names', 'use plain names');
    const modifiers = ts.canHaveModifiers(member) ? ts.getModifiers(member) ?? [] : [];
    if (modifiers.some(({ kind }) => kind === SyntaxKind.StaticKeyword)) {
      return refuse('static members', 'declare it at the top level of the file');
    }
    if (ts.isPropertyDeclaration(member)) {
      const extra = member.initializer !== undefined || member.questionToken !== undefined;
      if (member.type === undefined) this.#unit.report(member, 'missingType', member.name.text);
      else if (extra) this.#unit.report(member, 'fieldForm');
    } else if (member.body === undefined) {
      refuse('methods without a body', 'declare a function');
    }
  }
}

/** `VarArg[]`. */
function isVarArgs(node: ts.TypeNode | undefined): boolean {
  return node !== undefined && ts.isArrayTypeNode(node) && ts.isTypeReferenceNode(node.elementType)
    && node.elementType.typeName.getText() === 'VarArg';
}

/** i32 or u32, whichever holds an enum. */
export function enumInteger(type: EnumType): Type {
  return type.signed ? i32 : ints.u32;
}
