import { assert } from '../assert.ts';
import { interruptLines, memoryMap, ramStart, virtioSlots } from '../platform/memory-map.ts';
import { virtioVersions } from '../platform/virtio.ts';
import { Bus } from './bus.ts';
import { counters } from './core/csr.ts';
import type { Surroundings } from './core/core.ts';
import { Clint } from './devices/clint.ts';
import type { Card } from './devices/card.ts';
import { type CardSpec, makeCard } from './devices/cards.ts';
import type { Clock, Dma, TimedDevice } from './devices/device.ts';
import { Finisher } from './devices/finisher.ts';
import { Lock, SoleLock } from './devices/lock.ts';
import { hostBridge, PciHost } from './devices/pci-host.ts';
import { Plic } from './devices/plic.ts';
import type { Size } from './devices/register-file.ts';
import { Rtc } from './devices/rtc.ts';
import { Uart } from './devices/uart.ts';
import { type BlockStore, VirtioBlock } from './devices/virtio-block.ts';
import { VirtioSlot } from './devices/virtio-slot.ts';
import {
  clintWords, finisherWords, pciFunctionWords, pciHostWords, placeDevices, plicWords, rtcWords, uartWords,
  virtioBlockWords, virtioWords,
} from './words/devices.ts';
import { hartWords, stepsBefore } from './words/hart.ts';
import type { Layout } from './words/layout.ts';
import { machineWords } from './words/machine.ts';
import { probeRingWords } from './words/probe.ts';
import type { Fields, Struct, View } from './words/struct.ts';

/** The world outside the board, as seen from the thread the board object is on. */
export interface BoardPins {
  /** A byte leaves on the console. */
  transmit(byte: number): void;
  /** The guest has read all console input there was. */
  drained(): void;
  exit(status: number): void;
  reset(): void;
  /** An interrupt line of a hart was raised. */
  wake(hart: number): void;
  /** The next moment at which a device has something to do has changed. */
  dueChanged(): void;
  /** The same of the CLINT alone, for a hart's timer. */
  timerChanged(hart: number): void;
  /** A card lets something out of the machine; see `CardSetting`. */
  readonly record?: ((card: number, bytes: Uint8Array, ns: number) => void) | undefined;
  /** A card has a frame for the host's network; see `CardSetting`. */
  readonly forward?: ((card: number, frame: Uint8Array) => void) | undefined;
  /** A device wrote RAM: `bytes` bytes from host address `host` on. */
  wrote(host: number, bytes: number): void;
  /** Before each device access by a hart, for those who keep the event stream. */
  access?(hart: number, physical: number, size: number, value: number): void;
}

export interface BoardOptions {
  readonly memory: WebAssembly.Memory;
  readonly layout: Layout;
  /** Which thread this is, 1 or more: it marks the locks the thread holds. */
  readonly thread: number;
  /** Whether no other thread sees the memory, so that locks and interrupt words need no atomic operations. */
  readonly alone?: boolean;
  readonly clock: Clock;
  readonly pins: BoardPins;
  /** Disks, for the first virtio slots. */
  readonly disks?: readonly BlockStore[];
  /** Cards, of which the layout must know. */
  readonly cards?: readonly CardSpec[];
}

/** Virtual time a disk takes for a request. */
const diskLatencyNs = 20_000;

/** Where the machine's own words and the devices' are, from the layout's device area on; `end` is behind them. */
export function boardPlaces(layout: Layout) {
  const machine = layout.devices;
  const devices = placeDevices(machine + machineWords.size);
  let end = devices.end;
  const cards = layout.cards.map((bytes) => {
    end += bytes;
    return end - bytes;
  });
  const probeRing = (hart: number) => ((end + 7) & ~7) + hart * probeRingWords.size;
  assert(probeRing(layout.harts) <= layout.devices + layout.devicesBytes, 'the devices fit their area');
  return { machine, devices, cards, end, probeRing };
}

/**
 * The board, wired: every device over its shared words, the bus, the interrupt lines. Each thread that accesses devices
 * has a board of its own over the same memory.
 */
