/** The Sound Blaster driver in a native kernel, where things go otherwise than a manifest's workload has them. */
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { extensions, moduleImage } from '../../src/host/extensions.ts';
import { imageFiles } from '../../src/host/image-files.ts';
import { soundFile } from '../../src/host/sound-files.ts';
import { Sb16Card } from '../../src/machine/devices/sb16-card.ts';
import type { SoundSink } from '../../src/machine/peers/sound-sink.ts';
import { compiledModule } from '../support/compiled.ts';
import { bootFor, runWorkload } from '../support/extension.ts';
import { type Session, shipped, type System } from '../support/system.ts';

const manifest = extensions.find(({ name }) => name === 'sb')!;
const play = manifest.workloads[0]!;

let system: System, session: Session | undefined, files: Parameters<System['initrd']>[0];
beforeAll(async () => {
  system = await shipped();
  const meddle = moduleImage('meddle', ['test/drivers/guest/meddle.ts']);
  const object = imageFiles(meddle, [compiledModule(meddle)]).get('meddle.o') as Uint8Array;
  files = [
    { path: 'lib/modules/meddle.o', mode: 0o100644, contents: object },
    { path: 'root/a', mode: 0o100644, contents: noise(3000, 7) },
    { path: 'root/b', mode: 0o100644, contents: noise(2500, 11) },
    { path: 'root/pause', mode: 0o100755, contents: Buffer.from('cat /root/a; sleep 1; cat /root/b\n') },
  ];
}, 120_000);
afterEach(() => session?.machine.dispose());

/** Bytes of which no part is like another. */
const noise = (bytes: number, factor: number) =>
  Uint8Array.from({ length: bytes }, (_, index) => Math.imul(index, factor) + (index >>> 5) & 0xff);
const a = noise(3000, 7), b = noise(2500, 11);
/** What is heard of 8-bit samples. */
const heardOf = (...parts: Uint8Array[]) => parts.flatMap((part) => Array.from(part, (byte) => byte - 128 << 8));

/** At the prompt of a machine with or without the card, and without the module. Returns the session and its sink. */
async function boot(
  { harts = 2, seed = 1, devices = manifest.devices }: Partial<Where> = {},
): Promise<{ shell: Session; sink: SoundSink }> {
  session = await bootFor({ ...manifest, devices }, { engine: 'lockstep', harts, seed }, system, files);
  const card = session.machine.card(0);
  return { shell: session, sink: (card as Sb16Card)?.sink };
}

interface Where { readonly harts: number; readonly seed: number; readonly devices: readonly string[] }

const heard = (sink: SoundSink) => [...sink.samples(0, sink.tally.total)!];

describe.each([
  ['irq=3', 'the card cannot have irq 3', 'Invalid argument'],
  ['dma=2', 'the card cannot have dma 2,5', 'Invalid argument'],
  ['dma16=4', 'the card cannot have dma 1,4', 'Invalid argument'],
  ['io=0x240', 'no DSP at I/O 240', 'No such device'],
  ['irq=x', 'bad parameter irq', 'Invalid argument'],
  ['speed=1', 'bad parameter speed', 'Invalid argument'],
])('with %s', (parameter, message, error) => {
  test('it is refused, and what was taken given back', async () => {
    const { shell } = await boot();
    const { said, status } = await shell.run(`insmod sb ${parameter}`);
    expect([said, status]).toEqual([expect.stringContaining(error), 1]);
    expect(await shell.command('dmesg')).toContain(message);
    expect(await shell.command('lsmod; ls /dev/dsp')).toBe('ls: /dev/dsp: No such file or directory\n');
    expect(await shell.run('insmod sb')).toEqual({ said: '', status: 0 });
  });
});

test('without the card there is no device', async () => {
  const { shell } = await boot({ devices: [] });
  expect(await shell.run('insmod sb')).toEqual({ said: expect.stringContaining('No such device'), status: 1 });
  expect(await shell.command('lsmod')).toBe('');
});

test.each([
  ['other settings', 'irq=7 dma=3 dma16=6'], ['one channel for both widths', 'irq=10 dma=0 dma16=0'],
])('it plays with %s', async (_, parameters) => {
  const { shell } = await boot();
  await shell.command(`insmod sb ${parameters}`);
  expect(await runWorkload(shell, play)).toEqual([]);
});

