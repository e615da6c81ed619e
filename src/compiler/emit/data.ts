/** Sections of data: globals with what they hold from the start, strings, jump tables. */
import { assert } from '../../assert.ts';
import type { Relocation, Section } from '../object.ts';
import type { Initial } from '../tree.ts';
import { type Type, plain, sizeOf } from '../types.ts';

const utf8 = new TextEncoder();

/** A section of data being filled. */
export class DataSection {
  readonly name: string;
  readonly kind: 'rodata' | 'data' | 'bss';
  readonly relocations: Relocation[] = [];
  #size = 0;
  #align = 1;
  #bytes = new Uint8Array(1024);

  constructor(name: string, kind: 'rodata' | 'data' | 'bss') {
    this.name = name;
    this.kind = kind;
  }

  /** Room for `size` bytes, all zero; yields its offset. */
  reserve(size: number, align: number): number {
    const offset = Math.ceil(this.#size / align) * align;
    this.#align = Math.max(this.#align, align);
    this.#size = offset + size;
    if (this.kind !== 'bss' && this.#size > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#size, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return offset;
  }

  copy(offset: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, offset);
  }

  string(text: string): number {
    const bytes = utf8.encode(text);
    const offset = this.reserve(bytes.length + 1, 1);
    this.#bytes.set(bytes, offset);
    return offset;
  }

  /** A word that holds an address. */
  address(offset: number, symbol: string, addend: number): void {
    this.relocations.push({ offset, type: 'R_RISCV_32', symbol, addend });
  }

  /** What a cell holds; `string` yields the symbol of a text. */
  put(offset: number, type: Type, initial: Initial, string: (text: string) => string): void {
    switch (initial.kind) {
      case 'integer': return this.#integer(offset, sizeOf(plain(type)), initial.value);
      case 'string': return this.address(offset, string(initial.text), 0);
      case 'function': return this.address(offset, initial.function.symbol, 0);
      case 'global': return this.address(offset, initial.global.symbol, initial.offset);
      case 'parts':
        for (const part of initial.parts) this.put(offset + part.offset, part.type, part.initial, string);
    }
  }

  #integer(offset: number, size: number, value: bigint): void {
    assert(offset + size <= this.#bytes.length, 'a value lies within its section');
    let rest = BigInt.asUintN(64, value);
    for (let index = 0; index < size; index++) {
      this.#bytes[offset + index] = Number(rest & 0xffn);
      rest >>= 8n;
    }
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  finish(resolve: (relocation: Relocation) => Relocation): Section {
    return {
      name: this.name, kind: this.kind, align: this.#align, size: this.#size,
      bytes: this.kind === 'bss' ? new Uint8Array(0) : this.#bytes.slice(0, this.#size),
      relocations: this.relocations.map(resolve),
    };
  }
}