export class Board {
  readonly machine: View<typeof machineWords['fields']>;
  readonly bus: Bus;
  readonly uart: Uart;
  readonly clint: Clint;
  readonly plic: Plic;
  readonly pci: PciHost;
  readonly cards: readonly Card[];
  /** Devices that act at a time of their own. */
  readonly timed: readonly TimedDevice[];
  readonly dma: Dma;
  readonly #options: BoardOptions;
  readonly #words: Int32Array;
  readonly #rtc: Rtc;
  readonly #slots: readonly VirtioSlot[];

  constructor(options: BoardOptions) {
    const { memory, layout, thread, alone = false, clock, pins } = options;
    const buffer = memory.buffer;
    this.#options = options;
    this.#words = new Int32Array(buffer);
    const places = boardPlaces(layout);
    const at = places.devices;
    const lock = (shape: { readonly offset: { readonly lock: number } }, address: number) =>
      new (alone ? SoleLock : Lock)(this.#words, (address + shape.offset.lock) >>> 2, thread);
    const view = <F extends Fields>(shape: Struct<F>, address: number) => shape.at(buffer, address);
    this.machine = machineWords.at(buffer, places.machine);
    this.dma = this.#makeDma();
    const setPending = alone
      ? (hart: number, line: number, level: boolean) => this.#setPendingAlone(hart, line, level)
      : (hart: number, line: number, level: boolean) => this.#setPending(hart, line, level);
    this.clint = new Clint(view(clintWords, at.clint), lock(clintWords, at.clint), { harts: layout.harts, clock },
      { setPending, timerChanged: pins.timerChanged });
    this.plic = new Plic(view(plicWords, at.plic), lock(plicWords, at.plic), { harts: layout.harts }, { setPending });
    const line = (source: number) => (level: boolean) => this.plic.setLevel(source, level);
    this.uart = new Uart(view(uartWords, at.uart), lock(uartWords, at.uart),
      { transmit: pins.transmit, drained: pins.drained, interrupt: line(interruptLines.uart) });
    this.#rtc = new Rtc(view(rtcWords, at.rtc), lock(rtcWords, at.rtc), clock,
      { interrupt: line(interruptLines.rtc), dueChanged: pins.dueChanged });
    const finisher = new Finisher(lock(finisherWords, at.finisher), { exit: pins.exit, reset: pins.reset });
    this.pci = new PciHost(view(pciHostWords, at.pciHost), lock(pciHostWords, at.pciHost),
      { memoryStart: memoryMap.pciMemory.start }, { setLevel: (source, level) => this.plic.setLevel(source, level) });
    this.pci.attach(0, hostBridge(view(pciFunctionWords, at.pciBridge), lock(pciFunctionWords, at.pciBridge)));
    const { disks = [] } = options;
    const slots = at.virtio.map((address, slot) => {
      const words = view(virtioWords, address), its = lock(virtioWords, address);
      const store = disks[slot];
      const message = () => this.plic.message(interruptLines.virtio + slot);
      const transport = { dma: this.dma, version: virtioVersions.legacy };
      if (!store) return new VirtioSlot(words, its, transport, { message });
      return new VirtioBlock(words, view(virtioBlockWords, at.virtioBlock[slot]!), its,
        { ...transport, store, id: `nooks-disk-${slot}`, clock, latencyNs: diskLatencyNs },
        { message, dueChanged: pins.dueChanged });
    });
    this.#slots = slots;
    this.bus = new Bus([
      ...slots.map((device, slot) => (
        { start: memoryMap.virtio.start + slot * virtioSlots.bytes, bytes: virtioSlots.bytes, device })),
      { ...memoryMap.finisher, device: finisher }, { ...memoryMap.rtc, device: this.#rtc },
      { ...memoryMap.clint, device: this.clint }, { ...memoryMap.plic, device: this.plic },
      { ...memoryMap.uart, device: this.uart }, { ...memoryMap.pciPorts, device: this.pci.ports },
      { ...memoryMap.ecam, device: this.pci.config }, { ...memoryMap.pciMemory, device: this.pci.memory },
    ]);
    this.cards = (options.cards ?? []).map((spec, index) => this.#plug(spec, places.cards[index]!, index));
    this.timed = [this.clint, this.#rtc, ...slots.filter((slot) => slot instanceof VirtioBlock),
      ...this.cards.flatMap(({ timed }) => timed)];
  }

  /** What a trace calls a physical address, where that depends on what a kernel has set. */
  addressName(physical: number, way: 'read' | 'write'): string | undefined {
    const { pciMemory, pciPorts } = memoryMap;
    if (physical >= pciMemory.start && physical < ramStart) return this.pci.addressName('memory', physical, way);
    const port = physical - pciPorts.start;
    return port >= 0 && port < pciPorts.bytes ? this.pci.addressName('ports', port, way) : undefined;
  }

  /** Puts every device into its state at power-on. `startMs`: the date, in milliseconds since 1970. */
  reset({ startMs }: { startMs: number }): void {
    this.clint.reset();
    this.plic.reset();
    this.uart.reset();
    this.#rtc.reset({ startMs });
    this.pci.reset();
    for (const slot of this.#slots) slot.reset();
    for (const card of this.cards) card.reset();
  }

  /** The earliest moment at which a device has something to do, in nanoseconds. */
  get due(): number {
    let earliest = Infinity;
    for (const device of this.timed) {
      const { due } = device;
      if (due < earliest) earliest = due;
    }
    return earliest;
  }

  /** Does what is due. */
  tick(now: number): void {
    for (const device of this.timed) if (device.due <= now) device.tick(now);
  }

  /** What an engine on this thread asks of the machine. */
  surroundings(probe: (hart: number, pc: number) => void): Surroundings {
    const { pins, clock } = this.#options;
    const bus = this.bus, words = this.#words, faultAt = hartWords.offset.fault;
    return {
      read: (hart, address, size) => {
        const physical = address >>> 0;
        const value = bus.read(physical, size as Size);
        pins.access?.(hart, physical, size, value ?? 0);
        if (value !== undefined) return value;
        words[(hart + faultAt) >>> 2] = 1;
        return 0;
      },
      write: (hart, address, size, value) => {
        const physical = address >>> 0;
        const narrow = size === 4 ? value >>> 0 : size === 2 ? value & 0xffff : value & 0xff;
        pins.access?.(hart, physical, size | 8, narrow);
        if (!bus.write(physical, size as Size, narrow)) words[(hart + faultAt) >>> 2] = 1;
      },
      readCounter: (hart, which) => this.#readCounter(hart, which, clock.now()),
      writeCounter: (hart, which, value) => this.#writeCounter(hart, which, value),
      probe,
    };
  }

  /** Makes a card and connects it; `at`: where its words are. */
  #plug(spec: CardSpec, at: number, index: number): Card {
    const { memory, thread, alone = false, clock, pins } = this.#options;
    const card = makeCard(spec, {
      buffer: memory.buffer, at, index, clock, dma: this.dma, dueChanged: pins.dueChanged,
      lock: (address) => new (alone ? SoleLock : Lock)(this.#words, address >>> 2, thread),
      setLevel: (source, level) => this.plic.setLevel(source, level),
      forward: pins.forward && ((frame) => pins.forward!(index, frame)),
      record: pins.record && ((bytes, ns) => pins.record!(index, bytes, ns)),
    });
    if (card.pci) this.pci.attachNext(card.pci);
    for (const range of card.ports ?? []) this.pci.decode(range);
    return card;
  }

  /** The address of a hart's words. */
  hart(index: number): number {
    return this.#options.layout.hart(index);
  }

  #setPending(hart: number, line: number, level: boolean): void {
    const at = (this.hart(hart) + hartWords.offset.pending) >>> 2;
    if (!level) {
      Atomics.and(this.#words, at, ~line);
      return;
    }
    Atomics.or(this.#words, at, line);
    Atomics.notify(this.#words, at);
    this.#options.pins.wake(hart);
  }

  #setPendingAlone(hart: number, line: number, level: boolean): void {
    const at = (this.hart(hart) + hartWords.offset.pending) >>> 2;
    if (!level) {
      this.#words[at]! &= ~line;
      return;
    }
    this.#words[at]! |= line;
    this.#options.pins.wake(hart);
  }

  #count(hart: number, which: number): number {
    const { charge, exceptions } = hartWords.offset;
    const get = (offset: number) => this.#words[(hart + offset) >>> 2]! >>> 0;
    const steps = stepsBefore(this.#words, hart);
    return which === counters.cycle ? steps + get(charge) : steps - get(exceptions);
  }

  #readCounter(hart: number, which: number, now: number): number {
    const counter = which & ~1, half = which & 1;
    if (counter === counters.time) return half ? this.clint.high(now) : this.clint.low(now);
    return halfOf(this.#count(hart, counter) + this.#offset(hart, counter), half);
  }

  /** "Any CSR write takes effect after the writing instruction has otherwise completed": the next reads `value`. */
  #writeCounter(hart: number, which: number, value: number): void {
    const counter = which & ~1, half = which & 1;
    const count = this.#count(hart, counter);
    const wanted = count + this.#offset(hart, counter);
    const low = half ? halfOf(wanted, 0) >>> 0 : value >>> 0;
    const high = half ? value >>> 0 : halfOf(wanted, 1) >>> 0;
    this.#setOffset(hart, counter, high * 2 ** 32 + low - (count + 1));
  }

  /** Offsets are 64-bit floating-point numbers, exact up to 2^53, kept in two words each. */
  #offsetCell(hart: number, counter: number): Float64Array {
    const at = hart + hartWords.offset.counterOffset + (counter === counters.cycle ? 0 : 8);
    return new Float64Array(this.#words.buffer, at, 1);
  }

  #offset(hart: number, counter: number): number {
    return this.#offsetCell(hart, counter)[0]!;
  }

  #setOffset(hart: number, counter: number, offset: number): void {
    this.#offsetCell(hart, counter)[0] = offset;
  }

  #makeDma(): Dma {
    const { memory, layout, pins } = this.#options;
    const bytes = new Uint8Array(memory.buffer);
    const halves = new Uint16Array(memory.buffer);
    const host = (address: number, length: number): number | undefined => {
      const offset = address - ramStart;
      return offset >= 0 && offset + length <= layout.ramBytes ? layout.ram + offset : undefined;
    };
    const written = (at: number, length: number) => {
      const first = (at - layout.ram) >>> 12, last = (at + length - 1 - layout.ram) >>> 12;
      for (let page = first; page <= last; page++) bytes[layout.dirty + page] = 1;
      pins.wrote(at, length);
    };
    return {
      read: (address, length) => {
        const at = host(address, length);
        return at === undefined ? undefined : bytes.subarray(at, at + length);
      },
      write: (address, data) => {
        const at = host(address, data.length);
        if (at === undefined) return false;
        if (data.length > 0) {
          bytes.set(data, at);
          written(at, data.length);
        }
        return true;
      },
      read16: (address) => {
        const at = host(address, 2);
        return at === undefined ? undefined : Atomics.load(halves, at >>> 1);
      },
      read32: (address) => {
        const at = host(address, 4);
        return at === undefined ? undefined : Atomics.load(this.#words, at >>> 2) >>> 0;
      },
      write16: (address, value) => {
        const at = host(address, 2);
        if (at === undefined) return false;
        Atomics.store(halves, at >>> 1, value);
        written(at, 2);
        return true;
      },
      write32: (address, value) => {
        const at = host(address, 4);
        if (at === undefined) return false;
        Atomics.store(this.#words, at >>> 2, value);
        written(at, 4);
        return true;
      },
    };
  }
}

const halfOf = (count: number, half: number): number => {
  const whole = BigInt.asUintN(64, BigInt(count));
  return Number(half ? whole >> 32n : whole & 0xffff_ffffn) | 0;
};

