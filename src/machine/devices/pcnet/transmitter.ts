import { CSR0, CSR15, CSR4, CSR5, csr, pcnetDescriptor as bit } from '../../../platform/pcnet.ts';
import { ethernet, join, wireNs, withoutCheck } from '../../peers/ethernet.ts';
import { pcnetTimer, type pcnetWords } from '../../words/pcnet.ts';
import type { View } from '../../words/struct.ts';
import type { Clock, Dma } from '../device.ts';
import { moments } from '../moment.ts';
import { type Control, keepsTransmitting } from './control.ts';
import { DescriptorRing } from './descriptors.ts';

export interface TransmitterPins {
  readonly clock: Clock;
  readonly dma: Dma;
  readonly bitsPerSecond: number;
  readonly hasLink: boolean;
  /** A frame leaves; its last bit at `ns`. */
  send(frame: Uint8Array, ns: number): void;
  /** CSR15's LOOP: the frame comes in again. */
  loop(frame: Uint8Array): void;
}

/** "CSR47": 65536 clocks of 33 MHz, between looks at a descriptor that was not the chip's. */
const pollNs = 1_985_939;
/** More is babble, which is sent all the same. */
const frameBytesMost = 1518;
const bytesMost = 16 * 1024;

/** The transmitter of the Am79C970A: "Transmit Operation". One frame at a time, at the speed of the wire. */
export class Transmitter {
  readonly #words: View<typeof pcnetWords['fields']>;
  readonly #control: Control;
  readonly #pins: TransmitterPins;
  readonly #timers: Float64Array;
  readonly #ring: DescriptorRing;

  constructor(words: View<typeof pcnetWords['fields']>, control: Control, pins: TransmitterPins) {
    this.#words = words;
    this.#control = control;
    this.#pins = pins;
    this.#timers = moments(words.timers);
    this.#ring = new DescriptorRing(pins.dma, words.csr, { base: csr.transmitRing, length: csr.transmitLength });
  }

  /** What is on its way out is forgotten. */
  stop(): void {
    this.#words.sending = 0;
    this.#timers[pcnetTimer.transmit] = this.#timers[pcnetTimer.poll] = Infinity;
  }

  /** Looks at the next descriptor, by demand (TDMD) or because it is time. */
  poll(now: number): void {
    this.#control.csr[csr.status]! &= ~CSR0.TDMD;
    while (this.#isOn && this.#words.sending === 0 && this.#take(now)) { /* skips what is no start of a frame */ }
    const isWaiting = this.#isOn && this.#words.sending === 0 && !(this.#control.csr[csr.features]! & CSR4.DPOLL);
    this.#timers[pcnetTimer.poll] = isWaiting ? now + pollNs : Infinity;
  }

  tick(now: number): void {
    const ended = this.#timers[pcnetTimer.transmit]!;
    if (ended <= now) {
      this.#timers[pcnetTimer.transmit] = Infinity;
      this.#finish();
      this.poll(ended);
    }
    if (this.#timers[pcnetTimer.poll]! <= now) this.poll(now);
  }

  get #isOn(): boolean {
    return (this.#control.csr[csr.status]! & CSR0.TXON) !== 0 && !this.#control.isSuspended;
  }

  /** True when there was a descriptor of the chip's that begins no frame, and the next may be looked at. */
  #take(now: number): boolean {
    const index = this.#words.transmitIndex;
    const descriptor = this.#ring.read(index);
    if (descriptor === undefined) {
      this.#control.csr[csr.status]! &= ~CSR0.TXON;
      this.#control.cause(CSR0.MERR);
      return false;
    }
    if (!(descriptor.status & bit.OWN)) return false;
    if (!(descriptor.status & bit.STP)) {
      this.#ring.write(index, descriptor.status & ~bit.OWN, 0);
      this.#words.transmitIndex = this.#ring.after(index);
      return true;
    }
    this.#gather(index, now);
    return false;
  }

  /** Takes buffers from the first descriptor to the one with ENP, giving back all but the last. */
  #gather(first: number, now: number): void {
    const parts: Uint8Array[] = [];
    let bytes = 0, flags = 0;
    for (let index = first; ; index = this.#ring.after(index)) {
      const descriptor = this.#ring.read(index);
      if (descriptor === undefined || !(descriptor.status & bit.OWN) || bytes > bytesMost) {
        return this.#underflow(index, now);
      }
      const part = this.#pins.dma.read(descriptor.address, descriptor.bytes);
      if (part !== undefined) parts.push(part);
      bytes += descriptor.bytes;
      flags |= descriptor.status & bit.ADD_FCS;
      this.#words.sendingLast = index;
      if (descriptor.status & bit.ENP) break;
      this.#ring.write(index, descriptor.status & ~bit.OWN, 0);
    }
    this.#begin(join(parts), flags, now);
  }

