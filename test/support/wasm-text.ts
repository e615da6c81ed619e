/** WebAssembly code as text, one instruction a line, for goldens and for reading; knows the opcodes that we emit. */
import { assert } from '../../src/assert.ts';
import { atomic, bulk, op } from '../../src/machine/wasm/opcodes.ts';

const invert = (table: Readonly<Record<string, number>>) =>
  new Map(Object.entries(table).map(([name, code]) => [code, name.replace('_', '.')]));
const names = invert(op), atomics = invert(atomic), bulks = invert(bulk);
const opening = new Set<number>([op.block, op.loop, op.if]);
const withIndex = new Set<number>([op.br, op.br_if, op.call, op.local_get, op.local_set, op.local_tee, op.global_get,
  op.global_set]);

class Reader {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean { return this.at >= this.#bytes.length; }
  byte(): number { return this.#bytes[this.at++]!; }

  /** LEB128; as an i32 when `signed`. */
  number(signed = false): number {
    let value = 0, shift = 0, byte: number;
    do {
      byte = this.byte();
      value |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte & 0x80);
    return signed && shift < 32 && byte & 0x40 ? value | (-1 << shift) : signed ? value : value >>> 0;
  }
}

/** The instructions of an expression (Core Specification 2.0, section 5.4.9), indented by two spaces a block. */
export function wasmText(code: Uint8Array): string[] {
  const reader = new Reader(code);
  const lines: string[] = [];
  let depth = 0;
  while (!reader.isAtEnd) {
    const opcode = reader.byte();
    if (opcode === op.end || opcode === op.else) depth--;
    lines.push('  '.repeat(Math.max(depth, 0)) + instruction(opcode, reader));
    if (opening.has(opcode) || opcode === op.else) depth++;
  }
  return lines;
}

function instruction(opcode: number, reader: Reader): string {
  const name = names.get(opcode);
  assert(name, `opcode ${opcode} is one of ours`);
  if (opcode === op.atomic) {
    const kind = reader.byte();
    if (kind === atomic.fence) return `atomic.fence ${reader.byte() || ''}`.trim();
    return `${atomics.get(kind)!.replace('i32.', 'i32.atomic.')}${memory(reader)}`;
  }
  if (opcode === op.bulk) return `${bulks.get(reader.byte())} ${reader.byte()}`;
  if (opening.has(opcode)) reader.byte();
  if (withIndex.has(opcode)) return `${name} ${reader.number()}`;
  if (opcode === op.call_indirect) return `${name} type ${reader.number()} table ${reader.number()}`;
  if (opcode === op.i32_const || opcode === op.i64_const) return `${name} ${reader.number(true)}`;
  if (opcode === op.br_table) {
    return `${name} ${Array.from({ length: reader.number() + 1 }, () => reader.number()).join(' ')}`;
  }
  return opcode >= op.i32_load && opcode <= op.i32_store16 ? `${name}${memory(reader)}` : name;
}

function memory(reader: Reader): string {
  reader.number();
  const offset = reader.number();
  return offset === 0 ? '' : ` offset=${offset}`;
}