test.each([['bell.wav', 'A-law, 8000 Hz, 1 channel'], ['beep.wav', 'PCM, 11025 Hz, 2 channels']] as const)(
  'it plays %s to the sample', async (name, format) => {
    const { shell, sink } = await boot();
    await shell.command('insmod sb');
    expect(await shell.command(`play /usr/share/sounds/${name}`)).toContain(`${name}: ${format}\n`);
    expect(heard(sink)).toEqual([...soundFile(name).heard]);
  });

test('it does what OSS says and refuses what it must', async () => {
  const { shell } = await boot();
  await shell.command('insmod sb');
  expect(await shell.command('/test/dsp')).toMatch(/^dsp: \d+ checks, 0 failed\n$/);
});

test('50 times loaded and unloaded, it loses no page and no object', async () => {
  const { shell } = await boot({ harts: 4, seed: 2 });
  const turn = () => shell.command('insmod sb; rmmod sb');
  const left = async () => [await shell.command('free'), objectsOf(await shell.command('cat /proc/slabinfo'))];
  for (let count = 0; count < 5; count++) await turn();
  const before = await left();
  for (let count = 0; count < 50; count++) await turn();
  expect(await left()).toEqual(before);
}, 20_000);

/** Live objects of each cache. */
const objectsOf = (slabinfo: string) =>
  [...slabinfo.matchAll(/^(\S+) +(\d+) +\d+ +\d+ .*$/gm)].map(([, name, objects]) => `${name} ${objects}`);

test('a program that pauses is an underrun, of which nothing is heard', async () => {
  const { shell, sink } = await boot();
  await shell.command('insmod sb');
  await shell.command('sh /root/pause > /dev/dsp');
  expect(heard(sink)).toEqual(heardOf(a, b));
  expect(await shell.command('cat /proc/sb')).toMatch(/spurious 0, lost 0, underruns 1\n$/);
  expect(sink.tally).toMatchObject({ underruns: 0, late: 0 });
});

test('of a program that is killed what it had written is heard, and of the next one all', async () => {
  const { shell, sink } = await boot();
  await shell.command('insmod sb');
  await shell.command('play /usr/share/sounds/chime.wav > /dev/null &');
  await shell.command('sleep 0.3; kill $!; wait $!');
  const { total } = sink.tally;
  expect(total).toBeLessThan(30_000);
  expect(heard(sink)).toEqual([...soundFile('chime.wav').heard.slice(0, total)]);
  await shell.command('sleep 0.3');
  expect(sink.tally.total).toBe(total);
  expect(await runWorkload(shell, play)).toEqual([]);
  expect(await shell.run('rmmod sb')).toMatchObject({ status: 0 });
});

test('who comes second waits for the first, and the module stays for both', async () => {
  const { shell, sink } = await boot({ harts: 4 });
  await shell.command('insmod sb');
  await shell.command('cat /root/a > /dev/dsp &');
  expect((await shell.run('rmmod sb')).said).toMatch(/busy/i);
  await shell.command('cat /root/b > /dev/dsp; wait');
  expect(heard(sink)).toEqual(heardOf(a, b));
  expect((await shell.run('rmmod sb')).status).toBe(0);
});

test('it goes on without interrupts, by its watchdog', async () => {
  const { shell, sink } = await boot();
  await shell.command('insmod sb; insmod meddle');
  expect(await runWorkload(shell, { ...play, peers: [] })).toEqual([]);
  expect(await shell.command('rmmod meddle; cat /proc/sb')).toMatch(/lost [1-9]/);
  expect(heard(sink)).toEqual([...soundFile('chime.wav').heard]);
});

test('it gives up when the card does not move, and plays again when it is opened anew', async () => {
  const { shell } = await boot();
  await shell.command('insmod sb; play /usr/share/sounds/chime.wav > /root/out &');
  await shell.command('sleep 0.2; insmod meddle channel=5; wait');
  expect(await shell.command('echo; dmesg')).toContain('sb: output failed: timed out');
  expect(await runWorkload(shell, play)).toEqual([]);
});
