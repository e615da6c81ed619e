import {
  dma2PortShift, dma8237Registers, dmaBit, dmaChannels, dmaCommand, dmaMode, dmaPageOf, dmaPageRegisters,
} from '../../platform/dma8237.ts';
import { isaMemory } from '../../platform/isa.ts';
import type { RegisterArray, RegisterMap, Registers } from '../../platform/registers.ts';
import type { dma8237Words } from '../words/sound.ts';
import type { View } from '../words/struct.ts';
import type { Dma } from './device.ts';
import type { IsaDevice } from './isa-ports.ts';
import type { Lock } from './lock.ts';
import { RegisterFile } from './register-file.ts';

type Words = View<typeof dma8237Words['fields']>;

/** A transfer as the device on the channel asks for it. */
export type DmaWay = 'fromMemory' | 'toMemory';

const wayBits = { fromMemory: dmaMode.read, toMemory: dmaMode.write } as const;

/**
 * The two 8237A controllers of an AT and their page registers (platform/dma8237.ts). A device moves its data when it is
 * due by `transfer`, which does what the chip would from one request to the last: demand, single and block mode differ
 * only in who else has the bus, which nobody here waits for. The cascade is taken for wired: channel 4 is not asked.
 */
export class Dma8237 {
  readonly lock: Lock;
  /** Channels 0..3, 4..7, and the page registers, for their ports. */
  readonly first: IsaDevice;
  readonly second: IsaDevice;
  readonly pages: IsaDevice;
  readonly #words: Words;
  readonly #memory: Dma;
  #watcher: Pick<IsaDevice, 'before' | 'after'> = {};

  constructor(words: Words, lock: Lock, memory: Dma) {
    this.#words = words;
    this.lock = lock;
    this.#memory = memory;
    const page: RegisterArray = {
      get: (index) => words.pages[index]!,
      set: (index, value) => { words.pages[index] = value; },
    };
    this.first = this.#ports(new RegisterFile(dma8237Registers, new Controller(words, 0)), 0);
    this.second = this.#ports(new RegisterFile(dma8237Registers, new Controller(words, 1)), dma2PortShift);
    this.pages = this.#ports(new RegisterFile(dmaPageRegisters, { page }), 0);
  }

  /** Who is told before the guest looks at the controllers, and after it has programmed them. */
  watch(watcher: Pick<IsaDevice, 'before' | 'after'>): void { this.#watcher = watcher; }

  /** Power-on: as after a master clear, with pages and modes zero. */
  reset(): void {
    const words = this.#words;
    for (const each of [words.baseAddress, words.baseCount, words.address, words.count, words.mode, words.pages]) {
      each.fill(0);
    }
    words.command.fill(0);
    words.masked = (1 << dmaChannels) - 1;
    words.ended = words.requested = words.flipFlop = words.strays = 0;
  }

  /** Bytes that were moved where there is no RAM: read as ones, or lost. */
  get strays(): number { return this.#words.strays; }

  /** Whether a request of the channel would be served. */
  isReady(channel: number): boolean {
    const { masked, command } = this.#words;
    return (masked & 1 << channel) === 0 && (command[channel >>> 2]! & dmaCommand.disable) === 0;
  }

  /**
   * Moves up to `bytes.length` bytes, a multiple of two for channels 5..7, between the device and memory. The channel
   * stops at its terminal count unless it initialises itself again.
   * @returns how many bytes it moved; fewer than asked when the channel was masked or has become so
   */
  transfer(channel: number, way: DmaWay, bytes: Uint8Array): number {
    this.lock.acquire();
    let moved = 0;
    while (moved < bytes.length && this.isReady(channel)) {
      moved += this.#run(channel, way, bytes.subarray(moved));
    }
    this.lock.release();
    return moved;
  }

  /** Moves what lies between here and the terminal count, the wrap of the address, or the end of `bytes`. */
  #run(channel: number, way: DmaWay, bytes: Uint8Array): number {
    const words = this.#words;
    const mode = words.mode[channel]!;
    const unit = channel >= dmaChannels / 2 ? 2 : 1;
    const address = words.address[channel]!;
    const isDown = (mode & dmaMode.decrement) !== 0;
    const count = words.count[channel]! + 1;
    const units = Math.min(bytes.length / unit, count, isDown ? 1 : 0x1_0000 - address);
    const part = bytes.subarray(0, units * unit);
    this.#move(this.#place(channel, address * unit, unit), mode, way, part);
    words.address[channel] = address + (isDown ? -1 : units) & 0xffff;
    words.count[channel] = count - units - 1 & 0xffff;
    if (units === count) this.#end(channel, mode);
    return part.length;
  }

  /** The page register does not count: addresses wrap within 64 KiB, or 128 KiB of words, whose page has no bit 0. */
  #place(channel: number, offset: number, unit: number): number {
    const page = this.#words.pages[dmaPageOf[channel]!]! & (unit === 2 ? 0xfe : 0xff);
    return isaMemory.start + (page << 16) + offset;
  }

