/** The Sound Blaster 16, command by command, from Creative's hardware programming guide. */
import { describe, expect, test } from 'vitest';
import { dmaMode } from '../../../src/platform/dma8237.ts';
import { type DspCommand, dspCopyright, mixer } from '../../../src/platform/sb16.ts';
import { lineInput, type SoundFormat } from '../../../src/machine/peers/sound-sink.ts';
import { around, lengthBytes, rateBytes, soundRig, type SoundRig } from './sound-rig.ts';

const buffer = 0x1_0000;
const once = dmaMode.single;

/** A rig whose DSP is up, with something different in every byte of the buffer. */
function ready(): SoundRig {
  const rig = soundRig();
  rig.resetDsp();
  for (let index = 0; index < 0x8000; index++) rig.ram[buffer + index] = index * 5 + (index >>> 8) * 3;
  return rig;
}

/** Samples as the converter gets them, from bytes of the buffer. */
const unsigned8 = (rig: SoundRig, from: number, count: number) =>
  [...rig.ram.slice(buffer + from, buffer + from + count)].map((byte) => (byte - 128) * 256);
const signed16 = (rig: SoundRig, from: number, count: number) =>
  Array.from({ length: count }, (_, index) =>
    new DataView(rig.ram.buffer).getInt16(buffer + 2 * (from + index), true));

test('reset: the DSP is found, takes no command meanwhile, and is not found by half a handshake', () => {
  const rig = soundRig();
  expect(rig.hasData).toBe(false);
  expect(rig.resetDsp()).toBe(true);
  expect(rig.hasData).toBe(false);
  rig.out(rig.at('dspReset'), 1);
  expect(rig.inp(rig.at('writeStatus'))).toBe(0xff);
  rig.command('version');
  rig.out(rig.at('dspReset'), 0);
  rig.clock.ns += 19_999;
  expect([rig.hasData, rig.inp(rig.at('writeStatus'))]).toEqual([false, 0xff]);
  rig.clock.ns += 1;
  expect([rig.hasData, rig.inp(rig.at('writeStatus'))]).toEqual([true, 0x7f]);
  expect(rig.readDsp(2)).toEqual([0xaa, 0xaa]);
  rig.out(rig.at('dspReset'), 0);
  rig.clock.ns += 1e6;
  expect(rig.hasData).toBe(false);
});

/** What is written to the DSP and what it says. */
const sayings: [string, number[], number[]][] = [
  ['version', [0xe1], [4, 13]],
  ['copyright', [0xe3], [...dspCopyright, '\0'].map((character) => character.charCodeAt(0))],
  ['identification is the complement', [0xe0, 0xc6], [0x39]],
  ['the test register keeps a byte', [0xe4, 0x5a, 0xe8], [0x5a]],
  ['speaker on', [0xd1, 0xd8], [0xff]],
  ['speaker off', [0xd1, 0xd3, 0xd8], [0]],
  ['the speaker is off after a reset', [0xd8], [0]],
  ['a MIDI byte is no command', [0x38, 0xe1], []],
  ['what it does not know has no bytes', [0x01, 0xe1], [4, 13]],
];
test.each(sayings)('DSP: %s', (_, written, said) => {
  const rig = ready();
  rig.write(...written);
  expect(rig.hasData).toBe(said.length > 0);
  expect(rig.readDsp(said.length)).toEqual(said);
  expect(rig.hasData).toBe(false);
});

test.each([['interrupt8', 1, 'readStatus', 'acknowledge16'], ['interrupt16', 2, 'acknowledge16', 'readStatus']] as const)(
  '%s interrupts until it is acknowledged at its own port', (command, status, right, wrong) => {
    const rig = ready();
    rig.command(command);
    expect([[...rig.irqs], rig.mixer(mixer.interruptStatus)]).toEqual([[5], status]);
    rig.inp(rig.at(wrong));
    expect([[...rig.irqs], rig.mixer(mixer.interruptStatus)]).toEqual([[5], status]);
    rig.inp(rig.at(right));
    expect([[...rig.irqs], rig.mixer(mixer.interruptStatus)]).toEqual([[], 0]);
  });

