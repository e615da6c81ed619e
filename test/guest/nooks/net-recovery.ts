/** What may befall a network driver in a domain beside what befalls any: it fails, and its user sets it up again. */
import { remoteAddress } from '../../../src/platform/network-workloads.ts';
import type { CpioEntry } from '../../../src/host/cpio.ts';
import type { NetDriver } from '../../drivers/net-driver.ts';
import type { Story } from '../../drivers/net-stories.ts';
import type { NetTrial } from '../../drivers/net-trial.ts';
import { isFree } from '../../support/kernel-memory.ts';
import { spoil, type Spoilt, spoiltFile } from './spoil.ts';

/** Functions of a driver, by what calls them. */
export interface Functions {
  readonly interrupt: string;
  readonly xmit: string;
  readonly watchdog: string;
  readonly open: string;
  readonly probe: string;
  /** Called by probe, to ask the device something. */
  readonly ask: string;
}

const ways: readonly Spoilt[] = ['illegal', 'null', 'endless'];
/** How the kernel says that a function failed which was spoilt so. */
const failure: Record<Spoilt, (name: string) => RegExp> = {
  illegal: (name) => new RegExp(`failed: Oops: illegal instruction at ${name}\\+0x0`),
  null: (name) => new RegExp(`failed: load page fault at ${name}\\+0x0, address 00000000`),
  endless: () => /failed: (time-out|hangs with interrupts off|interrupts for ever|spin_lock: time-out)/,
  idle: () => /failed: interrupts for ever/,
};

const traffic = (trial: NetTrial) => trial.pick([
  `udpstream echo ${remoteAddress} 400 1000 8`, `udpstream send ${remoteAddress} 400 1400 16`,
  `udpstream receive ${remoteAddress} 400 1400 16`, `ping ${remoteAddress} 3`,
]);

/** Files that `insmod -n` is given: the driver with its probe spoilt in each way, and one that dies further in. */
export const spoiltFiles = ({ manifest: { name } }: NetDriver, { probe, ask }: Functions): CpioEntry[] => [
  ...ways.map((way) => ({ file: way, contents: spoiltFile(name, probe, way) })),
  { file: 'asking', contents: spoiltFile(name, ask, 'illegal') },
].map(({ file, contents }) => ({ path: `lib/modules/${file}.o`, mode: 0o100644, contents }));

export function recoveryStories({ manifest: { name } }: NetDriver, functions: Functions): Record<string, Story> {
  /** A function is spoilt while packets pass, and then `use` makes it be called. */
  const dies = (at: string, use: (trial: NetTrial) => Promise<unknown>): Story => async (trial) => {
    await begin(trial);
    const way = trial.pick(ways);
    await trial.command(`${traffic(trial)} > /dev/null &`);
    await trial.aWhile();
    await spoilIn(trial, name, at, way);
    await use(trial);
    await recovered(trial, 1, failure[way](at));
    await again(trial);
  };
  return {
    'killed on request': async (trial) => {
      await begin(trial);
      for (let turn = 1 + trial.random.below(3), count = 1; turn > 0; turn--, count++) {
        await trial.command(`${traffic(trial)} > /dev/null &`);
        await trial.aWhile();
        await trial.command(`echo fail ${name} > /proc/nooks`);
        await recovered(trial, count, /failed: on request/);
        await trial.up();
        await trial.mustPing();
      }
      for (const { command } of trial.driver.manifest.workloads) await trial.must(command);
    },
    'what its device may write is nobody else\'s': async (trial) => {
      await begin(trial);
      await trial.command(`udpstream receive ${remoteAddress} 400 1400 16 > /dev/null &`);
      await trial.aWhile();
      trial.session.machine.type(`echo fail ${name} > /proc/nooks\n`);
      let looks = 0;
      // Until the device is its next driver's.
      for (let slice = 0; slice < 400; slice++) {
        await trial.session.machine.run({ maxInstructions: 5000 });
        looks += lookAtWritable(trial);
      }
      if (looks === 0) throw new Error('the device was never left to itself');
      await recovered(trial, 1, /failed: on request/);
      await again(trial);
    },
    'dies in an interrupt': dies(functions.interrupt, (trial) => trial.command(`ping ${remoteAddress} 1`)),
    'does not end its interrupts': async (trial) => {
      await begin(trial);
      await spoilIn(trial, name, functions.interrupt, 'idle');
      await trial.command(`ping ${remoteAddress} 1`);
      await recovered(trial, 1, failure.idle(''));
      await again(trial);
    },
    'dies while its user waits for it': async (trial) => {
      await begin(trial);
      // What waits in the rings is the sender's, who has a limit, and holds the interface meanwhile.
      trial.controller.plug(false);
      await trial.command(`udpstream send ${remoteAddress} 400 1400 0 > /dev/null & sleep 0.1`);
      await trial.command(`echo fail ${name} > /proc/nooks`);
      trial.controller.plug(true);
      await recovered(trial, 1, /failed: on request/);
      await again(trial);
    },
    'dies in hard_start_xmit': dies(functions.xmit, (trial) => trial.command(`ping ${remoteAddress} 1`)),
    'dies in its watchdog': dies(functions.watchdog, (trial) => trial.command('sleep 3')),
    'dies while it is opened': dies(functions.open, async (trial) => {
      await trial.command('wait; ifconfig eth0 down');
      const said = await trial.command('ifconfig eth0 up');
      if (!said.includes('Input/output error')) throw new Error(`the user was not told: ${said}`);
    }),
    'dies in probe': async (trial) => {
      const way = trial.pick(ways);
      await diesAtFirst(trial, way, failure[way](functions.probe));
    },
    'dies while it asks its device something': (trial) =>
      diesAtFirst(trial, 'asking', failure.illegal(functions.ask)),
    'is given up, and loaded again later': async (trial) => {
      await begin(trial);
      await trial.command(`echo give-up > /etc/nooks/${name}; echo fail ${name} > /proc/nooks; sleep 0.5`);
      await trial.command(`rm /etc/nooks/${name}`);
      const said = await trial.command('cat /proc/nooks');
      if (!/^all:\n(.*\n)*  withheld: [1-9]\d* pages, [1-9]\d* packets$/m.test(said)) {
        throw new Error(`nothing is kept from its device: ${said}`);
      }
      await again(trial, () => trial.load());
    },
  };
}

