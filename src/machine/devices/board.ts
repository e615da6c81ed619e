import { interruptLines, memoryMap, virtioSlots } from '../../platform/memory-map.ts';
import { Bus, type BusRange } from '../bus.ts';
import {
  clintWords, finisherWords, pciFunctionWords, pciHostWords, placeDevices, plicWords, rtcWords, uartWords,
  virtioBlockWords, virtioWords,
} from '../words/devices.ts';
import type { Fields, Struct } from '../words/struct.ts';
import { Clint, type ClintPins } from './clint.ts';
import type { Clock, Dma, DuePin, TimedDevice } from './device.ts';
import { Finisher, type FinisherPins } from './finisher.ts';
import { Lock } from './lock.ts';
import { hostBridge, PciHost } from './pci-host.ts';
import { Plic } from './plic.ts';
import { Rtc } from './rtc.ts';
import { Uart, type UartPins } from './uart.ts';
import { VirtioBlock, type VirtioBlockOptions } from './virtio-block.ts';
import { VirtioSlot } from './virtio-slot.ts';

/** What the world outside the devices must provide. */
export interface BoardPins extends ClintPins, FinisherPins, DuePin, Pick<UartPins, 'transmit' | 'drained'> {}

export interface BoardOptions {
  readonly memory: ArrayBufferLike;
  /** Byte of `memory` where the devices' words start, a multiple of 8: see `placeDevices`. */
  readonly start: number;
  readonly harts: number;
  /** The thread these objects are used on, 1 or more, one number per thread. */
  readonly thread: number;
  readonly clock: Clock;
  readonly dma: Dma;
  /** Disks by slot: the first is in slot 0. */
  readonly disks?: readonly Omit<VirtioBlockOptions, 'clock'>[];
  /** Other things on the bus, such as the reset vector. */
  readonly ranges?: readonly BusRange[];
}

/**
 * One thread's objects for the board's devices, wired as QEMU's `virt` is. All threads make theirs over the same words;
 * one of them calls `reset` before the harts run. A device takes another's lock only from left to right:
 * PCI functions, PCI host, PLIC; UART, RTC, virtio, PLIC.
 */
export class Board {
  readonly bus: Bus;
  readonly clint: Clint;
  readonly plic: Plic;
  readonly uart: Uart;
  readonly rtc: Rtc;
  readonly pci: PciHost;
  readonly disks: readonly VirtioBlock[];
  /** What does something later, whoever's thread it is on. */
  readonly timed: readonly TimedDevice[];
  readonly #resets: readonly (() => void)[];

  constructor(options: BoardOptions, pins: BoardPins) {
    const { memory, harts, clock, dma, thread, disks = [], ranges = [] } = options;
    const places = placeDevices(options.start);
    const words = <F extends Fields>(shape: Struct<F>, at: number) => shape.at(memory, at);
    const lock = <F extends Fields>(shape: Struct<F>, at: number) =>
      new Lock(new Int32Array(memory), (at + shape.offset['lock']!) >>> 2, thread);
    const line = (source: number) => ({
      interrupt: (level: boolean) => this.plic.setLevel(source, level), dueChanged: () => pins.dueChanged(),
    });
    this.plic = new Plic(words(plicWords, places.plic), lock(plicWords, places.plic), { harts }, pins);
    this.clint = new Clint(words(clintWords, places.clint), lock(clintWords, places.clint), { harts, clock }, pins);
    this.uart = new Uart(words(uartWords, places.uart), lock(uartWords, places.uart), {
      ...line(interruptLines.uart), transmit: (byte) => pins.transmit(byte), drained: () => pins.drained(),
    });
    this.rtc = new Rtc(words(rtcWords, places.rtc), lock(rtcWords, places.rtc), clock, line(interruptLines.rtc));
    const finisher = new Finisher(lock(finisherWords, places.finisher), pins);
    this.pci = new PciHost(words(pciHostWords, places.pciHost), lock(pciHostWords, places.pciHost),
      { memoryStart: memoryMap.pciMemory.start }, this.plic);
    const bridge = hostBridge(words(pciFunctionWords, places.pciBridge), lock(pciFunctionWords, places.pciBridge));
    this.pci.attach(0, bridge);

    const slots = places.virtio.map((at, slot) => {
      const disk = disks[slot];
      const [slotWords, slotLock] = [words(virtioWords, at), lock(virtioWords, at)];
      const pin = line(interruptLines.virtio + slot);
      if (disk === undefined) return new VirtioSlot(slotWords, slotLock, dma, pin);
      const blockWords = words(virtioBlockWords, places.virtioBlock[slot]!);
      return new VirtioBlock(slotWords, blockWords, slotLock, dma, { ...disk, clock }, pin);
    });
    this.disks = slots.filter((slot) => slot instanceof VirtioBlock);
    this.timed = [this.clint, this.rtc, ...this.disks];
    this.#resets = [this.plic, this.clint, this.uart, this.pci, bridge, ...slots].map((each) => () => each.reset());

    this.bus = new Bus([
      { ...memoryMap.finisher, device: finisher }, { ...memoryMap.rtc, device: this.rtc },
      { ...memoryMap.clint, device: this.clint }, { ...memoryMap.plic, device: this.plic },
      { ...memoryMap.uart, device: this.uart },
      { ...memoryMap.pciPorts, device: this.pci.ports }, { ...memoryMap.ecam, device: this.pci.config },
      { ...memoryMap.pciMemory, device: this.pci.memory },
      ...slots.map((device, slot) => (
        { start: memoryMap.virtio.start + slot * virtioSlots.bytes, bytes: virtioSlots.bytes, device })),
      ...ranges,
    ]);
  }

  /** Power-on, while no hart runs. `startMs`: the date at virtual time 0, in milliseconds since 1970. */
  reset({ startMs }: { startMs: number }): void {
    for (const reset of this.#resets) reset();
    this.rtc.reset({ startMs });
  }

  /** Virtual time of the next thing that any device has to do; Infinity when there is none. */
  get due(): number {
    let earliest = Infinity;
    for (const device of this.timed) if (device.due < earliest) earliest = device.due;
    return earliest;
  }

  /** Lets every device do what is due. */
  tick(now: number): void {
    for (const device of this.timed) if (device.due <= now) device.tick(now);
  }
}
