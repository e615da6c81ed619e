import { expect, test } from 'vitest';
import { interruptLines, memoryMap, ramStart } from '../../../src/platform/memory-map.ts';
import { blockRequest, descriptorFlag, virtioFeature, virtioStatus } from '../../../src/platform/virtio.ts';
import { FakeDisk, makeRig, type Rig } from './rig.ts';
import { Driver, place, queueEntries } from './virtio-driver.ts';

const { NEXT, WRITE, INDIRECT } = descriptorFlag;
const slot = memoryMap.virtio.start;
const pattern = (bytes: number, seed: number) => Uint8Array.from({ length: bytes }, (_, i) => (i * 7 + seed) & 0xff);
const lineOf = (rig: Rig) => (rig.plic.pending.get(0) & (1 << interruptLines.virtio)) !== 0;

/** Offset in slot 0, what it reads. */
const identity: [number, number][] = [
  [0, 0x7472_6976], [4, 2], [8, 2], [0xc, 0x554d_4551], [0x34, 128], [0xb0, 2 ** 32 - 1],
];

test.each(identity)('register %i of the disk reads %i', (offset, expected) => {
  expect(makeRig().bus.read(slot + offset, 4)).toBe(expected);
});

test('an empty slot has an identity, device 0, and nothing else', () => {
  const { bus } = makeRig();
  const at = slot + 0x1000;
  expect([0, 4, 8, 0xc].map((offset) => bus.read(at + offset, 4))).toEqual([0x7472_6976, 2, 0, 0x554d_4551]);
  expect(bus.write(at + 0x70, 4, 1)).toBe(true);
  expect([0x10, 0x34, 0x70, 0xb0, 0x100].map((offset) => bus.read(at + offset, 4))).toEqual([0, 0, 0, 0, 0]);
});

test('registers take 4 bytes, configuration any size', () => {
  const { bus } = makeRig({ disk: new FakeDisk({ sectors: 0x234 }) });
  expect(bus.read(slot, 1)).toBe(0);
  expect([bus.read(slot + 0x100, 4), bus.read(slot + 0x100, 2), bus.read(slot + 0x101, 1)]).toEqual([0x234, 0x234, 2]);
  expect([bus.read(slot + 0x104, 4), bus.read(slot + 0x10c, 4), bus.read(slot + 0x114, 4)]).toEqual([0, 126, 512]);
  expect(bus.read(slot + 0x118, 4)).toBe(0);
});

test('features: what was not offered, or VERSION_1 left out, is refused', () => {
  const driver = new Driver(makeRig());
  driver.start();
  expect(driver.read('Status')).toBe(15);
  driver.start({ features: virtioFeature.BLK_RO });
  expect(driver.read('Status') & virtioStatus.FEATURES_OK).toBe(0);
  driver.write('Status', 0);
  driver.write('Status', virtioStatus.FEATURES_OK | 3);
  expect(driver.read('Status')).toBe(3);
  driver.write('DeviceFeaturesSel', 0);
  expect(driver.read('DeviceFeatures')).toBe(0x1000_0244);
  driver.write('DeviceFeaturesSel', 1);
  expect(driver.read('DeviceFeatures')).toBe(1);
  driver.write('DeviceFeaturesSel', 2);
  expect(driver.read('DeviceFeatures')).toBe(0);
});

test('what is written is read back, when its time has come and not before', () => {
  const rig = makeRig({ latencyNs: 500 });
  const driver = new Driver(rig).start();
  const data = pattern(1024, 3);
  rig.ram.write(place.data, data);
  expect(driver.request(blockRequest.OUT, 5, 1024)).toBe(blockRequest.OK);
  expect(rig.disk.bytes.subarray(5 * 512, 7 * 512)).toEqual(data);
  rig.ram.write(place.data, new Uint8Array(1024));

  driver.write('InterruptACK', 3);
  driver.header(blockRequest.IN, 5);
  driver.chain(0, [
    { address: place.header, bytes: 16 }, { address: place.data, bytes: 1024, flags: WRITE },
    { address: place.status, bytes: 1, flags: WRITE }]);
  driver.offer(0);
  rig.events();
  driver.notify();
  expect(rig.events()).toEqual(['due']);
  expect(rig.block.due).toBe(rig.clock.ns + 500);
  rig.pass(499);
  expect([driver.status, driver.usedIndex, driver.read('InterruptStatus')]).toEqual([0xff, 1, 0]);
  rig.pass(1);
  expect([driver.status, driver.usedIndex, driver.read('InterruptStatus')]).toEqual([0, 2, 1]);
  expect(driver.used(1)).toEqual([0, 1025]);
  expect(rig.ram.read(place.data, 1024)).toEqual(data);
  expect(lineOf(rig)).toBe(true);
  expect(rig.block.due).toBe(Infinity);
});

