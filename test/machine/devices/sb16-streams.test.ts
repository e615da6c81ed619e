/** Sound that goes on: auto-initialised transfers, what disturbs them, and what the sink keeps. */
import { describe, expect, test } from 'vitest';
import { dmaMode } from '../../../src/platform/dma8237.ts';
import { type DspCommand, mixer } from '../../../src/platform/sb16.ts';
import {
  around, buffer, lengthBytes, once, rateBytes, ready, signed16, type SoundRig, unsigned8,
} from './sound-rig.ts';

const length = lengthBytes(200);
const block = [0x48, ...length];
const rate = (hertz: number) => [0x41, ...rateBytes(hertz)];

/** Ways of auto-initialised output; the command that ends it, and the one that takes that back. */
const autos: [string, number[], number, number, number, DspCommand][] = [
  ['1Ch', [...block, 0x1c], 1, 0xda, 0x45, 'interrupt8'],
  ['90h', [...block, 0x90], 1, 0xda, 0x45, 'interrupt8'],
  ['C6h', [0xc6, 0, ...length], 1, 0xda, 0x45, 'interrupt8'],
  ['B6h', [0xb6, 0x10, ...length], 5, 0xd9, 0x47, 'interrupt16'],
];
describe.each(autos)('%s, auto-initialised', (_, play, channel, exit, stay, interrupt) => {
  const width = channel === 1 ? 1 : 2;
  const acknowledge = (rig: SoundRig) =>
    rig.inp(rig.at(interrupt === 'interrupt8' ? 'readStatus' : 'acknowledge16'));
  const begin = () => {
    const rig = ready();
    rig.startDma(channel, { mode: around | dmaMode.read, address: buffer, bytes: 400 * width });
    rig.write(...rate(10_000), ...play);
    return rig;
  };
  /** What a buffer of two halves is, from sample `from` on. */
  const expected = (rig: SoundRig, count: number) => Array.from({ length: count }, (__, index) => index % 400)
    .map((index) => (width === 1 ? unsigned8(rig, index, 1) : signed16(rig, index, 1))[0]);

  test('double buffering: interrupts at the halves, each refilled while the other plays', () => {
    const rig = begin();
    const all = expected(rig, 400);
    const fresh: (number | undefined)[] = [];
    for (let half = 0; half < 7; half++) {
      rig.pass(200 * 100_000 - 1);
      expect([...rig.irqs]).toEqual([]);
      rig.pass(1);
      expect([...rig.irqs]).toEqual([5]);
      acknowledge(rig);
      expect([...rig.irqs]).toEqual([]);
      expect(rig.residue(channel)).toBe(half % 2 === 0 ? 199 : 399);
      const start = buffer + (half % 2) * 200 * width;
      for (let byte = 0; byte < 200 * width; byte++) rig.ram[start + byte] = byte * 3 + half * 11;
      fresh.push(...expected(rig, 400).slice((half % 2) * 200, (half % 2) * 200 + 200));
    }
    expect(rig.heard()).toEqual([...all, ...fresh].slice(0, 1400));
    expect(rig.tally).toMatchObject({ blocks: 7, underruns: 0, late: 0 });
  });

  test('an interrupt that is not acknowledged in time is noticed', () => {
    const rig = begin();
    rig.pass(3 * 200 * 100_000);
    expect(rig.tally).toMatchObject({ total: 600, blocks: 3, late: 2, underruns: 0 });
  });

  test('ends with the block when told to exit, unless told to stay', () => {
    const rig = begin();
    rig.pass(100 * 100_000);
    rig.write(exit, stay);
    rig.pass(200 * 100_000);
    expect(rig.tally.total).toBe(300);
    rig.write(exit);
    rig.pass(1e9);
    expect([rig.tally.total, rig.due]).toEqual([400, Infinity]);
    expect(rig.heard()).toEqual(expected(rig, 400));
  });

  test('a single-cycle command waits for the end of the block, and is the last', () => {
    const rig = begin();
    rig.pass(100 * 100_000);
    rig.write(width === 1 ? 0xc0 : 0xb0, width === 1 ? 0 : 0x10, ...lengthBytes(70));
    rig.pass(100 * 100_000);
    expect([...rig.irqs]).toEqual([5]);
    acknowledge(rig);
    rig.pass(70 * 100_000 - 1);
    expect([...rig.irqs]).toEqual([]);
    rig.pass(1e9);
    expect([[...rig.irqs], rig.tally.total, rig.due]).toEqual([[5], 270, Infinity]);
    expect(rig.heard()).toEqual(expected(rig, 270));
  });

  test('a reset in the middle ends it, and the DSP is as new', () => {
    const rig = begin();
    rig.pass(250 * 100_000);
    expect([...rig.irqs]).toEqual([5]);
    expect(rig.resetDsp()).toBe(true);
    expect([[...rig.irqs], rig.due, rig.mixer(mixer.interruptStatus)]).toEqual([[], Infinity, 0]);
    rig.pass(1e9);
    expect(rig.tally.total).toBe(250);
    rig.write(...rate(10_000), ...play);
    rig.pass(150 * 100_000);
    expect(rig.heard()).toEqual(expected(rig, 400));
  });
});

