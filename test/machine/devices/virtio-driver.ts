import { memoryMap, ramStart } from '../../../src/platform/memory-map.ts';
import {
  blockRequest, descriptor, descriptorFlag, virtioFeature, virtioFeatureHigh, virtioRegisters, virtioStatus,
} from '../../../src/platform/virtio.ts';
import type { Rig } from './rig.ts';

/** Where the driver keeps its things in RAM. */
export const place = {
  descriptors: ramStart, available: ramStart + 0x1000, used: ramStart + 0x2000,
  header: ramStart + 0x3000, status: ramStart + 0x3100, table: ramStart + 0x4000, data: ramStart + 0x8000,
};
export const queueEntries = 8;

export interface Descriptor { address: number; bytes: number; flags?: number; next?: number; addressHigh?: number }

const { NEXT, WRITE } = descriptorFlag;

/** A driver of the block device in slot 0, as well-behaved as its caller wants. */
export class Driver {
  readonly rig: Rig;
  #index = 0;

  constructor(rig: Rig) {
    this.rig = rig;
  }

  read(name: keyof typeof virtioRegisters): number {
    return this.rig.bus.read(memoryMap.virtio.start + virtioRegisters[name].at, 4)!;
  }

  write(name: keyof typeof virtioRegisters, value: number): void {
    this.rig.bus.write(memoryMap.virtio.start + virtioRegisters[name].at, 4, value);
  }

  /** VIRTIO 1.2, section 3.1.1. `features`: the low word to accept. */
  start({ features = virtioFeature.RING_INDIRECT_DESC, entries = queueEntries } = {}): this {
    this.write('Status', 0);
    this.write('Status', virtioStatus.ACKNOWLEDGE | virtioStatus.DRIVER);
    this.write('DriverFeaturesSel', 0);
    this.write('DriverFeatures', features);
    this.write('DriverFeaturesSel', 1);
    this.write('DriverFeatures', virtioFeatureHigh.VERSION_1);
    this.write('Status', this.read('Status') | virtioStatus.FEATURES_OK);
    this.write('QueueSel', 0);
    this.write('QueueNum', entries);
    this.write('QueueDescLow', place.descriptors);
    this.write('QueueDriverLow', place.available);
    this.write('QueueDeviceLow', place.used);
    this.write('QueueReady', 1);
    this.write('Status', this.read('Status') | virtioStatus.DRIVER_OK);
    this.#index = 0;
    this.rig.ram.bytes.fill(0, 0, 0x4000);
    return this;
  }

  describe(table: number, index: number, { address, addressHigh = 0, bytes, flags = 0, next = 0 }: Descriptor): void {
    const at = table + index * descriptor.bytes;
    const { ram } = this.rig;
    ram.write32(at, address);
    ram.write32(at + 4, addressHigh);
    ram.write32(at + 8, bytes);
    ram.write16(at + 12, flags);
    ram.write16(at + 14, next);
  }

  /** Writes a chain of descriptors from `head` on, each with NEXT but the last. */
  chain(head: number, parts: readonly Descriptor[], table = place.descriptors): void {
    parts.forEach((part, index) => {
      const flags = (part.flags ?? 0) | (index === parts.length - 1 ? 0 : NEXT);
      this.describe(table, head + index, { next: head + index + 1, ...part, flags });
    });
  }

  header(type: number, sector: number, sectorHigh = 0, at = place.header): void {
    const { ram } = this.rig;
    ram.write32(at, type);
    ram.write32(at + 4, 0);
    ram.write32(at + 8, sector);
    ram.write32(at + 12, sectorHigh);
    ram.write(place.status, Uint8Array.of(0xff));
  }

  offer(...heads: number[]): void {
    const { ram } = this.rig;
    for (const head of heads) ram.write16(place.available + 4 + (this.#index++ % queueEntries) * 2, head);
    ram.write16(place.available + 2, this.#index);
  }

  notify(): void { this.write('QueueNotify', 0); }

  /** A request of three parts, offered and completed; gives its status byte. */
  request(type: number, sector: number, bytes: number): number {
    this.header(type, sector);
    this.chain(0, [
      { address: place.header, bytes: blockRequest.headerBytes },
      ...(bytes > 0 ? [{ address: place.data, bytes, flags: type === blockRequest.OUT ? 0 : WRITE }] : []),
      { address: place.status, bytes: 1, flags: WRITE },
    ]);
    this.offer(0);
    this.notify();
    this.rig.pass(10_000);
    return this.status;
  }

  get status(): number { return this.rig.ram.read(place.status, 1)![0]!; }
  get usedIndex(): number { return this.rig.ram.read16(place.used + 2)!; }
  used(index: number): [number, number] {
    const at = place.used + 4 + (index % queueEntries) * 8;
    return [this.rig.ram.read32(at)!, this.rig.ram.read32(at + 4)!];
  }
  get needsReset(): boolean { return (this.read('Status') & virtioStatus.DEVICE_NEEDS_RESET) !== 0; }
}
