/** What befalls the pcnet32 driver beside what may befall any network driver. */
import { CSR0, CSR5, csr, pcnetDescriptor } from '../../src/platform/pcnet.ts';
import { remoteAddress } from '../../src/platform/network-workloads.ts';
import type { Story } from './net-stories.ts';
import type { NetTrial } from './net-trial.ts';
import { chipOf, readCsr, ringOf, statusAt, writeCsr } from './pcnet32.ts';

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
    const { machine } = trial.session;
    const chip = chipOf(trial), { address, count } = ringOf(chip, 'receive');
    const next = readCsr(chip, csr.receiveCounter) - readCsr(chip, csr.receiveLength) & 0xffff;
    const at = statusAt(address, (next + 1 + trial.random.below(count - 1)) % count);
    machine.write(at, bytesOf(machine.readWord(at) & ~pcnetDescriptor.OWN));
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

  /** What tools ask for, while frames come and go. */
  'tools': async (trial) => {
    await start(trial);
    const told = async (line: string, pattern: RegExp) => {
      const said = await trial.command(`udpstream echo ${remoteAddress} 20 800 3 & ${line}; wait`);
      if (!pattern.test(said)) throw new Error(`${line} does not say ${pattern}`);
    };
    await told('ethtool eth0', /Speed: 10Mb\/s[^]*Current message level: 2\n[^]*Link detected: yes/);
    await told('ethtool -i eth0', /driver: pcnet32\n/);
    await told('ethtool -g eth0', /RX: 32 of 512\nTX: 16 of 512/);
    await told('ethtool -d eth0', /0x0000: 52 54 00 12 34 56/);
    await told('mii-tool eth0', /PHY 0022:561b at 0, link ok, negotiated, partner 0061/);
    await trial.must('ethtool -s eth0 msglvl 1; ethtool -r eth0; mii-tool -r eth0');
    await told('ethtool eth0', /Current message level: 1\n/);
    trial.controller.plug(false);
    await told('ethtool eth0', /Link detected: no/);
    await told('mii-tool eth0', /no link/);
    trial.controller.plug(true);
    await trial.command(watchdog);
    await trial.mustPing();
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

const bytesOf = (word: number) => new Uint8Array(Uint32Array.of(word).buffer);

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
