import {
  mixer, mixerPairs, mixerRegisters, sb16Defaults, sb16DmaChannels, sb16Interrupts,
} from '../../platform/sb16.ts';
import type { sb16Words } from '../words/sound.ts';
import type { View } from '../words/struct.ts';

const setups: Readonly<Record<number, number>> = {
  [mixer.interruptSetup]: (1 << sb16Interrupts.length) - 1,
  [mixer.dmaSetup]: [...sb16DmaChannels.byte, ...sb16DmaChannels.word]
    .reduce<number>((bits, channel) => bits | 1 << channel, 0),
};

/** The CT1745 mixer (the guide, chapter 4): it keeps what is set, and chooses the card's interrupt and DMA channels. */
export class Sb16Mixer {
  readonly #words: View<typeof sb16Words['fields']>;
  readonly #registers: Int32Array;

  constructor(words: View<typeof sb16Words['fields']>) {
    this.#words = words;
    this.#registers = words.mixer;
  }

  /** Power-on. */
  reset(): void {
    this.#registers.fill(0);
    this.#words.mixerAddress = 0;
    this.#registers[mixer.interruptSetup] = sb16Defaults.interruptSetup;
    this.#registers[mixer.dmaSetup] = sb16Defaults.dmaSetup;
    this.#restore();
  }

  get address(): number { return this.#words.mixerAddress; }
  set address(value: number) { this.#words.mixerAddress = value; }

  get data(): number {
    const { mixerAddress: address, pending } = this.#words;
    if (address === mixer.interruptStatus) return pending;
    if (address === mixer.mic3) return this.#registers[mixer.mic]! >>> 5;
    const pair = mixerPairs[address];
    if (pair === undefined) return this.#registers[address]!;
    return this.#registers[pair]! & 0xf0 | this.#registers[pair + 1]! >>> 4;
  }

  /**
   * The older chip's volumes are the upper bits of today's, the rest ones: 15 of 15 is 31 of 31. A reset of the mixer
   * restores its registers, but not the setups of interrupt and DMA.
   */
  set data(value: number) {
    const { mixerAddress: address } = this.#words;
    if (address === mixer.reset) this.#restore();
    if (address === mixer.mic3) this.#put(mixer.mic, value << 5 | 0x18);
    const pair = mixerPairs[address];
    if (pair === undefined) {
      this.#put(address, value);
    } else {
      this.#put(pair, value | 0x08);
      this.#put(pair + 1, value << 4 | 0x08);
    }
  }

  /** The IRQ that the card drives: of the lowest bit set; undefined when none is. */
  get interrupt(): number | undefined {
    return sb16Interrupts.find((_, bit) => this.#registers[mixer.interruptSetup]! & 1 << bit);
  }

  /** The DMA channel for samples of 8 bits, and that for 16, which is the same when no 16-bit channel is chosen. */
  dmaChannel({ isWide }: { isWide: boolean }): number | undefined {
    const chosen = (channels: readonly number[]) =>
      channels.find((channel) => this.#registers[mixer.dmaSetup]! & 1 << channel);
    return (isWide ? chosen(sb16DmaChannels.word) : undefined) ?? chosen(sb16DmaChannels.byte);
  }

  #put(address: number, value: number): void {
    this.#registers[address] = value & (setups[address] ?? mixerRegisters[address]?.bits ?? 0);
  }

  #restore(): void {
    for (const [address, { initial }] of Object.entries(mixerRegisters)) this.#registers[Number(address)] = initial;
  }
}
