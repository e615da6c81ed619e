import type { BusDevice, Clock, Dma, TimedDevice } from './device.ts';
import type { Lock } from './lock.ts';
import type { PciFunction } from './pci-function.ts';

/**
 * What a card is plugged into. Each thread that accesses devices has a card object of its own over the same shared
 * words, so a card keeps all that changes there.
 */
export interface CardSetting {
  /** The shared memory, and the first byte of the card's own words in it: a multiple of 8. */
  readonly buffer: ArrayBufferLike;
  readonly at: number;
  /** Which of the machine's cards this is, from 0. */
  readonly index: number;
  /** A lock on the word at a byte of the shared memory. */
  lock(address: number): Lock;
  readonly clock: Clock;
  readonly dma: Dma;
  /** To be called when a `due` of the card has become another. */
  dueChanged(): void;
  /** Drives a source of the PLIC, for cards that are not on the PCI bus. */
  setLevel(source: number, level: boolean): void;
  /**
   * Hands the host a record, with its virtual time: a frame on the wire, samples played. Called with the card's lock
   * held, so that a card's records come in order from whatever thread. Absent when the host wants none.
   */
  readonly record: ((bytes: Uint8Array, ns: number) => void) | undefined;
  /** Hands the host a frame that is for its own network; likewise. Absent when the host does not forward. */
  readonly forward?: ((frame: Uint8Array) => void) | undefined;
}

/** Ports of the I/O space that a card answers at without being asked where. */
export interface PortRange {
  readonly start: number;
  readonly bytes: number;
  readonly device: BusDevice;
}

/** An expansion card: a device that a machine has only when it is asked for. */
export interface Card {
  /** Goes into the next free slot of the bus, the first of which is 1; the bus resets it. */
  readonly pci?: PciFunction;
  readonly ports?: readonly PortRange[];
  /** What acts at a time of its own. */
  readonly timed: readonly TimedDevice[];
  /** Power-on, of all that is not the PCI function. */
  reset(): void;
}

/** A kind of card, with its options: values that threads can send each other. All options may be absent. */
export interface CardKind<Options extends object> {
  /** Bytes of shared words, a multiple of 8. */
  readonly bytes: number;
  /** How each option that can be written as text is read. @throws OptionError */
  readonly options: { readonly [K in keyof Options]?: (text: string) => Options[K] };
  /** Options beside these that name files, which only the host can read or write: `pcap`, `wav`. */
  readonly hostOptions: readonly string[];
  make(options: Options, setting: CardSetting): Card;
}

/** What is wrong with the text of an option: a sentence that begins with the option's name. */
export class OptionError extends Error {}