/** All pages that the device may write must be in use. Gives how many it may, the kernel having no driver for it. */
function lookAtWritable(trial: NetTrial): number {
  const { machine } = trial.session;
  const word = (address: number) => machine.readWord(address) >>> 0;
  const writable = trial.driver.writable(trial.controller, word);
  const free = writable.filter((address) => isFree(machine, address));
  if (free.length > 0) throw new Error(`the device may write free memory at 0x${free[0]!.toString(16)}`);
  return trial.console.includes(' failed: ') ? writable.length : 0;
}

async function begin(trial: NetTrial): Promise<void> {
  await trial.load(trial.pick(trial.driver.parameters));
  await trial.up();
  await trial.mustPing();
}

/** The driver is loaded from another file, of which it dies, and then from its own. */
async function diesAtFirst(trial: NetTrial, file: string, how: RegExp): Promise<void> {
  await begin(trial);
  await trial.unload();
  const said = await trial.command(`insmod -n ${file}`);
  if (!how.test(said)) throw new Error('it has not failed so');
  await trial.command('sleep 0.5');
  // What that one had is kept until this one has the device.
  await again(trial, () => trial.load());
}

async function again(trial: NetTrial, load = async () => {}): Promise<void> {
  await load();
  const said = await trial.command('cat /proc/nooks');
  if (!said.includes('withheld: 0 pages, 0 packets')) throw new Error(`something is kept from its device: ${said}`);
  await trial.up();
  await trial.mustPing();
  await trial.must(`udpstream echo ${remoteAddress} 40 1000 8`);
}

async function spoilIn(trial: NetTrial, module: string, name: string, way: Spoilt): Promise<void> {
  const { machine } = trial.session;
  spoil(machine, await trial.command('lsmod'), module, name, way);
  // Loading anything makes all harts fetch anew.
  await trial.command('insmod greeting; rmmod greeting');
}

/** Waits until the driver has failed so, and runs again for the `count`th time, and nobody uses what is gone. */
async function recovered(trial: NetTrial, count: number, why: RegExp): Promise<void> {
  const { name } = trial.driver.manifest;
  for (let turn = 0; turn < 40; turn++) {
    // A quiet console does not say it, but the log does.
    const log = await trial.command('sleep 0.2; dmesg');
    if (log.split(`nooks: ${name} restarted`).length > count) {
      if (!why.test(trial.console)) throw new Error(`it has not failed so: ${why.source}`);
      await trial.command('wait');
      return;
    }
  }
  throw new Error('it was not restarted');
}