test('the framing is the driver\'s: header, data and status cut anywhere', () => {
  const rig = makeRig();
  const driver = new Driver(rig).start();
  rig.disk.bytes.set(pattern(512, 9), 3 * 512);
  driver.header(blockRequest.IN, 3);
  driver.chain(0, [
    { address: place.header, bytes: 5 }, { address: place.header + 5, bytes: 11 },
    { address: place.data, bytes: 100, flags: WRITE }, { address: place.data + 100, bytes: 0, flags: WRITE },
    { address: place.data + 100, bytes: 413, flags: WRITE }]);
  driver.offer(0);
  driver.notify();
  rig.pass(1000);
  expect(rig.ram.read(place.data, 513)).toEqual(Uint8Array.of(...pattern(512, 9), 0));
});

test('an indirect table is a request in one descriptor', () => {
  const rig = makeRig();
  const driver = new Driver(rig).start();
  rig.disk.bytes.set(pattern(512, 1), 0);
  driver.header(blockRequest.IN, 0);
  driver.chain(0, [
    { address: place.header, bytes: 16 }, { address: place.data, bytes: 512, flags: WRITE },
    { address: place.status, bytes: 1, flags: WRITE }], place.table);
  driver.describe(place.descriptors, 6, { address: place.table, bytes: 48, flags: INDIRECT });
  driver.offer(6);
  driver.notify();
  rig.pass(1000);
  expect([driver.status, driver.used(0)]).toEqual([0, [6, 513]]);
  expect(rig.ram.read(place.data, 512)).toEqual(pattern(512, 1));
});

test('requests made together complete in order with one interrupt; the ring goes round', () => {
  const rig = makeRig();
  const driver = new Driver(rig).start();
  for (let round = 0; round < 5; round++) {
    driver.header(blockRequest.FLUSH, 0);
    for (const head of [0, 2, 4]) {
      driver.chain(head, [{ address: place.header, bytes: 16 }, { address: place.status, bytes: 1, flags: WRITE }]);
    }
    driver.offer(4, 0, 2);
    driver.notify();
    rig.pass(1000);
    expect([0, 1, 2].map((index) => driver.used(round * 3 + index)[0])).toEqual([4, 0, 2]);
  }
  expect([driver.usedIndex, rig.disk.flushes, driver.needsReset]).toEqual([15, 15, false]);
});

test('the identity is 20 bytes, cut to the buffer', () => {
  const rig = makeRig();
  const driver = new Driver(rig).start();
  expect(driver.request(blockRequest.GET_ID, 0, 20)).toBe(blockRequest.OK);
  expect(new TextDecoder().decode(rig.ram.read(place.data, 20)!)).toBe('nooks-disk-0'.padEnd(20, '\0'));
  rig.ram.write(place.data, new Uint8Array(20));
  driver.request(blockRequest.GET_ID, 0, 5);
  expect(new TextDecoder().decode(rig.ram.read(place.data, 20)!)).toBe('nooks'.padEnd(20, '\0'));
});

/** Type, sector, bytes, whether the host fails, status. */
const statuses: [string, number, number, number, boolean, number][] = [
  ['the last sector', blockRequest.IN, 63, 512, false, blockRequest.OK],
  ['beyond the end', blockRequest.IN, 63, 1024, false, blockRequest.IOERR],
  ['far beyond the end', blockRequest.OUT, 2 ** 32 - 1, 512, false, blockRequest.IOERR],
  ['not whole sectors', blockRequest.IN, 0, 100, false, blockRequest.IOERR],
  ['the host fails to read', blockRequest.IN, 0, 512, true, blockRequest.IOERR],
  ['the host fails to write', blockRequest.OUT, 0, 512, true, blockRequest.IOERR],
  ['the host fails to flush', blockRequest.FLUSH, 0, 0, true, blockRequest.IOERR],
  ['an unknown type', 77, 0, 512, false, blockRequest.UNSUPP],
];

