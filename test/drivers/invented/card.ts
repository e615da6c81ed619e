/** The invented thermometer as a card: its class, after registers.ts, and its kind, for machines that ask for it. */
import type { Registers } from '../../../src/platform/registers.ts';
import { interruptLines } from '../../../src/platform/memory-map.ts';
import type { Card, CardKind, CardSetting } from '../../../src/machine/devices/card.ts';
import type { Clock, TimedDevice } from '../../../src/machine/devices/device.ts';
import { type IsaDevice, isaRange } from '../../../src/machine/devices/isa-ports.ts';
import type { Lock } from '../../../src/machine/devices/lock.ts';
import { Moment } from '../../../src/machine/devices/moment.ts';
import { RegisterFile } from '../../../src/machine/devices/register-file.ts';
import { struct, type View, word, words } from '../../../src/machine/words/struct.ts';
import {
  control, identity, measureNs, status, temperature, thermometerIrq, thermometerPorts, thermometerRegisters,
} from './registers.ts';

const thermometerWords = struct({
  due: words(2, 'device', 'when the measurement under way ends, a moment; Infinity for none'),
  lock: word('any', 'the lock of the device'),
  control: word('device', 'control'),
  done: word('device', '1: a measurement has ended, until it is acknowledged'),
  value: word('device', 'what it found'),
  count: word('device', 'how many have ended'),
});

interface Pins {
  setIrq(level: boolean): void;
  dueChanged(): void;
}

class Thermometer implements Registers<typeof thermometerRegisters>, IsaDevice, TimedDevice {
  readonly lock: Lock;
  readonly #words: View<typeof thermometerWords['fields']>;
  readonly #clock: Clock;
  readonly #pins: Pins;
  readonly #due: Moment;
  readonly #registers: RegisterFile<typeof thermometerRegisters>;

  constructor(its: View<typeof thermometerWords['fields']>, lock: Lock, clock: Clock, pins: Pins) {
    this.#words = its;
    this.lock = lock;
    this.#clock = clock;
    this.#pins = pins;
    this.#due = new Moment(its.due);
    this.#registers = new RegisterFile(thermometerRegisters, this);
  }

  reset(): void {
    const its = this.#words;
    its.control = its.done = its.value = its.count = 0;
    this.#due.ns = Infinity;
  }

  get identity(): number { return identity; }

  get control(): number { return this.#words.control; }
  set control(value: number) {
    this.#words.control = value & control.interrupt;
    if (value & control.start) {
      this.#due.ns = this.#clock.now() + measureNs;
      this.#pins.dueChanged();
    }
    this.#drive();
  }

  get status(): number {
    return (this.#due.ns === Infinity ? 0 : status.busy) | (this.#words.done ? status.done : 0);
  }

  set acknowledge(_value: number) {
    this.#words.done = 0;
    this.#drive();
  }

  get low(): number { return this.#words.value & 0xff; }
  get high(): number { return this.#words.value >>> 8; }

  get due(): number { return this.#due.ns; }

  tick(now: number): void {
    this.lock.acquire();
    if (this.due <= now) {
      const its = this.#words;
      its.value = temperature(its.count++);
      its.done = 1;
      this.#due.ns = Infinity;
      this.#pins.dueChanged();
      this.#drive();
    }
    this.lock.release();
  }

  readPort(port: number): number { return this.#registers.read(port, 1); }
  writePort(port: number, value: number): void { this.#registers.write(port, 1, value); }

  #drive(): void {
    const { done, control: setting } = this.#words;
    this.#pins.setIrq(done === 1 && (setting & control.interrupt) !== 0);
  }
}

class ThermometerCard implements Card {
  readonly timed: Card['timed'];
  readonly ports: NonNullable<Card['ports']>;
  readonly #thermometer: Thermometer;

  constructor({ buffer, at, lock, clock, dueChanged, setLevel }: CardSetting) {
    const its = thermometerWords.at(buffer, at);
    this.#thermometer = new Thermometer(its, lock(at + thermometerWords.offset.lock), clock,
      { dueChanged, setIrq: (level) => setLevel(interruptLines.isa + thermometerIrq, level) });
    this.timed = [this.#thermometer];
    this.ports = [isaRange(thermometerPorts, this.#thermometer)];
  }

  reset(): void { this.#thermometer.reset(); }
}

export const card: CardKind<object> = {
  bytes: thermometerWords.size,
  options: {},
  hostOptions: [],
  make: (_, setting) => new ThermometerCard(setting),
};
