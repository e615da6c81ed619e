import { assert } from '../../assert.ts';
import { mip } from '../../isa/csrs.ts';
import { limits } from '../../platform/memory-map.ts';
import { plicEnableWords, plicPriorityMask, plicRegisters, plicSourceWords } from '../../platform/plic.ts';
import type { RegisterArray, Registers } from '../../platform/registers.ts';
import type { plicWords } from '../words/devices.ts';
import type { View } from '../words/struct.ts';
import type { BusDevice, HartPins } from './device.ts';
import type { Lock } from './lock.ts';
import { RegisterFile, type Size } from './register-file.ts';

const bitOf = (source: number) => 1 << (source & 31);

/** The sources that exist, among those of a word of 32. */
const existing = Array.from({ length: plicSourceWords }, (_, word) => {
  let mask = 0;
  for (let source = word * 32; source < word * 32 + 32; source++) {
    if (source > 0 && source <= limits.interruptSources) mask |= bitOf(source);
  }
  return mask;
});

/**
 * The platform-level interrupt controller: RISC-V PLIC Specification 1.0.0. A gateway (section 4) turns what a device
 * does into requests, one at a time.
 *
 * - Level: the next request is made only once the last was completed, if the level is still there. "If the source
 *   deasserts after the request, the request remains" until it is claimed.
 * - Message: each is a request, which waits while the last is served; there is one at most. As on QEMU's board, so
 *   that a driver which never acknowledges its device is not interrupted for ever.
 */
export class Plic implements Registers<typeof plicRegisters>, BusDevice {
  readonly sizes = 4;
  readonly lock: Lock;
  readonly #words: View<typeof plicWords['fields']>;
  readonly #contexts: number;
  readonly #pins: HartPins;
  readonly #priority: Int32Array;
  readonly #level: Int32Array;
  readonly #pending: Int32Array;
  readonly #claimed: Int32Array;
  readonly #enable: Int32Array;
  readonly #threshold: Int32Array;
  readonly #registers: RegisterFile<typeof plicRegisters>;

  constructor(
    words: View<typeof plicWords['fields']>, lock: Lock, { harts }: { harts: number }, pins: HartPins,
  ) {
    this.#words = words;
    this.lock = lock;
    this.#contexts = 2 * harts;
    this.#pins = pins;
    this.#priority = words.priority;
    this.#level = words.level;
    this.#pending = words.pending;
    this.#claimed = words.claimed;
    this.#enable = words.enable;
    this.#threshold = words.threshold;
    this.#registers = new RegisterFile(plicRegisters, this);
  }

  reset(): void {
    for (const words of [
      this.#priority, this.#level, this.#pending, this.#claimed, this.#enable, this.#threshold,
    ]) words.fill(0);
    this.#words.raised = 0;
  }

  /** Drives the line of a source. Takes the lock. */
  setLevel(source: number, level: boolean): void {
    assert(source > 0 && source <= limits.interruptSources, 'the interrupt source exists');
    this.lock.acquire();
    const word = source >>> 5;
    if (level) this.#level[word]! |= bitOf(source);
    else this.#level[word]! &= ~bitOf(source);
    this.#request(source);
    this.#update();
    this.lock.release();
  }

  /** A message of a source. Takes the lock. */
  message(source: number): void {
    assert(source > 0 && source <= limits.interruptSources, 'the interrupt source exists');
    this.lock.acquire();
    this.#pending[source >>> 5]! |= bitOf(source);
    this.#update();
    this.lock.release();
  }

  readonly priority: RegisterArray = {
    get: (source) => this.#priority[source]!,
    set: (source, value) => {
      if (source === 0) return;
      this.#priority[source] = value & plicPriorityMask;
      this.#update();
    },
  };

  readonly pending: Pick<RegisterArray, 'get'> = { get: (word) => this.#pending[word]! };

  /** Entry 32c + w; words and contexts that the board has not are zero. */
  readonly enable: RegisterArray = {
    get: (entry) => {
      const place = this.#enablePlace(entry);
      return place === undefined ? 0 : this.#enable[place]!;
    },
    set: (entry, value) => {
      const place = this.#enablePlace(entry);
      if (place === undefined) return;
      this.#enable[place] = value & existing[entry % plicEnableWords]!;
      this.#update();
    },
  };

  readonly threshold: RegisterArray = {
    get: (context) => this.#threshold[context]!,
    set: (context, value) => {
      if (context >= this.#contexts) return;
      this.#threshold[context] = value & plicPriorityMask;
      this.#update();
    },
  };

  readonly claim: RegisterArray = {
    get: (context) => this.#claim(context),
    set: (context, source) => this.#complete(context, source),
  };

  read(offset: number, size: Size): number { return this.#registers.read(offset, size); }
  write(offset: number, size: Size, value: number): void { this.#registers.write(offset, size, value); }

  #enablePlace(entry: number): number | undefined {
    const context = Math.floor(entry / plicEnableWords);
    const word = entry % plicEnableWords;
    return context < this.#contexts && word < plicSourceWords ? context * plicSourceWords + word : undefined;
  }

  /** Section 8: the claimed source is pending no longer; 0 says that there was none. */
  #claim(context: number): number {
    if (context >= this.#contexts) return 0;
    const source = this.#mostUrgent(context, 0);
    if (source === 0) return 0;
    this.#pending[source >>> 5]! &= ~bitOf(source);
    this.#claimed[source >>> 5]! |= bitOf(source);
    this.#update();
    return source;
  }

  /** Section 9: completion of a source "that is not enabled for the target is silently ignored". */
  #complete(context: number, source: number): void {
    const word = source >>> 5;
    if (context >= this.#contexts || word >= plicSourceWords) return;
    if (!(this.#enable[context * plicSourceWords + word]! & this.#claimed[word]! & bitOf(source))) return;
    this.#claimed[word]! &= ~bitOf(source);
    this.#request(source);
    this.#update();
  }

  /** The gateway: a level that is up becomes a request unless the last one is being served. */
  #request(source: number): void {
    const word = source >>> 5;
    if (this.#level[word]! & ~this.#claimed[word]! & bitOf(source)) this.#pending[word]! |= bitOf(source);
  }

  /**
   * The pending source of the highest priority above `floor` that the context has enabled and nobody serves, 0 when
   * there is none. Among equals the lowest goes first. A claim "is not affected by the threshold", whence `floor`.
   */
  #mostUrgent(context: number, floor: number): number {
    let best = 0;
    let bestPriority = floor;
    for (let word = 0; word < plicSourceWords; word++) {
      let bits = this.#pending[word]! & ~this.#claimed[word]! & this.#enable[context * plicSourceWords + word]!;
      while (bits !== 0) {
        const source = word * 32 + 31 - Math.clz32(bits & -bits);
        if (this.#priority[source]! > bestPriority) {
          best = source;
          bestPriority = this.#priority[source]!;
        }
        bits &= bits - 1;
      }
    }
    return best;
  }

  #update(): void {
    for (let context = 0; context < this.#contexts; context++) {
      const bit = 1 << context;
      const level = this.#mostUrgent(context, this.#threshold[context]!) !== 0;
      if (level === ((this.#words.raised & bit) !== 0)) continue;
      this.#words.raised ^= bit;
      this.#pins.setPending(context >>> 1, context & 1 ? mip.SEIP : mip.MEIP, level);
    }
  }
}