test.each([[1, 9], [2, 5], [4, 7], [8, 10]])('interrupt setup %i is IRQ %i, from then on', (setup, irq) => {
  const rig = ready();
  rig.command('interrupt8');
  rig.command('interrupt16');
  rig.setMixer(mixer.interruptSetup, 0xf0);
  expect([...rig.irqs]).toEqual([]);
  rig.setMixer(mixer.interruptSetup, 0xf0 | setup);
  expect([[...rig.irqs], rig.mixer(mixer.interruptSetup)]).toEqual([[irq], setup]);
  rig.inp(rig.at('readStatus'));
  expect([...rig.irqs]).toEqual([irq]);
  rig.resetDsp();
  expect([[...rig.irqs], rig.mixer(mixer.interruptSetup)]).toEqual([[], setup]);
});

/** A mixer register, what is written, what reads then, and what reads of others. */
const settings: [number, number, number, Record<number, number>][] = [
  [0x30, 0xff, 0xf8, { 0x22: 0xfc, 0x31: 0xc0 }],
  [0x31, 0x47, 0x40, { 0x22: 0xc4 }],
  [0x22, 0x5a, 0x5a, { 0x30: 0x58, 0x31: 0xa8 }],
  [0x04, 0xf0, 0xf0, { 0x32: 0xf8, 0x33: 0x08 }],
  [0x26, 0x12, 0x12, { 0x34: 0x18, 0x35: 0x28 }],
  [0x28, 0x34, 0x34, { 0x36: 0x38, 0x37: 0x48 }],
  [0x2e, 0x56, 0x56, { 0x38: 0x58, 0x39: 0x68 }],
  [0x0a, 0x05, 0x05, { 0x3a: 0xb8 }],
  [0x3b, 0xff, 0xc0, {}], [0x3c, 0xff, 0x1f, {}], [0x3d, 0xff, 0x7f, {}], [0x43, 0xff, 1, {}], [0x46, 0xff, 0xf0, {}],
  [0x81, 0xff, 0xeb, {}], [0x82, 0xff, 0, {}], [0x99, 0xff, 0, {}],
];
test.each(settings)('mixer register %i takes %i as %i', (register, value, now, others) => {
  const rig = ready();
  rig.setMixer(register, value);
  expect(rig.mixer(register)).toBe(now);
  for (const [other, expected] of Object.entries(others)) expect(rig.mixer(Number(other))).toBe(expected);
});

test('the mixer is delivered, and reset, as the guide says; its setups outlast a reset', () => {
  const rig = ready();
  const registers = [0x22, 0x30, 0x33, 0x36, 0x3a, 0x3c, 0x3d, 0x3e, 0x3f, 0x43, 0x44, 0x47];
  const expected = [0xcc, 0xc0, 0xc0, 0, 0, 0x1f, 0x15, 0x0b, 0, 0, 0x80, 0x80];
  const read = () => registers.map((register) => rig.mixer(register));
  expect(read()).toEqual(expected);
  expect([rig.mixer(mixer.interruptSetup), rig.mixer(mixer.dmaSetup)]).toEqual([0x02, 0x22]);
  for (const register of registers) rig.setMixer(register, 0x5a);
  rig.setMixer(mixer.dmaSetup, 0x48);
  rig.setMixer(mixer.reset, 0);
  expect(read()).toEqual(expected);
  expect(rig.mixer(mixer.dmaSetup)).toBe(0x48);
});

