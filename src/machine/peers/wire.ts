import { Moment } from '../devices/moment.ts';
import { Random } from '../random.ts';
import type { View } from '../words/struct.ts';
import { heldBytesMost, type wireWords } from '../words/peers.ts';
import { wireNs } from './ethernet.ts';
import { FrameQueue } from './frame-queue.ts';

/** Chances of what befalls a frame, 0..1, each way. */
export interface Faults {
  readonly loss?: number;
  /** A frame comes twice. */
  readonly duplicate?: number;
  /** A frame is overtaken by the next. */
  readonly reorder?: number;
  /** A bit is flipped, so that the check sequence is wrong. */
  readonly corrupt?: number;
}

/** A stretch of virtual time, in milliseconds. */
export interface Span { readonly fromMs: number; readonly toMs: number }

export interface WireOptions {
  readonly bitsPerSecond: number;
  /** From the last bit at one end to the last bit at the other. */
  readonly delayNs: number;
  readonly faults: Faults;
  readonly seed: number;
  /** When the cable is out, and when the far end neither hears nor speaks. */
  readonly down: readonly Span[];
  readonly silent: readonly Span[];
}

/** Who is at the far end. */
export interface Station {
  /** A frame has come in whole at `ns`. */
  receive(frame: Uint8Array, ns: number): void;
  readonly due: number;
  tick(now: number): void;
}

/** The near end: the network controller. */
export interface WirePins {
  arrive(frame: Uint8Array, isGood: boolean): void;
  linkChanged(): void;
  /** A frame has passed, on its way to either end: for captures. */
  record?: ((frame: Uint8Array, ns: number) => void) | undefined;
}

/** How long a frame is held back when none comes to overtake it. */
const heldNs = 200_000;
const faultNames = ['loss', 'duplicate', 'reorder', 'corrupt'] as const;
const chance = { loss: 0, duplicate: 1, reorder: 2, corrupt: 3 } as const;
const flags = { damaged: 1 } as const;

interface Edge { readonly ns: number; readonly what: 'cut' | 'silent'; readonly level: 0 | 1 }

/**
 * A cable with a station at its far end. The controller's own sending takes the time that its speed asks for; frames to
 * the guest wait for each other here. What a frame meets is drawn from a seed. Used with the controller's lock held.
 */
export class Wire {
  readonly #words: View<typeof wireWords['fields']>;
  readonly #options: WireOptions;
  readonly #pins: WirePins;
  readonly #lineFree: Moment;
  readonly #heldUntil: Moment;
  readonly #random: Random;
  readonly #queue: FrameQueue;
  readonly #held: Uint8Array;
  readonly #edges: readonly Edge[];
  readonly #station: Station;

  /** `station`: makes the far end, which sends through what it is given. */
  constructor(
    words: View<typeof wireWords['fields']>, options: WireOptions, pins: WirePins,
    station: (send: (frame: Uint8Array, ns: number) => void) => Station,
  ) {
    this.#words = words;
    this.#options = options;
    this.#pins = pins;
    this.#lineFree = new Moment(words.lineFree);
    this.#heldUntil = new Moment(words.heldUntil);
    this.#random = new Random(words.random);
    this.#queue = new FrameQueue(words.queue);
    this.#held = new Uint8Array(words.held.buffer, words.held.byteOffset, heldBytesMost);
    this.#edges = edgesOf(options);
    this.#station = station((frame, ns) => this.inject(frame, ns));
  }

