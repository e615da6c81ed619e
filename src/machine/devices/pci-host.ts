import { assert } from '../../assert.ts';
import { interruptLines } from '../../platform/memory-map.ts';
import { ecam, pciBridge, pciSlots } from '../../platform/pci.ts';
import type { pciFunctionWords, pciHostWords } from '../words/devices.ts';
import type { View } from '../words/struct.ts';
import type { PortRange } from './card.ts';
import type { BusDevice } from './device.ts';
import type { Lock } from './lock.ts';
import { ones, PciFunction, type PciBar } from './pci-function.ts';
import type { Size } from './register-file.ts';

export interface PciPins {
  /** Drives a source of the PLIC. */
  setLevel(source: number, level: boolean): void;
}

/**
 * The generic PCIe host (PCI Express Base Specification, section 7.2.2; Linux pci-host-ecam-generic) with one bus of 32
 * slots of one function each. Three regions of the board are its: configuration space, memory and ports.
 */
export class PciHost {
  readonly config: BusDevice;
  readonly memory: BusDevice;
  readonly ports: BusDevice;
  readonly #lock: Lock;
  readonly #lines: Int32Array;
  readonly #pins: PciPins;
  readonly #slots: (PciFunction | undefined)[] = Array.from({ length: pciSlots }, () => undefined);
  #attached: readonly PciFunction[] = [];
  readonly #fixed: PortRange[] = [];

  /** `memoryStart`: the bus address of the first byte of the memory region; ports start at 0. */
  constructor(
    words: View<typeof pciHostWords['fields']>, lock: Lock, { memoryStart }: { memoryStart: number }, pins: PciPins,
  ) {
    this.#lock = lock;
    this.#lines = words.lines;
    this.#pins = pins;
    const sizes = 1 | 2 | 4;
    this.config = {
      sizes,
      read: (offset, size) => this.#readConfig(offset, size),
      write: (offset, size, value) => this.#writeConfig(offset, size, value),
    };
    this.memory = { sizes, ...this.#window('memory', memoryStart) };
    const claimed = this.#window('ports', 0);
    this.ports = {
      sizes,
      read: (offset, size) => {
        const range = this.#fixedAt(offset);
        return range ? locked(range.device, () => range.device.read(offset - range.start, size))
          : claimed.read(offset, size);
      },
      write: (offset, size, value) => {
        const range = this.#fixedAt(offset);
        if (range) locked(range.device, () => range.device.write(offset - range.start, size, value));
        else claimed.write(offset, size, value);
      },
    };
  }

  /** Power-on, of the host and of every function attached. */
  reset(): void {
    this.#lines.fill(0);
    for (const each of this.#attached) each.reset();
  }

  /** Puts a function into a slot, 0..31. */
  attach(slot: number, pciFunction: PciFunction): void {
    assert(slot >= 0 && slot < pciSlots && this.#slots[slot] === undefined, `PCI slot ${slot} is free`);
    this.#slots[slot] = pciFunction;
    this.#attached = this.#slots.filter((each) => each !== undefined);
    const { interruptPin = 0 } = pciFunction.identity;
    if (interruptPin === 0) return;
    const line = (slot + interruptPin - 1) % 4;
    pciFunction.connect({ interrupt: (level) => this.#drive(line, slot, level) });
  }

  /** Puts a function into the first free slot. */
  attachNext(pciFunction: PciFunction): void {
    this.attach(this.#slots.indexOf(undefined), pciFunction);
  }

  /** What a trace calls a bus address that a function claims. */
  addressName(kind: PciBar['kind'], address: number, way: 'read' | 'write'): string | undefined {
    for (const target of this.#attached) {
      const name = target.addressName(kind, address, way);
      if (name !== undefined) return name;
    }
    return undefined;
  }

  /** From now on these ports are a device's, whatever functions claim. */
  decode(range: PortRange): void {
    this.#fixed.push(range);
  }

  /** Functions that share a line are ORed on it. Taken with a function's lock held, before the PLIC's. */
  #drive(line: number, slot: number, level: boolean): void {
    this.#lock.acquire();
    const before = this.#lines[line]!;
    const after = level ? before | 1 << slot : before & ~(1 << slot);
    this.#lines[line] = after;
    if ((before === 0) !== (after === 0)) this.#pins.setLevel(interruptLines.pci + line, after !== 0);
    this.#lock.release();
  }

  /** Only bus 0 and function 0 of a slot can be there. */
  #addressed(offset: number): PciFunction | undefined {
    const isFirst = offset >>> ecam.busShift === 0 && (offset >>> ecam.functionShift & 7) === 0;
    return isFirst ? this.#slots[offset >>> ecam.slotShift & (pciSlots - 1)] : undefined;
  }

  #readConfig(offset: number, size: Size): number {
    const target = this.#addressed(offset);
    return target === undefined ? ones(size) : target.readConfig(offset & ecam.registerMask, size);
  }

  #writeConfig(offset: number, size: Size, value: number): void {
    const target = this.#addressed(offset);
    if (target === undefined) return;
    target.lock.acquire();
    target.writeConfig(offset & ecam.registerMask, size, value);
    target.lock.release();
  }

  #fixedAt(port: number): PortRange | undefined {
    for (const range of this.#fixed) if (port >= range.start && port < range.start + range.bytes) return range;
    return undefined;
  }

  /** What no function claims reads as ones, and swallows writes. */
  #window(kind: PciBar['kind'], start: number): Pick<BusDevice, 'read' | 'write'> {
    return {
      read: (offset, size) => {
        for (const target of this.#attached) {
          const place = target.claim(kind, start + offset);
          if (place === undefined) continue;
          target.lock.acquire();
          const value = target.readBar(place.index, place.offset, size);
          target.lock.release();
          return value;
        }
        return ones(size);
      },
      write: (offset, size, value) => {
        for (const target of this.#attached) {
          const place = target.claim(kind, start + offset);
          if (place === undefined) continue;
          target.lock.acquire();
          target.writeBar(place.index, place.offset, size, value);
          target.lock.release();
          return;
        }
      },
    };
  }
}

function locked<T>({ lock }: BusDevice, access: () => T): T {
  lock?.acquire();
  const value = access();
  lock?.release();
  return value;
}

/** The host bridge in slot 0: a header and nothing behind it. */
export const hostBridge = (words: View<typeof pciFunctionWords['fields']>, lock: Lock) =>
  new PciFunction(words, lock, pciBridge);
