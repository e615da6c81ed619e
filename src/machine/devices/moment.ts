import { assert } from '../../assert.ts';

/**
 * A point in virtual time, kept in two shared words as a 64-bit float of nanoseconds; Infinity is never. Aligned, so
 * that a thread that looks without the lock sees one store or another, whole.
 */
export class Moment {
  readonly #cell: Float64Array;

  /** `window`: the two words. */
  constructor(window: Int32Array) {
    assert(window.byteOffset % 8 === 0 && window.length === 2, 'a moment is two aligned words');
    this.#cell = new Float64Array(window.buffer, window.byteOffset, 1);
  }

  get ns(): number { return this.#cell[0]!; }
  set ns(value: number) { this.#cell[0] = value; }
}
