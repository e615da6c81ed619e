/**
 * A writer of flattened device trees. Devicetree Specification 0.4, chapter 5: header (version 17), an empty memory
 * reservation block, structure block, strings block; all big-endian.
 */

/** A property: one or several cells, one or several strings, an empty property, or bytes. */
export type Property = number | readonly number[] | string | readonly string[] | true | Uint8Array;

/** A node: its properties and, as objects, its children; what is undefined is left out. */
export interface Node { readonly [name: string]: Property | Node | undefined }

const magic = 0xd00d_feed;
const version = { current: 17, compatible: 16 };
const headerBytes = 40;
const reservationBytes = 16;
const token = { beginNode: 1, endNode: 2, property: 3, end: 9 };

/** The blob of the tree with this root. */
export function flatten(root: Node): Uint8Array {
  const structure = new Block();
  const strings = new Strings();
  writeNode('', root, structure, strings);
  structure.cell(token.end);

  const structureAt = headerBytes + reservationBytes;
  const stringsAt = structureAt + structure.bytes.length;
  const total = stringsAt + strings.bytes.length;
  const blob = new Block();
  for (const cell of [
    magic, total, structureAt, stringsAt, headerBytes, version.current, version.compatible, 0,
    strings.bytes.length, structure.bytes.length, 0, 0, 0, 0,
  ]) blob.cell(cell);
  return Uint8Array.from([...blob.bytes, ...structure.bytes, ...strings.bytes]);
}

const isNode = (value: Property | Node): value is Node =>
  typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array);

/** Section 5.4.2: all properties of a node come before its children. */
function writeNode(name: string, node: Node, structure: Block, strings: Strings): void {
  const present = Object.entries(node).filter((entry): entry is [string, Property | Node] => entry[1] !== undefined);
  structure.cell(token.beginNode);
  structure.text(name);
  structure.pad();
  for (const [key, value] of present) {
    if (isNode(value)) continue;
    const bytes = encode(value);
    structure.cell(token.property);
    structure.cell(bytes.length);
    structure.cell(strings.offset(key));
    structure.append(bytes);
    structure.pad();
  }
  for (const [key, value] of present) if (isNode(value)) writeNode(key, value, structure, strings);
  structure.cell(token.endNode);
}

function encode(value: Property): readonly number[] {
  const block = new Block();
  if (value instanceof Uint8Array) block.append(value);
  else if (value !== true) {
    for (const part of Array.isArray(value) ? value as readonly (number | string)[] : [value as number | string]) {
      if (typeof part === 'number') block.cell(part);
      else block.text(part);
    }
  }
  return block.bytes;
}

/** Bytes being written. */
class Block {
  readonly bytes: number[] = [];

  cell(value: number): void {
    this.bytes.push(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
  }

  /** UTF-8 with the zero at its end. */
  text(value: string): void {
    this.append(new TextEncoder().encode(value));
    this.bytes.push(0);
  }

  append(bytes: Iterable<number>): void {
    for (const byte of bytes) this.bytes.push(byte);
  }

  /** Tokens start at multiples of 4. */
  pad(): void {
    while (this.bytes.length % 4 !== 0) this.bytes.push(0);
  }
}

/** The names of properties, each once. */
class Strings extends Block {
  readonly #offsets = new Map<string, number>();

  offset(name: string): number {
    const known = this.#offsets.get(name);
    if (known !== undefined) return known;
    const at = this.bytes.length;
    this.#offsets.set(name, at);
    this.text(name);
    return at;
  }
}
