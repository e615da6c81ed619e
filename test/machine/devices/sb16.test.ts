/** The Sound Blaster 16, command by command, from Creative's hardware programming guide. */
import { describe, expect, test } from 'vitest';
import { dmaMode } from '../../../src/platform/dma8237.ts';
import { dspCopyright, mixer } from '../../../src/platform/sb16.ts';
import { lineInput, type SoundFormat } from '../../../src/machine/peers/sound-sink.ts';
import {
  around, buffer, lengthBytes, once, rateBytes, ready, signed16, soundRig, type SoundRig, unsigned8,
} from './sound-rig.ts';

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

const acknowledgements = [
  ['interrupt8', 1, 'readStatus', 'acknowledge16'], ['interrupt16', 2, 'acknowledge16', 'readStatus'],
] as const;
test.each(acknowledgements)(
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
  { name: 'C0h 8-bit unsigned mono', set: rate(16_000), play: [0xc0, 0, ...length], channel: 1, period: 62_500,
    status: 1, format: mono8(16_000), samples: unsignedBytes },
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

const outOfRange: [number[], number][] =
  [[[0x41, ...rateBytes(1000)], 5000], [[0x41, ...rateBytes(48_000)], 45_000], [[0x40, 255], 1e6 / 22]];
test.each(outOfRange)(
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
