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

/** Several things that are each due at a moment of their own, or never. */
export class Deadlines {
  readonly #cells: readonly Float64Array[];

  /** `windows`: the two words of each. */
  constructor(windows: readonly Int32Array[]) {
    this.#cells = windows.map(moments);
  }

  reset(): void {
    for (const cell of this.#cells) cell[0] = Infinity;
  }

  /** When the first is due. */
  get earliest(): number {
    let earliest = Infinity;
    for (const cell of this.#cells) if (cell[0]! < earliest) earliest = cell[0]!;
    return earliest;
  }

  at(index: number): number { return this.#cells[index]![0]!; }
  set(index: number, ns: number): void { this.#cells[index]![0] = ns; }

  isSet(index: number): boolean { return this.at(index) !== Infinity; }

  /** A place for another: that of its own that is set already, else one that is not set, else the first. */
  placeFor(isOwn: (index: number) => boolean): number {
    const own = this.#cells.findIndex((_, index) => this.isSet(index) && isOwn(index));
    return own >= 0 ? own : Math.max(0, this.#cells.findIndex((_, index) => !this.isSet(index)));
  }
}
