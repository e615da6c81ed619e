/**
 * The network drivers in a domain, the same module files as natively: their stories, their workloads, and that they
 * recover. `NOOKS_NET=all` adds the other numbers of harts, on both engines; `NOOKS_SEEDS=N` tells each story so often.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bootFor, runWorkload, type Setting, settingName } from '../../support/extension.ts';
import { type Session, shipped, type System } from '../../support/system.ts';
import { e1000Driver } from '../../drivers/e1000.ts';
import { stories } from '../../drivers/net-stories.ts';
import { NetTrial } from '../../drivers/net-trial.ts';
import { pcnet32Driver } from '../../drivers/pcnet32.ts';
import { type Functions, recoveryStories, spoiltFiles } from './net-recovery.ts';

const drivers: { driver: typeof e1000Driver; functions: Functions }[] = [
  {
    driver: e1000Driver,
    functions: {
      interrupt: 'e1000_intr', xmit: 'e1000_xmit_frame', watchdog: 'e1000_watchdog', open: 'e1000_open',
      probe: 'e1000_probe', ask: 'e1000_shift_in_ee_bits',
    },
  },
  {
    driver: pcnet32Driver,
    functions: {
      interrupt: 'pcnet32_interrupt', xmit: 'pcnet32_start_xmit', watchdog: 'pcnet32_watchdog', open: 'pcnet32_open',
      probe: 'pcnet32_probe_pci', ask: 'pcnet32_chip_version',
    },
  },
];
const all = process.env['NOOKS_NET'] === 'all', seeds = Number(process.env['NOOKS_SEEDS'] ?? 1);
/** Few, so that what hangs is found out soon. */
const append = 'nooks_ticks=5 nooks_failures=100';

let system: System;
beforeAll(async () => { system = await shipped(); }, 120_000);

describe.each(drivers)('$driver.manifest.name', ({ driver, functions }) => {
  describe.each(all ? [1, 2, 4] : [2])('on %i harts, in a domain', (harts) => {
    let trial: NetTrial;
    beforeAll(async () => {
      const withSpoilt = { ...system, initrd: () => system.initrd(spoiltFiles(driver, functions)) };
      trial = await NetTrial.boot(driver, withSpoilt, harts, 'isolated', append);
    }, 60_000);
    afterAll(() => trial.dispose());

    const told = { ...stories, ...driver.stories, ...recoveryStories(driver, functions) };
    test.each(Object.entries(told))('%s', { timeout: 60_000 * seeds }, async (_, story) => {
      for (let seed = 1; seed <= seeds; seed++) {
        await trial.tell(story, seed).catch((error: Error) =>
          expect.fail(`${error.message}\n${trial.console.slice(-2000)}\n  seed ${seed}, ${harts} harts: NOOKS_SEEDS`));
      }
    });
  });
});

const quick: Setting[] = [{ engine: 'parallel', harts: 2, seed: 1 }];
const settings: Setting[] = (['lockstep', 'parallel'] as const).flatMap((engine) =>
  [1, 2, 4].map((harts) => ({ engine, harts, seed: harts })));

describe.each(all ? settings : quick)('$engine engine, $harts harts', (setting) => {
  let shell: Session | undefined;
  afterEach(() => shell?.machine.dispose());

  test.each(drivers)('$driver.manifest.name does its work, and does it again when it was killed', { timeout: 60_000 },
    async ({ driver: { manifest } }) => {
      shell = await bootFor(manifest, { ...setting, append: 'quiet panic=-1' }, system);
      const work = async () => {
        for (const line of manifest.setUp) expect(await shell!.run(line), line).toMatchObject({ status: 0 });
        for (const workload of manifest.workloads) {
          expect(await runWorkload(shell!, workload), `${workload.name}, ${settingName(setting)}`).toEqual([]);
        }
      };
      expect(await shell.run(`insmod -n ${manifest.name}`)).toMatchObject({ status: 0 });
      await work();
      await shell.command(`ping 10.0.2.2 3 & sleep 0.1; echo fail ${manifest.name} > /proc/nooks; wait; sleep 1`);
      expect(await shell.command('dmesg')).toContain(`${manifest.name} restarted`);
      await work();
      for (const line of [...manifest.tearDown, `rmmod ${manifest.name}`]) {
        expect(await shell.run(line), line).toEqual({ said: '', status: 0 });
      }
    });
});