test.each(statuses)('%s', (_, type, sector, bytes, isBroken, expected) => {
  const rig = makeRig();
  rig.disk.isBroken = isBroken;
  const driver = new Driver(rig).start();
  expect(driver.request(type, sector, bytes)).toBe(expected);
  expect([driver.needsReset, driver.usedIndex]).toEqual([false, 1]);
});

test('a read-only disk says so and refuses to be written', () => {
  const rig = makeRig({ disk: new FakeDisk({ sectors: 8, readOnly: true }) });
  const driver = new Driver(rig).start({ features: virtioFeature.BLK_RO });
  rig.ram.write(place.data, pattern(512, 5));
  expect(driver.request(blockRequest.OUT, 0, 512)).toBe(blockRequest.IOERR);
  expect(rig.disk.bytes.every((byte) => byte === 0)).toBe(true);
});

test('a driver that wants no interrupts gets none', () => {
  const rig = makeRig();
  const driver = new Driver(rig).start();
  rig.ram.write16(place.available, 1);
  expect(driver.request(blockRequest.FLUSH, 0, 0)).toBe(blockRequest.OK);
  expect([driver.read('InterruptStatus'), lineOf(rig)]).toEqual([0, false]);
});

const good = [
  { address: place.header, bytes: 16 }, { address: place.data, bytes: 512, flags: WRITE },
  { address: place.status, bytes: 1, flags: WRITE }];
const end = ramStart + 0x10_0000;

/** What a driver may do wrong with its queue. */
const malformed: [string, (driver: Driver) => void][] = [
  ['a head outside the table', (driver) => driver.offer(queueEntries)],
  ['a next outside the table', (driver) => {
    driver.chain(0, good);
    driver.describe(place.descriptors, 1, { ...good[1]!, flags: NEXT | WRITE, next: queueEntries });
    driver.offer(0);
  }],
  ['a chain in a circle', (driver) => {
    driver.chain(0, good);
    driver.describe(place.descriptors, 2, { ...good[2]!, flags: NEXT | WRITE, next: 1 });
    driver.offer(0);
  }],
  ['more requests than the ring holds', (driver) => {
    driver.chain(0, good);
    driver.rig.ram.write16(place.available + 2, queueEntries + 1);
  }],
  ['readable after writable', (driver) => {
    driver.chain(0, [good[1]!, good[0]!, good[2]!]);
    driver.offer(0);
  }],
  ['no status byte', (driver) => { driver.chain(0, [good[0]!]); driver.offer(0); }],
  ['a short header', (driver) => {
    driver.chain(0, [{ address: place.header, bytes: 15 }, good[2]!]);
    driver.offer(0);
  }],
  ['a header outside RAM', (driver) => {
    driver.chain(0, [{ address: 0x1000_0000, bytes: 16 }, good[2]!]);
    driver.offer(0);
  }],
  ['data beyond RAM', (driver) => {
    driver.chain(0, [good[0]!, { address: end - 256, bytes: 512, flags: WRITE }, good[2]!]);
    driver.offer(0);
  }],
  ['an address of 64 bits', (driver) => {
    driver.chain(0, [good[0]!, { address: place.data, addressHigh: 1, bytes: 512, flags: WRITE }, good[2]!]);
    driver.offer(0);
  }],
  ['status outside RAM', (driver) => {
    driver.chain(0, [good[0]!, good[1]!, { address: end, bytes: 1, flags: WRITE }]);
    driver.offer(0);
  }],
  ['an indirect table of parts of descriptors', (driver) => {
    driver.chain(0, good, place.table);
    driver.chain(0, [{ address: place.table, bytes: 47, flags: INDIRECT }]);
    driver.offer(0);
  }],
  ['an empty indirect table', (driver) => {
    driver.chain(0, [{ address: place.table, bytes: 0, flags: INDIRECT }]);
    driver.offer(0);
  }],
  ['an indirect table that is not aligned', (driver) => {
    driver.chain(0, [{ address: place.table + 2, bytes: 48, flags: INDIRECT }]);
    driver.offer(0);
  }],
  ['an indirect table in an indirect table', (driver) => {
    driver.chain(0, [{ address: place.table, bytes: 16, flags: INDIRECT }], place.table);
    driver.chain(0, [{ address: place.table, bytes: 16, flags: INDIRECT }]);
    driver.offer(0);
  }],
  ['an indirect table with a successor', (driver) => {
    driver.chain(0, good, place.table);
    driver.chain(0, [{ address: place.table, bytes: 48, flags: INDIRECT }, good[2]!]);
    driver.offer(0);
  }],
];

