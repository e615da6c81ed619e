/**
 * The README's recipes "Add a device" and "Add a driver", followed on an invented card outside of src and drivers: it
 * does what its manifest says natively and in a domain, from the same module file, on both engines.
 */
import { afterEach, beforeAll, expect, test } from 'vitest';
import { Machine } from '../../src/host/machine.ts';
import { moduleFile } from '../support/compiled.ts';
import { bootFor, type Setting, settingName, useExtension, type Way } from '../support/extension.ts';
import { type Session, shipped, type System } from '../support/system.ts';
import { thermometer } from './invented/manifest.ts';
import { temperature } from './invented/registers.ts';

let system: System, files: Parameters<System['initrd']>[0], session: Session | undefined;
beforeAll(async () => {
  system = await shipped();
  const { name } = thermometer;
  files = [{ path: `lib/modules/${name}.o`, mode: 0o100644, contents: moduleFile(name, thermometer.files) }];
}, 120_000);
afterEach(() => session?.machine.dispose());

const settings: Setting[] = (['lockstep', 'parallel'] as const).map((engine) => ({ engine, harts: 2, seed: 1 }));
const ways: readonly Way[] = ['native', 'isolated'];
test.each(settings.flatMap((setting) => ways.map((way) => [settingName(setting), way, setting] as const)))(
  'the invented card on the %s, %s', async (_, way, setting) => {
    session = await bootFor(thermometer, setting, system, files);
    expect(await useExtension(session, thermometer, way)).toEqual([]);
    const { console } = session.machine;
    const degrees = [...console.matchAll(/^(\d+)\.(\d) degrees/gm)].map(([, whole, tenths]) => +whole! * 10 + +tenths!);
    expect(degrees).toEqual([0, 1, 2].map(temperature));
  }, 60_000);

test('it is started anew after a failure, and measures again', async () => {
  session = await bootFor(thermometer, { ...settings[0]!, append: 'panic=-1' }, system, files);
  await session.command('insmod -n thermometer');
  await session.command('cat /proc/thermometer & echo fail thermometer > /proc/nooks; wait; sleep 0.3');
  expect(session.machine.console).toMatch(/thermometer failed: on request[^]*thermometer restarted/);
  expect(await session.command('cat /proc/thermometer')).toMatch(/^\d+\.\d degrees, measurement 1\n$/);
});

test('a card that is not there, or no card, is told of', async () => {
  const boot = (device: string) => Machine.create({ image: system.kernel, devices: [device] });
  await expect(boot('./no-such-card.ts')).rejects.toThrow('the card ./no-such-card.ts cannot be loaded: ');
  await expect(boot('./test/drivers/invented/registers.ts')).rejects.toThrow('registers.ts exports no card');
});
