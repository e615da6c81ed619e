import type { Relocation, RelocationType } from './relocation.ts';

export type SectionKind = 'text' | 'rodata' | 'data' | 'bss';

/** One section of an assembled program. Offsets are in bytes from its start. */
export interface Section {
  readonly name: string;
  readonly kind: SectionKind;
  /** A power of two, in bytes. */
  readonly align: number;
  /** Bytes in memory. */
  readonly size: number;
  /** `size` bytes; empty for bss. */
  readonly bytes: Uint8Array;
  readonly relocations: readonly Relocation[];
}

const kinds: readonly (readonly [RegExp, SectionKind])[] = [
  [/^\.text\b/, 'text'], [/^\.s?rodata\b/, 'rodata'], [/^\.s?data\b/, 'data'], [/^\.s?bss\b/, 'bss'],
];

/**
 * The kind of a section by its name, or by the flags and type that `.section` gives it: x executable, w writable,
 * a in memory. Undefined for what is not in memory, such as `.note.GNU-stack`.
 */
export function sectionKind(name: string, flags = '', type = ''): SectionKind | undefined {
  const known = kinds.find(([pattern]) => pattern.test(name));
  if (known) return known[1];
  if (flags.includes('x')) return 'text';
  if (flags.includes('w')) return type === '@nobits' ? 'bss' : 'data';
  return flags.includes('a') ? 'rodata' : undefined;
}

/** A section being assembled. */
export class SectionBuilder {
  readonly name: string;
  readonly kind: SectionKind | undefined;
  readonly relocations: Relocation[] = [];
  /** Source lines by offset, ascending. */
  readonly lines: { offset: number; line: number }[] = [];
  align: number;
  size = 0;
  #bytes = new Uint8Array(256);

  constructor(name: string, kind: SectionKind | undefined) {
    this.name = name;
    this.kind = kind;
    this.align = kind === 'text' ? 4 : 1;
  }

  get bytes(): Uint8Array {
    return this.kind === 'bss' ? new Uint8Array(0) : this.#bytes.subarray(0, this.size);
  }

  get view(): DataView {
    return new DataView(this.#bytes.buffer);
  }

  /** Appends `width` bytes of a number, least significant first. */
  number(value: number, width: 1 | 2 | 4): void {
    this.append(Uint8Array.from({ length: width }, (_, index) => value >> (8 * index)));
  }

  append(bytes: Uint8Array): void {
    this.fill(bytes.length, 0);
    if (this.kind !== 'bss') this.#bytes.set(bytes, this.size - bytes.length);
  }

  fill(count: number, value: number): void {
    if (this.kind !== 'bss') {
      this.#grow(this.size + count);
      this.#bytes.fill(value, this.size, this.size + count);
    }
    this.size += count;
  }

  /** Marks what is appended next as waiting for an address. */
  relocation(type: RelocationType, symbol: string, addend: number): void {
    this.relocations.push({ offset: this.size, type, symbol, addend });
  }

  line(line: number): void {
    if (this.lines.at(-1)?.line !== line) this.lines.push({ offset: this.size, line });
  }

  #grow(size: number): void {
    if (size <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(size, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
