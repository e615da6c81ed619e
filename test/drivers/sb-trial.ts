/**
 * What people do with a sound card, one thing after the other, chosen by a seed: play, kill, pause, meddle, load with
 * other settings. Every sample that is heard is checked, and at the end nothing of the driver may be left.
 */
import { expect } from 'vitest';
import { extensions } from '../../src/host/extensions.ts';
import { type SoundName, soundFile, soundNames } from '../../src/host/sound-files.ts';
import { Sb16Card } from '../../src/machine/devices/sb16-card.ts';
import type { SoundSink } from '../../src/machine/peers/sound-sink.ts';
import { Random } from '../../src/machine/random.ts';
import { moduleFile } from '../support/compiled.ts';
import { bootFor } from '../support/extension.ts';
import type { Session, System } from '../support/system.ts';

const manifest = extensions.find(({ name }) => name === 'sb')!;

/** Bytes of which no part is like another. */
const noise = (bytes: number, factor: number) =>
  Uint8Array.from({ length: bytes }, (_, index) => Math.imul(index, factor) + (index >>> 5) & 0xff);
export const a = noise(3000, 7), b = noise(2500, 11);

/** What is heard of 8-bit samples. */
export const heardOf = (...parts: readonly Uint8Array[]) =>
  parts.flatMap((part) => Array.from(part, (byte) => byte - 128 << 8));

/** The guest's files beside what it has anyway: a module that takes the card's interrupt away, samples, a script. */
export function soundTestFiles(): Parameters<System['initrd']>[0] {
  const mode = 0o100644;
  return [
    { path: 'lib/modules/meddle.o', mode, contents: moduleFile('meddle', ['test/drivers/guest/meddle.ts']) },
    { path: 'root/a', mode, contents: a }, { path: 'root/b', mode, contents: b },
    { path: 'root/pause', mode: 0o100755, contents: Buffer.from('cat /root/a; sleep 1; cat /root/b\n') },
  ];
}

export interface Shell { readonly shell: Session; readonly sink: SoundSink }

/** At the prompt of a machine with or without the card, and without the module. */
export async function bootSound(
  system: System, files: Parameters<System['initrd']>[0],
  { harts = 2, seed = 1, quantum = 1000, devices = manifest.devices, append = 'quiet' }: Partial<Where> = {},
): Promise<Shell> {
  const setting = { engine: 'lockstep', harts, seed, quantum, append } as const;
  const shell = await bootFor({ ...manifest, devices }, setting, system, files);
  return { shell, sink: (shell.machine.card(0) as Sb16Card)?.sink };
}

interface Where {
  readonly harts: number;
  readonly seed: number;
  readonly quantum: number;
  readonly devices: readonly string[];
  readonly append: string;
}

export const heard = (sink: SoundSink, from = 0) => [...sink.samples(from, sink.tally.total)!];

/** Live objects of each cache: `dentry_cache 71`. */
const objectsOf = (slabinfo: string) =>
  [...slabinfo.matchAll(/^(\S+) +(\d+) +\d+ +\d+ .*$/gm)].map(([, name, objects]) => `${name} ${objects}`);

/** The same when nothing is under way: some readings find a program being started or ended. */
export async function leastObjects(shell: Session): Promise<string[]> {
  const readings: string[][] = [];
  for (let count = 0; count < 4; count++) {
    readings.push(objectsOf(await shell.command('sleep 0.01; cat /proc/slabinfo')));
  }
  const inOrder = (one: string, other: string) => Number(one.split(' ')[1]) - Number(other.split(' ')[1]);
  return readings[0]!.map((_, cache) => readings.map((reading) => reading[cache]!).sort(inOrder)[0]!);
}

/** What can be done while the module is loaded. */
const deeds: Readonly<Record<string, (here: Shell, random: Random) => Promise<void>>> = {
  async play({ shell, sink }, random) {
    const name = pick(random, soundNames), { total } = sink.tally;
    expect(await shell.run(`play /usr/share/sounds/${name}`)).toMatchObject({ status: 0 });
    expectHeard(sink, total, soundOf(name));
  },
  async kill({ shell, sink }, random) {
    const name = pick(random, soundNames), { total } = sink.tally;
    await shell.command(`play /usr/share/sounds/${name} > /dev/null &`);
    await shell.command(`sleep 0.${random.below(500).toString().padStart(3, '0')}; kill -9 $!; wait $!`);
    expectHeard(sink, total, soundOf(name).slice(0, sink.tally.total - total));
  },
  async pause({ shell, sink }) {
    const { total } = sink.tally;
    await shell.command('sh /root/pause > /dev/dsp');
    expectHeard(sink, total, heardOf(a, b));
  },
  async share({ shell, sink }) {
    const { total } = sink.tally;
    await shell.command('cat /root/a > /dev/dsp & cat /root/b > /dev/dsp & wait');
    const [, second] = heard(sink, total);
    expectHeard(sink, total, second === heardOf(a)[1] ? heardOf(a, b) : heardOf(b, a));
  },
  async interface({ shell }) {
    expect(await shell.command('/test/dsp')).toContain(', 0 failed\n');
  },
  /** Without interrupts it may play more than there is, but must get to the end. */
  async meddle({ shell }, random) {
    await shell.command('insmod meddle');
    expect(await shell.run(`play /usr/share/sounds/${pick(random, soundNames)}`)).toMatchObject({ status: 0 });
    await shell.command('rmmod meddle');
  },
  async reload({ shell }, random) {
    const parameters = pick(random, ['', 'dma=3 dma16=7', 'dma=0 dma16=0', 'dma16=6']);
    expect(await shell.run(`rmmod sb; insmod sb ${parameters}`)).toEqual({ said: '', status: 0 });
  },
  async refuse({ shell }) {
    const playing = 'play /usr/share/sounds/chime.wav > /dev/null & sleep 0.1';
    expect((await shell.run(`${playing}; rmmod sb; insmod sb; wait`)).said).toMatch(/busy[^]*exists/i);
  },
};
const deedNames = Object.keys(deeds);

const soundOf = (name: SoundName) => [...soundFile(name).heard];

/** Does so many deeds; throws at the first thing that is not as it must be. */
export async function tryDeeds(here: Shell, seed: number, count: number): Promise<string[]> {
  const random = new Random().seed(seed), { shell } = here;
  const left = () => leastObjects(shell);
  await shell.command('insmod sb; insmod meddle; rmmod meddle; /test/dsp; rmmod sb');
  const before = await left();
  await shell.command('insmod sb');
  const done: string[] = [];
  for (let turn = 0; turn < count; turn++) {
    done.push(pick(random, deedNames));
    await deeds[done.at(-1)!]!(here, random);
  }
  expect(await shell.run('rmmod sb')).toEqual({ said: '', status: 0 });
  expect(await left()).toEqual(before);
  return done;
}

function expectHeard(sink: SoundSink, from: number, wanted: readonly number[]): void {
  const got = heard(sink, from);
  const wrong = got.findIndex((sample, index) => sample !== wanted[index]);
  expect({ count: got.length, wrong }).toEqual({ count: wanted.length, wrong: -1 });
}

const pick = <T>(random: Random, values: readonly T[]): T => values[random.below(values.length)]!;