test('during a single-cycle transfer the next takes its place at once', () => {
  const rig = ready();
  rig.startDma(1, { mode: once | dmaMode.read, address: buffer, bytes: 200 });
  rig.write(...rate(10_000), 0xc0, 0, ...length);
  rig.pass(50 * 100_000);
  rig.write(0xc0, 0x10, ...lengthBytes(70));
  rig.pass(1e9);
  expect(rig.tally).toMatchObject({ total: 120, blocks: 1, late: 0 });
});

test('a reset forgets rates and block length', () => {
  const rig = ready();
  rig.write(0x40, 206, ...block);
  rig.resetDsp();
  rig.startDma(1, { mode: around | dmaMode.read, address: buffer, bytes: 200 });
  rig.write(0x91);
  rig.pass(1e9);
  expect([rig.tally.total, rig.sink.passages[0]!.rate]).toEqual([1, 11_025]);
});

test('no rate drifts: 44.1 kHz stereo for ten seconds is 882,000 samples', () => {
  const rig = ready();
  rig.startDma(5, { mode: around | dmaMode.read, address: buffer, bytes: 8192 });
  rig.write(...rate(44_100), 0xb6, 0x30, ...lengthBytes(2048));
  rig.pass(10e9 - 1);
  expect(rig.tally.total).toBeLessThan(882_000);
  rig.pass(1);
  rig.residue(5);
  expect(rig.tally.total).toBe(882_000);
});

test('a DMA channel that gives nothing is an underrun, and is gone on with when it gives again', () => {
  const rig = ready();
  rig.startDma(1, { mode: once | dmaMode.read, address: buffer, bytes: 100 });
  rig.write(...rate(10_000), 0xc0, 0, ...lengthBytes(200));
  rig.pass(1e9);
  expect([rig.tally.total, rig.tally.underruns, rig.due]).toEqual([100, 1, Infinity]);
  rig.startDma(1, { mode: once | dmaMode.read, address: buffer + 100, bytes: 100 });
  rig.pass(100 * 100_000 - 1);
  expect([...rig.irqs]).toEqual([]);
  rig.pass(1);
  expect([...rig.irqs]).toEqual([5]);
  expect(rig.heard()).toEqual(unsigned8(rig, 0, 200));
  expect(rig.tally.underruns).toBe(1);
});

test.each([200, 20])('a tick that comes two blocks of %i late is one interrupt, and time stood still', (samples) => {
  const rig = ready();
  rig.startDma(1, { mode: around | dmaMode.read, address: buffer, bytes: 400 });
  rig.write(...rate(10_000), 0xc4, 0, ...lengthBytes(samples));
  rig.tickAt(rig.clock.ns + 2.25 * samples * 100_000);
  expect(rig.tally).toMatchObject({ total: samples, blocks: 1, late: 0 });
  rig.inp(rig.at('readStatus'));
  rig.pass(samples * 100_000);
  expect(rig.tally).toMatchObject({ total: 2 * samples, blocks: 2, late: 0 });
});