/** Ways to play 200 samples, the sample period in ns, the interrupt, and what is heard. */
interface Way {
  readonly name: string;
  readonly set: readonly number[];
  readonly play: readonly number[];
  readonly channel: number;
  readonly period: number;
  readonly status: number;
  readonly format: SoundFormat;
  readonly samples: (rig: SoundRig) => number[];
}
const mono8 = (rate: number): SoundFormat => ({ rate, bits: 8, channels: 1 });
const unsignedBytes = (rig: SoundRig) => unsigned8(rig, 0, 200);
const signedBytes = (rig: SoundRig) => unsignedBytes(rig).map((sample) => (sample ^ 0x8000) << 16 >> 16);
const signedWords = (rig: SoundRig) => signed16(rig, 0, 200);
const length = lengthBytes(200);
const block = [0x48, ...length];
const rate = (hertz: number) => [0x41, ...rateBytes(hertz)];
const ways: Way[] = [
  { name: '14h 8-bit', set: [0x40, 156], play: [0x14, ...length], channel: 1, period: 100_000, status: 1,
    format: mono8(10_000), samples: unsignedBytes },
  { name: '14h by a rate', set: rate(8000), play: [0x14, ...length], channel: 1, period: 125_000, status: 1,
    format: mono8(8000), samples: unsignedBytes },
  { name: '91h high speed', set: [0x40, 231, ...block], play: [0x91], channel: 1, period: 25_000, status: 1,
    format: mono8(40_000), samples: unsignedBytes },
  { name: 'C0h 8-bit unsigned mono', set: rate(16_000), play: [0xc0, 0, ...length], channel: 1, period: 62_500, status: 1,
    format: mono8(16_000), samples: unsignedBytes },
  { name: 'C2h 8-bit signed stereo', set: rate(20_000), play: [0xc2, 0x30, ...length], channel: 1, period: 25_000,
    status: 1, format: { rate: 20_000, bits: 8, channels: 2 }, samples: signedBytes },
  { name: 'C0h stereo by a time constant', set: [0x40, 206], play: [0xc0, 0x20, ...length], channel: 1, period: 50_000,
    status: 1, format: { rate: 10_000, bits: 8, channels: 2 }, samples: unsignedBytes },
  { name: 'B0h 16-bit signed mono', set: rate(10_000), play: [0xb0, 0x10, ...length], channel: 5, period: 100_000,
    status: 2, format: { rate: 10_000, bits: 16, channels: 1 }, samples: signedWords },
  { name: 'B2h 16-bit signed stereo', set: rate(40_000), play: [0xb2, 0x30, ...length], channel: 5, period: 12_500,
    status: 2, format: { rate: 40_000, bits: 16, channels: 2 }, samples: signedWords },
  { name: 'B0h 16-bit unsigned', set: rate(10_000), play: [0xb0, 0, ...length], channel: 5, period: 100_000, status: 2,
    format: { rate: 10_000, bits: 16, channels: 1 },
    samples: (rig) => signedWords(rig).map((sample) => (sample ^ 0x8000) << 16 >> 16) },
];
describe.each(ways)('$name', ({ set, play, channel, period, status, format, samples }) => {
  test('plays a block at its rate, interrupts at its end, and is over', () => {
    const rig = ready();
    rig.startDma(channel, { mode: once | dmaMode.read, address: buffer, bytes: channel === 1 ? 200 : 400 });
    rig.write(...set, ...play);
    const begin = rig.clock.ns;
    rig.pass(200 * period - 1);
    expect([[...rig.irqs], rig.residue(channel), rig.tally.total]).toEqual([[], 0, 199]);
    rig.pass(1);
    expect([[...rig.irqs], rig.mixer(mixer.interruptStatus), rig.due]).toEqual([[5], status, Infinity]);
    expect(rig.clock.ns - begin).toBe(200 * period);
    expect(rig.heard()).toEqual(samples(rig));
    expect(rig.sink.passages).toEqual([{ start: 0, ...format }]);
    expect(rig.tally).toMatchObject({ total: 200, blocks: 1, underruns: 0, late: 0 });
    rig.pass(1e9);
    expect(rig.tally.total).toBe(200);
  });
});

