import { assert } from '../assert.ts';

/** Words before the data: bytes ever put in, bytes ever taken out, records that found no room. */
const words = { head: 0, tail: 1, lost: 2, bytes: 16 } as const;
/** Of a record: its length and its time, before its bytes. */
const headerBytes = 12;
const dataBytes = 2 ** 20;
const patienceMs = 1000;

/**
 * What a card lets out of a parallel machine, on its way to the main thread: records with their virtual times. One
 * thread puts at a time, under the card's lock; the main thread takes.
 */
export class RecordRing {
  readonly #words: Int32Array;
  readonly #data: Uint8Array;

  /** Shared memory for a ring. */
  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(words.bytes + dataBytes);
  }

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory, 0, words.bytes / 4);
    this.#data = new Uint8Array(memory, words.bytes);
  }

  /** A record that finds no room is lost, and counted: a machine must not wait for a file. */
  put(bytes: Uint8Array, ns: number): void {
    const head = Atomics.load(this.#words, words.head) >>> 0;
    const used = (head - Atomics.load(this.#words, words.tail)) >>> 0;
    const size = headerBytes + bytes.length;
    if (used + size > dataBytes) {
      Atomics.add(this.#words, words.lost, 1);
      return;
    }
    const header = new DataView(new ArrayBuffer(headerBytes));
    header.setUint32(0, bytes.length, true);
    header.setFloat64(4, ns, true);
    this.#copyIn(head, new Uint8Array(header.buffer));
    this.#copyIn(head + headerBytes, bytes);
    Atomics.store(this.#words, words.head, (head + size) | 0);
    Atomics.notify(this.#words, words.head);
  }

  /** Resolves when there may be something to take: woken by `put` and by `wake`. */
  async change(): Promise<void> {
    const tail = Atomics.load(this.#words, words.tail);
    const { async, value } = Atomics.waitAsync(this.#words, words.head, tail, patienceMs);
    if (async) await value;
  }

  wake(): void {
    Atomics.notify(this.#words, words.head);
  }

  /** Takes all there is, oldest first. */
  take(each: (bytes: Uint8Array, ns: number) => void): void {
    const head = Atomics.load(this.#words, words.head) >>> 0;
    let tail = Atomics.load(this.#words, words.tail) >>> 0;
    while (tail !== head) {
      const header = new DataView(this.#copyOut(tail, headerBytes).buffer);
      const length = header.getUint32(0, true);
      assert(length < dataBytes, 'a record fits its ring');
      each(this.#copyOut(tail + headerBytes, length), header.getFloat64(4, true));
      tail = (tail + headerBytes + length) >>> 0;
    }
    Atomics.store(this.#words, words.tail, tail | 0);
  }

  get lost(): number {
    return Atomics.load(this.#words, words.lost);
  }

  #copyIn(at: number, bytes: Uint8Array): void {
    const first = (at >>> 0) % dataBytes;
    const before = Math.min(bytes.length, dataBytes - first);
    this.#data.set(bytes.subarray(0, before), first);
    this.#data.set(bytes.subarray(before), 0);
  }

  #copyOut(at: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    const first = (at >>> 0) % dataBytes;
    const before = Math.min(length, dataBytes - first);
    bytes.set(this.#data.subarray(first, first + before));
    bytes.set(this.#data.subarray(0, length - before), before);
    return bytes;
  }
}
