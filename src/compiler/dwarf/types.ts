/** Debugging information entries for types: DWARF 4, section 5. Each type is described once, on first use. */
import type { DebugType, StructInfo } from '../object.ts';
import { DW_ATE } from './constants.ts';
import type { Attribute, Entry, Value } from './entries.ts';

type Attributes = (readonly [Attribute, Value])[];

const pointerBytes = 4;
const charType: DebugType = { kind: 'int', name: 'char', size: 1, signed: false };

export class TypeTable {
  readonly #structs: ReadonlyMap<string, StructInfo>;
  readonly #entries = new Map<string, Entry>();

  constructor(structs: readonly StructInfo[]) {
    this.#structs = new Map(structs.map((info) => [info.name, info]));
    for (const { name } of structs) this.#addStruct(name);
  }

  /** The entries of all types asked for so far, and of all that these need. */
  get entries(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  /** A reference to a type, for DW_AT_type. */
  reference(type: DebugType): Value {
    const key = keyOf(type);
    if (!this.#entries.has(key)) this.#add(key, type);
    return { form: 'ref4', key };
  }

  #add(key: string, type: DebugType): void {
    switch (type.kind) {
      case 'struct': return this.#addStruct(type.name);
      case 'pointer': return this.#addPointer(key, type.to);
      case 'cstr': return this.#addPointer(key, charType);
      case 'function': {
        this.#entries.set('code', { tag: 'subroutine_type', key: 'code', attributes: [] });
        return this.#addPointer(key, undefined, 'code');
      }
      case 'int': return this.#addBase(key, type.name, type.size, intEncoding(type));
      case 'bool': return this.#addBase(key, 'bool', 1, DW_ATE.boolean);
      case 'array': return this.#addArray(key, type);
      case 'enum': return this.#addEnum(key, type);
    }
  }

  #addBase(key: string, name: string, size: number, encoding: number): void {
    const attributes: Attributes = [
      ['name', strp(name)], ['byte_size', { form: 'data1', value: size }],
      ['encoding', { form: 'data1', value: encoding }],
    ];
    this.#entries.set(key, { tag: 'base_type', key, attributes });
  }

  /** Without a target it is C's `void *`. */
  #addPointer(key: string, to: DebugType | undefined, target?: string): void {
    const attributes: Attributes = [['byte_size', { form: 'data1', value: pointerBytes }]];
    if (target !== undefined) attributes.push(['type', { form: 'ref4', key: target }]);
    this.#entries.set(key, { tag: 'pointer_type', key, attributes });
    if (to) attributes.push(['type', this.reference(to)]);
  }

  /** The struct, and its name as a type of its own, so that one can write `Task` for `struct Task`. */
  #addStruct(name: string): void {
    const key = keyOf({ kind: 'struct', name });
    if (this.#entries.has(key)) return;
    const info = this.#structs.get(name);
    const children: Entry[] = [];
    const attributes: Attributes = info
      ? [['name', strp(name)], ['byte_size', { form: 'udata', value: info.size }]]
      : [['name', strp(name)], ['declaration', { form: 'flag_present' }]];
    this.#entries.set(key, { tag: 'structure_type', key, attributes, ...(info ? { children } : {}) });
    this.#entries.set(`typedef ${name}`, {
      tag: 'typedef', attributes: [['name', strp(name)], ['type', { form: 'ref4', key }]],
    });
    for (const field of info?.fields ?? []) {
      children.push({
        tag: 'member',
        attributes: [
          ['name', strp(field.name)], ['type', this.reference(field.type)],
          ['data_member_location', { form: 'udata', value: field.offset }],
        ],
      });
    }
  }

  #addArray(key: string, { of, count }: Extract<DebugType, { kind: 'array' }>): void {
    const attributes: Attributes = [['type', this.reference(of)]];
    const range: Entry = { tag: 'subrange_type', attributes: [['count', { form: 'udata', value: count }]] };
    this.#entries.set(key, { tag: 'array_type', key, attributes, children: [range] });
  }

  #addEnum(key: string, { name, members }: Extract<DebugType, { kind: 'enum' }>): void {
    const children = Object.entries(members).map(([member, value]): Entry => ({
      tag: 'enumerator', attributes: [['name', strp(member)], ['const_value', { form: 'sdata', value }]],
    }));
    const attributes: Attributes = [['name', strp(name)], ['byte_size', { form: 'data1', value: 4 }]];
    this.#entries.set(key, { tag: 'enumeration_type', key, attributes, children });
  }
}

const strp = (text: string): Value => ({ form: 'strp', text });

function intEncoding({ size, signed }: { size: number; signed: boolean }): number {
  if (size === 1) return signed ? DW_ATE.signed_char : DW_ATE.unsigned_char;
  return signed ? DW_ATE.signed : DW_ATE.unsigned;
}

/** Equal for equal types. Enums and structs are known by their names. */
function keyOf(type: DebugType): string {
  switch (type.kind) {
    case 'int': return type.name;
    case 'pointer': return `*${type.to ? keyOf(type.to) : 'void'}`;
    case 'array': return `[${type.count}]${keyOf(type.of)}`;
    case 'struct':
    case 'enum': return `${type.kind} ${type.name}`;
    case 'bool':
    case 'cstr':
    case 'function': return type.kind;
  }
}
