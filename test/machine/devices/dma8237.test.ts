/** The DMA controllers, by the 8237A's datasheet, from their ports and from the side of a device. */
import { expect, test } from 'vitest';
import { dmaMode } from '../../../src/platform/dma8237.ts';
import { around, soundRig, type SoundRig } from './sound-rig.ts';

const channels = [0, 1, 2, 3, 5, 6, 7];
/** Of the controllers: where a register of theirs is. */
const port = (chip: number, register: number) => (chip === 0 ? register : 0xc0 + 2 * register);

const filled = ({ ram }: SoundRig) =>
  ram.forEach((_, index) => { ram[index] = index * 7 ^ index >>> 8 ^ index >>> 16; });
const take = (rig: SoundRig, channel: number, bytes: number) => {
  const data = new Uint8Array(bytes);
  return [rig.card.dma.transfer(channel, 'fromMemory', data), data] as const;
};

test.each(channels)('channel %i reads memory at its page, to its terminal count, and is then masked', (channel) => {
  const rig = soundRig();
  filled(rig);
  rig.startDma(channel, { mode: dmaMode.single | dmaMode.read, address: 0x2_0100, bytes: 32 });
  expect(take(rig, channel, 20)).toEqual([20, rig.ram.slice(0x2_0100, 0x2_0114)]);
  expect(rig.inp(port(channel >>> 2, 8))).toBe(0);
  const [moved, data] = take(rig, channel, 20);
  expect(moved).toBe(12);
  expect(data.subarray(0, 12)).toEqual(rig.ram.slice(0x2_0114, 0x2_0120));
  expect(rig.inp(port(channel >>> 2, 15)) >>> (channel & 3) & 1).toBe(1);
  expect(rig.residue(channel)).toBe(0xffff);
  expect(rig.inp(port(channel >>> 2, 8))).toBe(1 << (channel & 3));
  expect(rig.inp(port(channel >>> 2, 8))).toBe(0);
});

test.each(channels)('channel %i initialises itself again and again', (channel) => {
  const rig = soundRig();
  filled(rig);
  rig.startDma(channel, { mode: around | dmaMode.read, address: 0x400, bytes: 16 });
  const [moved, data] = take(rig, channel, 40);
  expect(moved).toBe(40);
  const whole = [...rig.ram.slice(0x400, 0x410)];
  expect([...data]).toEqual([...whole, ...whole, ...whole.slice(0, 8)]);
  expect(rig.residue(channel)).toBe((channel >= 4 ? 4 : 8) - 1);
  expect(rig.inp(port(channel >>> 2, 15)) >>> (channel & 3) & 1).toBe(0);
});

test.each(channels)('channel %i writes memory', (channel) => {
  const rig = soundRig();
  rig.startDma(channel, { mode: dmaMode.demand | dmaMode.write, address: 0x300, bytes: 8 });
  expect(rig.card.dma.transfer(channel, 'toMemory', Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))).toBe(8);
  expect([...rig.ram.slice(0x2fe, 0x30a)]).toEqual([0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0]);
});

/** What a mode makes of four bytes that a device reads and of four that it writes. */
const modes: [string, number, number[], number[]][] = [
  ['read', dmaMode.read, [10, 11, 12, 13], [10, 11, 12, 13]],
  ['write', dmaMode.write, [255, 255, 255, 255], [1, 2, 3, 4]],
  ['verify', dmaMode.verify, [255, 255, 255, 255], [10, 11, 12, 13]],
];
test.each(modes)('a %s transfer moves data its own way only', (_, mode, read, written) => {
  const rig = soundRig();
  rig.ram.set([10, 11, 12, 13]);
  rig.startDma(1, { mode: around | mode, address: 0, bytes: 4 });
  expect([...take(rig, 1, 4)[1]]).toEqual(read);
  rig.card.dma.transfer(1, 'toMemory', Uint8Array.of(1, 2, 3, 4));
  expect([...rig.ram.slice(0, 4)]).toEqual(written);
  expect(rig.card.dma.strays).toBe(0);
});

test('addresses count down when told to', () => {
  const rig = soundRig();
  rig.ram.set([1, 2, 3, 4], 0x100);
  rig.startDma(1, { mode: dmaMode.single | dmaMode.read | dmaMode.decrement, address: 0x103, bytes: 4 });
  expect([...take(rig, 1, 4)[1]]).toEqual([4, 3, 2, 1]);
});

test('addresses wrap within the page: 64 KiB of bytes, 128 KiB of words', () => {
  const rig = soundRig();
  filled(rig);
  rig.startDma(1, { mode: dmaMode.single | dmaMode.read, address: 0x3_fffe, bytes: 4 });
  expect([...take(rig, 1, 4)[1]]).toEqual([...rig.ram.slice(0x3_fffe, 0x4_0000), ...rig.ram.slice(0x3_0000, 0x3_0002)]);
  rig.startDma(5, { mode: dmaMode.single | dmaMode.read, address: 0x5_fffe, bytes: 4 });
  expect([...take(rig, 5, 4)[1]]).toEqual([...rig.ram.slice(0x5_fffe, 0x6_0000), ...rig.ram.slice(0x4_0000, 0x4_0002)]);
});

