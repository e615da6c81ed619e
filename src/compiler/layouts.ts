/**
 * The guest's structs by name, for host tools that read its memory: offsets and types as the compiler laid them out.
 * The table is plain data and may be kept as JSON.
 */
import { assert } from '../assert.ts';
import type { DebugType, ObjectModule } from './object.ts';

export interface StructLayout {
  /** Bytes. */
  readonly size: number;
  /** By name: offset in bytes, and type. */
  readonly fields: Readonly<Record<string, readonly [offset: number, type: DebugType]>>;
}

export interface LayoutTable {
  readonly structs: Readonly<Record<string, StructLayout>>;
  /** The types of global variables. */
  readonly globals: Readonly<Record<string, DebugType>>;
}

/** The layouts of all structs that a module describes, and the types of its variables. */
export function layoutsOf({ structs, globals }: ObjectModule): LayoutTable {
  return {
    structs: Object.fromEntries(structs.map(({ name, size, fields }) => {
      const rows = fields.map((field) => [field.name, [field.offset, field.type] as const]);
      return [name, { size, fields: Object.fromEntries(rows) }];
    })),
    globals: Object.fromEntries(globals.map(({ name, type }) => [name, type])),
  };
}

/** The bytes at a guest address, or undefined where some of them cannot be read. */
export type GuestMemory = (address: number, size: number) => Uint8Array | undefined;

/** `void *` and code have no `to`. */
export interface Pointer { readonly address: number; readonly to: DebugType | undefined }
/** Text is undefined for a null pointer, where memory cannot be read, or when it has no end. */
export interface CString { readonly address: number; readonly text: string | undefined }

/** Integers of 64 bits are bigints; an enum is its member's name, or a number when no member has it. */
export type GuestValue = number | bigint | boolean | string | Pointer | CString | GuestStruct | readonly GuestValue[];
export interface GuestStruct { readonly [field: string]: GuestValue }

/** Bytes of text that are looked at for a string's end. */
const longestString = 4096;
const pointerBytes = 4;

/** Reads guest memory by the names of structs and fields. An unknown name is a bug of the caller. */
export class Layouts {
  readonly #table: LayoutTable;

  constructor(table: LayoutTable) {
    this.#table = table;
  }

  has(struct: string): boolean {
    return this.#table.structs[struct] !== undefined;
  }

  /** Bytes of a struct. */
  size(struct: string): number {
    return this.#struct(struct).size;
  }

