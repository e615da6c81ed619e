import { CSR0, CSR124, CSR15, CSR4, csr, pcnetDescriptor as bit } from '../../../platform/pcnet.ts';
import { crcRemainder, ethernet, isBroadcast, isGroup, withCheck } from '../../peers/ethernet.ts';
import type { pcnetWords } from '../../words/pcnet.ts';
import type { View } from '../../words/struct.ts';
import type { Dma } from '../device.ts';
import type { Control } from './control.ts';
import { type Descriptor, DescriptorRing } from './descriptors.ts';

/** The longest frame that is stored, its check sequence included: MCNT has twelve bits. */
const bytesMost = 4095;

/**
 * The receiver of the Am79C970A: "Receive Operation". Its FIFO holds less than a frame, so a frame that finds no
 * descriptor of the chip's is missed.
 */
export class Receiver {
  readonly #words: View<typeof pcnetWords['fields']>;
  readonly #control: Control;
  readonly #dma: Dma;
  readonly #ring: DescriptorRing;

  constructor(words: View<typeof pcnetWords['fields']>, control: Control, dma: Dma) {
    this.#words = words;
    this.#control = control;
    this.#dma = dma;
    this.#ring = new DescriptorRing(dma, words.csr, { base: csr.receiveRing, length: csr.receiveLength });
  }

  /** A frame, without its check sequence, has come in; `isGood` when that was right. */
  arrive(frame: Uint8Array, isGood: boolean): void {
    const { csr: registers } = this.#control;
    if (!(registers[csr.status]! & CSR0.RXON) || this.#control.isSuspended) return;
    const isRunt = frame.length < ethernet.leastBytes && !(registers[csr.test]! & CSR124.RPA);
    if (isRunt || frame.length + ethernet.checkBytes > bytesMost) return;
    const match = this.#match(frame);
    if (match === undefined) return;
    const first = this.#ring.read(this.#words.receiveIndex);
    if (first === undefined) this.#control.cause(CSR0.MERR);
    else if (!(first.status & bit.OWN)) this.#miss();
    else this.#store(this.#stored(frame), first, match | (isGood ? 0 : bit.ERR | bit.CRC));
  }

  /** "Address matching": by which of its filters the frame is for us. */
  #match(frame: Uint8Array): number | undefined {
    const { csr: registers } = this.#control;
    const mode = registers[csr.mode]!;
    if (isBroadcast(frame)) {
      if (!(mode & CSR15.DRCVBC)) return bit.BAM;
    } else if (isGroup(frame)) {
      const index = crcRemainder(frame.subarray(0, 6)) >>> 26;
      if (registers[csr.filter + (index >>> 4)]! >>> (index & 15) & 1) return bit.LAFM;
    } else if (!(mode & CSR15.DRCVPA) && this.#isOwn(frame)) return bit.PAM;
    return mode & CSR15.PROM ? 0 : undefined;
  }

  #isOwn(frame: Uint8Array): boolean {
    return [0, 1, 2].every((at) =>
      this.#control.csr[csr.station + at] === (frame[at * 2]! | frame[at * 2 + 1]! << 8));
  }

  /** "Missed frame": there is a counter with an interrupt of its own for when it is full. */
  #miss(): void {
    const { csr: registers } = this.#control;
    registers[csr.missed] = registers[csr.missed]! + 1 & 0xffff;
    if (registers[csr.missed] === 0) registers[csr.features]! |= CSR4.MFCO;
    this.#control.cause(CSR0.MISS);
  }

  /** With the check sequence; "automatic pad stripping" takes it off, with the padding, from short 802.3 frames. */
  #stored(frame: Uint8Array): Uint8Array {
    const length = frame[ethernet.type]! << 8 | frame[ethernet.type + 1]!;
    const isShort = length < ethernet.leastBytes - ethernet.headerBytes;
    const strips = isShort && (this.#control.csr[csr.features]! & CSR4.ASTRP_RCV) !== 0;
    return strips ? frame.subarray(0, ethernet.headerBytes + length) : withCheck(frame);
  }

  /** Fills buffers, one behind the other. When the next is not the chip's, the frame ends there, with an error. */
  #store(bytes: Uint8Array, first: Descriptor, last: number): void {
    let descriptor = first;
    for (let at = 0, start: number = bit.STP; ; start = 0) {
      const index = this.#words.receiveIndex;
      const part = bytes.subarray(at, at + descriptor.bytes);
      this.#dma.write(descriptor.address, part);
      at += part.length;
      this.#words.receiveIndex = this.#ring.after(index);
      if (at >= bytes.length) {
        this.#ring.write(index, start | bit.ENP | last, bytes.length);
        break;
      }
      const next = this.#ring.read(this.#words.receiveIndex);
      if (next === undefined || !(next.status & bit.OWN)) {
        this.#ring.write(index, start | bit.ERR | bit.RBUFF | bit.OFLO, 0);
        break;
      }
      this.#ring.write(index, start, 0);
      descriptor = next;
    }
    this.#control.cause(CSR0.RINT);
  }
}