test('what is no RAM reads as ones, swallows writes, and is counted', () => {
  const rig = soundRig();
  rig.startDma(1, { mode: around | dmaMode.read, address: 0x10_0000, bytes: 4 });
  expect(take(rig, 1, 4)).toEqual([4, Uint8Array.of(255, 255, 255, 255)]);
  rig.startDma(1, { mode: around | dmaMode.write, address: 0xff_fff0, bytes: 6 });
  expect(rig.card.dma.transfer(1, 'toMemory', new Uint8Array(6))).toBe(6);
  expect(rig.card.dma.strays).toBe(10);
});

test('the flip-flop chooses the byte, one for each controller, and a command clears it', () => {
  const rig = soundRig();
  rig.out(port(0, 12), 0);
  rig.out(port(1, 12), 0);
  rig.out(port(0, 2), 0x34);
  rig.out(port(1, 2), 0x78);
  rig.out(port(0, 2), 0x12);
  rig.out(port(1, 2), 0x56);
  expect([rig.inp(port(0, 2)), rig.inp(port(0, 2)), rig.inp(port(1, 2)), rig.inp(port(1, 2))])
    .toEqual([0x34, 0x12, 0x78, 0x56]);
  rig.inp(port(0, 2));
  expect(rig.inp(port(0, 2))).toBe(0x12);
  rig.inp(port(0, 2));
  rig.out(port(0, 12), 0);
  expect(rig.inp(port(0, 2))).toBe(0x34);
});

/** What is written where, and the masks of the first controller afterwards, which begin as 15. */
const maskings: [string, [number, number][], number][] = [
  ['one bit is cleared', [[10, 2]], 0b1011],
  ['one bit is set', [[14, 0], [10, 4 | 1]], 0b0010],
  ['all are cleared', [[14, 0]], 0],
  ['all are written', [[15, 0b0101]], 0b0101],
  ['master clear sets all', [[14, 0], [13, 0]], 15],
];
test.each(maskings)('masks: %s', (_, writes, expected) => {
  const rig = soundRig();
  for (const [register, value] of writes) rig.out(port(0, register), value);
  expect([rig.inp(port(0, 15)), rig.inp(port(1, 15))]).toEqual([expected, 15]);
  rig.startDma(1, { mode: around | dmaMode.read, address: 0, bytes: 4 });
  rig.out(port(0, 15), expected);
  expect(take(rig, 1, 4)[0]).toBe(expected & 2 ? 0 : 4);
});

test('a controller that is disabled serves nobody, and a masked channel keeps its place', () => {
  const rig = soundRig();
  rig.startDma(1, { mode: around | dmaMode.read, address: 0, bytes: 8 });
  rig.out(port(0, 8), 4);
  expect(take(rig, 1, 4)[0]).toBe(0);
  rig.out(port(0, 8), 0);
  take(rig, 1, 3);
  rig.out(port(0, 10), 4 | 1);
  expect([take(rig, 1, 3)[0], rig.residue(1)]).toEqual([0, 4]);
  rig.out(port(0, 10), 1);
  expect([take(rig, 1, 3)[0], rig.residue(1)]).toEqual([3, 1]);
});

test('software requests show in the status until the terminal count or a clear', () => {
  const rig = soundRig();
  rig.out(port(0, 9), 4 | 3);
  rig.out(port(0, 9), 4 | 1);
  expect(rig.inp(port(0, 8))).toBe(0b1010 << 4);
  rig.startDma(3, { mode: dmaMode.single | dmaMode.read, address: 0, bytes: 2 });
  take(rig, 3, 2);
  rig.out(port(0, 9), 1);
  expect(rig.inp(port(0, 8))).toBe(1 << 3);
});

test('page registers keep what is written, the idle ones too; wide accesses are byte cycles', () => {
  const rig = soundRig();
  for (let page = 0; page < 16; page++) rig.out(0x80 + page, 0xa0 + page);
  expect(Array.from({ length: 16 }, (_, page) => rig.inp(0x80 + page)))
    .toEqual(Array.from({ length: 16 }, (_, page) => 0xa0 + page));
  rig.out(0x84, 0x4433_2211, 4);
  expect([rig.inp(0x84, 4), rig.inp(0x86, 2), rig.inp(0x87)]).toEqual([0x4433_2211, 0x4433, 0x44]);
});

test('ports that no device decodes go on to the PCI bus', () => {
  const rig = soundRig();
  expect([rig.inp(0x60), rig.inp(0x210, 4), rig.inp(0x388)]).toEqual([0xff, 0xffff_ffff, 0xff]);
});
