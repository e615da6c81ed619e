/** The pcnet32 driver, for the tests of network drivers. */
import { pcnet32 } from '../../drivers/pcnet32/manifest.ts';
import type { NetworkController } from '../../src/machine/devices/network-controller.ts';
import { Pcnet } from '../../src/machine/devices/pcnet/pcnet.ts';
import { CSR0, csr } from '../../src/platform/pcnet.ts';
import type { NetDriver, Run } from './net-driver.ts';
import type { NetTrial } from './net-trial.ts';
import { pcnet32Stories } from './pcnet32-stories.ts';

const descriptorBytes = 16;
/** Status, in the upper half of the second word, and behind it the message length or the second status. */
const status = { word: 4, offset: 6, bytes: 6 } as const;
const rings = {
  receive: { base: csr.receiveRing, length: csr.receiveLength },
  transmit: { base: csr.transmitRing, length: csr.transmitLength },
} as const;

export const pcnet32Driver: NetDriver = {
  manifest: pcnet32,
  shortRings: 'log_tx_buffers=1 log_rx_buffers=1',
  parameters: [
    '', 'dwio=1', 'rx_copybreak=0', 'rx_copybreak=2000', 'log_tx_buffers=2 log_rx_buffers=3', 'full_duplex=1',
    'options=1', 'max_interrupt_work=1', 'debug=4', 'log_rx_buffers=9 log_tx_buffers=9',
  ],
  badParameters: ['log_tx_buffers=0', 'log_rx_buffers=10', 'options=64', 'nosuch=1'],
  written: (controller) => {
    const chip = pcnetOf(controller);
    if (readCsr(chip, csr.status) & CSR0.STOP) return [];
    return [...runsOf(chip, 'receive'), ...runsOf(chip, 'transmit')];
  },
  writable: (controller, word) => {
    const chip = pcnetOf(controller);
    if (readCsr(chip, csr.status) & CSR0.STOP) return [];
    const { address, count } = ringOf(chip, 'receive');
    const descriptors = Array.from({ length: count }, (_, index) => address + index * descriptorBytes);
    return [address, ...descriptors.filter((at) => word(at + status.word) >>> 31).map(word)];
  },
  qemuDevice: 'pcnet',
  stories: pcnet32Stories,
};

export const chipOf = (trial: NetTrial): Pcnet => pcnetOf(trial.controller);

function pcnetOf(controller: NetworkController): Pcnet {
  if (!(controller instanceof Pcnet)) throw new Error('not the card that was asked for');
  return controller;
}

export interface Ring { readonly address: number; readonly count: number }

/** Where a ring is that the chip uses. */
export function ringOf(chip: Pcnet, name: keyof typeof rings): Ring {
  const { base, length } = rings[name];
  return {
    address: readCsr(chip, base) + readCsr(chip, base + 1) * 2 ** 16, count: 0x1_0000 - readCsr(chip, length) & 0xffff,
  };
}

/** The address of a descriptor's word with OWN. */
export const statusAt = (ring: number, index: number): number => ring + index * descriptorBytes + status.word;

function runsOf(chip: Pcnet, name: keyof typeof rings): Run[] {
  const { address, count } = ringOf(chip, name);
  return Array.from({ length: count }, (_, index) =>
    ({ address: address + index * descriptorBytes + status.offset, bytes: status.bytes }));
}

/** A register, read between two accesses of the driver's, which finds RAP as it was. */
export function readCsr(chip: Pcnet, number: number): number {
  return through(chip, number, () => chip.RDP);
}

export function writeCsr(chip: Pcnet, number: number, value: number): void {
  through(chip, number, () => void (chip.RDP = value));
}

function through<T>(chip: Pcnet, number: number, act: () => T): T {
  const before = chip.RAP;
  chip.RAP = number;
  const result = act();
  chip.RAP = before;
  return result;
}
