import type { Dma } from '../device.ts';

/** Four words of a descriptor, as read from memory. */
export type DescriptorWords = readonly [number, number, number, number];

const descriptorBytes = 16;

/** Where a ring is, as its registers say. */
export interface RingRegisters {
  readonly low: number;
  readonly high: number;
  /** Bytes. */
  readonly length: number;
}

/** A ring of 16-byte descriptors in memory. */
export class Ring {
  readonly #dma: Dma;
  readonly #base: number;
  readonly count: number;

  constructor(dma: Dma, { low, high, length }: RingRegisters) {
    this.#dma = dma;
    this.#base = (high >>> 0) * 2 ** 32 + ((low & ~15) >>> 0);
    this.count = (length & 0xf_ff80) / descriptorBytes;
  }

  address(index: number): number { return this.#base + index * descriptorBytes; }

  after(index: number): number { return index + 1 >= this.count ? 0 : index + 1; }

  /** From `from` up to and not including `to`. */
  between(from: number, to: number): number { return to >= from ? to - from : to - from + this.count; }

  /** Undefined when the descriptor is not in RAM. */
  read(index: number): DescriptorWords | undefined {
    const at = this.address(index);
    const words = [0, 4, 8, 12].map((offset) => this.#dma.read32(at + offset));
    return words.includes(undefined) ? undefined : words as unknown as DescriptorWords;
  }

  /** Writes one of the words; nothing happens when it is not in RAM. */
  write(index: number, word: number, value: number): void {
    this.#dma.write32(this.address(index) + word * 4, value);
  }
}

/** The address in the first two words of a descriptor. */
export const addressOf = ([low, high]: DescriptorWords): number => high * 2 ** 32 + low;
