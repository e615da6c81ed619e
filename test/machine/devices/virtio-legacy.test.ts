import { expect, test } from 'vitest';
import { mip } from '../../../src/isa/csrs.ts';
import { interruptLines, memoryMap, ramStart } from '../../../src/platform/memory-map.ts';
import { blockRequest, descriptorFlag, virtioLegacyRegisters, virtioStatus } from '../../../src/platform/virtio.ts';
import { makeRig, type Rig } from './rig.ts';

/** The legacy queue of xv6: eight descriptors, one page further the used ring. */
const entries = 8;
const queue = ramStart + 0x1_0000;
const [available, used] = [queue + entries * 16, queue + 0x1000];
const [header, data, status] = [ramStart + 0x2_0000, ramStart + 0x2_1000, ramStart + 0x2_2000];

function driverOf(rig: Rig) {
  const at = (name: keyof typeof virtioLegacyRegisters) => memoryMap.virtio.start + virtioLegacyRegisters[name].at;
  let index = 0;
  return {
    read: (name: keyof typeof virtioLegacyRegisters) => rig.bus.read(at(name), 4)!,
    write: (name: keyof typeof virtioLegacyRegisters, value: number) => rig.bus.write(at(name), 4, value),
    /** In xv6's order: it never selects a feature word, nor an alignment, and is ready before its queue is. */
    start() {
      const { ACKNOWLEDGE, DRIVER, FEATURES_OK, DRIVER_OK } = virtioStatus;
      let bits = 0;
      for (const bit of [ACKNOWLEDGE, DRIVER]) this.write('Status', bits |= bit);
      this.write('DriverFeatures', this.read('DeviceFeatures') & ~(1 << 28));
      for (const bit of [FEATURES_OK, DRIVER_OK]) this.write('Status', bits |= bit);
      this.write('GuestPageSize', 4096);
      this.write('QueueSel', 0);
      this.write('QueueNum', entries);
      this.write('QueuePFN', queue / 4096);
    },
    /** Offers a read of a sector and lets it complete. */
    readSector(sector: number) {
      const { ram } = rig;
      const { NEXT, WRITE } = descriptorFlag;
      const parts = [[header, 16, NEXT], [data, 512, NEXT | WRITE], [status, 1, WRITE]] as const;
      parts.forEach(([address, bytes, flags], number) => {
        const entry = queue + 16 * number;
        ram.write32(entry, address);
        ram.write32(entry + 8, bytes);
        ram.write32(entry + 12, flags | (number + 1) << 16);
      });
      ram.write32(header, blockRequest.IN);
      ram.write32(header + 8, sector);
      ram.write16(available + 4 + (index++ % entries) * 2, 0);
      ram.write16(available + 2, index);
      this.write('QueueNotify', 0);
      rig.pass(10_000);
    },
    get usedIndex() { return rig.ram.read16(used + 2)!; },
  };
}

test('the legacy transport says so, and offers no feature of later versions', () => {
  const driver = driverOf(makeRig({ version: 1 }));
  expect([driver.read('Version'), driver.read('DeviceID'), driver.read('QueueNumMax')]).toEqual([1, 2, 128]);
  driver.write('DeviceFeaturesSel', 1);
  expect(driver.read('DeviceFeatures')).toBe(0);
});

test('an empty slot has the version of the board', () => {
  const { bus } = makeRig({ version: 1 });
  expect([4, 8].map((offset) => bus.read(memoryMap.virtio.start + 0x1000 + offset, 4))).toEqual([1, 0]);
});

test('xv6\'s way to start the device and to read', () => {
  const rig = makeRig({ version: 1 });
  const driver = driverOf(rig);
  rig.disk.bytes.fill(0x5a, 512 * 3, 512 * 4);
  driver.start();
  expect([driver.read('QueuePFN'), driver.read('Status')]).toEqual([queue / 4096, 15]);
  driver.readSector(3);
  expect([driver.usedIndex, rig.ram.read(status, 1)![0], rig.ram.read32(data)]).toEqual([1, 0, 0x5a5a_5a5a]);
});

test('a driver that never acknowledges is interrupted once for each request, not for ever', () => {
  const rig = makeRig({ version: 1 });
  const driver = driverOf(rig);
  rig.plic.priority.set(interruptLines.virtio, 1);
  rig.plic.enable.set(32, 1 << interruptLines.virtio);
  driver.start();
  for (let round = 1; round <= 20; round++) {
    driver.readSector(round);
    expect([driver.usedIndex, rig.pins.has(0, mip.SEIP)]).toEqual([round, true]);
    rig.plic.claim.set(1, rig.plic.claim.get(1));
    expect(rig.pins.has(0, mip.SEIP)).toBe(false);
  }
  expect(driver.read('InterruptStatus')).toBe(1);
});

test('the page size outlives the driver\'s reset, for Linux writes it first', () => {
  const rig = makeRig({ version: 1 });
  const driver = driverOf(rig);
  driver.write('GuestPageSize', 4096);
  driver.write('Status', 0);
  driver.write('QueueNum', entries);
  driver.write('QueuePFN', queue / 4096);
  driver.readSector(0);
  expect(driver.usedIndex).toBe(1);
});

test('a page number of 0 takes the queue away; another starts it anew', () => {
  const rig = makeRig({ version: 1 });
  const driver = driverOf(rig);
  driver.start();
  driver.readSector(1);
  driver.write('QueuePFN', 0);
  driver.readSector(1);
  expect(driver.usedIndex).toBe(1);
  rig.ram.bytes.fill(0, queue - ramStart, queue - ramStart + 0x2000);
  const again = driverOf(rig);
  again.start();
  again.readSector(2);
  expect([again.usedIndex, again.read('Status') & virtioStatus.DEVICE_NEEDS_RESET]).toEqual([1, 0]);
});

/** Alignment, used ring by it: where the device must write. */
test.each([[16, queue + 160], [256, queue + 256], [8192, queue + 8192]])('alignment %i', (align, ring) => {
  const rig = makeRig({ version: 1 });
  const driver = driverOf(rig);
  driver.start();
  driver.write('QueuePFN', 0);
  driver.write('QueueAlign', align);
  driver.write('QueuePFN', queue / 4096);
  driver.readSector(0);
  expect(rig.ram.read16(ring + 2)).toBe(1);
});

/** Registers written before QueuePFN that make no sense. */
const senseless: [keyof typeof virtioLegacyRegisters, number][] = [
  ['QueueNum', 0], ['QueueNum', 7], ['QueueAlign', 0], ['QueueAlign', 3], ['GuestPageSize', 0], ['GuestPageSize', 1],
  ['GuestPageSize', 0xffff_ffff],
];

test.each(senseless)('%s = %i is the driver\'s fault', (name, value) => {
  const rig = makeRig({ version: 1 });
  const driver = driverOf(rig);
  driver.start();
  driver.write('QueuePFN', 0);
  driver.write(name, value);
  driver.write('QueuePFN', queue / 4096 + 1);
  driver.readSector(0);
  expect(driver.usedIndex).toBe(0);
  expect(driver.read('Status') & virtioStatus.DEVICE_NEEDS_RESET).toBe(virtioStatus.DEVICE_NEEDS_RESET);
});
