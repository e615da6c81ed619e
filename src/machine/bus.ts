import { assert } from '../assert.ts';
import type { BusDevice } from './devices/device.ts';
import type { Lock } from './devices/lock.ts';
import type { Size } from './devices/register-file.ts';

/** A device and where it answers, in physical addresses. */
export interface BusRange {
  readonly start: number;
  readonly bytes: number;
  readonly device: BusDevice;
}

/** A range with what an access needs of it at hand, in objects of one shape. */
interface Answerer {
  readonly start: number;
  readonly end: number;
  readonly sizes: number;
  readonly lock: Lock | undefined;
  readonly device: BusDevice;
}

/**
 * The physical address space outside RAM. An access that no device answers, is not aligned to its size, or has a size
 * that the device does not take, is an access fault, as on QEMU's board. Each thread has its own bus.
 */
export class Bus {
  readonly #ranges: readonly Answerer[];
  #last: Answerer;

  constructor(ranges: readonly BusRange[]) {
    const sorted = ranges
      .map(({ start, bytes, device }): Answerer =>
        ({ start, end: start + bytes, sizes: device.sizes, lock: device.lock, device }))
      .sort((a, b) => a.start - b.start);
    sorted.forEach(({ end }, index) => {
      const next = sorted[index + 1];
      assert(next === undefined || end <= next.start, 'ranges on the bus do not overlap');
    });
    assert(sorted[0] !== undefined, 'a bus has a device');
    this.#ranges = sorted;
    this.#last = sorted[0];
  }

  /** What the device answers, unsigned; undefined is a load access fault. `address` is 0..2^32-1. */
  read(address: number, size: Size): number | undefined {
    const range = this.#find(address, size);
    if (range === undefined) return undefined;
    const { device, start, lock } = range;
    if (lock === undefined) return device.read(address - start, size);
    lock.acquire();
    try {
      return device.read(address - start, size);
    } finally {
      lock.release();
    }
  }

  /** False is a store access fault. */
  write(address: number, size: Size, value: number): boolean {
    const range = this.#find(address, size);
    if (range === undefined) return false;
    const { device, start, lock } = range;
    if (lock === undefined) {
      device.write(address - start, size, value);
      return true;
    }
    lock.acquire();
    try {
      device.write(address - start, size, value);
    } finally {
      lock.release();
    }
    return true;
  }

  /** The range of an access that its device takes. */
  #find(address: number, size: Size): Answerer | undefined {
    if ((address & (size - 1)) !== 0) return undefined;
    const last = this.#last;
    const range = address >= last.start && address < last.end ? last : this.#search(address);
    return range !== undefined && range.sizes & size ? range : undefined;
  }

  #search(address: number): Answerer | undefined {
    for (const range of this.#ranges) {
      if (address < range.start) return undefined;
      if (address >= range.end) continue;
      this.#last = range;
      return range;
    }
    return undefined;
  }
}
