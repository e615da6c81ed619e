import { probeHitWords, probeRingHits, probeRingWords } from '../machine/words/probe.ts';
import type { View } from '../machine/words/struct.ts';

/** What a hart of the parallel engine saw before the instruction at a probe. */
export interface ProbeHit {
  readonly hart: number;
  readonly pc: number;
  /** Steps the hart had taken. */
  readonly steps: number;
  /** x0 to x31. */
  readonly registers: Int32Array;
}

/** One hart's ring of probe hits: written by the hart's thread, read by the host's. */
export class ProbeRing {
  readonly #ring: View<typeof probeRingWords['fields']>;
  readonly #words: Int32Array;
  readonly #hits: number;

  constructor(memory: ArrayBufferLike, address: number) {
    this.#ring = probeRingWords.at(memory, address);
    this.#words = new Int32Array(memory);
    this.#hits = (address + probeRingWords.offset.hits) >>> 2;
  }

  /** Hits that were lost because the host did not read in time. */
  get lost(): number {
    return Atomics.load(this.#words, this.#ring.index('lost'));
  }

  /** Called by the hart's thread, at the probe. */
  put(pc: number, steps: number, registers: Int32Array): void {
    const head = this.#ring.head, tail = Atomics.load(this.#words, this.#ring.index('tail'));
    if (((head - tail) >>> 0) >= probeRingHits) {
      this.#ring.lost++;
      return;
    }
    const at = this.#hits + (head >>> 0) % probeRingHits * probeHitWords;
    this.#words[at] = pc;
    this.#words[at + 1] = steps;
    this.#words[at + 2] = Math.floor(steps / 2 ** 32);
    this.#words.set(registers.subarray(1), at + 3);
    Atomics.store(this.#words, this.#ring.index('head'), (head + 1) | 0);
  }

  /** Takes all hits out, oldest first. Called by the host's thread. */
  take(hart: number): ProbeHit[] {
    const head = Atomics.load(this.#words, this.#ring.index('head'));
    const hits: ProbeHit[] = [];
    let tail = this.#ring.tail;
    for (; tail !== head; tail = (tail + 1) | 0) {
      const at = this.#hits + (tail >>> 0) % probeRingHits * probeHitWords;
      const registers = new Int32Array(32);
      registers.set(this.#words.subarray(at + 3, at + probeHitWords), 1);
      const steps = (this.#words[at + 2]! >>> 0) * 2 ** 32 + (this.#words[at + 1]! >>> 0);
      hits.push({ hart, pc: this.#words[at]! >>> 0, steps, registers });
    }
    Atomics.store(this.#words, this.#ring.index('tail'), tail);
    return hits;
  }
}
