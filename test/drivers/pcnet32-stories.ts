/** What befalls the pcnet32 driver beside what may befall any network driver. */
import { CSR0, CSR5, csr, pcnetDescriptor } from '../../src/platform/pcnet.ts';
import { remoteAddress } from '../../src/platform/network-workloads.ts';
import type { Story } from './net-stories.ts';
import type { NetTrial } from './net-trial.ts';
import { chipOf, ringOf, statusAt, writeCsr } from './pcnet32.ts';

const stream = `udpstream echo ${remoteAddress} 60 800 3`;
/** Longer than two periods of the watchdog. */
const watchdog = 'sleep 3';

export const pcnet32Stories: Readonly<Record<string, Story>> = {
  /** A chip that has stopped by itself: no transmitter, no receiver, no interrupt. */
  'chip stops': async (trial) => {
    await start(trial);
    await trial.begin(stream);
    await trial.aWhile();
    writeCsr(chipOf(trial), csr.status, CSR0.STOP);
    await trial.finish();
    await recovers(trial, 'turned off');
  },

  /** It holds still, and says nothing of it: what was to be sent stays in the ring. */
  'chip suspended': async (trial) => {
    await start(trial);
    await trial.begin(stream);
    await trial.aWhile(500_000);
    writeCsr(chipOf(trial), csr.suspend, CSR5.SPND);
    await trial.finish();
    await trial.command(`ping ${remoteAddress} 3`);
    await recovers(trial, 'transmit ring stuck');
  },

  /** A descriptor of the chip's comes back though it is not its turn: driver and chip wait for each other there. */
  'receive descriptor out of turn': async (trial) => {
    await start(trial);
    const { address, count } = ringOf(chipOf(trial), 'receive');
    const { machine } = trial.session;
    const owned = (index: number) => (machine.readWord(statusAt(address, index)) & pcnetDescriptor.OWN) !== 0;
    const candidates = Array.from({ length: count }, (_, index) => index)
      .filter((index) => owned(index) && owned((index + count - 1) % count));
    const at = statusAt(address, trial.pick(candidates));
    machine.write(at + 3, Uint8Array.of(machine.readWord(at) >>> 24 & 0x7f));
    await recovers(trial, 'receive ring stuck');
  },

  /** The filter changes while frames come and go. */
  'filter changed in use': async (trial) => {
    await trial.load(trial.pick(trial.driver.parameters));
    await trial.up();
    for (let turn = trial.random.below(4); turn >= 0; turn--) {
      await trial.command(`${stream} & ifconfig eth0 promisc; ifconfig eth0 -promisc; ifconfig eth0 promisc; wait`);
      await trial.must('ifconfig eth0 -promisc');
    }
    await trial.mustPing();
    await trial.must(stream);
  },

  /** The interface goes, and the module, with packets in all queues. */
  'unloaded in use': async (trial) => {
    await start(trial);
    await trial.command(`udpstream echo ${remoteAddress} 60 1400 30 & ping ${remoteAddress} 2 & `
      + `sleep 0.0${trial.random.below(10)}; ifconfig eth0 down; rmmod pcnet32; wait`);
    await trial.load();
    await trial.up();
    await trial.mustPing();
  },
};

/** With messages of what is rare. */
async function start(trial: NetTrial): Promise<void> {
  await trial.load('debug=2');
  await trial.up();
}

/** The watchdog has found the trouble by its name, and all is well again. */
async function recovers(trial: NetTrial, trouble: string): Promise<void> {
  await trial.command(watchdog);
  const log = await trial.command('dmesg');
  if (!log.includes(`eth0: ${trouble}, restarting`)) throw new Error(`not found: ${trouble}`);
  await trial.mustPing();
  await trial.must(stream);
}
