import { memoryMap, ramStart } from '../../../src/platform/memory-map.ts';
import { pciCommand, pciConfig } from '../../../src/platform/pci.ts';
import type { CardKind } from '../../../src/machine/devices/card.ts';
import { Lock } from '../../../src/machine/devices/lock.ts';
import { NetworkController } from '../../../src/machine/devices/network-controller.ts';
import type { Size } from '../../../src/machine/devices/register-file.ts';
import { crcRemainder } from '../../../src/machine/peers/ethernet.ts';
import type { NetOptions } from '../../../src/machine/peers/cable.ts';
import { makeRig } from './rig.ts';

export const guestMac = Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x56);
export const broadcast = new Uint8Array(6).fill(0xff);
const bars = { memory: 0x4010_0000, ports: 0x1000 } as const;
/** Where tests put rings and buffers. */
export const place = { ring: ramStart + 0x1000, second: ramStart + 0x2000, block: ramStart + 0x3000,
  buffers: ramStart + 0x1_0000 } as const;

type Way = 'memory' | 'ports';

export interface Record { readonly frame: Uint8Array; readonly ns: number }

/** A network card in slot 1, with base addresses as a kernel sets them, and a megabyte of RAM. */
export function networkRig(kind: CardKind<Partial<NetOptions>>, options: Partial<NetOptions> = {}) {
  const rig = makeRig();
  const buffer = new SharedArrayBuffer(kind.bytes);
  const records: Record[] = [];
  const card = kind.make(options, {
    buffer, at: 0, index: 0, clock: rig.clock, dma: rig.ram, dueChanged: () => {},
    lock: (address) => {
      const lock = new Lock(new Int32Array(buffer), address >>> 2, 1);
      rig.locks.push(lock);
      return lock;
    },
    setLevel: () => {}, record: (frame, ns) => { records.push({ frame: frame.slice(), ns }); },
  });
  const controller = card.pci as NetworkController;
  controller.reset();
  rig.pci.attach(1, controller);
  const config = memoryMap.ecam.start + (1 << 15);
  controller.bars.forEach(({ index, kind: way }) => rig.bus.write(config + pciConfig.bar0 + index * 4, 4, bars[way]));
  rig.bus.write(config + pciConfig.command, 2, pciCommand.IO | pciCommand.memory | pciCommand.master);
  const base = { memory: bars.memory, ports: memoryMap.pciPorts.start + bars.ports };
  return {
    ...rig, buffer, controller, records,
    read: (offset: number, size: Size = 4, way: Way = 'memory') => rig.bus.read(base[way] + offset, size)!,
    write: (offset: number, value: number, size: Size = 4, way: Way = 'memory') => {
      rig.bus.write(base[way] + offset, size, value >>> 0);
    },
    /** Whether the card's interrupt line, INTA of slot 1, is at the PLIC. */
    get line() { return (rig.plic.pending.get(1) & 2) !== 0; },
    /** Completes what the PLIC holds of the line, so that only a line that is still up shows. */
    acknowledge() {
      rig.plic.priority.set(33, 1);
      rig.plic.enable.set(1, 2);
      rig.plic.claim.set(0, rig.plic.claim.get(0));
    },
    /** Lets time pass, with the card doing what is due on the way. */
    pass(ns: number) {
      const end = rig.clock.ns + ns;
      while (controller.due <= end) {
        rig.clock.ns = Math.max(rig.clock.ns, controller.due);
        controller.tick(rig.clock.ns);
      }
      rig.clock.ns = end;
    },
    /** A frame comes in, at once but for its time on the wire. */
    arrive(frame: Uint8Array, ns = 30_000) {
      controller.inject(frame);
      this.pass(ns);
    },
    word: (address: number) => rig.ram.read32(address)!,
    words: (address: number, words: readonly number[]) =>
      words.forEach((word, index) => rig.ram.write32(address + index * 4, word)),
    bytes: (address: number, length: number) => rig.ram.read(address, length)!.slice(),
  };
}

/** A frame to `to`, of `bytes` bytes without its check sequence, of type 0x88b5 (local experiments). */
export function frameTo(to: Uint8Array, bytes = 60, type: readonly [number, number] = [0x88, 0xb5]): Uint8Array {
  const frame = Uint8Array.from({ length: bytes }, (_, at) => at * 3 + bytes & 0xff);
  frame.set(to);
  frame.set([2, 0, 0, 0, 0, 9], 6);
  frame.set(type, 12);
  return frame;
}

/** A frame as it lies in memory, its check sequence behind it: IEEE 802.3 has the remainder of the whole a constant. */
export const isWhole = (bytes: Uint8Array): boolean => (crcRemainder(bytes) >>> 0) === 0xdebb_20e3;
