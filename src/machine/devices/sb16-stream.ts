import { dspTimeConstant } from '../../platform/sb16.ts';
import type { SoundFormat, SoundSink } from '../peers/sound-sink.ts';
import type { sb16Words } from '../words/sound.ts';
import type { View } from '../words/struct.ts';
import { adpcmDecode, type AdpcmPacking } from './adpcm.ts';
import type { DuePin } from './device.ts';
import type { Dma8237 } from './dma8237.ts';
import { Moment } from './moment.ts';

export const streamKinds = { none: 0, output: 1, input: 2, silence: 3 } as const;
export type StreamKind = typeof streamKinds[keyof typeof streamKinds];

/** A transfer of digitised sound, as a DSP command asks for it. */
export interface Stream {
  readonly kind: StreamKind;
  readonly isWide: boolean;
  readonly isStereo: boolean;
  readonly isSigned: boolean;
  /** Whether another block follows each, until told otherwise. */
  readonly isAuto: boolean;
  /** Samples in a block, 1 or more, those of both channels counted; bytes when they are packed. */
  readonly length: number;
  /** Samples in a byte of ADPCM; 1 for none. */
  readonly packing: 1 | AdpcmPacking;
  /** Whether the first byte of ADPCM is a sample. */
  readonly hasReference: boolean;
}

export interface StreamPins extends DuePin {
  /** A block has come to its end. */
  blockEnded(ended: { readonly isWide: boolean }): void;
  /** The DMA channel for samples of this width; undefined when none is chosen. */
  dmaChannel(width: { readonly isWide: boolean }): number | undefined;
}

/** Samples moved at a time. An access to the card or the DMA controllers in between moves what is due by then. */
const burst = 64;
/** Nanoseconds beyond which a wait is not counted out: half a minute. */
const longest = 2 ** 35;

/**
 * The DSP's transfers between a DMA channel and the converters (the guide, chapter 3). Sample n of a block is moved
 * when n sample periods have passed since the block began, or up to a burst later, and the interrupt comes with the
 * last. Times are exact fractions of nanoseconds, so that no rate drifts. The card's lock is held in all of it.
 */
export class Sb16Stream {
  readonly #words: View<typeof sb16Words['fields']>;
  readonly #due: Moment;
  readonly #clock: Moment;
  readonly #dma: Dma8237;
  readonly #sink: SoundSink;
  readonly #pins: StreamPins;

  constructor(words: View<typeof sb16Words['fields']>, dma: Dma8237, sink: SoundSink, pins: StreamPins) {
    this.#words = words;
    this.#due = new Moment(words.due);
    this.#clock = new Moment(words.clock);
    this.#dma = dma;
    this.#sink = sink;
    this.#pins = pins;
  }

  /** Nothing is under way. */
  reset(): void {
    const words = this.#words;
    words.kind = words.wide = words.stereo = words.signed = words.auto = words.length = 0;
    words.done = words.left = words.leap = words.paused = words.starved = words.exiting = 0;
    words.packing = 1;
    words.reference = words.level = words.scale = 0;
    words.next.fill(0);
    this.#clock.ns = 0;
    this.#schedule();
  }

