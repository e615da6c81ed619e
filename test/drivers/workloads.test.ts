/**
 * Every extension does what its manifest says, on both engines, natively on 1 to 4 harts and in a domain on 2;
 * `NOOKS_WORKLOADS=all` has the other numbers there too.
 */
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { extensions } from '../../src/host/extensions.ts';
import { bootFor, type Setting, settingName, useExtension, type Way } from '../support/extension.ts';
import { type Session, shipped, type System } from '../support/system.ts';

let system: System, session: Session | undefined;
beforeAll(async () => { system = await shipped(); }, 120_000);
afterEach(() => session?.machine.dispose());

const settings: Setting[] = (['lockstep', 'parallel'] as const).flatMap((engine) =>
  [1, 2, 4].map((harts) => ({ engine, harts, seed: harts })));

const all = process.env['NOOKS_WORKLOADS'] === 'all';
const ways: readonly Way[] = ['native', 'isolated'];
const cases = ways.flatMap((way) => settings.filter(({ harts }) => all || way === 'native' || harts === 2)
  .map((setting) => [way, settingName(setting), setting] as const));

describe.each(extensions)('$name', (manifest) => {
  test.each(cases)('%s, %s', async (way, _, setting) => {
    session = await bootFor(manifest, setting, system);
    expect(await useExtension(session, manifest, way)).toEqual([]);
  }, 60_000);
});

test('or it is noticed: a wrong sound, a line that is missing, a status', async () => {
  const manifest = extensions.find(({ name }) => name === 'sb')!;
  const [play] = manifest.workloads;
  session = await bootFor(manifest, { engine: 'lockstep', harts: 1, seed: 1 }, system);
  const spoilt = [
    { ...play!, command: 'play /usr/share/sounds/bell.wav' }, { ...play!, command: 'play /etc/rc', peers: [] },
  ];
  const complaints = await useExtension(session, { ...manifest, workloads: spoilt });
  expect(complaints.slice(0, -1)).toEqual([
    `play: nothing matched ${play!.says[0]}`,
    expect.stringMatching(/^play: sample \d+ of 44100 was -?\d+ instead of -?\d+$/),
    'play: the status was 1', ...play!.says.map((pattern) => `play: nothing matched ${pattern}`),
  ]);
});
