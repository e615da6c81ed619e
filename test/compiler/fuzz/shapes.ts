/** Random struct types: fields of every type, arrays, structs within structs. */
import type { ValueType } from './node.ts';
import type { Random } from './random.ts';

export type MemoryType = 'u8' | 'u16' | 'u32' | 'i8' | 'i16' | 'i32' | 'u64' | 'i64' | 'bool';

export const memoryTypes: readonly MemoryType[] = ['u8', 'u16', 'u32', 'i8', 'i16', 'i32', 'u64', 'i64', 'bool'];

export interface FieldShape {
  readonly name: string;
  readonly element: MemoryType | StructShape;
  /** Elements of an array, a power of two; undefined for a single value. */
  readonly count: number | undefined;
  readonly volatile: boolean;
}

export interface StructShape {
  readonly name: string;
  readonly fields: readonly FieldShape[];
}

/** What a load of the type gives, before and after which nothing narrower exists. */
export function promoted(type: MemoryType): ValueType {
  switch (type) {
    case 'u8':
    case 'u16':
    case 'u32':
      return 'u32';
    case 'i8':
    case 'i16':
    case 'i32':
      return 'i32';
    default:
      return type;
  }
}

/** Structs of which each may contain the earlier ones; the last is the largest. */
export function randomStructs(random: Random): StructShape[] {
  const structs: StructShape[] = [];
  for (let i = 0; i < 3; i++) {
    const count = i === 2 ? 14 : 2 + random.below(5);
    const fields: FieldShape[] = [];
    for (let k = 0; k < count; k++) fields.push(randomField(random, `s${i}f${k}`, structs));
    // Every type is reachable from the last struct, whatever chance said.
    if (i === 2)
      memoryTypes.forEach((element, k) =>
        fields.push({ name: `every${k}`, element, count: undefined, volatile: false }),
      );
    structs.push({ name: `S${i}`, fields });
  }
  return structs;
}

/** `methods` is the text of its methods. */
export function structText({ name, fields }: StructShape, methods: string): string {
  return `class ${name} {\n${fields.map((field) => `  ${field.name}: ${fieldType(field)};\n`).join('')}${methods}}\n`;
}

/** Statements that set every scalar in a struct at `base` from successive calls of `next()`, which gives a u32. */
export function fillText(struct: StructShape, base: string, next: string, indent: string): string {
  let out = '';
  for (const { name, element, count } of struct.fields) {
    const place = `${base}.${name}`;
    if (count === undefined) {
      out +=
        typeof element === 'string'
          ? `${indent}${place} = ${valueText(element, next)};\n`
          : fillText(element, place, next, indent);
      continue;
    }
    for (let i = 0; i < count; i++) {
      const at = `${place}[${i}]`;
      out +=
        typeof element === 'string'
          ? `${indent}${at} = ${valueText(element, next)};\n`
          : fillText(element, at, next, indent);
    }
  }
  return out;
}

function fieldType({ element, count, volatile }: FieldShape): string {
  const single = typeof element === 'string' ? element : `Embed<${element.name}>`;
  const type = count === undefined ? single : `Arr<${single}, ${count}>`;
  return volatile ? `Volatile<${type}>` : type;
}

function randomField(random: Random, name: string, structs: readonly StructShape[]): FieldShape {
  const shape = random.below(10);
  const count = shape < 7 ? undefined : random.pick([2, 4, 8]);
  const struct = structs.length > 0 && random.oneIn(4) ? random.pick(structs) : undefined;
  if (struct) return { name, element: struct, count: count && 2, volatile: false };
  return { name, element: random.pick(memoryTypes), count, volatile: count === undefined && random.oneIn(6) };
}

function valueText(type: MemoryType, next: string): string {
  switch (type) {
    case 'bool':
      return `(${next} & 1) !== 0`;
    case 'u64':
      return `wide(${next}, ${next})`;
    case 'i64':
      return `wide(${next}, ${next}) as i64`;
    default:
      return next;
  }
}
