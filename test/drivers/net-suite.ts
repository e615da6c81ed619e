/** What every network driver is tested with; `npm run drivers` has a thousand seeds of the stories. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { remoteAddress } from '../../src/platform/network-workloads.ts';
import { insmod, type Way } from '../support/extension.ts';
import { hasQemu, runOnQemu, runPairOnQemu, withoutQemu } from '../support/qemu.ts';
import { shipped, type System } from '../support/system.ts';
import type { NetDriver } from './net-driver.ts';
import { stories } from './net-stories.ts';
import { NetTrial } from './net-trial.ts';
import { replayOf } from './roster.ts';

const loads = 25;
const ways: readonly Way[] = ['native', 'isolated'];
// QEMU's e1000 hears nothing for a second after its receiver was set (hw/net/e1000.c, flush_queue_timer).
const wait = 'sleep 2';

export function networkSuite(driver: NetDriver): void {
  const { name } = driver.manifest;
  let system: System;
  beforeAll(async () => { system = await shipped(); }, 120_000);

  describe(`${name} on 2 harts`, () => {
    const harts = 2;
    let trial: NetTrial;
    beforeAll(async () => { trial = await NetTrial.boot(driver, system, harts); }, 60_000);
    afterAll(() => trial.dispose());

    test.each(Object.entries({ ...stories, ...driver.stories }))('%s', { timeout: 60_000 }, async (title, story) => {
      const seed = 1;
      await trial.tell(story, seed).catch((error: Error) =>
        expect.fail(`${error.message}\n${trial.console.slice(-2000)}\n  again: ${replayOf(name, title, harts, seed)}`));
    });

    test(`${loads} loads lose nothing`, { timeout: 60_000 }, () => trial.tell(async () => {
      for (let turn = 0; turn < loads; turn++) {
        await trial.must(`insmod ${name} && ifconfig eth0 10.0.2.15 up && ifconfig eth0 down && rmmod ${name}`);
      }
      await trial.load();
      await trial.up();
    }, 1));

    test('or it is noticed: memory that is not given back, a host that does not answer', async () => {
      const using = async () => {
        await trial.load();
        await trial.up();
      };
      await expect(trial.tell(async () => {
        await using();
        await trial.command('sleep 1000 &');
      }, 1)).rejects.toThrow(/^not as before: .*task_struct/);
      await expect(trial.tell(async () => {
        await using();
        trial.controller.plug(false);
        await trial.mustPing();
      }, 1)).rejects.toThrow('the remote host is not reached');
    });
  });

  test.skipIf(!hasQemu)(`${name} on QEMU's ${driver.qemuDevice} ${hasQemu ? '' : withoutQemu}`, { timeout: 120_000 },
    () => {
      const turns = driver.parameters.slice(0, 2);
      const rc = turns.flatMap((parameters) => [
        `insmod ${name} ${parameters}`, ...driver.manifest.setUp, wait, `ping ${remoteAddress} 3`,
        ...driver.manifest.tearDown, ...driver.manifest.setUp, 'ifconfig eth0 promisc', wait, `ping ${remoteAddress} 3`,
        ...driver.manifest.tearDown, `rmmod ${name}`,
      ]);
      const { console, status } = runOnQemu(system.kernel, {
        ...board([...rc, 'lsmod']), devices: [`${driver.qemuDevice},netdev=net`], netdevs: ['user,id=net'],
      });
      expect(console.match(/^3 packets transmitted, 3 packets received/gm), console).toHaveLength(2 * turns.length);
      expect(console).not.toMatch(new RegExp(`^${name} +\\d`, 'm'));
      expect(status, console).toBe(0);
    });

  const between = `${name} between two of QEMU's ${driver.qemuDevice}, natively and in a domain`;
  test.skipIf(!hasQemu)(`${between} ${hasQemu ? '' : withoutQemu}`, { timeout: 120_000 }, async () => {
    const { setUp, tearDown, workloads } = driver.manifest;
    const work = workloads.flatMap(({ command }) => [command, 'echo status $?']);
    const client = ways.flatMap((way) => [insmod(name, way), ...setUp, wait, ...work, ...tearDown, `rmmod ${name}`]);
    const server = [`insmod ${name}`, `ifconfig eth0 ${remoteAddress} up`, 'streamd'];
    const devices = (mac: number) => [`${driver.qemuDevice},netdev=cable,mac=52:54:00:12:34:0${mac}`];
    const [{ console, status }] = await runPairOnQemu(system.kernel,
      { ...board([wait, ...client]), devices: devices(1) }, { ...board(server), devices: devices(2) });
    for (const says of workloads.flatMap((workload) => workload.says)) {
      expect(console.match(new RegExp(says, 'gm')), console).toHaveLength(ways.length);
    }
    expect(console.match(/^status 0$/gm), console).toHaveLength(ways.length * workloads.length);
    expect(status, console).toBe(0);
  });

  /** A machine that does this, and turns itself off. */
  function board(lines: readonly string[]) {
    const rc = new TextEncoder().encode([...lines, 'poweroff', ''].join('\n'));
    return {
      harts: 2, append: 'quiet panic=-1 panic_on_oops=1 slab_debug', timeoutMs: 100_000,
      initrd: system.initrd([{ path: 'etc/rc', mode: 0o100644, contents: rc }]),
    };
  }
}
