import { expect, test } from 'vitest';
import { mip } from '../../../src/isa/csrs.ts';
import { memoryMap } from '../../../src/platform/memory-map.ts';
import { makeRig } from './rig.ts';

const base = memoryMap.clint.start;
const msip = (hart: number) => base + 4 * hart;
const mtimecmp = (hart: number) => base + 0x4000 + 8 * hart;
const mtime = base + 0xbff8;

test('msip drives the software interrupt of its hart alone, and keeps one bit', () => {
  const { bus, pins } = makeRig();
  bus.write(msip(1), 4, 0xffff_ffff);
  expect(bus.read(msip(1), 4)).toBe(1);
  expect([pins.has(0, mip.MSIP), pins.has(1, mip.MSIP)]).toEqual([false, true]);
  bus.write(msip(1), 4, 2);
  expect(pins.has(1, mip.MSIP)).toBe(false);
});

test('harts that the board has not read as zero and drive nothing', () => {
  const { bus, pins } = makeRig({ harts: 2 });
  bus.write(msip(2), 4, 1);
  bus.write(mtimecmp(2), 4, 0);
  expect(bus.read(msip(2), 4)).toBe(0);
  expect(pins.pending).toEqual([]);
});

test('mtime counts one tick in 100 ns, and carries into its upper half', () => {
  const { bus, clock } = makeRig();
  clock.ns = 12_399;
  expect(bus.read(mtime, 4)).toBe(123);
  clock.ns = (2 ** 32 + 5) * 100;
  expect([bus.read(mtime, 4), bus.read(mtime + 4, 4)]).toEqual([5, 1]);
});

test('the timer interrupt rises when mtime reaches mtimecmp, and falls when mtimecmp moves on', () => {
  const rig = makeRig();
  const { bus, pins, clint } = rig;
  bus.write(mtimecmp(1), 4, 50);
  expect(clint.due).toBe(Infinity);
  bus.write(mtimecmp(1) + 4, 4, 0);
  expect(rig.events()).toEqual(['timer 1', 'timer 1']);
  expect([clint.due, clint.timerDue(0), clint.timerDue(1)]).toEqual([5000, Infinity, 5000]);
  rig.pass(4999);
  expect(pins.has(1, mip.MTIP)).toBe(false);
  rig.pass(1);
  expect(pins.has(1, mip.MTIP)).toBe(true);
  expect(pins.has(0, mip.MTIP)).toBe(false);
  expect(clint.due).toBe(Infinity);
  bus.write(mtimecmp(1), 4, 51);
  expect(pins.has(1, mip.MTIP)).toBe(false);
  expect(clint.due).toBe(5100);
});

test('a compare value in the past interrupts at once, the greatest never', () => {
  const { bus, pins, clock, clint } = makeRig();
  clock.ns = 1e6;
  bus.write(mtimecmp(0) + 4, 4, 0);
  expect(clint.due).toBe(2 ** 32 * 100 - 100);
  bus.write(mtimecmp(0), 4, 10_000);
  expect(pins.has(0, mip.MTIP)).toBe(true);
  bus.write(mtimecmp(0), 4, 0xffff_ffff);
  bus.write(mtimecmp(0) + 4, 4, 0xffff_ffff);
  expect(pins.has(0, mip.MTIP)).toBe(false);
  expect(clint.due).toBe(Infinity);
});

test('mtimecmp counts as unsigned', () => {
  const { bus, pins } = makeRig();
  bus.write(mtimecmp(0) + 4, 4, 0x8000_0000);
  bus.write(mtimecmp(0), 4, 0);
  expect(pins.has(0, mip.MTIP)).toBe(false);
  bus.write(mtime + 4, 4, 0x8000_0000);
  expect(pins.has(0, mip.MTIP)).toBe(true);
});

/** What is written to the lower and upper half of mtime at 1000 ns, and what is read there 300 ns later. */
const writes: [number, number, number, number][] = [
  [0, 0, 3, 0],
  [7, 0, 10, 0],
  [0xffff_fffe, 0, 1, 1],
  [0xffff_ffff, 0xffff_ffff, 2, 0],
  [5, 0x1234_5678, 8, 0x1234_5678],
];

test.each(writes)('mtime goes on from what was written: %i %i', (low, high, lowAfter, highAfter) => {
  const { bus, clock } = makeRig();
  clock.ns = 1000;
  bus.write(mtime, 4, low);
  bus.write(mtime + 4, 4, high);
  expect([bus.read(mtime, 4), bus.read(mtime + 4, 4)]).toEqual([low, high]);
  clock.ns = 1300;
  expect([bus.read(mtime, 4), bus.read(mtime + 4, 4)]).toEqual([lowAfter, highAfter]);
});

test('turning mtime back takes the interrupt back, and every hart is told', () => {
  const rig = makeRig();
  rig.bus.write(mtimecmp(0) + 4, 4, 0);
  rig.bus.write(mtimecmp(0), 4, 10);
  rig.pass(2000);
  expect(rig.pins.has(0, mip.MTIP)).toBe(true);
  rig.events();
  rig.bus.write(mtime, 4, 5);
  expect(rig.pins.has(0, mip.MTIP)).toBe(false);
  expect(rig.events()).toEqual(['timer 0', 'timer 1']);
  expect(rig.clint.due).toBe(2500);
});

test('another thread sees the same registers', () => {
  const first = makeRig();
  const second = makeRig({ memory: first.memory, thread: 2 });
  first.bus.write(mtimecmp(1) + 4, 4, 0);
  first.bus.write(mtimecmp(1), 4, 77);
  expect(second.bus.read(mtimecmp(1), 4)).toBe(77);
  expect(second.clint.due).toBe(7700);
});
