/** A guest that plays a tone on the Sound Blaster 16, and what is heard of it: every sample, on both engines. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, expect, test } from 'vitest';
import { type EngineName, Machine, type MachineOptions } from '../../src/host/machine.ts';
import { UserError } from '../../src/host/user-error.ts';
import { Sb16Card } from '../../src/machine/devices/sb16-card.ts';
import { soundHash, soundHashStart } from '../../src/machine/peers/sound-sink.ts';
import { Scratch } from '../support/scratch.ts';
import { type Tone, toneGuest, toneSample } from './tone-guest.ts';

const quick: Tone = { rate: 44_100, half: 1024, halves: 16 };
/** In real time: halves so long that a guest that has to wait for a processor still refills them in time. */
const slow: Tone = { rate: 8000, half: 4096, halves: 4 };

const scratch = new Scratch();
afterAll(() => scratch.remove());
const machines: Machine[] = [];
afterEach(() => Promise.all(machines.splice(0).map((machine) => machine.dispose())));

async function create(tone: Tone, options: Partial<MachineOptions> = {}) {
  const machine = await Machine.create(
    { image: toneGuest(tone), memory: 16 * 2 ** 20, devices: ['sb16'], ...options });
  machines.push(machine);
  return machine;
}

function sinkOf(machine: Machine) {
  const card = machine.card(0);
  if (!(card instanceof Sb16Card)) throw new Error('the card is no Sound Blaster');
  return card.sink;
}

const samplesOf = ({ half, halves }: Tone) => Array.from({ length: half * halves }, (_, index) => toneSample(index));

const settings: [EngineName, number, number, Tone][] = [
  ['lockstep', 1, 0, quick], ['lockstep', 1, 10, quick], ['lockstep', 3, 10, quick], ['parallel', 1, 10, slow],
  ['parallel', 2, 10, slow],
];
test.each(settings)('%s engine, %i harts, hot count %i: all is heard', async (engine, harts, hotCount, tone) => {
  const wav = scratch.path('tone.wav');
  const machine = await create(tone, { engine, harts, hotCount, devices: [`sb16,wav=${wav}`] });
  expect(await machine.run()).toEqual({ kind: 'exit', status: 0 });
  const { tally, passages } = sinkOf(machine);
  const expected = samplesOf(tone);
  const hash = expected.reduce((before, sample) => soundHash(before, sample), soundHashStart);
  expect(tally).toEqual({ total: expected.length, hash, blocks: tone.halves, underruns: 0, late: 0 });
  expect(passages).toEqual([{ start: 0, rate: tone.rate, bits: 16, channels: 2 }]);
  expect([...sinkOf(machine).samples(0, tally.total)!]).toEqual(expected);
  await machine.dispose();
  const file = readFileSync(wav);
  expect([file.readUInt32LE(24), file.readUInt16LE(22), file.readUInt32LE(40)])
    .toEqual([tone.rate, 2, 2 * expected.length]);
  expect(Array.from({ length: expected.length }, (_, index) => file.readInt16LE(44 + 2 * index))).toEqual(expected);
});

test('put back to the middle of the tone, the same machine plays the same again', async () => {
  const machine = await create(quick, { harts: 2, seed: 5 });
  const end = { maxInstructions: 10_000_000 };
  await machine.run({ maxInstructions: 120_000 });
  const before = sinkOf(machine).tally;
  const snapshot = machine.snapshot();
  const finish = async () => {
    expect(await machine.run(end)).toEqual({ kind: 'exit', status: 0 });
    return { tally: sinkOf(machine).tally, hash: machine.hash(), heard: [...sinkOf(machine).samples(0, 16_384)!] };
  };
  const first = await finish();
  await machine.restore(snapshot);
  expect(sinkOf(machine).tally).toEqual(before);
  expect(before.total).toBeGreaterThan(1024);
  expect(before.total).toBeLessThan(12_000);
  expect(await finish()).toEqual(first);
  expect(first.heard).toEqual(samplesOf(quick));
});

test('with the translator on or off, in one piece or many, it is the same run', async () => {
  const results: string[][] = [];
  for (const [hotCount, piece] of [[0, 1e7], [10, 1e7], [10, 7777]] as const) {
    const machine = await create(quick, { harts: 2, seed: 3, hotCount });
    while ((await machine.run({ maxInstructions: piece })).kind === 'limit') { /* goes on */ }
    results.push([machine.hash(), machine.lockstep.events()]);
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
});

test('a guest finds no card where there is none', async () => {
  const machine = await create(quick, { devices: [] });
  expect(await machine.run({ maxInstructions: 5_000_000 })).toEqual({ kind: 'exit', status: 1 });
});

test('a sound file that cannot be written is the user\'s mistake', async () => {
  await expect(create(quick, { devices: ['sb16,wav=/nowhere/tone.wav'] })).rejects.toThrow(UserError);
  expect(existsSync('/nowhere')).toBe(false);
});
