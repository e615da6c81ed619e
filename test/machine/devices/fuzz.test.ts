import { expect, test } from 'vitest';
import { memoryMap, ramStart } from '../../../src/platform/memory-map.ts';
import { plicRegisters } from '../../../src/platform/plic.ts';
import { clintRegisters } from '../../../src/platform/clint.ts';
import { virtioLegacyRegisters, virtioRegisters } from '../../../src/platform/virtio.ts';
import type { RegisterMap } from '../../../src/platform/registers.ts';
import type { Size } from '../../../src/machine/devices/register-file.ts';
import { makeRig, randomFrom, type Rig } from './rig.ts';
import { Driver, place } from './virtio-driver.ts';

const sizes: readonly Size[] = [1, 2, 4];
const rounds = 6_000;

/** A register of a map, some place within an array. */
function somewhere(map: RegisterMap, random: ReturnType<typeof randomFrom>): number {
  const registers = Object.values(map);
  const { at, count = 1, stride = 0 } = registers[random.below(registers.length)]!;
  return at + random.below(count) * stride;
}

/** Addresses where it matters, and some where it should not. */
function addressFrom(random: ReturnType<typeof randomFrom>): number {
  const regions = Object.values(memoryMap);
  switch (random.below(8)) {
    case 0: return memoryMap.uart.start + random.below(10);
    case 1: return memoryMap.clint.start + somewhere(clintRegisters, random);
    case 2: return memoryMap.plic.start + somewhere(plicRegisters, random);
    case 3: return memoryMap.virtio.start + somewhere({ ...virtioRegisters, ...virtioLegacyRegisters }, random);
    case 4: return memoryMap.virtio.start + random.below(0x8000);
    case 5: return memoryMap.rtc.start + random.below(0x24);
    case 6: return memoryMap.ecam.start + random.below(0x200);
    default: {
      const region = regions[random.below(regions.length)]!;
      return region.start + random.below(region.bytes);
    }
  }
}

/** Values that registers tend to care about, and any. */
function valueFrom(random: ReturnType<typeof randomFrom>): number {
  switch (random.below(4)) {
    case 0: return random.below(16);
    case 1: return 1 << random.below(32) >>> 0;
    case 2: return ramStart + random.below(0x2_0000);
    default: return random();
  }
}

function expectSound(rig: Rig): void {
  for (const lock of rig.locks) expect(lock.owner).toBe(0);
}

test.each([1, 2, 3, 4])('random register traffic, seed %i: no failure, no lock kept, the same again', (seed) => {
  const run = () => {
    const rig = makeRig({ version: seed % 2 === 0 ? 1 : 2 });
    const random = randomFrom(seed * 7919);
    const reads: (number | undefined)[] = [];
    for (let round = 0; round < rounds; round++) {
      const size = sizes[random.below(3)]!;
      const address = addressFrom(random) & ~(random.below(8) === 0 ? 0 : size - 1);
      if (random.below(2) === 0) {
        const value = rig.bus.read(address, size);
        reads.push(value);
        if (value !== undefined && !(value >= 0 && value < 2 ** (8 * size))) throw new Error(`${address}: ${value}`);
      } else rig.bus.write(address, size, valueFrom(random));
      if (random.below(8) === 0) rig.uart.receive(random.below(256));
      if (random.below(16) === 0) rig.plic.setLevel(1 + random.below(96), random.below(2) === 0);
      if (random.below(16) === 0) rig.pass(random.below(10_000));
    }
    expectSound(rig);
    return { reads, memory: new Int32Array(rig.memory), pending: rig.pins.pending };
  };
  const first = run();
  expect(first.reads.filter((value) => value).length).toBeGreaterThan(rounds / 20);
  expect(run()).toEqual(first);
});

test.each([1, 2, 3, 4])('random descriptors, seed %i: the disk serves, refuses or asks for a reset', (seed) => {
  const rig = makeRig();
  const random = randomFrom(seed * 104_729);
  const driver = new Driver(rig).start();
  let [served, broken] = [0, 0];
  for (let round = 0; round < 1500; round++) {
    if (driver.needsReset) {
      broken++;
      driver.start();
    }
    driver.header([0, 1, 4, 8, 9][random.below(5)]!, random.below(80));
    for (let index = 0; index < 8; index++) {
      const buffers: [number, number][] = [
        [place.header, 16], [place.status, 1], [place.data, 512 * random.below(5)],
        [place.table, 16 * random.below(9)], [valueFrom(random), random.below(2000)]];
      const [address, bytes] = buffers[random.below(5)]!;
      const flags = [0, 1, 2, 3, 3, 4][random.below(6)]!;
      driver.describe(random.below(4) === 0 ? place.table : place.descriptors, index,
        { address, bytes, flags, next: random.below(9) });
    }
    if (random.below(3) === 0) driver.request([0, 1, 4, 8][random.below(4)]!, random.below(70), 512 * random.below(4));
    else {
      driver.offer(random.below(8));
      driver.notify();
      rig.pass(2000);
    }
    if (driver.usedIndex > 0) served++;
  }
  expectSound(rig);
  expect(Math.min(served, broken)).toBeGreaterThan(20);
});
