/**
 * The Sound Blaster driver in a domain, the same module file as natively: it plays to the sample, and again after it
 * was killed in the middle, on request or by an instruction that the test has spoilt. `NOOKS_SB=all` adds the other
 * numbers of harts on both engines.
 */
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { extensions } from '../../../src/host/extensions.ts';
import type { Holdings } from '../../../src/host/guest-kernel.ts';
import { bootFor, runWorkload, type Setting, settingName } from '../../support/extension.ts';
import { type Session, shipped, type System } from '../../support/system.ts';
import { spoil } from './spoil.ts';
import { holdings } from './trial.ts';
import { difference } from './verdict.ts';

const sb = extensions.find(({ name }) => name === 'sb')!;
const play = sb.workloads[0]!;

let system: System, shell: Session | undefined;
beforeAll(async () => { system = await shipped(); }, 120_000);
afterEach(() => shell?.machine.dispose());

// In the parallel engine sound takes its time.
const quick: Setting[] = [{ engine: 'lockstep', harts: 2, seed: 1 }];
const all: Setting[] = (['lockstep', 'parallel'] as const).flatMap((engine) =>
  [1, 2, 4].map((harts) => ({ engine, harts, seed: harts })));

describe.each((process.env['NOOKS_SB'] === 'all' ? all : quick).map((setting) => ({ ...setting, append: 'panic=-1' })))(
  '$engine engine, $harts harts', (setting) => {
    test('it plays, recovers on request and plays again, and nothing is lost', { timeout: 60_000 }, async () => {
      shell = await bootFor(sb, setting, system);
      const before = await ready(shell);
      expect(await runWorkload(shell, play), settingName(setting)).toEqual([]);
      await startPlaying(shell);
      await shell.command('echo fail sb > /proc/nooks');
      await recovered(shell, /sb failed: on request/);
      expect(await runWorkload(shell, play), settingName(setting)).toEqual([]);
      expect(await lost(shell, before), settingName(setting)).toBe('');
    });

    // In an interrupt; in a system call; in either.
    const spoilt = setting.engine === 'lockstep' ? ['sb_intr', 'sb_copy_in', 'sb_look_ahead']
      // A hart that is alone does not look for what others have written.
      : setting.harts > 1 ? ['sb_intr'] : [];
    test.each(spoilt)('%s spoilt while it plays', { timeout: 60_000 }, async (name) => {
      shell = await bootFor(sb, setting, system);
      const before = await ready(shell);
      await startPlaying(shell);
      spoil(shell.machine, await shell.command('lsmod'), 'sb', name, 'illegal');
      // Loading anything makes all harts fetch anew.
      await shell.command('insmod greeting; rmmod greeting');
      await shell.command('sleep 0.3');
      await recovered(shell, new RegExp(`sb failed: .*illegal instruction at ${name}`));
      expect(await runWorkload(shell, play), settingName(setting)).toEqual([]);
      expect(await lost(shell, before), settingName(setting)).toBe('');
    });
  });

/** With the driver loaded; what the kernel holds without it. What is made once and kept is there after a first time. */
async function ready(session: Session): Promise<Holdings> {
  for (let turn = 0; turn < 2; turn++) {
    await session.command('insmod -n sb; play /usr/share/sounds/bell.wav > /dev/null; sleep 0.1; rmmod sb');
  }
  const before = await holdings(session);
  expect(await session.run('insmod -n sb')).toMatchObject({ status: 0 });
  return before;
}

/** Has a program play in the background, and waits until it does. */
async function startPlaying(session: Session): Promise<void> {
  await session.command('play /usr/share/sounds/chime.wav > /dev/null &');
  for (let turn = 0; turn < 50; turn++) if (/playing/.test(await session.command('sleep 0.05; cat /proc/sb'))) return;
  throw new Error(session.machine.console);
}

/** Waits until the driver runs again; its user has been told meanwhile. */
async function recovered(session: Session, why: RegExp): Promise<void> {
  await session.command('wait; sleep 0.3');
  expect(session.machine.console).toMatch(why);
  expect(session.machine.console).toContain('dsp: Input/output error');
  expect(session.machine.console).toContain('sb restarted');
}

/** What the kernel holds more or less than before, once the driver is gone. */
async function lost(session: Session, before: Holdings): Promise<string> {
  expect(await session.run('sleep 0.2; rmmod sb')).toEqual({ said: '', status: 0 });
  expect(session.machine.console).not.toMatch(/Kernel panic|\[#\d|BUG: |slab error/);
  return difference(before, await holdings(session));
}
