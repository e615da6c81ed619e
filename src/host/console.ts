import { Bytes } from '../machine/wasm/bytes.ts';
import type { ConsoleSink } from './session.ts';

/** The guest's console on the host: keeps all output, passes it on in pieces, and watches for a text. */
export class Console {
  readonly #sink: ConsoleSink | undefined;
  readonly #all = new Bytes(4096);
  #passed = 0;
  readonly #decoder = new TextDecoder();
  #text = '';
  #decoded = 0;
  #wanted: Uint8Array | undefined;
  #onFound: () => void = () => {};
  /** Whether the watched text has appeared. */
  found = false;

  constructor(sink: ConsoleSink | undefined) {
    this.#sink = sink;
  }

  /** All so far. It is asked for again and again where one machine runs many trials, so only what is new is decoded. */
  get text(): string {
    const all = this.#all.view();
    this.#text += this.#decoder.decode(all.subarray(this.#decoded), { stream: true });
    this.#decoded = all.length;
    return this.#text;
  }

  put(byte: number): void {
    this.#all.byte(byte);
    const wanted = this.#wanted;
    if (wanted && byte === wanted[wanted.length - 1] && this.#endsWith(wanted)) {
      this.found = true;
      this.#wanted = undefined;
      this.#onFound();
    }
  }

  /** From now on calls `onFound` when `text` has appeared; without a text, watches no more. */
  watch(text: string | undefined, onFound: () => void): void {
    this.found = false;
    this.#wanted = text === undefined || text === '' ? undefined : new TextEncoder().encode(text);
    this.#onFound = onFound;
  }

  /** Passes new output on. */
  async flush(): Promise<void> {
    const all = this.#all.view();
    if (!this.#sink || this.#passed === all.length) return;
    const piece = all.slice(this.#passed);
    this.#passed = all.length;
    await this.#sink(piece);
  }

  #endsWith(wanted: Uint8Array): boolean {
    const all = this.#all.view();
    const start = all.length - wanted.length;
    return start >= 0 && wanted.every((byte, index) => all[start + index] === byte);
  }
}
