import { mip } from '../../isa/csrs.ts';
import { clintRegisters } from '../../platform/clint.ts';
import { nanosecondsPerTick } from '../../platform/memory-map.ts';
import type { RegisterArray, Registers } from '../../platform/registers.ts';
import type { clintWords } from '../words/devices.ts';
import type { View } from '../words/struct.ts';
import type { BusDevice, Clock, HartPins, TimedDevice } from './device.ts';
import type { Lock } from './lock.ts';
import { Moment } from './moment.ts';
import { RegisterFile, type Size } from './register-file.ts';

export interface ClintPins extends HartPins {
  /** The time at which MTIP of this hart will rise has changed: see `timerDue`. */
  timerChanged(hart: number): void;
}

const word = 2 ** 32;

/** Ticks of the clock until a moment of virtual time. */
const ticksAt = (now: number): number => Math.floor(now / nanosecondsPerTick);

/** The moment `left` ticks after the first `ticks`. */
const dueAt = (ticks: number, left: number): number => {
  const due = (ticks + Math.max(0, left)) * nanosecondsPerTick;
  return due <= Number.MAX_SAFE_INTEGER ? due : Infinity;
};

/**
 * The core-local interruptor. mtime is what the clock says plus an offset, which a write of mtime changes. MTIP is
 * driven while mtime >= mtimecmp, unsigned (Privileged Architecture 20240411, section 3.2.1): it falls by a write,
 * and rises by a write or by `tick`.
 */
export class Clint implements Registers<typeof clintRegisters>, BusDevice, TimedDevice {
  readonly sizes = 4;
  readonly lock: Lock;
  readonly #words: View<typeof clintWords['fields']>;
  readonly #harts: number;
  readonly #clock: Clock;
  readonly #pins: ClintPins;
  readonly #due: Moment;
  readonly #offset: Int32Array;
  readonly #msip: Int32Array;
  readonly #mtimecmp: Int32Array;
  readonly #mtimecmph: Int32Array;
  readonly #registers: RegisterFile<typeof clintRegisters>;

  constructor(
    words: View<typeof clintWords['fields']>, lock: Lock, { harts, clock }: { harts: number; clock: Clock },
    pins: ClintPins,
  ) {
    this.#words = words;
    this.lock = lock;
    this.#harts = harts;
    this.#clock = clock;
    this.#pins = pins;
    this.#due = new Moment(words.due);
    this.#offset = words.offset;
    this.#msip = words.msip;
    this.#mtimecmp = words.mtimecmp;
    this.#mtimecmph = words.mtimecmph;
    this.#registers = new RegisterFile(clintRegisters, this);
  }

  /** At power-on no timer is set. SiFive leaves mtimecmp unset at reset; like QEMU we start it at its greatest. */
  reset(): void {
    this.#offset.fill(0);
    this.#msip.fill(0);
    this.#mtimecmp.fill(-1);
    this.#mtimecmph.fill(-1);
    this.#words.raised = 0;
    this.#due.ns = Infinity;
  }

  readonly msip: RegisterArray = {
    get: (hart) => this.#msip[hart]!,
    set: (hart, value) => {
      if (hart >= this.#harts) return;
      this.#msip[hart] = value & 1;
      this.#pins.setPending(hart, mip.MSIP, (value & 1) !== 0);
    },
  };

  readonly mtimecmp: RegisterArray = {
    get: (hart) => this.#mtimecmp[hart]!,
    set: (hart, value) => this.#compare(hart, value, this.#mtimecmph[hart]!),
  };

  readonly mtimecmph: RegisterArray = {
    get: (hart) => this.#mtimecmph[hart]!,
    set: (hart, value) => this.#compare(hart, this.#mtimecmp[hart]!, value),
  };

  get mtime(): number { return this.low(this.#clock.now()); }
  set mtime(value: number) {
    const now = this.#clock.now();
    this.#setTime(value >>> 0, this.high(now), now);
  }

  get mtimeh(): number { return this.high(this.#clock.now()); }
  set mtimeh(value: number) {
    const now = this.#clock.now();
    this.#setTime(this.low(now), value >>> 0, now);
  }

  /** The lower word of mtime at a moment of virtual time, unsigned. */
  low(now: number): number { return this.#sumOfLows(ticksAt(now)) >>> 0; }

  /** The upper word, unsigned. */
  high(now: number): number { return this.#highAt(ticksAt(now)); }

  /** Virtual time at which MTIP of a hart rises, in nanoseconds; Infinity when it is up, or no such time is near. */
  timerDue(hart: number): number {
    if (this.#words.raised & (1 << hart)) return Infinity;
    const ticks = ticksAt(this.#clock.now());
    return dueAt(ticks, this.#ticksLeft(hart, this.#sumOfLows(ticks) >>> 0, this.#highAt(ticks)));
  }

  get due(): number { return this.#due.ns; }

  tick(now: number): void {
    this.lock.acquire();
    this.#driveAll(now);
    this.lock.release();
  }

  read(offset: number, size: Size): number { return this.#registers.read(offset, size); }
  write(offset: number, size: Size, value: number): void { this.#registers.write(offset, size, value); }

  #compare(hart: number, low: number, high: number): void {
    if (hart >= this.#harts) return;
    this.#mtimecmp[hart] = low;
    this.#mtimecmph[hart] = high;
    this.#driveAll(this.#clock.now());
    this.#pins.timerChanged(hart);
  }

  #sumOfLows(ticks: number): number { return (ticks >>> 0) + (this.#offset[0]! >>> 0); }

  #highAt(ticks: number): number {
    return (Math.floor(ticks / word) + this.#offset[1]! + (this.#sumOfLows(ticks) >= word ? 1 : 0)) >>> 0;
  }

  #setTime(low: number, high: number, now: number): void {
    const ticks = ticksAt(now);
    const offsetLow = low - (ticks >>> 0);
    this.#offset[0] = offsetLow;
    this.#offset[1] = high - Math.floor(ticks / word) - (offsetLow < 0 ? 1 : 0);
    this.#driveAll(now);
    for (let hart = 0; hart < this.#harts; hart++) this.#pins.timerChanged(hart);
  }

  /** mtimecmp - mtime in ticks, not above 0 when the timer is due; exact below 2^53. */
  #ticksLeft(hart: number, low: number, high: number): number {
    return ((this.#mtimecmph[hart]! >>> 0) - high) * word + ((this.#mtimecmp[hart]! >>> 0) - low);
  }

  /** Drives MTIP of every hart as it must be at `now`, and finds when the next is to rise. */
  #driveAll(now: number): void {
    const ticks = ticksAt(now);
    const low = this.#sumOfLows(ticks) >>> 0, high = this.#highAt(ticks);
    let raised = 0;
    let least = Infinity;
    for (let hart = 0; hart < this.#harts; hart++) {
      const left = this.#ticksLeft(hart, low, high);
      if (left <= 0) raised |= 1 << hart;
      else if (left < least) least = left;
    }
    this.#due.ns = dueAt(ticks, least);
    const changed = raised ^ this.#words.raised;
    if (changed === 0) return;
    this.#words.raised = raised;
    for (let hart = 0; hart < this.#harts; hart++) {
      if (changed & (1 << hart)) this.#pins.setPending(hart, mip.MTIP, (raised & (1 << hart)) !== 0);
    }
  }
}