  /** "BUFF": the rest of the frame is not there. The transmitter goes off, unless software has it go on. */
  #underflow(index: number, now: number): void {
    const last = index === 0 ? this.#ring.count - 1 : index - 1;
    this.#words.sendingLast = last;
    this.#words.sendingStatus = bit.TBUFF | bit.UFLO;
    this.#words.sending = 1;
    this.#timers[pcnetTimer.transmit] = now;
    if (!keepsTransmitting(this.#control.csr)) this.#control.csr[csr.status]! &= ~CSR0.TXON;
  }

  #begin(data: Uint8Array, flags: number, now: number): void {
    const registers = this.#control.csr;
    const mode = registers[csr.mode]!;
    registers[csr.features]! |= CSR4.TXSTRT;
    if (data.length + ethernet.checkBytes > frameBytesMost) this.#control.cause(CSR0.BABL);
    else this.#control.update();
    const at = now + wireNs(data.length, this.#pins.bitsPerSecond);
    const addsCheck = !(mode & CSR15.DXMTFCS) || (flags & bit.ADD_FCS) !== 0;
    const frame = addsCheck ? this.#padded(data) : withoutCheck(data);
    const isLooped = (mode & CSR15.LOOP) !== 0;
    const hasLink = isLooped || this.#pins.hasLink || (mode & CSR15.DLNKTST) !== 0;
    this.#words.sendingStatus = hasLink ? 0 : bit.LCAR;
    if (frame !== undefined && isLooped) this.#pins.loop(frame);
    else if (frame !== undefined && frame.length >= ethernet.leastBytes) this.#pins.send(frame, at);
    this.#words.sending = 1;
    this.#timers[pcnetTimer.transmit] = at;
  }

  /** "Automatic pad generation". */
  #padded(data: Uint8Array): Uint8Array {
    if (data.length >= ethernet.leastBytes || !(this.#control.csr[csr.features]! & CSR4.APAD_XMT)) return data;
    const padded = new Uint8Array(ethernet.leastBytes);
    padded.set(data);
    return padded;
  }

  /** The last bit is out: gives the last descriptor back and tells. */
  #finish(): void {
    const { sendingLast: index, sendingStatus: second } = this.#words;
    this.#words.sending = 0;
    const descriptor = this.#ring.read(index);
    const status = descriptor?.status ?? 0;
    this.#ring.write(index, status & ~(bit.OWN | bit.ERR) | (second === 0 ? 0 : bit.ERR), second);
    this.#words.transmitIndex = this.#ring.after(index);
    // "CSR5": TOKINTD keeps the interrupts of frames without error down, but for those with LTINT.
    const suspend = this.#control.csr[csr.suspend]!;
    const isQuiet = second === 0 && (suspend & CSR5.TOKINTD) !== 0
      && !(suspend & CSR5.LTINTEN && status & bit.LTINT);
    this.#control.cause((isQuiet ? 0 : CSR0.TINT) | (second & bit.LCAR ? CSR0.CERR : 0));
  }
}
