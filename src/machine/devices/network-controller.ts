import type { Cable } from '../peers/cable.ts';
import { pciFunctionWords } from '../words/devices.ts';
import type { CardSetting } from './card.ts';
import type { TimedDevice } from './device.ts';
import { Moment, moments } from './moment.ts';
import { PciFunction, type PciIdentity } from './pci-function.ts';

/** Words that every network controller has. */
export interface NetworkWords {
  /** A moment: the earliest of the timers and what the cable has to do. */
  readonly due: Int32Array;
  /** Moments. */
  readonly timers: Int32Array;
}

/** A network controller on the PCI bus: something with timers and a cable, which all threads may come to. */
export abstract class NetworkController extends PciFunction implements TimedDevice {
  abstract readonly cable: Cable;
  protected readonly timers: Float64Array;
  readonly #due: Moment;
  readonly #setting: CardSetting;

  /** `at`: the first byte of the PCI function's words. */
  constructor(setting: CardSetting, at: number, words: NetworkWords, identity: PciIdentity) {
    super(pciFunctionWords.at(setting.buffer, at), setting.lock(at + pciFunctionWords.offset.lock), identity);
    this.#setting = setting;
    this.#due = new Moment(words.due);
    this.timers = moments(words.timers);
  }

  override reset(): void {
    super.reset();
    this.timers.fill(Infinity);
    this.cable.reset();
    this.powerOn();
    this.#due.ns = this.#earliest();
  }

  get due(): number { return this.#due.ns; }

  tick(now: number): void {
    this.#locked(() => {
      this.advance(now);
      this.cable.wire.tick(now);
    });
  }

  /** Takes the cable out, or puts it in again; for the host. */
  plug(isIn: boolean): void {
    this.#locked(() => this.cable.wire.plug(isIn));
  }

  /** A frame sets out from the far end, though not from the host there. */
  inject(frame: Uint8Array): void {
    this.#locked(() => this.cable.wire.inject(frame, this.#setting.clock.now()));
  }

  /** The state of the chip after the reset pin. */
  protected abstract powerOn(): void;
  /** Does what its timers say. */
  protected abstract advance(now: number): void;

  /** After whatever may have set a timer or sent a frame. */
  protected reschedule(): void {
    const due = this.#earliest();
    if (due === this.#due.ns) return;
    this.#due.ns = due;
    this.#setting.dueChanged();
  }

  #locked(act: () => void): void {
    this.lock.acquire();
    act();
    this.reschedule();
    this.lock.release();
  }

  #earliest(): number {
    let earliest = this.cable.wire.due;
    for (let timer = 0; timer < this.timers.length; timer++) {
      if (this.timers[timer]! < earliest) earliest = this.timers[timer]!;
    }
    return earliest;
  }
}
