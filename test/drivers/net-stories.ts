/**
 * What may befall a network driver. Each story begins with the module not loaded, and may leave it loaded and the
 * interface up; that all is undone then, and that nothing is lost, the trial sees to.
 */
import { remoteAddress } from '../../src/platform/network-workloads.ts';
import type { StoryOf } from './driver-trial.ts';
import { refusing } from './shortage.ts';
import type { NetTrial } from './net-trial.ts';

export type Story = StoryOf<NetTrial>;

const echo = (count: number, bytes: number, window: number) =>
  `udpstream echo ${remoteAddress} ${count} ${bytes} ${window}`;
const burst = (way: 'send' | 'receive', count: number) => `udpstream ${way} ${remoteAddress} ${count} 1000 0`;
/** Seconds: longer than any driver's watchdog takes to see that something is wrong. */
const recovery = 12;

export const stories: Readonly<Record<string, Story>> = {
  'up and down': async (trial) => {
    await trial.load(trial.pick(trial.driver.parameters));
    for (let turn = trial.random.below(4); turn >= 0; turn--) {
      await trial.up();
      if (trial.random.below(2)) await trial.mustPing();
      // Closed under traffic both ways: what was on its way is lost, and no more.
      else await trial.command(`${echo(20, 600, 4)} & sleep 0; ifconfig eth0 down; wait`);
      await trial.down();
    }
    await trial.up();
    await trial.mustPing();
  },

  'load and unload': async (trial) => {
    for (let turn = trial.random.below(5); turn >= 0; turn--) {
      await trial.load(trial.pick(trial.driver.parameters));
      if (trial.random.below(2)) await trial.up();
      if (trial.random.below(2)) await trial.command(`ping ${remoteAddress} 1`);
      await trial.unload();
      const { badParameters } = trial.driver;
      const refused = await trial.command(`${trial.insmod} ${trial.pick(badParameters)}`);
      if (!/No such device|Invalid argument/.test(refused)) throw new Error('bad parameters were taken');
    }
    await trial.load();
    await trial.up();
    const busy = await trial.command(`rmmod ${trial.driver.manifest.name}`);
    if (!busy.includes('busy')) throw new Error('unloaded while it was in use');
    await trial.mustPing();
  },

  'link lost and back': async (trial) => {
    await trial.load(trial.pick(trial.driver.parameters));
    await trial.up();
    for (let turn = trial.random.below(3); turn >= 0; turn--) {
      await trial.begin(trial.pick([echo(60, 1000, 4), burst('send', 60), burst('receive', 60)]));
      await trial.aWhile();
      trial.controller.plug(false);
      await trial.aWhile();
      // Not without: a sender whose packets wait for the link waits with them.
      trial.controller.plug(true);
      await trial.finish();
    }
    await trial.command('sleep 3');
    await trial.mustPing();
  },

  'ring full': async (trial) => {
    await trial.load(trial.driver.shortRings);
    await trial.up();
    await trial.mustPing();
    // The queue before the driver is longer than this: nothing of what is sent may be lost.
    await trial.must(burst('send', 40 + trial.random.below(40)));
    // What comes in may be: there is nobody to tell the sender that a ring is full.
    await trial.command(burst('receive', 100 + trial.random.below(100)));
    await trial.must(echo(100, trial.random.below(1400), 1));
  },

  'peer silent': async (trial) => {
    await trial.load(trial.pick(trial.driver.parameters));
    await trial.up();
    await trial.begin(trial.pick([echo(60, 1000, 4), burst('send', 60), burst('receive', 60)]));
    await trial.aWhile();
    trial.controller.cable.wire.setFaults({ loss: 1 });
    await trial.finish();
    const said = await trial.command(`ping ${remoteAddress} 1`);
    if (!said.includes(' 100% packet loss')) throw new Error('a silent host has answered');
    trial.controller.cable.wire.setFaults({});
    await trial.mustPing();
  },

  'bad cable': async (trial) => {
    await trial.load(trial.pick(trial.driver.parameters));
    await trial.up();
    await trial.mustPing();
    const chance = () => trial.random.below(30) / 100;
    const { wire } = trial.controller.cable;
    wire.setFaults({ loss: chance(), duplicate: chance(), reorder: chance(), corrupt: chance() });
    await trial.command(echo(50, 500, 4));
    await trial.command(burst('receive', 50));
    wire.setFaults({});
    await trial.mustPing();
    await trial.must(echo(20, 500, 4));
  },

  'descriptors spoilt by the device': async (trial) => {
    await trial.load(trial.pick(trial.driver.parameters));
    await trial.up();
    await trial.mustPing();
    await trial.begin(trial.pick([echo(60, 1000, 4), burst('send', 60), burst('receive', 60)]));
    for (let spoilt = trial.random.below(12); spoilt >= 0; spoilt--) {
      await trial.aWhile(300_000);
      spoil(trial);
    }
    await trial.finish();
    // Whether driver and device still agree on which descriptor is next shows with the next frame; when that leads the
    // driver on to a spoilt one, with the next after it.
    for (const seconds of [3, recovery]) await trial.command(`ping ${remoteAddress} 2; sleep ${seconds}`);
    await trial.mustPing();
    await trial.must(echo(40, 1000, 4));
  },

  'nothing to be had': async (trial) => {
    const { manifest, parameters } = trial.driver;
    let refused = 0;
    for (let turn = 0; turn < 3 || (refused === 0 && turn < 50); turn++) {
      refused += await refusing(trial, 1 + trial.random.below(40), async () => {
        await trial.command(`${trial.insmod} ${trial.pick(parameters)}`);
        for (const line of manifest.setUp) await trial.command(line);
        await trial.command(echo(30, 1000, 4));
        for (const line of manifest.tearDown) await trial.command(line);
        await trial.command(`rmmod ${manifest.name}`);
      });
    }
    if (refused === 0) throw new Error('nothing was refused');
    await trial.load();
    await trial.up();
    await trial.mustPing();
  },

  'a workload': async (trial) => {
    await trial.load(trial.pick(trial.driver.parameters));
    await trial.up();
    await trial.must(trial.pick(trial.driver.manifest.workloads).command);
  },
};

/** Writes a random byte, or turns over a bit, where the device writes. */
function spoil(trial: NetTrial): void {
  const { machine } = trial.session;
  const runs = trial.driver.written(trial.controller);
  if (runs.length === 0) return;
  const { address, bytes } = trial.pick(runs);
  const at = address + trial.random.below(bytes);
  const value = trial.random.below(2) ? trial.random.below(256) : machine.read(at, 1)[0]! ^ 1 << trial.random.below(8);
  machine.write(at, Uint8Array.of(value));
}