  /** The names of a struct's fields, in the order of memory. */
  fields(struct: string): string[] {
    return Object.keys(this.#struct(struct).fields);
  }

  /** Where a field is in a struct, and what: `locate('Nic', 'rx[3].len')`. */
  locate(struct: string, path: string): { readonly offset: number; readonly type: DebugType } {
    let place: { offset: number; type: DebugType } = { offset: 0, type: { kind: 'struct', name: struct } };
    for (const [, name, index] of path.matchAll(/([A-Za-z_$][\w$]*)|\[(\d+)\]/g)) {
      place = name === undefined ? this.#element(place, Number(index)) : this.#field(place, name);
    }
    return place;
  }

  /** A struct with all its fields; undefined where memory cannot be read. */
  read(memory: GuestMemory, struct: string, address: number): GuestStruct | undefined {
    return this.value(memory, { kind: 'struct', name: struct }, address) as GuestStruct | undefined;
  }

  /** One field of a struct. */
  field(memory: GuestMemory, struct: string, address: number, path: string): GuestValue | undefined {
    const { offset, type } = this.locate(struct, path);
    return this.value(memory, type, address + offset);
  }

  /** A field as a number: integers up to 32 bits, bool, enum, or the address in a pointer. */
  number(memory: GuestMemory, struct: string, address: number, path: string): number | undefined {
    const { offset, type } = this.locate(struct, path);
    const size = this.sizeOf(type);
    assert(size <= 4 && type.kind !== 'array' && type.kind !== 'struct', `${struct}.${path} is no number of 32 bits`);
    const bytes = memory((address + offset) >>> 0, size);
    return bytes && integer(bytes, type.kind === 'int' && type.signed);
  }

  /** A global variable, which lies at `address`. */
  global(memory: GuestMemory, name: string, address: number): GuestValue | undefined {
    const type = this.#table.globals[name];
    assert(type, `no global variable ${name}`);
    return this.value(memory, type, address);
  }

  /**
   * The addresses of the structs in a list: `first`, then what the field `next` of each points to, up to null, to the
   * first again, to memory that cannot be read, or to `limit` of them.
   */
  list(memory: GuestMemory, struct: string, first: number, next: string, limit = 65536): number[] {
    const addresses: number[] = [];
    let address: number | undefined = first;
    while (address !== undefined && address !== 0 && addresses.length < limit) {
      addresses.push(address);
      address = this.number(memory, struct, address, next);
      if (address === first) break;
    }
    return addresses;
  }

  /** What a cell of some type at an address holds. */
  value(memory: GuestMemory, type: DebugType, address: number): GuestValue | undefined {
    const bytes = memory(address >>> 0, this.sizeOf(type));
    return bytes && this.#decode(memory, type, bytes);
  }

  sizeOf(type: DebugType): number {
    switch (type.kind) {
      case 'int': return type.size;
      case 'bool': return 1;
      case 'enum': return 4;
      case 'struct': return this.size(type.name);
      case 'array': return this.sizeOf(type.of) * type.count;
      case 'cstr':
      case 'pointer':
      case 'function': return pointerBytes;
    }
  }

  #decode(memory: GuestMemory, type: DebugType, bytes: Uint8Array): GuestValue {
    switch (type.kind) {
      case 'int': return type.size === 8 ? wide(bytes, type.signed) : integer(bytes, type.signed);
      case 'bool': return bytes[0] !== 0;
      case 'enum': return memberName(type, integer(bytes, true));
      case 'cstr': return readString(memory, integer(bytes, false));
      case 'pointer': return { address: integer(bytes, false), to: type.to };
      case 'function': return { address: integer(bytes, false), to: undefined };
      case 'array': return this.#decodeArray(memory, type, bytes);
      case 'struct': return Object.fromEntries(Object.entries(this.#struct(type.name).fields)
        .map(([name, [offset, field]]) => [name, this.#decode(memory, field, this.#part(bytes, offset, field))]));
    }
  }

  #decodeArray(memory: GuestMemory, type: Extract<DebugType, { kind: 'array' }>, bytes: Uint8Array): GuestValue[] {
    const size = this.sizeOf(type.of);
    return Array.from({ length: type.count }, (_, index) =>
      this.#decode(memory, type.of, this.#part(bytes, index * size, type.of)));
  }

  #part(bytes: Uint8Array, offset: number, type: DebugType): Uint8Array {
    return bytes.subarray(offset, offset + this.sizeOf(type));
  }

  #struct(name: string): StructLayout {
    const layout = this.#table.structs[name];
    assert(layout, `no struct ${name}`);
    return layout;
  }

  #field({ offset, type }: { offset: number; type: DebugType }, name: string): { offset: number; type: DebugType } {
    const field = type.kind === 'struct' ? this.#struct(type.name).fields[name] : undefined;
    assert(field, `no field ${name} in ${type.kind === 'struct' ? type.name : type.kind}`);
    return { offset: offset + field[0], type: field[1] };
  }

  #element({ offset, type }: { offset: number; type: DebugType }, index: number): { offset: number; type: DebugType } {
    assert(type.kind === 'array' && index < type.count, `no element ${index}`);
    return { offset: offset + index * this.sizeOf(type.of), type: type.of };
  }
}

/** A little-endian integer of 1, 2 or 4 bytes. */
function integer(bytes: Uint8Array, signed: boolean): number {
  const raw = bytes.reduceRight((value, byte) => (value << 8) | byte, 0);
  const unused = 32 - 8 * bytes.length;
  return signed ? (raw << unused) >> unused : raw >>> 0;
}

function wide(bytes: Uint8Array, signed: boolean): bigint {
  const raw = bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  return signed ? BigInt.asIntN(64, raw) : raw;
}

function memberName({ members }: Extract<DebugType, { kind: 'enum' }>, value: number): string | number {
  return Object.entries(members).find(([, member]) => (member | 0) === value)?.[0] ?? value;
}

const decoder = new TextDecoder();

/** Read byte by byte, since what lies behind the end need not be readable. */
function readString(memory: GuestMemory, address: number): CString {
  const text: number[] = [];
  for (let at = address; address !== 0 && text.length < longestString; at++) {
    const byte = memory(at, 1)?.[0];
    if (byte === undefined) break;
    if (byte === 0) return { address, text: decoder.decode(Uint8Array.from(text)) };
    text.push(byte);
  }
  return { address, text: undefined };
}
