import { csr, pcnetDescriptor as bit, softwareStyle } from '../../../platform/pcnet.ts';
import type { Dma } from '../device.ts';

/** A descriptor, whatever the software style: "Receive Descriptors" and "Transmit Descriptors". */
export interface Descriptor {
  readonly address: number;
  /** Length of the buffer. */
  readonly bytes: number;
  /** Bits 31 to 16 of the first status word, as style 2 has them. */
  readonly status: number;
}

/** Half-words, of which four are a descriptor, or words. Where the buffer's address, the status and the rest are. */
const layouts = {
  0: { bytes: 8 },
  2: { bytes: 16, address: 0, status: 4, rest: 8 },
  3: { bytes: 16, address: 8, status: 4, rest: 0 },
} as const;

const statusMask = 0xfff0_0000 | 0;
const lengthMask = 0x0fff;
/** The length is its two's complement in twelve bits; 0 is 4096. */
const lengthOf = (field: number) => lengthMask + 1 - (field & lengthMask);

/** One of the chip's two rings, where its registers say it is. */
export class DescriptorRing {
  readonly #dma: Dma;
  readonly #csr: Int32Array;
  readonly #base: number;
  readonly #length: number;

  /** `base` and `length`: numbers of the CSRs that tell where the ring is, and minus its length. */
  constructor(dma: Dma, registers: Int32Array, { base, length }: { base: number; length: number }) {
    this.#dma = dma;
    this.#csr = registers;
    this.#base = base;
    this.#length = length;
  }

  get count(): number { return 0x1_0000 - (this.#csr[this.#length]! & 0xffff) & 0xffff; }

  after(index: number): number { return index + 1 >= this.count ? 0 : index + 1; }

  /** Undefined when there is no such descriptor in RAM. */
  read(index: number): Descriptor | undefined {
    const style = this.#style, at = this.#address(index);
    if (this.count === 0) return undefined;
    if (style === 0) return this.#readHalves(at);
    const { address, status } = layouts[style];
    const where = this.#dma.read32(at + address), first = this.#dma.read32(at + status);
    if (where === undefined || first === undefined) return undefined;
    return { address: where, bytes: lengthOf(first), status: first & statusMask };
  }

  /** Gives the descriptor back: `rest` first (message length or second status), the word with OWN last. */
  write(index: number, status: number, rest: number): void {
    const style = this.#style, at = this.#address(index);
    if (style === 0) {
      const old = this.#dma.read16(at + 2) ?? 0;
      this.#dma.write16(at + 6, isTransmitRest(rest) ? rest >>> 16 : rest & 0xffff);
      this.#dma.write16(at + 2, status >>> 16 & 0xff00 | old & 0xff);
      return;
    }
    const layout = layouts[style];
    const old = this.#dma.read32(at + layout.status) ?? 0;
    this.#dma.write32(at + layout.rest, rest);
    this.#dma.write32(at + layout.status, status & statusMask | old & 0xf_ffff);
  }

  #readHalves(at: number): Descriptor | undefined {
    const low = this.#dma.read16(at), high = this.#dma.read16(at + 2), bytes = this.#dma.read16(at + 4);
    if (low === undefined || high === undefined || bytes === undefined) return undefined;
    // Addresses have 24 bits; the initialization block's own upper byte stands for the missing ones.
    const top = (this.#csr[csr.blockHigh]! >>> 8 & 0xff) * 2 ** 24;
    return { address: top + (high & 0xff) * 2 ** 16 + low, bytes: lengthOf(bytes), status: high << 16 & 0xff00_0000 };
  }

  get #style(): 0 | 2 | 3 {
    const style = this.#csr[csr.style]! & softwareStyle.style;
    return style === 2 || style === 3 ? style : 0;
  }

  #address(index: number): number {
    const base = (this.#csr[this.#base + 1]! & 0xffff) * 2 ** 16 + (this.#csr[this.#base]! & 0xffff);
    return base - base % layouts[this.#style].bytes + index * layouts[this.#style].bytes;
  }
}

/** A second status word of a transmit descriptor has its bits at the top, a message length is at the bottom. */
const isTransmitRest = (rest: number) => (rest & (bit.TBUFF | bit.UFLO | bit.LCAR)) !== 0;
