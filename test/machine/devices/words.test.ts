import { expect, test } from 'vitest';
import * as words from '../../../src/machine/words/devices.ts';
import type { Fields, Struct } from '../../../src/machine/words/struct.ts';

const structs = Object.entries(words)
  .filter(([, value]) => typeof value === 'object' && 'fields' in value) as unknown as [string, Struct<Fields>][];

test('there are words for every device', () => {
  expect(structs.map(([name]) => name)).toEqual(expect.arrayContaining([
    'clintWords', 'plicWords', 'uartWords', 'finisherWords', 'rtcWords', 'pciHostWords', 'pciFunctionWords',
    'virtioWords', 'virtioBlockWords']));
});

test.each(structs)('%s: every word has an owner and a sentence, and no two overlap', (_, { fields, offset, size }) => {
  let next = 0;
  for (const [name, field] of Object.entries(fields)) {
    expect(field.owner).toBe(name === 'lock' ? 'any' : 'device');
    expect(field.about.length).toBeGreaterThan(5);
    expect(offset[name]).toBe(next);
    next += 4 * field.count;
  }
  expect(size).toBeGreaterThanOrEqual(next);
  expect(size % 8).toBe(0);
});

test.each(structs)('%s: a word written is that word and no other', (_, shape) => {
  const memory = new SharedArrayBuffer(shape.size + 16);
  const view = shape.at(memory, 8) as unknown as Record<string, number | Int32Array>;
  for (const name of Object.keys(shape.fields)) {
    new Int32Array(memory).fill(0);
    if (typeof view[name] === 'number') view[name] = -1;
    else view[name]!.fill(-1);
    const written = [...new Int32Array(memory)].flatMap((value, index) => (value === 0 ? [] : [index * 4 - 8]));
    const first = shape.offset[name]!;
    expect(written).toEqual(Array.from({ length: shape.fields[name]!.count }, (_, index) => first + 4 * index));
  }
});

test('devices are placed apart and aligned', () => {
  const { end, virtio, virtioBlock, ...single } = words.placeDevices(0x1_0000);
  const starts = [...Object.values(single), ...virtio, ...virtioBlock];
  expect(starts.every((start) => start % 8 === 0 && start >= 0x1_0000 && start < end)).toBe(true);
  expect(new Set(starts).size).toBe(7 + 16);
});
