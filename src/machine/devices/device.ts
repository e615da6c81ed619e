import type { Lock } from './lock.ts';
import type { Size } from './register-file.ts';

/** Virtual time, in nanoseconds since the machine started. */
export interface Clock {
  now(): number;
}

/** What the bus drives. */
export interface BusDevice {
  /** Held around each access; absent when the device sees to its locks itself. */
  readonly lock?: Lock;
  /** The sizes it answers, as a mask of 1, 2 and 4; an access of another size is an access fault. */
  readonly sizes: number;
  /** The bytes at `offset` of the device's region, unsigned; never fails. */
  read(offset: number, size: Size): number;
  write(offset: number, size: Size, value: number): void;
}

/**
 * A device that does something later. Its state, `due` included, is in shared words, so any thread may call `tick`.
 * Both take the device's lock themselves.
 */
export interface TimedDevice {
  /** Virtual time of the next thing to do, in nanoseconds; Infinity when there is none. */
  readonly due: number;
  /** Does what is due at `now` or was before. */
  tick(now: number): void;
}

/** The interrupt pins of the harts. */
export interface HartPins {
  /** Drives one line, a bit of mip (MSIP, MTIP, SEIP or MEIP), of one hart. */
  setPending(hart: number, line: number, level: boolean): void;
}

/** One interrupt line of a device, from it to the PLIC. */
export interface InterruptPin {
  interrupt(level: boolean): void;
}

/** An interrupt by message, from a device to the PLIC: each is one, whatever became of the last. */
export interface MessagePin {
  message(): void;
}

/** Tells who waits for timed devices that `due` has become another. */
export interface DuePin {
  dueChanged(): void;
}

/** Physical memory as a bus master sees it: RAM alone. Nothing is done when a part of the range is not RAM. */
export interface Dma {
  /** The bytes, as a copy or a view that is used at once; undefined when not RAM. */
  read(address: number, length: number): Uint8Array | undefined;
  /** False when not RAM. */
  write(address: number, bytes: Uint8Array): boolean;
  /** Little-endian, aligned, as one load or store that other threads see whole; undefined or false when not RAM. */
  read16(address: number): number | undefined;
  read32(address: number): number | undefined;
  write16(address: number, value: number): boolean;
  write32(address: number, value: number): boolean;
}
