import { interruptLines, memoryMap, ramStart, virtioSlots } from '../../../src/platform/memory-map.ts';
import { Bus } from '../../../src/machine/bus.ts';
import { Clint } from '../../../src/machine/devices/clint.ts';
import type { Dma } from '../../../src/machine/devices/device.ts';
import { Finisher } from '../../../src/machine/devices/finisher.ts';
import { Lock } from '../../../src/machine/devices/lock.ts';
import { hostBridge, PciHost } from '../../../src/machine/devices/pci-host.ts';
import { Plic } from '../../../src/machine/devices/plic.ts';
import { Rtc } from '../../../src/machine/devices/rtc.ts';
import { Uart } from '../../../src/machine/devices/uart.ts';
import { VirtioBlock, type BlockStore } from '../../../src/machine/devices/virtio-block.ts';
import { VirtioSlot } from '../../../src/machine/devices/virtio-slot.ts';
import {
  clintWords, finisherWords, pciFunctionsBytes, pciFunctionWords, pciHostWords, placeDevices, plicWords, rtcWords,
  uartWords, virtioBlockWords, virtioWords,
} from '../../../src/machine/words/devices.ts';
import type { Fields, Struct, View } from '../../../src/machine/words/struct.ts';

/** Interrupt lines of the harts as the devices drive them: a mask of mip per hart. */
export class FakeHarts {
  readonly pending: number[] = [];

  setPending(hart: number, line: number, level: boolean): void {
    const before = this.pending[hart] ?? 0;
    this.pending[hart] = level ? before | line : before & ~line;
  }

  has(hart: number, line: number): boolean { return ((this.pending[hart] ?? 0) & line) !== 0; }
}

/** RAM from `ramStart` on. */
export class FakeRam implements Dma {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: number) {
    this.bytes = new Uint8Array(bytes);
    this.#view = new DataView(this.bytes.buffer);
  }

  read(address: number, length: number) {
    const at = this.#at(address, length);
    return at === undefined ? undefined : this.bytes.subarray(at, at + length);
  }
  write(address: number, bytes: Uint8Array) {
    const at = this.#at(address, bytes.length);
    if (at !== undefined) this.bytes.set(bytes, at);
    return at !== undefined;
  }
  read16(address: number) {
    const at = this.#at(address, 2, 2);
    return at === undefined ? undefined : this.#view.getUint16(at, true);
  }
  read32(address: number) {
    const at = this.#at(address, 4, 4);
    return at === undefined ? undefined : this.#view.getUint32(at, true);
  }
  write16(address: number, value: number) {
    const at = this.#at(address, 2, 2);
    if (at !== undefined) this.#view.setUint16(at, value, true);
    return at !== undefined;
  }
  write32(address: number, value: number) {
    const at = this.#at(address, 4, 4);
    if (at !== undefined) this.#view.setUint32(at, value, true);
    return at !== undefined;
  }

  #at(address: number, length: number, align = 1): number | undefined {
    const at = address - ramStart;
    if (!(at >= 0 && at + length <= this.bytes.length)) return undefined;
    if (at % align !== 0) throw new Error(`a device reads ${length} bytes at ${address}, not aligned`);
    return at;
  }
}

/** A disk in memory whose host can be made to fail. */
export class FakeDisk implements BlockStore {
  readonly sectors: number;
  readonly bytes: Uint8Array;
  readonly readOnly: boolean;
  isBroken = false;
  flushes = 0;

  constructor({ sectors, readOnly = false }: { sectors: number; readOnly?: boolean }) {
    this.sectors = sectors;
    this.readOnly = readOnly;
    this.bytes = new Uint8Array(sectors * 512);
  }
  read(sector: number, into: Uint8Array) {
    into.set(this.bytes.subarray(sector * 512, sector * 512 + into.length));
    return !this.isBroken;
  }
  write(sector: number, from: Uint8Array) {
    this.bytes.set(from, sector * 512);
    return !this.isBroken;
  }
  flush() {
    this.flushes++;
    return !this.isBroken;
  }
}

export interface Rig extends ReturnType<typeof makeRig> {}

