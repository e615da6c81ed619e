/** The Sound Blaster driver in a native kernel, where things go otherwise than a manifest's workload has them. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { extensions } from '../../src/host/extensions.ts';
import { soundFile } from '../../src/host/sound-files.ts';
import { runWorkload } from '../support/extension.ts';
import { shipped, type System } from '../support/system.ts';
import { replayOf } from './roster.ts';
import { sbStories } from './sb-stories.ts';
import {
  a, b, bootSound, heard, heardOf, leastObjects, SbTrial, type Shell, soundOf, soundTestFiles,
} from './sb-trial.ts';

const play = extensions.find(({ name }) => name === 'sb')!.workloads[0]!;

let system: System, files: ReturnType<typeof soundTestFiles>, here: Shell | undefined;
beforeAll(async () => {
  system = await shipped();
  files = soundTestFiles();
}, 120_000);
afterEach(async () => {
  await here?.shell.machine.dispose();
  here = undefined;
});

const boot = async (where: Parameters<typeof bootSound>[2] = {}) => here = await bootSound(system, files, where);

const refused = [
  ['irq=3', 'the card cannot have irq 3', 'Invalid argument'],
  ['dma=2', 'the card cannot have dma 2,5', 'Invalid argument'],
  ['dma16=4', 'the card cannot have dma 1,4', 'Invalid argument'],
  ['io=0x240', 'no DSP at I/O 240', 'No such device'],
  ['irq=x', 'bad parameter irq', 'Invalid argument'],
  ['speed=1', 'bad parameter speed', 'Invalid argument'],
] as const;

test('wrong parameters are refused, and what was taken given back', async () => {
  const { shell } = await boot();
  for (const [parameter, message, error] of refused) {
    const { said, status } = await shell.run(`insmod sb ${parameter}`);
    expect([parameter, said, status]).toEqual([parameter, expect.stringContaining(error), 1]);
    expect(await shell.command('dmesg')).toContain(message);
    expect(await shell.command('lsmod; ls /dev/dsp')).toBe('ls: /dev/dsp: No such file or directory\n');
    expect(await shell.run('insmod sb; rmmod sb')).toEqual({ said: '', status: 0 });
  }
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
  const left = async () => ({ objects: await leastObjects(shell), memory: await shell.command('free') });
  for (let count = 0; count < 5; count++) await turn();
  const before = await left();
  for (let count = 0; count < 50; count++) await turn();
  expect(await left()).toEqual(before);
}, 20_000);

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
  await shell.command('cat /root/a > /dev/dsp & sleep 0.1');
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

test('interrupts so late that more was played than written: what was written is heard all the same', async () => {
  const { shell, sink } = await boot();
  await shell.command('insmod sb; insmod meddle');
  await shell.command('sh /root/pause > /dev/dsp');
  expect(await shell.command('rmmod meddle; cat /proc/sb')).toMatch(/underruns [12]\n$/);
  const all = heard(sink);
  expect(all.slice(0, a.length)).toEqual(heardOf(a));
  const again = all.slice(a.length).join().indexOf(heardOf(b).join());
  expect(again).toBeGreaterThan(0);
  expect(await runWorkload(shell, play)).toEqual([]);
});

describe('on 2 harts', () => {
  const harts = 2, seed = 1;
  let trial: SbTrial;
  beforeAll(async () => { trial = await SbTrial.boot(system, harts); }, 60_000);
  afterAll(() => trial.dispose());

  test.each(Object.entries(sbStories))('%s', { timeout: 60_000 }, async (title, story) => {
    await trial.tell(story, seed).catch((error: Error) =>
      expect.fail(`${error.message}\n${trial.console.slice(-2000)}\n  again: ${replayOf('sb', title, harts, seed)}`));
  });

  test('or it is noticed: a sample that nobody should have heard', async () => {
    await expect(trial.tell(async () => {
      await trial.load();
      await trial.command('play /usr/share/sounds/bell.wav');
      trial.mustHear(0, soundOf('beep.wav'));
    }, seed)).rejects.toThrow('samples were heard instead of');
  });
});