  /** Where the mode contradicts the device, or only verifies, nothing drives the bus: it reads as ones. */
  #move(address: number, mode: number, way: DmaWay, bytes: Uint8Array): void {
    const isAgreed = (mode & dmaMode.transfer) === wayBits[way];
    if (way === 'toMemory') {
      if (isAgreed && !this.#memory.write(address, bytes)) this.#words.strays += bytes.length;
      return;
    }
    const found = isAgreed ? this.#memory.read(address, bytes.length) : undefined;
    if (isAgreed && found === undefined) this.#words.strays += bytes.length;
    if (found === undefined) bytes.fill(0xff);
    else bytes.set(found);
  }

  /** Terminal count: "the mask bit is set by an EOP if the channel is not programmed for autoinitialize". */
  #end(channel: number, mode: number): void {
    const words = this.#words;
    words.ended |= 1 << channel;
    words.requested &= ~(1 << channel);
    if (mode & dmaMode.autoInitialise) {
      words.address[channel] = words.baseAddress[channel]!;
      words.count[channel] = words.baseCount[channel]!;
    } else {
      words.masked |= 1 << channel;
    }
  }

  #ports(registers: Pick<RegisterFile<RegisterMap>, 'read' | 'write'>, shift: number): IsaDevice {
    return {
      lock: this.lock,
      readPort: (port) => registers.read(port >>> shift, 1),
      writePort: (port, value) => { registers.write(port >>> shift, 1, value); },
      before: () => this.#watcher.before?.(),
      after: () => this.#watcher.after?.(),
    };
  }
}

/** The registers of one chip. */
class Controller implements Registers<typeof dma8237Registers> {
  readonly address: RegisterArray;
  readonly count: RegisterArray;
  readonly #words: Words;
  readonly #chip: number;
  readonly #firstChannel: number;

  constructor(words: Words, chip: number) {
    this.#words = words;
    this.#chip = chip;
    this.#firstChannel = chip * 4;
    this.address = this.#halves(words.address, words.baseAddress);
    this.count = this.#halves(words.count, words.baseCount);
  }

  get status(): number {
    const words = this.#words;
    const ended = words.ended >>> this.#firstChannel & 15;
    words.ended &= ~(15 << this.#firstChannel);
    return (words.requested >>> this.#firstChannel & 15) << 4 | ended;
  }

  set command(value: number) { this.#words.command[this.#chip] = value; }
  set request(value: number) { this.#words.requested = this.#withBit(this.#words.requested, value); }
  set mask(value: number) { this.#words.masked = this.#withBit(this.#words.masked, value); }
  set mode(value: number) { this.#words.mode[this.#firstChannel + (value & dmaMode.channel)] = value; }
  set clearFlipFlop(_: number) { this.#words.flipFlop &= ~(1 << this.#chip); }

  /** Memory-to-memory transfers, whose last byte this is, are not wired on the AT. */
  get temporary(): number { return 0; }

  /** "The same effect as the hardware reset": all but addresses, counts and modes. */
  set masterClear(_: number) {
    const words = this.#words;
    this.clearFlipFlop = 0;
    words.command[this.#chip] = 0;
    words.ended &= ~(15 << this.#firstChannel);
    words.requested &= ~(15 << this.#firstChannel);
    this.allMask = 15;
  }

  set clearMask(_: number) { this.allMask = 0; }

  get allMask(): number { return this.#words.masked >>> this.#firstChannel & 15; }
  set allMask(value: number) {
    this.#words.masked = this.#words.masked & ~(15 << this.#firstChannel) | (value & 15) << this.#firstChannel;
  }

  #withBit(bits: number, value: number): number {
    const bit = 1 << this.#firstChannel + (value & dmaBit.channel);
    return value & dmaBit.set ? bits | bit : bits & ~bit;
  }

  /** Writes reach both the base and the current register, reads the current one. */
  #halves(current: Int32Array, base: Int32Array): RegisterArray {
    return {
      get: (index) => current[this.#firstChannel + index]! >>> this.#flip() & 0xff,
      set: (index, value) => {
        const channel = this.#firstChannel + index, shift = this.#flip();
        for (const each of [base, current]) each[channel] = each[channel]! & ~(0xff << shift) | value << shift;
      },
    };
  }

  /** The shift of the byte that is next, of which it takes note. */
  #flip(): number {
    const bit = 1 << this.#chip;
    this.#words.flipFlop ^= bit;
    return this.#words.flipFlop & bit ? 0 : 8;
  }
}
