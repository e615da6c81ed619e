import { expect, test } from 'vitest';
import { Bus } from '../../src/machine/bus.ts';
import type { BusDevice } from '../../src/machine/devices/device.ts';
import { Lock } from '../../src/machine/devices/lock.ts';
import type { Size } from '../../src/machine/devices/register-file.ts';
import { memoryMap } from '../../src/platform/memory-map.ts';
import { makeRig } from './devices/rig.ts';

/** Address, size, whether some device answers, as on QEMU's board. */
const answers: [string, number, Size, boolean][] = [
  ['nothing at all', 0, 4, false],
  ['a hole between devices', 0x0010_2000, 4, false],
  ['just past the UART', memoryMap.uart.start + 0x100, 1, false],
  ['RAM is not on the bus', 0x8000_0000, 4, false],
  ['the last address', 0xffff_fffc, 4, false],
  ['the UART takes bytes', memoryMap.uart.start, 1, true],
  ['the UART takes words', memoryMap.uart.start, 4, true],
  ['the UART not misaligned', memoryMap.uart.start + 1, 4, false],
  ['the CLINT takes words', memoryMap.clint.start, 4, true],
  ['the CLINT no bytes', memoryMap.clint.start, 1, false],
  ['the CLINT where no register is', memoryMap.clint.start + 0x8000, 4, true],
  ['the PLIC takes words', memoryMap.plic.start + 0x5f_fffc, 4, true],
  ['the PLIC no halves', memoryMap.plic.start, 2, false],
  ['the finisher takes halves', memoryMap.finisher.start, 2, true],
  ['the finisher no bytes', memoryMap.finisher.start, 1, false],
  ['the last virtio slot', 0x1000_8000, 4, true],
  ['configuration space', memoryMap.ecam.start + 0xfff_ffff, 1, true],
  ['the end of PCI memory', 0x7fff_fffc, 4, true],
];

test.each(answers)('%s', (_, address, size, isAnswered) => {
  const { bus } = makeRig();
  expect(bus.read(address, size) !== undefined).toBe(isAnswered);
  expect(bus.write(address, size, 0)).toBe(isAnswered);
});

test('a device sees its own offsets, with its lock held', () => {
  const lock = new Lock(new Int32Array(new SharedArrayBuffer(4)), 0, 5);
  const log: unknown[] = [];
  const device: BusDevice = {
    sizes: 7, lock,
    read: (offset, size) => { log.push(['read', offset, size, lock.owner]); return 42; },
    write: (offset, size, value) => { log.push(['write', offset, size, value, lock.owner]); },
  };
  const other: BusDevice = { sizes: 7, read: () => 1, write: () => {} };
  const bus = new Bus([{ start: 0x2000, bytes: 0x100, device }, { start: 0x1000, bytes: 0x1000, device: other }]);
  expect([bus.read(0x1ffc, 4), bus.read(0x2004, 2), bus.write(0x20ff, 1, 9), bus.read(0x2100, 1)])
    .toEqual([1, 42, true, undefined]);
  expect(log).toEqual([['read', 4, 2, 5], ['write', 0xff, 1, 9, 5]]);
  expect(lock.owner).toBe(0);
});

test('a device that fails leaves its lock free', () => {
  const lock = new Lock(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
  const fail = () => { throw new Error('ours'); };
  const bus = new Bus([{ start: 0, bytes: 4, device: { sizes: 4, lock, read: fail, write: fail } }]);
  expect(() => bus.read(0, 4)).toThrow('ours');
  expect(() => bus.write(0, 4, 0)).toThrow('ours');
  expect(lock.owner).toBe(0);
});

test('ranges that overlap are our mistake', () => {
  const device: BusDevice = { sizes: 7, read: () => 0, write: () => {} };
  expect(() => new Bus([{ start: 0, bytes: 8, device }, { start: 4, bytes: 8, device }])).toThrow('do not overlap');
});