test.each([[0xd0, 0xd4, [0x14, ...length], 1], [0xd5, 0xd6, [0xb0, 0x10, ...length], 5]] as const)(
  'command %i pauses where it is and %i goes on', (pause, go, play, channel) => {
    const rig = ready();
    rig.startDma(channel, { mode: once | dmaMode.read, address: buffer, bytes: channel === 1 ? 200 : 400 });
    rig.write(...rate(10_000), ...play);
    rig.pass(50 * 100_000 + 60_000);
    rig.write(pause);
    rig.write(pause === 0xd0 ? 0xd6 : 0xd4);
    rig.pass(1e9);
    expect([rig.tally.total, rig.residue(channel), rig.due]).toEqual([50, 149, Infinity]);
    rig.write(go);
    rig.pass(150 * 100_000 - 1);
    expect([...rig.irqs]).toEqual([]);
    rig.pass(1);
    expect([...rig.irqs]).toEqual([5]);
    expect(rig.heard()).toEqual(channel === 1 ? unsignedBytes(rig) : signedWords(rig));
  });

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

test.each([[[0x41, ...rateBytes(1000)], 5000], [[0x41, ...rateBytes(48_000)], 45_000], [[0x40, 255], 1e6 / 22]] as const)(
  'rates that the card has not become the nearest it has: %j', (set, hertz) => {
    const rig = ready();
    rig.startDma(1, { mode: around | dmaMode.read, address: buffer, bytes: 64 });
    rig.write(...set, 0xc0, 0, ...lengthBytes(64));
    rig.pass(1e9);
    expect(rig.sink.passages[0]!.rate).toBeCloseTo(hertz, 6);
  });

test('silence is heard as such for its time, and interrupts', () => {
  const rig = ready();
  rig.write(0x40, 156, 0x80, ...lengthBytes(300));
  rig.pass(300 * 100_000 - 1);
  expect([...rig.irqs]).toEqual([]);
  rig.pass(1);
  expect([[...rig.irqs], rig.mixer(mixer.interruptStatus)]).toEqual([[5], 1]);
  expect(rig.heard()).toEqual(new Array(300).fill(0));
});

test('direct mode plays and records a byte at a time', () => {
  const rig = ready();
  rig.write(0x10, 0x00, 0x10, 0x80, 0x10, 0xff);
  expect(rig.heard()).toEqual([-0x8000, 0, 0x7f00]);
  const bytes = Array.from({ length: 3 }, () => {
    rig.write(0x20);
    return rig.readDsp(1)[0];
  });
  expect(bytes).toEqual([0, 1, 2].map((sample) => (lineInput(sample) >> 8) + 128));
});

/** Ways to record 100 samples, and how memory has them. */
const recordings: [string, number[], number, (sample: number) => number[]][] = [
  ['24h', [0x24, ...lengthBytes(100)], 1, (sample) => [(sample >> 8) + 128]],
  ['99h', [0x48, ...lengthBytes(100), 0x99], 1, (sample) => [(sample >> 8) + 128]],
  ['C8h signed', [0xc8, 0x10, ...lengthBytes(100)], 1, (sample) => [sample >> 8 & 0xff]],
  ['B8h signed stereo', [0xb8, 0x30, ...lengthBytes(100)], 5, (sample) => [sample & 0xff, sample >> 8 & 0xff]],
  ['B8h unsigned', [0xb8, 0, ...lengthBytes(100)], 5, (sample) => [sample & 0xff, (sample >> 8) + 128]],
];
test.each(recordings)('recording by %s', (_, command, channel, bytesOf) => {
  const rig = ready();
  const width = channel === 1 ? 1 : 2, stereo = command[1] === 0x30 ? 2 : 1;
  rig.startDma(channel, { mode: once | dmaMode.write, address: buffer, bytes: 100 * width });
  rig.write(0x42, ...rateBytes(20_000), ...command);
  rig.pass(100 * 50_000 / stereo - 1);
  expect([...rig.irqs]).toEqual([]);
  rig.pass(1);
  expect([...rig.irqs]).toEqual([5]);
  const wanted = Array.from({ length: 100 }, (__, index) => bytesOf(lineInput(index))).flat();
  expect([...rig.ram.slice(buffer, buffer + 100 * width)]).toEqual(wanted);
  expect(rig.ram[buffer + 100 * width]).not.toBe(wanted[0]);
  expect(rig.tally.total).toBe(0);
});