  get due(): number { return this.#due.ns; }

  /**
   * Begins a transfer. During an auto-initialise one a single-cycle one waits for the end of the block (the guide, page
   * 3-6); anything else takes its place at once.
   */
  start(stream: Stream, now: number): void {
    const words = this.#words;
    if (this.#isRunning && words.auto && !stream.isAuto) {
      words.next.set(wordsOf(stream));
      return;
    }
    words.paused &= ~maskOf(stream.isWide);
    this.#begin(wordsOf(stream), now);
    this.#schedule();
  }

  pause({ isWide }: { isWide: boolean }): void {
    this.#words.paused |= maskOf(isWide);
    this.#schedule();
  }

  resume({ isWide }: { isWide: boolean }, now: number): void {
    const words = this.#words;
    const isHeld = words.kind !== streamKinds.none && (words.wide !== 0) === isWide && !this.#isRunning;
    words.paused &= ~maskOf(isWide);
    if (isHeld) this.retime(now);
  }

  /** Whether the auto-initialise transfer of this width ends with the block under way. */
  setExiting({ isWide }: { isWide: boolean }, isExiting: boolean): void {
    if ((this.#words.wide !== 0) === isWide) this.#words.exiting = isExiting ? 1 : 0;
  }

  /** The rate has changed, or time has stood still: the next sample is due a period from now. */
  retime(now: number): void {
    this.#words.done = this.#words.leap = 0;
    this.#clock.ns = Math.floor(now);
    this.#schedule();
  }

  /** The DMA controllers may have been programmed: a channel that gave nothing may do so now. */
  dmaChanged(now: number): void {
    if (!this.#words.starved) return;
    const channel = this.#channel;
    if (channel === undefined || !this.#dma.isReady(channel)) return;
    this.#words.starved = 0;
    this.retime(now);
  }

  /** Moves the samples that are due by `now`. */
  advance(now: number): void {
    const words = this.#words;
    while (this.#isRunning) {
      const wanted = Math.min(words.left, this.#passed(now) - words.done);
      if (wanted <= 0) break;
      const moved = this.#move(Math.min(wanted, burst));
      words.done += moved;
      words.left -= moved;
      if (moved === 0) {
        words.starved = 1;
        this.#sink.underrun();
      }
      if (words.left === 0) this.#endBlock(now);
    }
    this.#schedule();
  }

  /** Rate and shape of the transfer. */
  get #format(): SoundFormat {
    const { kind, wide, stereo } = this.#words;
    const channels = stereo ? 2 : 1;
    return { rate: this.rate({ isInput: kind === streamKinds.input, channels }), bits: wide ? 16 : 8, channels };
  }

  /** Samples a second of each channel. */
  rate(shape: { readonly isInput: boolean; readonly channels: 1 | 2 }): number {
    const { numerator, divisor } = this.#periodOf(shape);
    return 1e9 * divisor / numerator / shape.channels;
  }

  get #isRunning(): boolean {
    const { kind, wide, paused, starved } = this.#words;
    return kind !== streamKinds.none && !starved && (paused & maskOf(wide !== 0)) === 0;
  }

  get #channel(): number | undefined { return this.#pins.dmaChannel({ isWide: this.#words.wide !== 0 }); }

  /** The time from sample to sample of the transfer, or byte to byte of a packed one, in nanoseconds, as a fraction. */
  #period(): Fraction {
    const { kind, stereo, packing } = this.#words;
    const one = this.#periodOf({ isInput: kind === streamKinds.input, channels: stereo ? 2 : 1 });
    return { ...one, numerator: one.numerator * packing };
  }

  /** A time constant counts the samples of both channels, a rate those of one. */
  #periodOf({ isInput, channels }: { isInput: boolean; channels: 1 | 2 }): Fraction {
    const { constant, inputRate, outputRate } = this.#words;
    if (constant !== 0) return { numerator: (dspTimeConstant.limit - constant) * 1000, divisor: 1 };
    return { numerator: 1e9, divisor: (isInput ? inputRate : outputRate) * channels };
  }

  /** Sample periods that have passed since `clock`. */
  #passed(now: number): number {
    const { numerator, divisor } = this.#period();
    return Math.floor((Math.min(Math.floor(now) - this.#clock.ns, longest) * divisor - this.#words.leap) / numerator);
  }

  /** Due in whole bursts from the beginning of the block on, wherever accesses between have moved it. */
  #schedule(): void {
    const { done, left, leap } = this.#words;
    let due = Infinity;
    if (this.#isRunning) {
      const { numerator, divisor } = this.#period();
      const ahead = done + Math.min(left, burst - done % burst);
      due = this.#clock.ns + Math.ceil((leap + ahead * numerator) / divisor);
    }
    if (due === this.#due.ns) return;
    this.#due.ns = due;
    this.#pins.dueChanged();
  }

  #begin(stream: ArrayLike<number>, now: number): void {
    const words = this.#words;
    [words.kind, words.wide, words.stereo, words.signed, words.auto, words.length, words.packing, words.reference] =
      Array.from(stream) as Eight;
    words.left = words.length;
    words.starved = words.exiting = words.done = words.leap = 0;
    words.next.fill(0);
    this.#clock.ns = Math.floor(now);
  }

  /**
   * The clock goes on from the exact end of the block. If that is a burst or another block ago, as when the I/O thread
   * of a parallel machine had to wait for a processor, time stood still: two blocks at once would be one interrupt.
   */
  #endBlock(now: number): void {
    const words = this.#words;
    const { numerator, divisor } = this.#period();
    const passed = words.leap + words.done * numerator;
    const end = this.#clock.ns + Math.floor(passed / divisor);
    const isStalled = now - end >= Math.min(burst, words.length) * numerator / divisor;
    this.#clock.ns = isStalled ? Math.floor(now) : end;
    words.leap = isStalled ? 0 : passed % divisor;
    words.done = 0;
    this.#pins.blockEnded({ isWide: words.wide !== 0 });
    if (words.next[0] !== streamKinds.none) this.#begin(words.next.slice(), this.#clock.ns);
    else if (words.auto && !words.exiting) words.left = words.length;
    else words.kind = streamKinds.none;
  }

  /** Moves up to so many samples; fewer, or none, when the DMA channel gives no more. */
  #move(count: number): number {
    switch (this.#words.kind) {
      case streamKinds.input: return this.#record(count);
      case streamKinds.silence:
        this.#sink.play(new Int16Array(count), this.#format);
        return count;
      default: return this.#words.packing === 1 ? this.#play(count) : this.#unpack(count);
    }
  }

  #play(count: number): number {
    const { wide, signed } = this.#words;
    const bytes = new Uint8Array(wide ? 2 * count : count);
    const moved = this.#transfer('fromMemory', bytes);
    const samples = new Int16Array(moved);
    for (let index = 0; index < moved; index++) {
      const bits = wide ? bytes[2 * index]! | bytes[2 * index + 1]! << 8 : bytes[index]! << 8;
      samples[index] = signed ? bits : bits ^ 0x8000;
    }
    if (moved > 0) this.#sink.play(samples, this.#format);
    return moved;
  }