test('the state of a card in the middle of playing, put back, plays the same again', () => {
  const rig = ready();
  rig.startDma(5, { mode: around | dmaMode.read, address: buffer, bytes: 4000 });
  rig.write(...rate(44_100), 0xb6, 0x30, ...lengthBytes(1000), 0xd1);
  rig.pass(17_654_321);
  const words = rig.words.slice(), now = rig.clock.ns, irqs = new Set(rig.irqs);
  const goOn = () => {
    for (let step = 0; step < 20; step++) {
      rig.pass(3_333_333);
      rig.residue(5);
      rig.inp(rig.at('acknowledge16'));
    }
    return { tally: rig.tally, heard: rig.heard(), due: rig.due, irqs: [...rig.irqs] };
  };
  const first = goOn();
  rig.resetDsp();
  rig.words.set(words);
  rig.clock.ns = now;
  rig.irqs.clear();
  for (const irq of irqs) rig.irqs.add(irq);
  expect(goOn()).toEqual(first);
  expect(first.tally.total).toBeGreaterThan(6000);
});

test('the sink keeps the last samples and formats, and says so', () => {
  const rig = ready();
  rig.startDma(1, { mode: around | dmaMode.read, address: buffer, bytes: 0x4000 });
  rig.write(0x10, 0x80);
  for (let passage = 0; passage < 20; passage++) {
    rig.write(...rate(10_000 + passage), 0xc0, 0, ...lengthBytes(0x1000));
    rig.pass(1e9);
  }
  const { tally, sink: { passages, oldest } } = rig;
  expect([tally.total, oldest]).toEqual([20 * 0x1000 + 1, 20 * 0x1000 + 1 - 65_536]);
  expect(passages.map(({ start, rate: hertz }) => [start, hertz]))
    .toEqual(Array.from({ length: 16 }, (_, index) => [(index + 4) * 0x1000 + 1, 10_004 + index]));
  expect(rig.sink.samples(oldest - 1, oldest + 1)).toBeUndefined();
  const all = [0, 1, 2, 3, 4].flatMap(() => unsigned8(rig, 0, 0x4000));
  expect([...rig.sink.samples(oldest, tally.total)!]).toEqual(all.slice(oldest - 1));
});

test.each([1, 2, 3])('random port traffic, seed %i: no failure, no lock kept, the same again', (seed) => {
  const run = () => {
    const rig = ready();
    let state = seed * 7919;
    const random = (limit: number) => {
      state = Math.imul(state, 1_103_515_245) + 12_345 | 0;
      return (state >>> 8) % limit;
    };
    const reads: number[] = [];
    const commands = [0x1c, 0x14, 0xb6, 0xc0, 0xc6, 0xb8, 0xc8, 0x2c, 0xd0, 0xd4, 0xd9, 0xda, 0x41, 0x40, 0x48, 0x80];
    for (let round = 0; round < 3000; round++) {
      switch (random(6)) {
        case 0: rig.write(commands[random(commands.length)]!); break;
        case 1: rig.out(0x220 + random(16), random(256)); break;
        case 2: reads.push(rig.inp(0x220 + random(16))); break;
        case 3: rig.out([0, 0x80, 0xc0][random(3)]! + random(16), random(256)); break;
        case 4: reads.push(rig.inp([0, 0x80, 0xc0][random(3)]! + random(16))); break;
        default: rig.pass(random(2_000_000));
      }
    }
    expect(rig.locks.map(({ owner }) => owner)).toEqual(rig.locks.map(() => 0));
    return { reads, tally: rig.tally, now: rig.clock.ns };
  };
  expect(run()).toEqual(run());
});
