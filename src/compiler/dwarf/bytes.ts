import type { Relocation } from '../object.ts';

/** A growing section of debug information: numbers in DWARF's forms, and relocations for addresses. Section 7.6. */
export class DebugBytes {
  readonly relocations: Relocation[] = [];
  #bytes = new Uint8Array(32);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#size);
  }

  u8(...values: readonly number[]): void {
    this.#need(values.length);
    for (const value of values) this.#bytes[this.#size++] = value;
  }

  u16(value: number): void {
    this.u8(value & 255, (value >>> 8) & 255);
  }

  u32(value: number): void {
    this.u16(value & 0xffff);
    this.u16(value >>> 16);
  }

  /** Unsigned LEB128: seven bits a byte, the low ones first, the top bit set on all but the last. */
  uleb(value: number): void {
    let rest = value >>> 0;
    while (rest >= 128) {
      this.u8((rest & 127) | 128);
      rest >>>= 7;
    }
    this.u8(rest);
  }

  /** Signed LEB128: ends when what is left is the sign. */
  sleb(value: number): void {
    let rest = BigInt(Math.trunc(value));
    for (;;) {
      const low = Number(rest & 127n);
      rest >>= 7n;
      if ((rest === 0n && (low & 64) === 0) || (rest === -1n && (low & 64) !== 0)) return this.u8(low);
      this.u8(low | 128);
    }
  }

  /** With its NUL. */
  string(text: string): void {
    this.append(encoder.encode(`${text}\0`));
  }

  append(bytes: Uint8Array): void {
    this.#need(bytes.length);
    this.#bytes.set(bytes, this.#size);
    this.#size += bytes.length;
  }

  /** A word that becomes the address of a symbol or section (a debug section's address is its start in the file). */
  address(symbol: string, addend = 0): void {
    this.relocations.push({ offset: this.#size, type: 'R_RISCV_32', symbol, addend });
    this.u32(0);
  }

  /** What `write` writes, preceded by its length as a word. */
  counted(write: () => void): void {
    const at = this.#size;
    this.u32(0);
    write();
    this.patch(at, this.#size - at - 4);
  }

  patch(at: number, value: number): void {
    new DataView(this.#bytes.buffer).setUint32(at, value, true);
  }

  #need(count: number): void {
    if (this.#size + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#size + count));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

const encoder = new TextEncoder();