  /** A reference byte takes the time of any other, though it is one sample. */
  #unpack(count: number): number {
    const words = this.#words;
    const bytes = new Uint8Array(count);
    const moved = this.#transfer('fromMemory', bytes);
    const samples: number[] = [];
    for (const byte of bytes.subarray(0, moved)) {
      if (words.reference) {
        words.level = byte - 128;
        words.reference = words.scale = 0;
        samples.push(words.level << 8);
        continue;
      }
      const { samples: levels, state } = adpcmDecode(byte, words.packing as AdpcmPacking, words);
      words.level = state.level;
      words.scale = state.scale;
      samples.push(...levels.map((level) => level << 8));
    }
    if (moved > 0) this.#sink.play(Int16Array.from(samples), this.#format);
    return moved;
  }

  #record(count: number): number {
    const { wide, signed } = this.#words;
    const bytes = new Uint8Array(wide ? 2 * count : count);
    this.#sink.listen(count).forEach((sample, index) => {
      const bits = signed ? sample : sample ^ 0x8000;
      if (wide) bytes[2 * index] = bits;
      bytes[wide ? 2 * index + 1 : index] = bits >> 8;
    });
    const moved = this.#transfer('toMemory', bytes);
    this.#sink.recorded(moved);
    return moved;
  }

  /** Samples moved. */
  #transfer(way: 'fromMemory' | 'toMemory', bytes: Uint8Array): number {
    const channel = this.#channel;
    const moved = channel === undefined ? 0 : this.#dma.transfer(channel, way, bytes);
    return this.#words.wide ? moved >>> 1 : moved;
  }
}

interface Fraction { readonly numerator: number; readonly divisor: number }

type Eight = [number, number, number, number, number, number, number, number];

const wordsOf = ({ kind, isWide, isStereo, isSigned, isAuto, length, packing, hasReference }: Stream): Eight =>
  [kind, isWide ? 1 : 0, isStereo ? 1 : 0, isSigned ? 1 : 0, isAuto ? 1 : 0, length, packing, hasReference ? 1 : 0];

const maskOf = (isWide: boolean) => (isWide ? 2 : 1);
