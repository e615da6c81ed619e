/**
 * The dialect's types and their layout in memory, which is that of the RISC-V ilp32 C ABI (psABI 1.0, section 4.1).
 *
 * A *cell* is a piece of memory: a field, an element, a global. Every type can be a cell's. A *value* is what an
 * expression yields and a register holds: never a struct, an array or a volatile, and never narrower than 32 bits,
 * because a load of a narrower integer promotes to u32 or i32 (`valueType`). Locals and parameters may be declared
 * narrow: they then hold only values of that width, and are promoted when read.
 */
import { absurd } from '../assert.ts';

export type IntName = 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'usize' | 'u64' | 'i64';

export interface IntType {
  readonly kind: 'int';
  readonly name: IntName;
  /** Bytes. */
  readonly size: 1 | 2 | 4 | 8;
  readonly signed: boolean;
}
/** One byte, 0 or 1. */
export interface BoolType { readonly kind: 'bool' }
export interface VoidType { readonly kind: 'void' }
/** The result of what does not return. */
export interface NeverType { readonly kind: 'never' }
/** Address of bytes ended by a zero. */
export interface CstrType { readonly kind: 'cstr' }
/** A numeric enum, held as i32, or as u32 when a member needs it. */
export interface EnumType {
  readonly kind: 'enum';
  readonly name: string;
  readonly members: ReadonlyMap<string, bigint>;
  readonly signed: boolean;
}
/** `Embed<X>`: the struct itself. */
export interface StructType {
  readonly kind: 'struct';
  readonly name: string;
  readonly file: string;
  readonly fields: ReadonlyMap<string, Field>;
  readonly size: number;
  readonly align: number;
}
export interface Field { readonly name: string; readonly type: Type; readonly offset: number }
/** A value of class type `X`: the address of the struct. Never indexed. */
export interface ReferenceType { readonly kind: 'reference'; readonly struct: StructType }
/** `Ptr<T>`: the address of the first of some `T`s. */
export interface PointerType { readonly kind: 'pointer'; readonly element: Type }
/** `unknown`: an address of anything (`void *`). */
export interface OpaqueType { readonly kind: 'opaque' }
/** `Arr<T, N>`: the elements themselves. */
export interface ArrayType { readonly kind: 'array'; readonly element: Type; readonly count: number }
/** The address of code. */
export interface FunctionType {
  readonly kind: 'function';
  readonly parameters: readonly Type[];
  /** Whether more arguments follow, as for C's `...`. */
  readonly variadic: boolean;
  readonly result: Type;
}
/** `Volatile<T>`: a cell whose unused loads are kept as well. */
export interface VolatileType { readonly kind: 'volatile'; readonly of: Type }

export type Type =
  | IntType | BoolType | VoidType | NeverType | CstrType | EnumType | StructType | ReferenceType | PointerType
  | OpaqueType | ArrayType | FunctionType | VolatileType;

const int = (name: IntName, size: 1 | 2 | 4 | 8, signed: boolean): IntType => ({ kind: 'int', name, size, signed });

export const ints: Readonly<Record<IntName, IntType>> = {
  u8: int('u8', 1, false), i8: int('i8', 1, true), u16: int('u16', 2, false), i16: int('i16', 2, true),
  u32: int('u32', 4, false), i32: int('i32', 4, true), usize: int('usize', 4, false),
  u64: int('u64', 8, false), i64: int('i64', 8, true),
};
export const { u8, i8, u16, i16, u32, i32, usize, u64, i64 } = ints;
export const bool: BoolType = { kind: 'bool' };
export const nothing: VoidType = { kind: 'void' };
export const never: NeverType = { kind: 'never' };
export const cstr: CstrType = { kind: 'cstr' };
export const opaque: OpaqueType = { kind: 'opaque' };

/** Bytes that a cell of this type takes. */
export function sizeOf(type: Type): number {
  switch (type.kind) {
    case 'int': case 'struct': return type.size;
    case 'bool': return 1;
    case 'enum': case 'cstr': case 'reference': case 'pointer': case 'opaque': case 'function': return 4;
    case 'array': return sizeOf(type.element) * type.count;
    case 'volatile': return sizeOf(type.of);
    case 'void': case 'never': return 0;
    default: return absurd(type);
  }
}

/** The power of two of which a cell's address is a multiple. */
export function alignOf(type: Type): number {
  switch (type.kind) {
    case 'array': return alignOf(type.element);
    case 'volatile': return alignOf(type.of);
    case 'struct': return type.align;
    default: return Math.max(1, sizeOf(type));
  }
}

/** A cell's type without `Volatile`. */
export function plain(type: Type): Exclude<Type, VolatileType> {
  return type.kind === 'volatile' ? plain(type.of) : type;
}

/** What reading a cell yields: narrow integers promote, a struct or an array yields its address. */
export function valueType(cell: Type): Type {
  switch (cell.kind) {
    case 'volatile': return valueType(cell.of);
    case 'int': return cell.size >= 4 ? cell : cell.signed ? i32 : u32;
    case 'struct': return { kind: 'reference', struct: cell };
    case 'array': return { kind: 'pointer', element: cell.element };
    default: return cell;
  }
}

export function isWide(type: Type): boolean {
  return type.kind === 'int' && type.size === 8;
}

/** Whether arithmetic and comparisons take the value as signed. */
export function isSigned(type: Type): boolean {
  return (type.kind === 'int' || type.kind === 'enum') && type.signed;
}

/** Whether a value of this type is an address. */
export function isAddress(type: Type): boolean {
  return type.kind === 'cstr' || type.kind === 'reference' || type.kind === 'pointer' || type.kind === 'opaque'
    || type.kind === 'function';
}

export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case 'int': return b.kind === 'int' && a.name === b.name;
    case 'reference': return b.kind === 'reference' && a.struct === b.struct;
    case 'pointer': return b.kind === 'pointer' && sameType(a.element, b.element);
    case 'array': return b.kind === 'array' && a.count === b.count && sameType(a.element, b.element);
    case 'volatile': return b.kind === 'volatile' && sameType(a.of, b.of);
    case 'function': return b.kind === 'function' && a.variadic === b.variadic && sameType(a.result, b.result)
      && a.parameters.length === b.parameters.length
      && a.parameters.every((parameter, index) => sameType(parameter, b.parameters[index]!));
    case 'struct': case 'enum': return false;
    default: return a.kind === b.kind;
  }
}

/** The type as the guest writes it. */
export function showType(type: Type): string {
  switch (type.kind) {
    case 'int': case 'enum': return type.name;
    case 'opaque': return 'unknown';
    case 'struct': return `Embed<${type.name}>`;
    case 'reference': return type.struct.name;
    case 'pointer': return `Ptr<${showType(type.element)}>`;
    case 'array': return `Arr<${showType(type.element)}, ${type.count}>`;
    case 'volatile': return `Volatile<${showType(type.of)}>`;
    case 'function': {
      const parameters = type.parameters.map((parameter, index) => `a${index}: ${showType(parameter)}`);
      if (type.variadic) parameters.push('...rest: VarArg[]');
      return `(${parameters.join(', ')}) => ${showType(type.result)}`;
    }
    default: return type.kind;
  }
}
