import { expect, test } from 'vitest';
import { mip } from '../../../src/isa/csrs.ts';
import { memoryMap } from '../../../src/platform/memory-map.ts';
import { makeRig, type Rig } from './rig.ts';

const base = memoryMap.plic.start;
const priority = (source: number) => base + 4 * source;
const pending = (word: number) => base + 0x1000 + 4 * word;
const enable = (context: number, word = 0) => base + 0x2000 + 0x80 * context + 4 * word;
const threshold = (context: number) => base + 0x20_0000 + 0x1000 * context;
const claim = (context: number) => threshold(context) + 4;

/** M-mode and S-mode of hart h. */
const M = (hart: number) => 2 * hart;
const S = (hart: number) => 2 * hart + 1;

/** Sources 10 and 40 enabled for S-mode of hart 0. */
function prepared(): Rig {
  const rig = makeRig();
  for (const source of [10, 40]) rig.bus.write(priority(source), 4, 1);
  rig.bus.write(enable(S(0)), 4, 1 << 10);
  rig.bus.write(enable(S(0), 1), 4, 1 << 8);
  return rig;
}

test('a level is one interrupt until it is completed, and another if it still stands then', () => {
  const { plic, bus, pins } = prepared();
  plic.setLevel(10, true);
  expect(pins.has(0, mip.SEIP)).toBe(true);
  expect(bus.read(pending(0), 4)).toBe(1 << 10);
  expect(bus.read(claim(S(0)), 4)).toBe(10);
  expect([pins.has(0, mip.SEIP), bus.read(pending(0), 4), bus.read(claim(S(0)), 4)]).toEqual([false, 0, 0]);
  bus.write(claim(S(0)), 4, 10);
  expect(pins.has(0, mip.SEIP)).toBe(true);
  expect(bus.read(claim(S(0)), 4)).toBe(10);
  plic.setLevel(10, false);
  bus.write(claim(S(0)), 4, 10);
  expect(pins.has(0, mip.SEIP)).toBe(false);
});

test('a level that drops before it is claimed has made its request', () => {
  const { plic, bus, pins } = prepared();
  plic.setLevel(10, true);
  plic.setLevel(10, false);
  expect(pins.has(0, mip.SEIP)).toBe(true);
  expect(bus.read(claim(S(0)), 4)).toBe(10);
  bus.write(claim(S(0)), 4, 10);
  expect(bus.read(claim(S(0)), 4)).toBe(0);
});

test('a level that comes again while it is served is a request at completion', () => {
  const { plic, bus } = prepared();
  plic.setLevel(10, true);
  bus.read(claim(S(0)), 4);
  plic.setLevel(10, false);
  plic.setLevel(10, true);
  expect(bus.read(pending(0), 4)).toBe(0);
  bus.write(claim(S(0)), 4, 10);
  expect(bus.read(pending(0), 4)).toBe(1 << 10);
});

test('a message is one interrupt; one that comes while the last is served waits; two that wait are one', () => {
  const { plic, bus, pins } = prepared();
  plic.message(10);
  expect(bus.read(claim(S(0)), 4)).toBe(10);
  plic.message(10);
  plic.message(10);
  expect([pins.has(0, mip.SEIP), bus.read(claim(S(0)), 4)]).toEqual([false, 0]);
  bus.write(claim(S(0)), 4, 10);
  expect([pins.has(0, mip.SEIP), bus.read(claim(S(0)), 4)]).toEqual([true, 10]);
  bus.write(claim(S(0)), 4, 10);
  expect([pins.has(0, mip.SEIP), bus.read(claim(S(0)), 4)]).toEqual([false, 0]);
});

/** Priorities of sources 10 and 40, threshold; whether it interrupts, what two claims give. */
const arbitration: [number, number, number, boolean, number, number][] = [
  [1, 1, 0, true, 10, 40],
  [1, 2, 0, true, 40, 10],
  [7, 6, 6, true, 10, 40],
  [3, 3, 3, false, 10, 40],
  [0, 1, 0, true, 40, 0],
  [0, 0, 0, false, 0, 0],
  [7, 7, 7, false, 10, 40],
];

test.each(arbitration)('priorities %i and %i, threshold %i', (p10, p40, floor, interrupts, first, second) => {
  const { plic, bus, pins } = prepared();
  bus.write(priority(10), 4, p10);
  bus.write(priority(40), 4, p40);
  bus.write(threshold(S(0)), 4, floor);
  plic.setLevel(10, true);
  plic.setLevel(40, true);
  expect(pins.has(0, mip.SEIP)).toBe(interrupts);
  expect([bus.read(claim(S(0)), 4), bus.read(claim(S(0)), 4)]).toEqual([first, second]);
});

test('every context that enables a source is interrupted, and the first to claim has it', () => {
  const { plic, bus, pins } = prepared();
  bus.write(enable(M(1)), 4, 1 << 10);
  plic.setLevel(10, true);
  expect([pins.has(0, mip.SEIP), pins.has(1, mip.MEIP), pins.has(1, mip.SEIP)]).toEqual([true, true, false]);
  expect(bus.read(claim(M(1)), 4)).toBe(10);
  expect([pins.has(0, mip.SEIP), pins.has(1, mip.MEIP)]).toEqual([false, false]);
  expect(bus.read(claim(S(0)), 4)).toBe(0);
});

test('a completion counts only from a context that enables the source, and only once', () => {
  const { plic, bus, pins } = prepared();
  plic.setLevel(10, true);
  bus.read(claim(S(0)), 4);
  for (const [context, source] of [[M(1), 10], [S(0), 40], [S(0), 0], [S(0), 1000], [40, 10]] as const) {
    bus.write(claim(context), 4, source);
  }
  expect(pins.has(0, mip.SEIP)).toBe(false);
  bus.write(claim(S(0)), 4, 10);
  expect(pins.has(0, mip.SEIP)).toBe(true);
});

test('threshold, priority and enable act at once on what is pending', () => {
  const { plic, bus, pins } = prepared();
  plic.setLevel(10, true);
  const level = () => pins.has(0, mip.SEIP);
  const steps: [number, number, boolean][] = [
    [threshold(S(0)), 1, false], [threshold(S(0)), 0, true],
    [priority(10), 0, false], [priority(10), 1, true],
    [enable(S(0)), 0, false], [enable(S(0)), 1 << 10, true],
  ];
  for (const [address, value, expected] of steps) {
    bus.write(address, 4, value);
    expect(level()).toBe(expected);
  }
});

/** Address, what is written, what is read: registers keep what exists. */
const kept: [string, number, number, number][] = [
  ['priority has three bits', priority(5), 0xffff_ffff, 7],
  ['source 0 has no priority', priority(0), 7, 0],
  ['threshold has three bits', threshold(2), 0xffff_ffff, 7],
  ['source 0 cannot be enabled', enable(0), 0xffff_ffff, 0xffff_fffe],
  ['source 96 is the last', enable(0, 3), 0xffff_ffff, 1],
  ['no words beyond', enable(0, 4), 0xffff_ffff, 0],
  ['no contexts beyond', enable(4), 0xffff_ffff, 0],
  ['no threshold beyond', threshold(4), 7, 0],
  ['pending is read-only', pending(0), 0xffff_ffff, 0],
];

test.each(kept)('%s', (_, address, written, expected) => {
  const { bus } = makeRig();
  expect(bus.write(address, 4, written)).toBe(true);
  expect(bus.read(address, 4)).toBe(expected);
});