test.each(malformed)('%s: the device needs a reset, says so, and works after one', (_, misbehave) => {
  const rig = makeRig();
  const driver = new Driver(rig).start();
  driver.header(blockRequest.IN, 0);
  misbehave(driver);
  driver.notify();
  rig.pass(1000);
  expect(driver.needsReset).toBe(true);
  expect([driver.read('InterruptStatus') & 2, lineOf(rig), driver.usedIndex]).toEqual([2, true, 0]);
  expect(driver.request(blockRequest.IN, 0, 512)).toBe(0xff);

  driver.start();
  expect([driver.needsReset, driver.read('InterruptStatus')]).toEqual([false, 0]);
  expect(driver.request(blockRequest.IN, 0, 512)).toBe(blockRequest.OK);
});

/** Queue size, and where its three parts are, that the device cannot work with. */
const unsound: [number, number, number, number][] = [
  [0, 0, 0, 0], [3, 0, 0, 0], [256, 0, 0, 0], [8, 8, 0, 0], [8, 0, 1, 0], [8, 0, 0, 2],
];

test.each(unsound)('queue of %i, misplaced by %i, %i, %i', (entries, descriptors, available, used) => {
  const driver = new Driver(makeRig());
  driver.write('Status', 3);
  driver.write('QueueNum', entries);
  driver.write('QueueDescLow', place.descriptors + descriptors);
  driver.write('QueueDriverLow', place.available + available);
  driver.write('QueueDeviceLow', place.used + used);
  driver.write('QueueReady', 1);
  expect(driver.needsReset).toBe(true);
});

test('rings outside RAM are the driver\'s fault, not ours', () => {
  const rig = makeRig();
  for (const register of ['QueueDriverLow', 'QueueDeviceLow', 'QueueDescLow'] as const) {
    const driver = new Driver(rig).start();
    driver.write('QueueReady', 0);
    driver.write(register, 0x1000);
    driver.write('QueueReady', 1);
    expect(driver.needsReset).toBe(false);
    driver.request(blockRequest.FLUSH, 0, 0);
    expect(driver.needsReset).toBe(true);
  }
});

test('a reset, or a queue taken away, drops what is in flight', () => {
  const rig = makeRig();
  const driver = new Driver(rig).start();
  for (const stop of [() => driver.write('Status', 0), () => driver.write('QueueReady', 0)]) {
    driver.start();
    driver.header(blockRequest.FLUSH, 0);
    driver.chain(0, [good[0]!, good[2]!]);
    driver.offer(0);
    driver.notify();
    expect(rig.block.due).toBeLessThan(Infinity);
    stop();
    expect(rig.block.due).toBe(Infinity);
    rig.pass(10_000);
    expect(rig.disk.flushes).toBe(0);
  }
});

test('a snapshot in mid-flight holds the request: restored elsewhere, it completes there', () => {
  const rig = makeRig({ latencyNs: 500 });
  const driver = new Driver(rig).start();
  driver.header(blockRequest.FLUSH, 0);
  driver.chain(0, [good[0]!, good[2]!]);
  driver.offer(0);
  driver.notify();

  const other = makeRig({ memory: rig.memory.slice(0), latencyNs: 9 });
  other.ram.bytes.set(rig.ram.bytes);
  other.pass(499);
  expect(other.disk.flushes).toBe(0);
  other.pass(1);
  expect([other.disk.flushes, new Driver(other).status, rig.disk.flushes]).toEqual([1, 0, 0]);
});
