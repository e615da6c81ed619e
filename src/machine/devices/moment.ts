import { assert } from '../../assert.ts';

/**
 * Points in virtual time, each kept in two shared words as a 64-bit float of nanoseconds; Infinity is never. Aligned,
 * so that a thread that looks without the lock sees one store or another, whole.
 */
export function moments(window: Int32Array): Float64Array {
  assert(window.byteOffset % 8 === 0 && window.length % 2 === 0, 'a moment is two aligned words');
  return new Float64Array(window.buffer, window.byteOffset, window.length / 2);
}

/** One such point. */
export class Moment {
  readonly #cell: Float64Array;

  /** `window`: the two words. */
  constructor(window: Int32Array) {
    this.#cell = moments(window);
  }

  get ns(): number { return this.#cell[0]!; }
  set ns(value: number) { this.#cell[0] = value; }
}
