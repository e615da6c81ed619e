/** An ELF or DWARF string table: NUL-terminated strings, the empty one first, each kept once. */
export class StringTable {
  readonly #at = new Map<string, number>([['', 0]]);
  readonly #chunks: Uint8Array[] = [Uint8Array.of(0)];
  #size = 1;

  /** The offset of a string, which is added if it is new. */
  offset(text: string): number {
    const known = this.#at.get(text);
    if (known !== undefined) return known;
    const at = this.#size;
    const bytes = encoder.encode(`${text}\0`);
    this.#at.set(text, at);
    this.#chunks.push(bytes);
    this.#size += bytes.length;
    return at;
  }

  get bytes(): Uint8Array {
    const all = new Uint8Array(this.#size);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }
}

const encoder = new TextEncoder();
