/** What befalls the e1000 driver beside what may befall any network driver. */
import { receiveDescriptor as rx, TCTL } from '../../src/platform/e1000.ts';
import { remoteAddress } from '../../src/platform/network-workloads.ts';
import { register, setRegister } from './e1000.ts';
import type { Story } from './net-stories.ts';
import type { NetTrial } from './net-trial.ts';

export const e1000Stories: Readonly<Record<string, Story>> = {
  /** A hundred interrupts a second make the ring full: the driver stops the queue, and wakes it. */
  'queue stopped and woken': async (trial) => {
    await trial.load('TxDescriptors=80 InterruptThrottleRate=100');
    await trial.up();
    await trial.mustPing();
    const counts = await countCalls(trial, ['netif_stop_queue', 'netif_wake_queue'], async () => {
      await trial.must(`udpstream send ${remoteAddress} ${300 + trial.random.below(200)} 250 0`);
    });
    if (counts.some((count) => count === 0)) throw new Error(`stopped and woken ${counts.join(' and ')} times`);
    await trial.mustPing();
  },

  /** The hardware stops sending: the driver finds out, resets it, and goes on. */
  'transmitter stalls': async (trial) => {
    await trial.load(trial.pick(trial.driver.parameters));
    await trial.up();
    await trial.mustPing();
    if (trial.random.below(2)) await trial.begin(`udpstream echo ${remoteAddress} 40 800 4`);
    await trial.aWhile(1_000_000);
    setRegister(trial.controller, 'TCTL', register(trial.controller, 'TCTL') & ~TCTL.EN);
    await trial.finish();
    await trial.command(`ping ${remoteAddress} 14`);
    await trial.mustPing();
    if (!/transmit timed out/.test(await trial.command('dmesg'))) throw new Error('nobody found a time-out');
  },

  /** Before each interrupt is handled, what the hardware says of the frames that have come is spoilt. */
  'received frames described wrongly': async (trial) => {
    await trial.load(trial.pick(trial.driver.parameters));
    await trial.up();
    await trial.mustPing();
    const { machine } = trial.session;
    let spoilt = 0;
    await machine.setProbes(new Map([
      [machine.symbols.address('do_IRQ')!, () => { spoilt += spoilReceived(trial); }],
    ]));
    const said = await trial.command(`udpstream receive ${remoteAddress} 100 500 16`);
    await machine.setProbes(new Map());
    if (spoilt === 0) throw new Error('no descriptor was spoilt');
    if (!said.includes(', 0 bad,')) throw new Error('wrong content has come through');
    await trial.mustPing();
    await trial.must(`udpstream receive ${remoteAddress} 40 1000 8`);
  },

  /** Frames of other lengths, also while packets are on their way. */
  'another mtu': async (trial) => {
    await trial.load(trial.pick(trial.driver.parameters));
    await trial.up();
    await trial.mustPing();
    for (const mtu of [trial.pick([9000, 3000, 16_000]), trial.pick([576, 3000]), 1500]) {
      await trial.begin(`udpstream echo ${remoteAddress} 20 400 4`);
      await trial.aWhile(500_000);
      await trial.finish();
      await trial.must(`ifconfig eth0 mtu ${mtu}`);
      await trial.command('sleep 0.1');
      await trial.must(`udpstream echo ${remoteAddress} 10 ${Math.min(1400, mtu - 100)} 2`);
    }
    const refused = await trial.command('ifconfig eth0 mtu 20');
    if (!refused.includes('Invalid argument')) throw new Error(`an mtu of 20 was taken: ${refused}`);
    await trial.must('ifconfig eth0 promisc');
    await trial.mustPing();
    await trial.must('ifconfig eth0 -promisc');
    await trial.mustPing();
  },

  /** Also while packets are on their way: settings read, and the link agreed on anew. */
  'what tools ask': async (trial) => {
    await trial.load('TxDescriptors=256 RxDescriptors=128');
    await trial.up();
    await trial.mustPing();
    const expectSaid = async (command: string, pattern: RegExp) => {
      const said = await trial.must(command);
      if (!pattern.test(said)) throw new Error(`${command} said ${said}`);
    };
    for (let turn = trial.random.below(3); turn >= 0; turn--) {
      await expectSaid('ethtool -i eth0', /e1000[^]*00:01\.0/);
      await expectSaid('ethtool eth0', /1000[^]*yes/i);
      await expectSaid('ethtool -g eth0', /128[^]*256/);
      await expectSaid('mii-tool eth0', /link ok|ok/);
      await trial.command(
        `udpstream echo ${remoteAddress} 30 400 4 & ethtool -d eth0 > /dev/null; ethtool -r eth0; wait`);
      await trial.command('sleep 0.1');
      await trial.mustPing();
    }
  },

  /** Taken away with packets on their way out and in. */
  'unloaded in use': async (trial) => {
    await trial.load(trial.pick(trial.driver.parameters));
    await trial.up();
    await trial.mustPing();
    await trial.command(`udpstream echo ${remoteAddress} 100 400 8 & ping ${remoteAddress} 1 & `
      + `sleep 0.00${trial.random.below(10)}; ifconfig eth0 down; rmmod e1000; wait`);
    await trial.load();
    await trial.up();
    await trial.mustPing();
  },
};

/** How often each of the kernel's functions, or its wrapper, is called during `act`. */
async function countCalls(trial: NetTrial, names: readonly string[], act: () => Promise<void>): Promise<number[]> {
  const { machine } = trial.session;
  const counts = names.map(() => 0);
  await machine.setProbes(new Map(names.flatMap((name, index) => [name, `nooks_w_${name}`].map((each) =>
    [machine.symbols.address(each)!, () => void counts[index]!++] as const))));
  await act();
  await machine.setProbes(new Map());
  return counts;
}

/** Anything but that a frame is there, of one in four that are; gives how many. */
function spoilReceived({ controller, random, session: { machine } }: NetTrial): number {
  const base = register(controller, 'RDBAL'), count = register(controller, 'RDLEN') / rx.bytes;
  if (base === 0) return 0;
  const ring = machine.read(base, count * rx.bytes);
  let spoilt = 0;
  for (let at = 0; at < ring.length; at += rx.bytes) {
    if (!(ring[at + rx.status]! & rx.DD) || random.below(4) !== 0) continue;
    const words = Uint8Array.from({ length: 8 }, () => random.below(256));
    // Half of the lengths are such as frames have.
    if (random.below(2)) words[rx.length - 7]! &= 7;
    words[rx.status - 8]! |= rx.DD;
    machine.write(base + at + 8, words);
    spoilt++;
  }
  return spoilt;
}
