import { moments } from '../devices/moment.ts';
import { soundFormats, soundRingSamples, type soundSinkWords } from '../words/sound.ts';
import type { View } from '../words/struct.ts';

/** What a converter is set to. */
export interface SoundFormat {
  /** Samples a second of each channel, in Hz; a time constant may make it a fraction. */
  readonly rate: number;
  readonly bits: 8 | 16;
  readonly channels: 1 | 2;
}

/** A format, and the sample from which on it held, counted from power-on. */
export interface SoundPassage extends SoundFormat { readonly start: number }

/** Everything that was heard, in figures. */
export interface SoundTally {
  /** Samples, those of both channels of a stereo sound counted. */
  readonly total: number;
  /** By `soundHash` over all samples from `soundHashStart` on. */
  readonly hash: number;
  /** Blocks that were played or recorded to their end. */
  readonly blocks: number;
  /** How often a sample was due and the DMA channel gave none. */
  readonly underruns: number;
  /** Blocks that followed one whose interrupt was not acknowledged: their samples may be stale. */
  readonly late: number;
}

/** FNV-1a over samples. */
export const soundHashStart = 0x811c_9dc5 | 0;
export const soundHash = (hash: number, sample: number) => Math.imul(hash ^ sample, 0x0100_0193);

/**
 * The loudspeaker and the line input of a sound card: it hears each sample as the converter gets it, before the mixer's
 * volumes. A sample is kept as 16 signed bits, which holds one of 8 exactly: its upper byte. All is in shared words,
 * so that a snapshot covers it: figures for the whole run, the last `soundRingSamples` samples, the last changes of
 * format.
 * Whoever holds the card's lock writes; `tally`, `passages` and `samples` may be called at any time.
 */
export class SoundSink {
  readonly #words: View<typeof soundSinkWords['fields']>;
  readonly #total: Float64Array;
  readonly #starts: Float64Array;
  readonly #rates: Float64Array;
  readonly #ring: Int16Array;
  readonly #record: ((samples: Int16Array, format: SoundFormat) => void) | undefined;

  /** `record` is told all that is heard. */
  constructor(
    words: View<typeof soundSinkWords['fields']>, record?: (samples: Int16Array, format: SoundFormat) => void,
  ) {
    this.#words = words;
    this.#record = record;
    this.#total = moments(words.total);
    this.#starts = moments(words.formatStart);
    this.#rates = moments(words.formatRate);
    this.#ring = new Int16Array(words.ring.buffer, words.ring.byteOffset, soundRingSamples);
  }

  reset(): void {
    const words = this.#words;
    words.underruns = words.late = words.blocks = words.recorded = words.formatCount = 0;
    words.hash = soundHashStart;
    this.#total[0] = 0;
    for (const each of [words.formatShape, words.ring]) each.fill(0);
    this.#starts.fill(0);
    this.#rates.fill(0);
  }

  /** Hears samples, of 16 signed bits each. */
  play(samples: Int16Array, format: SoundFormat): void {
    this.#notice(format);
    const total = this.#total[0]!;
    let place = total % soundRingSamples;
    let { hash } = this.#words;
    for (const sample of samples) {
      this.#ring[place] = sample;
      hash = soundHash(hash, sample);
      if (++place === soundRingSamples) place = 0;
    }
    this.#words.hash = hash;
    this.#total[0] = total + samples.length;
    this.#record?.(samples, format);
  }

  /** What the line input gives next, until `recorded` says that it was taken. */
  listen(count: number): Int16Array {
    const { recorded } = this.#words;
    return Int16Array.from({ length: count }, (_, index) => lineInput(recorded + index));
  }

  /** So many samples of what `listen` gave were taken. */
  recorded(count: number): void { this.#words.recorded = this.#words.recorded + count | 0; }

  blockEnded({ isLate }: { isLate: boolean }): void {
    this.#words.blocks++;
    if (isLate) this.#words.late++;
  }

  underrun(): void { this.#words.underruns++; }

  get tally(): SoundTally {
    const { hash, blocks, underruns, late } = this.#words;
    return { total: this.#total[0]!, hash, blocks, underruns, late };
  }

  /** The formats of what was heard, oldest first; those before the last `soundFormats` are forgotten. */
  get passages(): readonly SoundPassage[] {
    const { formatCount } = this.#words;
    const kept = Math.min(formatCount, soundFormats);
    return Array.from({ length: kept }, (_, index) => this.#passage((formatCount - kept + index) % soundFormats));
  }

  /** The number of the first sample that is still kept. */
  get oldest(): number { return Math.max(0, this.#total[0]! - soundRingSamples); }

  /**
   * The samples from number `from` to before number `to`, counted from power-on.
   * @returns undefined when some are no longer kept, or were never heard
   */
  samples(from: number, to: number): Int16Array | undefined {
    if (from < this.oldest || to < from || to > this.#total[0]!) return undefined;
    const copy = Int16Array.from({ length: to - from }, (_, index) => this.#ring[(from + index) % soundRingSamples]!);
    // Another thread may have played on meanwhile.
    return from < this.oldest ? undefined : copy;
  }

  #notice({ rate, bits, channels }: SoundFormat): void {
    const words = this.#words;
    const shape = bits << 2 | channels;
    const last = (words.formatCount + soundFormats - 1) % soundFormats;
    if (words.formatCount > 0 && words.formatShape[last] === shape && this.#rates[last] === rate) return;
    const place = words.formatCount % soundFormats;
    words.formatShape[place] = shape;
    this.#rates[place] = rate;
    this.#starts[place] = this.#total[0]!;
    words.formatCount++;
  }

  #passage(place: number): SoundPassage {
    const shape = this.#words.formatShape[place]!;
    return {
      start: this.#starts[place]!, rate: this.#rates[place]!,
      bits: shape >>> 2 === 8 ? 8 : 16, channels: (shape & 3) === 2 ? 2 : 1,
    };
  }
}

/** What there is to record: a sawtooth that no two neighbours of 8 bits are alike in, by the number of the sample. */
export const lineInput = (sample: number) => Math.imul(sample, 0x0103) << 16 >> 16;
