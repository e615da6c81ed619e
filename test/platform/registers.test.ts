import { expect, test } from 'vitest';
import { clintRegisters } from '../../src/platform/clint.ts';
import { finisherRegisters } from '../../src/platform/finisher.ts';
import { memoryMap, ramStart } from '../../src/platform/memory-map.ts';
import { plicRegisters } from '../../src/platform/plic.ts';
import type { RegisterMap } from '../../src/platform/registers.ts';
import { rtcRegisters } from '../../src/platform/rtc.ts';
import { uartDivisorRegisters, uartRegisters } from '../../src/platform/uart.ts';
import { virtioConfigAt, virtioLegacyRegisters, virtioRegisters } from '../../src/platform/virtio.ts';

/** Device, its map, the bytes of one register, the bytes the map may take. */
const maps: [string, RegisterMap, number, number][] = [
  ['clint', clintRegisters, 4, memoryMap.clint.bytes],
  ['plic', plicRegisters, 4, memoryMap.plic.bytes],
  ['uart', uartRegisters, 1, memoryMap.uart.bytes],
  ['uart divisor', uartDivisorRegisters, 1, memoryMap.uart.bytes],
  ['finisher', finisherRegisters, 4, memoryMap.finisher.bytes],
  ['rtc', rtcRegisters, 4, memoryMap.rtc.bytes],
  ['virtio', virtioRegisters, 4, virtioConfigAt],
  ['virtio legacy', virtioLegacyRegisters, 4, virtioConfigAt],
];

test.each(maps)('no two registers of %s are in one place', (_, map, bytes, limit) => {
  for (const way of ['ro', 'wo']) {
    const taken = new Map<number, string>();
    for (const [name, { at, access, count = 1, stride = bytes }] of Object.entries(map)) {
      if (access !== 'rw' && access !== way) continue;
      expect(stride).toBeGreaterThanOrEqual(bytes);
      for (let index = 0; index < count; index++) {
        const offset = at + index * stride;
        expect(offset % bytes).toBe(0);
        expect(offset + bytes).toBeLessThanOrEqual(limit);
        expect(taken.get(offset), `${name} at ${offset}`).toBeUndefined();
        taken.set(offset, name);
      }
    }
  }
});

/** Register, index, offset: rows of the documents' own tables. */
const places: [RegisterMap, string, number, number][] = [
  [clintRegisters, 'msip', 4, 0x10],
  [clintRegisters, 'mtimecmp', 3, 0x4018],
  [clintRegisters, 'mtime', 0, 0xbff8],
  [plicRegisters, 'priority', 10, 0x28],
  [plicRegisters, 'pending', 1, 0x1004],
  [plicRegisters, 'enable', 32 * 1, 0x2080],
  [plicRegisters, 'threshold', 1, 0x20_1000],
  [plicRegisters, 'claim', 3, 0x20_3004],
];

test.each(places)('register %#: offset by index', (map, name, index, offset) => {
  const register = map[name]!;
  expect(register.at + index * (register.stride ?? 0)).toBe(offset);
});

test('the regions of the board do not overlap, and lie below RAM', () => {
  const regions = Object.values(memoryMap).sort((a, b) => a.start - b.start);
  regions.forEach(({ start, bytes }, index) => {
    expect(start + bytes).toBeLessThanOrEqual(regions[index + 1]?.start ?? ramStart);
  });
});
