/** Places of bits, against JavaScript. */
import { expect, test } from 'vitest';
import { loadGuest } from './host.ts';

const { functions } = loadGuest('kernel/locking/bitops.ts');
const call = (name: string, ...args: number[]) => Number(functions[name]!(...args));

const words = [1, 2, 3, 0x80000000, 0xffffffff, 0x00010000, 0x00ff0000, 0xdeadbeef, 0x7fffffff, 0x12345678];

test.each(words)('the places of bits of %i', (word) => {
  const bits = [...word.toString(2).padStart(32, '0')].reverse();
  expect(call('ffs', word)).toBe(bits.indexOf('1') + 1);
  expect(call('fls', word)).toBe(bits.lastIndexOf('1') + 1);
  expect(call('hweight32', word)).toBe(bits.filter((bit) => bit === '1').length);
  if (word !== 0xffffffff) expect(call('ffz', word)).toBe(bits.indexOf('0'));
});

test('no bit has no place', () => {
  expect([call('ffs', 0), call('fls', 0), call('hweight32', 0)]).toEqual([0, 0, 0]);
});