  reset(): void {
    const words = this.#words;
    words.edge = words.cut = words.unplugged = words.silent = 0;
    words.lost = words.duplicated = words.reordered = words.corrupted = words.dropped = 0;
    words.toGuest = words.toPeer = words.heldLength = 0;
    this.#lineFree.ns = 0;
    this.#heldUntil.ns = Infinity;
    this.#random.seed(this.#options.seed);
    this.setFaults(this.#options.faults);
    this.#queue.clear();
  }

  /** What befell frames since power-on; for the host. */
  get tally() {
    const { lost, duplicated, reordered, corrupted, dropped, toGuest, toPeer } = this.#words;
    return { lost, duplicated, reordered, corrupted, dropped, toGuest, toPeer };
  }

  /** Changes the chances; those that are absent become none. */
  setFaults(faults: Faults): void {
    for (const name of faultNames) {
      this.#words.faults[chance[name]] = Math.min(2 ** 32 - 1, Math.round((faults[name] ?? 0) * 2 ** 32)) | 0;
    }
  }

  /** Whether the cable is in at both ends. */
  get isUp(): boolean { return (this.#words.cut | this.#words.unplugged) === 0; }

  /** Puts the cable in or takes it out, whatever the schedule says. */
  plug(isIn: boolean): void {
    const before = this.isUp;
    this.#words.unplugged = isIn ? 0 : 1;
    this.#linkMayHaveChanged(before);
  }

  get due(): number {
    const edge = this.#edges[this.#words.edge]?.ns ?? Infinity;
    return Math.min(edge, this.#queue.due, this.#heldUntil.ns, this.#station.due);
  }

  tick(now: number): void {
    for (let edge = this.#edges[this.#words.edge]; edge && edge.ns <= now; edge = this.#edges[this.#words.edge]) {
      const before = this.isUp;
      this.#words[edge.what] = edge.level;
      this.#words.edge++;
      this.#linkMayHaveChanged(before);
    }
    if (this.#station.due <= now) this.#station.tick(now);
    if (this.#heldUntil.ns <= now) this.#releaseHeld(now);
    while (this.#queue.due <= now) this.#arrive();
  }

  /** The controller has sent a frame, whose last bit left it at `ns`. */
  send(frame: Uint8Array, ns: number): void {
    this.#pins.record?.(frame, ns);
    if (!this.isUp || this.#words.silent) return;
    const at = ns + this.#options.delayNs;
    if (this.#happens('loss')) {
      this.#words.lost++;
      return;
    }
    // The far end's controller drops a frame whose check sequence is wrong.
    if (this.#happens('corrupt')) {
      this.#words.corrupted++;
      return;
    }
    this.#reach(frame, at);
    if (!this.#happens('duplicate')) return;
    this.#words.duplicated++;
    this.#reach(frame, at + wireNs(frame.length, this.#options.bitsPerSecond));
  }

  #reach(frame: Uint8Array, ns: number): void {
    this.#words.toPeer++;
    this.#station.receive(frame, ns);
  }

  /** A frame sets out from the far end at `ns`, or when those before it have. */
  inject(frame: Uint8Array, ns: number): void {
    if (!this.isUp || this.#words.silent) return;
    if (this.#happens('loss')) {
      this.#words.lost++;
      return;
    }
    if (this.#words.heldLength === 0 && frame.length <= heldBytesMost && this.#happens('reorder')) {
      this.#words.reordered++;
      this.#words.heldLength = frame.length;
      this.#held.set(frame);
      this.#heldUntil.ns = ns + heldNs;
      return;
    }
    this.#travel(frame, ns);
    if (this.#happens('duplicate')) {
      this.#words.duplicated++;
      this.#travel(frame, ns);
    }
    if (this.#words.heldLength > 0) this.#releaseHeld(ns);
  }

  #releaseHeld(ns: number): void {
    const length = this.#words.heldLength;
    this.#words.heldLength = 0;
    this.#heldUntil.ns = Infinity;
    this.#travel(this.#held.slice(0, length), ns);
  }

  #travel(frame: Uint8Array, ns: number): void {
    const left = Math.max(ns, this.#lineFree.ns) + wireNs(frame.length, this.#options.bitsPerSecond);
    this.#lineFree.ns = left;
    const damaged = this.#happens('corrupt');
    const bytes = damaged ? this.#damage(frame) : frame;
    if (!this.#queue.put(bytes, left + this.#options.delayNs, damaged ? flags.damaged : 0)) this.#words.dropped++;
  }

  #damage(frame: Uint8Array): Uint8Array {
    const bytes = frame.slice();
    bytes[this.#random.below(bytes.length)]! ^= 1 << this.#random.below(8);
    this.#words.corrupted++;
    return bytes;
  }

  #arrive(): void {
    const { bytes, ns, flags: marks } = this.#queue.front!;
    this.#queue.drop();
    if (!this.isUp) return;
    this.#words.toGuest++;
    this.#pins.record?.(bytes, ns);
    this.#pins.arrive(bytes, (marks & flags.damaged) === 0);
  }

  /** No random number is drawn for what cannot happen, so that one kind of fault does not change another's. */
  #happens(what: keyof typeof chance): boolean {
    const limit = this.#words.faults[chance[what]]! >>> 0;
    return limit !== 0 && this.#random.word() >>> 0 < limit;
  }

  #linkMayHaveChanged(before: boolean): void {
    if (this.isUp === before) return;
    if (!this.isUp) this.#queue.clear();
    this.#pins.linkChanged();
  }
}

function edgesOf({ down, silent }: WireOptions): Edge[] {
  const edges = (what: Edge['what'], spans: readonly Span[]) => spans.flatMap(({ fromMs, toMs }): Edge[] => [
    { ns: fromMs * 1e6, what, level: 1 }, { ns: toMs * 1e6, what, level: 0 }]);
  return [...edges('cut', down), ...edges('silent', silent)].sort((a, b) => a.ns - b.ns);
}