test('2Ch records round and round', () => {
  const rig = ready();
  rig.startDma(1, { mode: around | dmaMode.write, address: buffer, bytes: 64 });
  rig.write(0x42, ...rateBytes(10_000), 0x48, ...lengthBytes(32), 0x2c);
  rig.pass(80 * 100_000);
  expect(rig.tally).toMatchObject({ blocks: 2, late: 1 });
  rig.write(0xda);
  rig.pass(1e9);
  const wanted = Array.from({ length: 64 }, (_, index) => (lineInput(index < 32 ? index + 64 : index) >> 8) + 128);
  expect([...rig.ram.slice(buffer, buffer + 64)]).toEqual(wanted);
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
  expect(rig.heard()).toEqual(unsignedBytes(rig));
  expect(rig.tally.underruns).toBe(1);
});

test('16-bit sound without a 16-bit DMA channel goes by the 8-bit one, and without any nowhere', () => {
  const rig = ready();
  rig.setMixer(mixer.dmaSetup, 1 << 3);
  rig.startDma(3, { mode: once | dmaMode.read, address: buffer, bytes: 400 });
  rig.write(...rate(10_000), 0xb0, 0x10, ...length);
  rig.pass(200 * 100_000);
  expect(rig.heard()).toEqual(signedWords(rig));
  rig.setMixer(mixer.dmaSetup, 0);
  rig.write(0xb0, 0x10, ...length);
  rig.pass(1e9);
  expect(rig.tally).toMatchObject({ total: 200, underruns: 1 });
});

test('what the DMA controllers read where there is no RAM is heard as ones', () => {
  const rig = ready();
  rig.startDma(1, { mode: once | dmaMode.read, address: 0x20_0000, bytes: 8 });
  rig.write(...rate(10_000), 0xc0, 0x10, ...lengthBytes(8));
  rig.pass(1e9);
  expect(rig.heard()).toEqual(new Array(8).fill(-256));
  expect(rig.card.dma.strays).toBe(8);
});

test('a tick that comes two blocks late is one interrupt, and time stood still', () => {
  const rig = ready();
  rig.startDma(1, { mode: around | dmaMode.read, address: buffer, bytes: 400 });
  rig.write(...rate(10_000), 0xc4, 0, ...length);
  const begin = rig.clock.ns;
  rig.tickAt(begin + 450 * 100_000);
  expect(rig.tally).toMatchObject({ total: 200, blocks: 1, late: 0 });
  rig.inp(rig.at('readStatus'));
  rig.pass(200 * 100_000);
  expect(rig.tally).toMatchObject({ total: 400, blocks: 2, late: 0 });
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
  for (let passage = 0; passage < 20; passage++) {
    rig.write(...rate(10_000 + passage), 0xc0, 0, ...lengthBytes(0x1000));
    rig.pass(1e9);
  }
  const { tally, sink: { passages, oldest } } = rig;
  expect([tally.total, oldest]).toEqual([20 * 0x1000, 20 * 0x1000 - 65_536]);
  expect(passages.map(({ start, rate: hertz }) => [start, hertz]))
    .toEqual(Array.from({ length: 16 }, (_, index) => [(index + 4) * 0x1000, 10_004 + index]));
  expect(rig.sink.samples(oldest - 1, oldest + 1)).toBeUndefined();
  expect([...rig.sink.samples(oldest, oldest + 0x1000)!]).toEqual(unsigned8(rig, oldest % 0x4000, 0x1000));
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
