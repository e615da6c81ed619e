/** ADPCM: codes worked out by hand, and the DSP's commands for them. */
import { expect, test } from 'vitest';
import { dmaMode } from '../../../src/platform/dma8237.ts';
import { adpcmDecode, type AdpcmPacking, type AdpcmState } from '../../../src/machine/devices/adpcm.ts';
import { around, buffer, lengthBytes, once, rateBytes, ready, type SoundRig } from './sound-rig.ts';

/** Samples in a byte, bytes, the samples they are from level 0 on. */
const streams: [AdpcmPacking, number[], number[]][] = [
  // 4 bits: +1; +7, then distances count double; -7 is -14, then fourfold; -0, double again; +2 is +4; +0.
  [2, [0x17, 0xf8, 0x20], [1, 8, -6, -6, -2, -2]],
  [2, [0x77, 0x77, 0x77], [7, 21, 49, 105, 127, 127]],
  [2, [0xff, 0xff, 0xff], [-7, -21, -49, -105, -128, -128]],
  // 2.6 bits: +3, then double; -1 is -2; +1 of two bits is +2.
  [3, [0b011_101_01], [3, 1, 3]],
  // 2 bits count in fours: +1, then double; -1 is -8, then fourfold; nothing, twice.
  [4, [0b01_11_00_10], [4, -4, -4, -4]],
];
test.each(streams)('%i samples a byte: %j', (packing, bytes, expected) => {
  expect(decoded(packing, bytes, { level: 0, scale: 0 })).toEqual(expected);
});

function decoded(packing: AdpcmPacking, bytes: Iterable<number>, first: AdpcmState): number[] {
  let now = first;
  return [...bytes].flatMap((byte) => {
    const { samples, state } = adpcmDecode(byte, packing, now);
    now = state;
    return samples;
  });
}

const rate = [0x41, ...rateBytes(10_000)];
const codesOf = (rig: SoundRig, from: number, count: number) => rig.ram.slice(buffer + from, buffer + from + count);

const commands: [number, AdpcmPacking, boolean][] = [
  [0x16, 4, false], [0x17, 4, true], [0x74, 2, false], [0x75, 2, true], [0x76, 3, false], [0x77, 3, true],
];
test.each(commands)('command %i plays %i samples a byte; reference byte: %s', (command, packing, hasReference) => {
  const rig = ready();
  rig.startDma(1, { mode: once | dmaMode.read, address: buffer, bytes: 100 });
  rig.write(...rate, command, ...lengthBytes(100));
  rig.pass(100 * packing * 100_000 - 1);
  expect([...rig.irqs]).toEqual([]);
  rig.pass(1);
  expect([...rig.irqs]).toEqual([5]);
  const level = hasReference ? rig.ram[buffer]! - 128 : 0;
  const skip = hasReference ? 1 : 0;
  const expected = [...(hasReference ? [level] : []),
    ...decoded(packing, codesOf(rig, skip, 100 - skip), { level, scale: 0 })];
  expect(rig.heard()).toEqual(expected.map((sample) => sample * 256));
  expect(rig.sink.passages).toEqual([{ start: 0, rate: 10_000, bits: 8, channels: 1 }]);
});

test.each([[0x1f, 0x16, 4], [0x7d, 0x74, 2], [0x7f, 0x76, 3]] as const)(
  'command %i has one reference byte, goes on from block to block, and ends by command %i', (auto, last, packing) => {
    const rig = ready();
    rig.startDma(1, { mode: around | dmaMode.read, address: buffer, bytes: 100 });
    rig.write(...rate, 0x48, ...lengthBytes(50), auto);
    rig.pass(120 * packing * 100_000);
    rig.write(last, ...lengthBytes(25));
    rig.pass(1e9);
    const bytes = [...codesOf(rig, 0, 100), ...codesOf(rig, 0, 75)];
    const level = bytes[0]! - 128;
    expect(rig.heard()).toEqual([level, ...decoded(packing, bytes.slice(1), { level, scale: 0 })]
      .map((sample) => sample * 256));
    expect([rig.tally.blocks, rig.due]).toEqual([4, Infinity]);
  });
