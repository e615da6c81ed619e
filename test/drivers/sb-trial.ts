/** A machine with a Sound Blaster: for tests at its prompt, and for stories about its driver. */
import { extensions } from '../../src/host/extensions.ts';
import { type SoundName, soundFile } from '../../src/host/sound-files.ts';
import { Sb16Card } from '../../src/machine/devices/sb16-card.ts';
import type { SoundSink } from '../../src/machine/peers/sound-sink.ts';
import { moduleFile } from '../support/compiled.ts';
import { bootFor, type Way } from '../support/extension.ts';
import type { Session, System } from '../support/system.ts';
import { DriverTrial } from './driver-trial.ts';

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

export class SbTrial extends DriverTrial {
  /** Boots, and uses the driver once. */
  static async boot(system: System, harts: number, way: Way = 'native'): Promise<SbTrial> {
    const session = await DriverTrial.bootSession(manifest, system, harts, { files: soundTestFiles() });
    const trial = new SbTrial(manifest, session, way);
    await trial.load();
    await trial.command('/test/dsp; insmod meddle; rmmod meddle');
    await trial.play('bell.wav');
    await trial.unload();
    await trial.keep();
    return trial;
  }

  get card(): Sb16Card { return this.session.machine.card(0) as Sb16Card; }

  async unload(): Promise<void> { await this.must(`rmmod ${manifest.name}`); }

  /** Plays a file, of which all is heard. */
  async play(name: SoundName): Promise<void> {
    const { total } = this.card.sink.tally;
    await this.must(`play /usr/share/sounds/${name}`);
    this.mustHear(total, soundOf(name));
  }

  /** From a count of samples on nothing was heard but these. */
  mustHear(from: number, wanted: readonly number[]): void {
    const got = heard(this.card.sink, from);
    const wrong = got.findIndex((sample, index) => sample !== wanted[index]);
    if (got.length !== wanted.length) throw new Error(`${got.length} samples were heard instead of ${wanted.length}`);
    if (wrong >= 0) throw new Error(`sample ${wrong} of ${wanted.length} was wrong`);
  }
}

export const soundOf = (name: SoundName) => [...soundFile(name).heard];
