import { e1000InterruptRegisters, e1000Time, interruptCause } from '../../../platform/e1000.ts';
import { e1000Timer, type e1000InterruptWords, type e1000Words } from '../../words/e1000.ts';
import type { View } from '../../words/struct.ts';
import type { Clock } from '../device.ts';
import { keptRegisters } from '../kept-registers.ts';
import { Moment, moments } from '../moment.ts';

/** Values of the delay registers, in units of 1.024 us. */
export interface Delays {
  readonly relative: number;
  readonly absolute: number;
}

/**
 * The interrupt unit of the 82540EM. Section 13.4.17: reading ICR clears it. Causes that come in numbers, a packet
 * received or descriptors written back, may be put off by a relative and an absolute timer (sections 13.4.30, 13.4.31,
 * 13.4.44, 13.4.46); and ITR bounds how often the line is raised (section 13.4.18).
 */
export class Interrupts extends keptRegisters(e1000InterruptRegisters) {
  readonly #timers: Float64Array;
  readonly #throttledUntil: Moment;
  readonly #clock: Clock;
  readonly #setLine: (level: boolean) => void;
  readonly #chip: View<typeof e1000Words['fields']>;

  constructor(
    words: View<typeof e1000InterruptWords['fields']>, chip: View<typeof e1000Words['fields']>, clock: Clock,
    setLine: (level: boolean) => void,
  ) {
    super(words);
    this.#chip = chip;
    this.#timers = moments(chip.timers);
    this.#throttledUntil = new Moment(chip.throttledUntil);
    this.#clock = clock;
    this.#setLine = setLine;
  }

  reset(): void {
    this.words.ICR = this.words.IMS = this.words.ITR = 0;
    for (const timer of interruptTimers) this.#timers[timer] = Infinity;
    this.#throttledUntil.ns = 0;
    this.#drive(false);
  }

  override get ICR(): number {
    const causes = this.words.ICR;
    this.words.ICR = 0;
    this.#update();
    return causes;
  }
  /** A 1 clears its cause. */
  override set ICR(bits: number) {
    this.words.ICR &= ~bits;
    this.#update();
  }

  override get ITR(): number { return this.words.ITR; }
  override set ITR(interval: number) {
    this.words.ITR = interval & 0xffff;
    if (this.words.ITR === 0) this.#throttledUntil.ns = 0;
    this.#update();
  }

  override set ICS(bits: number) { this.cause(bits & interruptCause.all); }

  override get IMS(): number { return this.words.IMS; }
  override set IMS(bits: number) {
    this.words.IMS |= bits & interruptCause.all;
    this.#update();
  }

  override set IMC(bits: number) {
    this.words.IMS &= ~bits;
    this.#update();
  }

  /** Something has happened. */
  cause(bits: number): void {
    this.words.ICR |= bits;
    this.#update();
  }

  /** A packet is in memory. */
  received(delays: Delays): void {
    this.#delay(interruptCause.RXT0, delays, e1000Timer.receiveDelay, e1000Timer.receiveAbsolute);
  }

  /** Descriptors were written back, whose interrupt may wait. */
  transmitted(delays: Delays): void {
    this.#delay(interruptCause.TXDW, delays, e1000Timer.transmitDelay, e1000Timer.transmitAbsolute);
  }

  /** What waits for the receive timers comes now: RDTR's flush bit. */
  flushReceived(): void { this.#flush(interruptCause.RXT0, e1000Timer.receiveDelay, e1000Timer.receiveAbsolute); }
  /** The same of TIDV. */
  flushTransmitted(): void { this.#flush(interruptCause.TXDW, e1000Timer.transmitDelay, e1000Timer.transmitAbsolute); }

  tick(now: number): void {
    const { receiveDelay, receiveAbsolute, transmitDelay, transmitAbsolute, throttle } = e1000Timer;
    if (this.#timers[receiveDelay]! <= now || this.#timers[receiveAbsolute]! <= now) this.flushReceived();
    if (this.#timers[transmitDelay]! <= now || this.#timers[transmitAbsolute]! <= now) this.flushTransmitted();
    if (this.#timers[throttle]! <= now) this.#update();
  }

  #delay(bit: number, { relative, absolute }: Delays, delayTimer: number, absoluteTimer: number): void {
    if (relative === 0) {
      this.#disarm(delayTimer, absoluteTimer);
      this.cause(bit);
      return;
    }
    const now = this.#clock.now();
    this.#timers[delayTimer] = now + relative * e1000Time.delayNs;
    if (absolute !== 0 && this.#timers[absoluteTimer] === Infinity) {
      this.#timers[absoluteTimer] = now + absolute * e1000Time.delayNs;
    }
  }

  #flush(bit: number, delayTimer: number, absoluteTimer: number): void {
    if (this.#timers[delayTimer] === Infinity && this.#timers[absoluteTimer] === Infinity) return;
    this.#disarm(delayTimer, absoluteTimer);
    this.cause(bit);
  }

  #disarm(delayTimer: number, absoluteTimer: number): void {
    this.#timers[delayTimer] = this.#timers[absoluteTimer] = Infinity;
  }

  #update(): void {
    const wanted = (this.words.ICR & this.words.IMS) !== 0;
    this.#timers[e1000Timer.throttle] = Infinity;
    if (!wanted) {
      this.#drive(false);
      return;
    }
    if (this.#chip.lineRaised) return;
    const interval = this.words.ITR * e1000Time.throttleNs;
    const now = interval === 0 ? 0 : this.#clock.now();
    if (now < this.#throttledUntil.ns) {
      this.#timers[e1000Timer.throttle] = this.#throttledUntil.ns;
      return;
    }
    this.#throttledUntil.ns = now + interval;
    this.#drive(true);
  }

  #drive(level: boolean): void {
    this.#chip.lineRaised = level ? 1 : 0;
    this.#setLine(level);
  }
}

const interruptTimers = [
  e1000Timer.receiveDelay, e1000Timer.receiveAbsolute, e1000Timer.transmitDelay, e1000Timer.transmitAbsolute,
  e1000Timer.throttle,
];
