import { assert } from '../../assert.ts';

/** A frame in a queue. `bytes` is a view that lasts until the queue is next changed. */
export interface QueuedFrame {
  readonly bytes: Uint8Array;
  /** Virtual time at which it is where it goes. */
  readonly ns: number;
  readonly flags: number;
}

/** Words of the queue before its data: where the oldest frame is, where the next goes, how many there are. */
const words = { first: 0, end: 1, count: 2, held: 3, header: 4 } as const;
/** Words of a frame before its bytes: its length or `skip`, its flags, its time. */
const frameHeader = 4;
/** In place of a length: the next frame is at the start. */
const skip = -1;

const time = new Float64Array(1);
const timeWords = new Int32Array(time.buffer);

/** Words of a queue for about `bytes` bytes of frames. */
export const frameQueueWords = <const N extends number>(bytes: N) => words.header + bytes / 4;

/**
 * A bounded queue of frames in shared words, used with a lock held. A frame lies in one piece, so that it can be used
 * where it is.
 */
export class FrameQueue {
  readonly #words: Int32Array;
  readonly #data: Int32Array;
  readonly #bytes: Uint8Array;

  /** `window`: as many words as `frameQueueWords` says. */
  constructor(window: Int32Array) {
    this.#words = window;
    this.#data = window.subarray(words.header);
    this.#bytes = new Uint8Array(this.#data.buffer, this.#data.byteOffset, this.#data.length * 4);
  }

  clear(): void {
    this.#words.fill(0, 0, words.header);
  }

  get count(): number { return this.#words[words.count]!; }

  /** Bytes of all frames together. */
  get held(): number { return this.#words[words.held]!; }

  /** False when there is no room. */
  put(bytes: Uint8Array, ns: number, flags = 0): boolean {
    const size = frameHeader + (bytes.length + 3 >>> 2);
    const at = this.#room(size);
    if (at === undefined) return false;
    time[0] = ns;
    this.#data[at] = bytes.length;
    this.#data[at + 1] = flags;
    this.#data[at + 2] = timeWords[0]!;
    this.#data[at + 3] = timeWords[1]!;
    this.#bytes.set(bytes, (at + frameHeader) * 4);
    this.#words[words.end] = at + size;
    this.#words[words.count]!++;
    this.#words[words.held]! += bytes.length;
    return true;
  }

  /** When the oldest frame is due; Infinity when there is none. */
  get due(): number {
    if (this.count === 0) return Infinity;
    const at = this.#oldest();
    timeWords[0] = this.#data[at + 2]!;
    timeWords[1] = this.#data[at + 3]!;
    return time[0]!;
  }

  /** The oldest frame, which stays. */
  get front(): QueuedFrame | undefined {
    if (this.count === 0) return undefined;
    const ns = this.due;
    const at = this.#oldest(), from = (at + frameHeader) * 4;
    return { bytes: this.#bytes.subarray(from, from + this.#data[at]!), ns, flags: this.#data[at + 1]! };
  }

  /** Removes the oldest frame; its bytes stay as they are until the next `put`. */
  drop(): void {
    assert(this.count > 0, 'a frame is dropped from a queue that has one');
    const at = this.#oldest(), length = this.#data[at]!;
    this.#words[words.held]! -= length;
    this.#words[words.first] = at + frameHeader + (length + 3 >>> 2);
    this.#words[words.count]!--;
    if (this.count === 0) this.#words[words.first] = this.#words[words.end] = 0;
  }

  /** Where a frame of `size` words can go. */
  #room(size: number): number | undefined {
    const first = this.#words[words.first]!, end = this.#words[words.end]!;
    if (this.count > 0 && end <= first) return end + size < first ? end : undefined;
    if (end + size <= this.#data.length) return end;
    if (size >= first) return undefined;
    if (end < this.#data.length) this.#data[end] = skip;
    return 0;
  }

  #oldest(): number {
    const first = this.#words[words.first]!;
    return first >= this.#data.length || this.#data[first] === skip ? 0 : first;
  }
}
