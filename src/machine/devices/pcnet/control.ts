import {
  BCR18, bcr, BCR4, bcrDefaults, bcrWritable, CSR0, CSR3, CSR4, CSR5, csr, csrAlways, csrDefaults, csrReadOnly,
  softwareStyle,
} from '../../../platform/pcnet.ts';
import type { pcnetWords } from '../../words/pcnet.ts';
import type { View } from '../../words/struct.ts';

export interface ControlPins {
  /** CSR0 was written: STOP, INIT, STRT or TDMD. */
  command(bits: number): void;
  setLine(level: boolean): void;
  /** CSR5's SPND bit was set or cleared. */
  suspendChanged(): void;
  /** Whether there is a link. */
  readonly hasLink: boolean;
  readPhy(address: number): number;
  writePhy(address: number, value: number): void;
}

/** The registers of the Am79C970A by number, and the interrupt that comes of them. */
export class Control {
  readonly csr: Int32Array;
  readonly bcr: Int32Array;
  readonly #words: View<typeof pcnetWords['fields']>;
  readonly #pins: ControlPins;

  constructor(words: View<typeof pcnetWords['fields']>, pins: ControlPins) {
    this.csr = words.csr;
    this.bcr = words.bcr;
    this.#words = words;
    this.#pins = pins;
  }

  /** H_RESET: the pin, at power-on. */
  hardReset(): void {
    this.csr.fill(0);
    this.bcr.fill(0);
    for (const [number, value] of Object.entries(bcrDefaults)) this.bcr[Number(number)] = value;
    this.csr[csr.style] = this.bcr[bcr.style]!;
    this.softReset();
  }

  /** S_RESET: a read of the reset port. Bus configuration and addresses of the rings stay. */
  softReset(): void {
    const style = this.csr[csr.style]!, mode = this.csr[csr.mode]!;
    this.csr.fill(0, 0, csr.blockLowAgain);
    this.csr.fill(0, csr.missed);
    for (const [number, value] of Object.entries(csrDefaults)) this.csr[Number(number)] = value;
    this.csr[csr.style] = style;
    // PORTSEL and the like are the hardware reset's alone.
    this.csr[csr.mode] = mode & 0x2184;
    const { prom } = this.#words;
    for (let at = 0; at < 3; at++) this.csr[csr.station + at] = prom[at * 2]! | prom[at * 2 + 1]! << 8;
    this.update();
  }

  get isStopped(): boolean { return (this.csr[csr.status]! & CSR0.STOP) !== 0; }
  get isSuspended(): boolean { return (this.csr[csr.suspend]! & CSR5.SPND) !== 0; }

  /** Something has happened: bits of CSR0. */
  cause(bits: number): void {
    this.csr[csr.status]! |= bits;
    this.update();
  }

  readCsr(number: number): number {
    switch (number) {
      case csr.status: return this.#status();
      case csr.blockLowAgain: return this.csr[csr.blockLow]!;
      case csr.blockHighAgain: return this.csr[csr.blockHigh]!;
      case csr.receiveCounter: return this.csr[csr.receiveLength]! + this.#words.receiveIndex & 0xffff;
      case csr.transmitCounter: return this.csr[csr.transmitLength]! + this.#words.transmitIndex & 0xffff;
      default: return this.csr[number] ?? 0;
    }
  }

  writeCsr(number: number, value: number): void {
    if (number >= csr.count || csrReadOnly.has(number)) return;
    if (!csrAlways.has(number) && !this.isStopped && !this.isSuspended) return;
    switch (number) {
      case csr.status: return this.#writeStatus(value);
      case csr.features: return this.#writeFeatures(value);
      case csr.suspend: return this.#writeSuspend(value);
      case csr.blockLowAgain: case csr.blockHighAgain:
        this.csr[number - csr.blockLowAgain + csr.blockLow] = value;
        return;
      case csr.style: return this.#writeStyle(value);
      default:
        this.csr[number] = value;
        this.update();
    }
  }

  readBcr(number: number): number {
    const kept = this.bcr[number] ?? 0;
    if (number >= bcr.link && number <= bcr.lastLed) {
      return kept | (kept & BCR4.LNKSTE && this.#pins.hasLink ? BCR4.LEDOUT : 0);
    }
    switch (number) {
      case bcr.bus: return kept | (this.#words.wide ? BCR18.DWIO : 0);
      case bcr.style: return this.csr[csr.style]!;
      case bcr.miiData: return this.#pins.readPhy(this.bcr[bcr.miiAddress]!);
      default: return kept;
    }
  }

  writeBcr(number: number, value: number): void {
    switch (number) {
      case bcr.style: return this.writeCsr(csr.style, value);
      case bcr.miiControl: case bcr.miiAddress: this.bcr[number] = value; return;
      case bcr.miiData: return this.#pins.writePhy(this.bcr[bcr.miiAddress]!, value);
      default: {
        const mask = bcrWritable[number];
        if (mask !== undefined) this.bcr[number] = this.bcr[number]! & ~mask | value & mask;
      }
    }
  }

  #status(): number {
    const kept = this.csr[csr.status]!;
    return kept | (kept & CSR0.errors ? CSR0.ERR : 0) | (this.#isInterrupting ? CSR0.INTR : 0);
  }

  /** "CSR0": a 1 clears causes; STOP overrides the rest, and clears everything. */
  #writeStatus(value: number): void {
    this.csr[csr.status]! &= ~(value & CSR0.clearable | CSR0.IENA);
    if (!(value & CSR0.STOP)) this.csr[csr.status]! |= value & CSR0.IENA;
    this.#pins.command(value & (CSR0.INIT | CSR0.STRT | CSR0.STOP | CSR0.TDMD));
    this.update();
  }

  #writeFeatures(value: number): void {
    const before = this.csr[csr.features]!;
    const causes = before & (CSR4.causes | CSR4.UINT) & ~value;
    this.csr[csr.features] = value & CSR4.kept | causes | (value & CSR4.UINTCMD ? CSR4.UINT : 0);
    this.update();
  }

  #writeSuspend(value: number): void {
    const causes = this.csr[csr.suspend]! & CSR5.causes & ~value;
    this.csr[csr.suspend] = value & CSR5.kept | causes;
    this.#pins.suspendChanged();
    this.update();
  }

  /** "BCR20": the style decides the widths, which software only reads. */
  #writeStyle(value: number): void {
    const style = value & softwareStyle.style;
    const widths = style === 0 ? softwareStyle.CSRPCNET : style === 1 ? softwareStyle.SSIZE32
      : softwareStyle.SSIZE32 | softwareStyle.CSRPCNET;
    this.csr[csr.style] = style | widths | value & 0x0400;
  }

  get #isInterrupting(): boolean {
    const registers = this.csr;
    const first = registers[csr.status]! & CSR0.causes & ~registers[csr.masks]!;
    const features = registers[csr.features]!;
    const second = features & CSR4.causes & ~((features & CSR4.masks) << 1);
    const suspend = registers[csr.suspend]!;
    const third = suspend & CSR5.causes & (suspend & CSR5.enables) << 1;
    return (first | second | third | features & CSR4.UINT) !== 0;
  }

  /** Drives the interrupt line as the registers say. */
  update(): void {
    this.#pins.setLine((this.csr[csr.status]! & CSR0.IENA) !== 0 && this.#isInterrupting);
  }
}

/** Whether a transmit buffer that came late keeps the transmitter on. */
export const keepsTransmitting = (registers: Int32Array): boolean => (registers[csr.masks]! & CSR3.DXSUFLO) !== 0;