/** All devices, wired as on the board, in a world of fakes. A second rig over the same memory is a second thread. */
export function makeRig({
  harts = 2, disk = new FakeDisk({ sectors: 64 }), latencyNs = 1000, version = 2, memory, thread = 1,
}: {
  harts?: number; disk?: FakeDisk; latencyNs?: number; version?: 1 | 2; memory?: SharedArrayBuffer; thread?: number;
} = {}) {
  const places = placeDevices(0);
  const shared = memory ?? new SharedArrayBuffer(places.end + pciFunctionsBytes);
  const clock = { ns: 0, now: () => clock.ns };
  const pins = new FakeHarts();
  const ram = new FakeRam(0x10_0000);
  const log: string[] = [];
  const locks: Lock[] = [];
  const lockOf = (shape: { readonly offset: { readonly lock: number } }, at: number) => {
    const lock = new Lock(new Int32Array(shared), (at + shape.offset.lock) >>> 2, thread);
    locks.push(lock);
    return lock;
  };
  const parts = <F extends Fields>(shape: Struct<F> & { readonly offset: { readonly lock: number } }, at: number) =>
    [shape.at(shared, at), lockOf(shape, at)] as [View<F>, Lock];
  const dueChanged = () => { log.push('due'); };

  const plic = new Plic(...parts(plicWords, places.plic), { harts }, pins);
  const line = (source: number) => ({ interrupt: (level: boolean) => plic.setLevel(source, level), dueChanged });
  const clint = new Clint(...parts(clintWords, places.clint), { harts, clock }, {
    setPending: (hart, bit, level) => pins.setPending(hart, bit, level),
    timerChanged: (hart) => { log.push(`timer ${hart}`); },
  });
  let sent = '';
  const uart = new Uart(...parts(uartWords, places.uart), {
    ...line(interruptLines.uart),
    transmit: (byte) => { sent += String.fromCharCode(byte); },
    drained: () => { log.push('drained'); },
  });
  const rtc = new Rtc(...parts(rtcWords, places.rtc), clock, line(interruptLines.rtc));
  const finisher = new Finisher(lockOf(finisherWords, places.finisher), {
    exit: (status) => { log.push(`exit ${status}`); }, reset: () => { log.push('reset'); },
  });
  const pci = new PciHost(...parts(pciHostWords, places.pciHost), { memoryStart: memoryMap.pciMemory.start }, plic);
  pci.attach(0, hostBridge(...parts(pciFunctionWords, places.pciBridge)));
  const [blockAt, ...emptyAt] = places.virtio as [number, ...number[]];
  const [slotWords, slotLock] = parts(virtioWords, blockAt);
  const messages = (source: number) => ({ message: () => plic.message(source), dueChanged });
  const block = new VirtioBlock(slotWords, virtioBlockWords.at(shared, places.virtioBlock[0]!), slotLock,
    { dma: ram, version, store: disk, id: 'nooks-disk-0', clock, latencyNs }, messages(interruptLines.virtio));
  const slots = [block, ...emptyAt.map((at, index) =>
    new VirtioSlot(...parts(virtioWords, at), { dma: ram, version }, messages(interruptLines.virtio + 1 + index)))];
  const timed = [clint, rtc, block];
  const bus = new Bus([
    { ...memoryMap.finisher, device: finisher }, { ...memoryMap.rtc, device: rtc },
    { ...memoryMap.clint, device: clint }, { ...memoryMap.plic, device: plic }, { ...memoryMap.uart, device: uart },
    { ...memoryMap.pciPorts, device: pci.ports }, { ...memoryMap.ecam, device: pci.config },
    { ...memoryMap.pciMemory, device: pci.memory },
    ...slots.map((device, slot) =>
      ({ start: memoryMap.virtio.start + slot * virtioSlots.bytes, bytes: virtioSlots.bytes, device })),
  ]);
  if (memory === undefined) {
    for (const device of [plic, clint, uart, pci, ...slots]) device.reset();
    rtc.reset({ startMs: 1_000_000 });
    log.length = 0;
  }
  return {
    memory: shared, clock, pins, ram, disk, log, locks, bus, plic, clint, uart, rtc, pci, block, slots, places, parts,
    get sent() { return sent; },
    /** Lets time pass, with the devices doing what is due on the way. */
    pass(ns: number) {
      const end = clock.ns + ns;
      for (;;) {
        const due = Math.min(...timed.map((device) => device.due));
        if (due > end) break;
        clock.ns = Math.max(clock.ns, due);
        for (const device of timed) device.tick(clock.ns);
      }
      clock.ns = end;
    },
    /** What has been logged since the last call. */
    events() { return log.splice(0); },
  };
}

/** A generator of 32-bit numbers, by Marsaglia's xorshift. */
export function randomFrom(seed: number) {
  let state = seed | 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return Object.assign(next, { below: (limit: number) => next() % limit });
}
