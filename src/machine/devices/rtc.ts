import type { Registers } from '../../platform/registers.ts';
import { rtcRegisters } from '../../platform/rtc.ts';
import type { rtcWords } from '../words/devices.ts';
import type { View } from '../words/struct.ts';
import type { BusDevice, Clock, DuePin, InterruptPin, TimedDevice } from './device.ts';
import type { Lock } from './lock.ts';
import { Moment } from './moment.ts';
import { RegisterFile, type Size } from './register-file.ts';

export interface RtcPins extends InterruptPin, DuePin {}

const lowHalf = 0xffff_ffffn;

const load = (words: Int32Array) => BigInt(words[0]! >>> 0) | BigInt(words[1]!) << 32n;
function store(words: Int32Array, value: bigint): void {
  words[0] = Number(value & lowHalf);
  words[1] = Number((value >> 32n) & lowHalf);
}
const withLow = (value: bigint, low: number) => (value & ~lowHalf) | BigInt(low >>> 0);
const withHigh = (value: bigint, high: number) => (value & lowHalf) | BigInt(high | 0) << 32n;

/** The goldfish real-time clock (see platform/rtc.ts): virtual time plus an offset, in nanoseconds since 1970. */
export class Rtc implements Registers<typeof rtcRegisters>, BusDevice, TimedDevice {
  readonly sizes = 4;
  readonly lock: Lock;
  readonly #words: View<typeof rtcWords['fields']>;
  readonly #clock: Clock;
  readonly #pins: RtcPins;
  readonly #due: Moment;
  readonly #registers: RegisterFile<typeof rtcRegisters>;

  constructor(words: View<typeof rtcWords['fields']>, lock: Lock, clock: Clock, pins: RtcPins) {
    this.#words = words;
    this.lock = lock;
    this.#clock = clock;
    this.#pins = pins;
    this.#due = new Moment(words.due);
    this.#registers = new RegisterFile(rtcRegisters, this);
  }

  /** `startMs`: the date at virtual time 0, in milliseconds since 1970. */
  reset({ startMs }: { startMs: number }): void {
    const words = this.#words;
    store(words.offset, BigInt(Math.floor(startMs)) * 1_000_000n);
    store(words.alarm, 0n);
    words.latched = words.armed = words.enabled = words.pending = words.raised = 0;
    this.#due.ns = Infinity;
  }

  get TIME_LOW(): number {
    const time = this.#time(this.#clock.now());
    this.#words.latched = Number((time >> 32n) & lowHalf);
    return Number(time & lowHalf);
  }
  set TIME_LOW(value: number) { this.#setTime((time) => withLow(time, value)); }

  get TIME_HIGH(): number { return this.#words.latched; }
  set TIME_HIGH(value: number) { this.#setTime((time) => withHigh(time, value)); }

  get ALARM_LOW(): number { return this.#words.alarm[0]!; }
  set ALARM_LOW(value: number) {
    store(this.#words.alarm, withLow(load(this.#words.alarm), value));
    this.#words.armed = 1;
    this.#update(this.#clock.now());
  }

  get ALARM_HIGH(): number { return this.#words.alarm[1]!; }
  set ALARM_HIGH(value: number) { store(this.#words.alarm, withHigh(load(this.#words.alarm), value)); }

  get IRQ_ENABLED(): number { return this.#words.enabled; }
  set IRQ_ENABLED(value: number) {
    this.#words.enabled = value & 1;
    this.#update(this.#clock.now());
  }

  set CLEAR_ALARM(_value: number) {
    this.#words.armed = 0;
    this.#update(this.#clock.now());
  }

  get ALARM_STATUS(): number { return this.#words.armed; }

  set CLEAR_INTERRUPT(_value: number) {
    this.#words.pending = 0;
    this.#update(this.#clock.now());
  }

  get due(): number { return this.#due.ns; }

  tick(now: number): void {
    this.lock.acquire();
    this.#update(now);
    this.lock.release();
  }

  read(offset: number, size: Size): number { return this.#registers.read(offset, size); }
  write(offset: number, size: Size, value: number): void { this.#registers.write(offset, size, value); }

  #time(now: number): bigint {
    return BigInt(Math.floor(now)) + load(this.#words.offset);
  }

  #setTime(change: (time: bigint) => bigint): void {
    const now = this.#clock.now();
    store(this.#words.offset, change(this.#time(now)) - BigInt(Math.floor(now)));
    this.#update(now);
  }

  /** An alarm that is past goes off once. */
  #update(now: number): void {
    const words = this.#words;
    if (words.armed && load(words.alarm) <= this.#time(now)) {
      words.armed = 0;
      words.pending = 1;
    }
    const due = words.armed ? Number(load(words.alarm) - load(words.offset)) : Infinity;
    if (due !== this.#due.ns) {
      this.#due.ns = due;
      this.#pins.dueChanged();
    }
    const level = words.pending & words.enabled;
    if (level === words.raised) return;
    words.raised = level;
    this.#pins.interrupt(level === 1);
  }
}
