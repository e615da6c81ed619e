/**
 * Seeded random numbers with their state in four words, so that a snapshot holds it: sfc32 (Chris Doty-Humphrey,
 * PractRand), whose period is at least 2^32 for every seed.
 */
export class Random {
  readonly #s: Int32Array;

  /** `state`: four words, seeded already unless `seed` follows. */
  constructor(state: Int32Array = new Int32Array(4)) {
    this.#s = state;
  }

  seed(seed: number): this {
    this.#s.set([seed | 0, Math.floor(seed / 2 ** 32) | 0, 0x9e3779b9 | 0, 1]);
    for (let round = 0; round < 16; round++) this.word();
    return this;
  }

  /** 32 random bits, as a signed number. */
  word(): number {
    const s = this.#s;
    const [a, b, c, d] = [s[0]!, s[1]!, s[2]!, s[3]!];
    const result = (a + b + d) | 0;
    s[3] = d + 1;
    s[0] = b ^ (b >>> 9);
    s[1] = c + (c << 3);
    s[2] = ((c << 21) | (c >>> 11)) + result;
    return result;
  }

  /** An integer from 0 to `limit` - 1; `limit` is at most 2^32. */
  below(limit: number): number {
    return Math.floor((this.word() >>> 0) / 2 ** 32 * limit);
  }
}
