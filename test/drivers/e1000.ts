/** The e1000 driver, for the tests of network drivers. */
import { e1000 } from '../../drivers/e1000/manifest.ts';
import type { NetworkController } from '../../src/machine/devices/network-controller.ts';
import { e1000Registers, RCTL, receiveDescriptor as rx, transmitDescriptor as tx } from '../../src/platform/e1000.ts';
import { e1000Stories } from './e1000-stories.ts';
import type { NetDriver, Run } from './net-driver.ts';

const memoryBar = 0;

/** A register, read as the driver would; none of those that reading changes. */
export const register = (card: NetworkController, name: keyof typeof e1000Registers): number =>
  card.readBar(memoryBar, e1000Registers[name].at, 4) >>> 0;

export const setRegister = (card: NetworkController, name: keyof typeof e1000Registers, value: number): void =>
  card.writeBar(memoryBar, e1000Registers[name].at, 4, value);

export const e1000Driver: NetDriver = {
  manifest: e1000,
  shortRings: 'TxDescriptors=80 RxDescriptors=80',
  parameters: [
    '', 'TxDescriptors=80 RxDescriptors=80', 'TxDescriptors=4096', 'InterruptThrottleRate=0',
    'InterruptThrottleRate=300', 'TxIntDelay=0', 'RxIntDelay=20 RxAbsIntDelay=60', 'XsumRX=0', 'FlowControl=0',
    'FlowControl=3', 'AutoNeg=0x20',
    'Speed=1000', 'Speed=100 Duplex=2', 'TxDescriptors=7 XsumRX=2',
  ],
  // What is out of range is the default: only what is no parameter is refused.
  badParameters: ['nosuch=1', 'TxDescriptors=many', 'debug'],
  // Not the status of received frames: a frame that the hardware says is there before it is, or not when it is, is a
  // breach that nothing defends against. The other half of the last word is its own.
  written: (card) => [
    ...runs(card, 'RD', rx.bytes, [{ offset: rx.length, bytes: 4 }, { offset: rx.errors, bytes: 3 }]),
    ...runs(card, 'TD', tx.bytes, [{ offset: 12, bytes: 4 }]),
  ],
  writable: (card, word) => {
    if (!(register(card, 'RCTL') & RCTL.EN)) return [];
    const base = register(card, 'RDBAL'), count = register(card, 'RDLEN') / rx.bytes;
    const head = register(card, 'RDH'), own = (register(card, 'RDT') - head + count) % count;
    const buffers = Array.from({ length: own }, (_, index) => word(base + (head + index) % count * rx.bytes));
    return [base, ...buffers];
  },
  qemuDevice: 'e1000',
  stories: e1000Stories,
};

interface Part { readonly offset: number; readonly bytes: number }

function runs(card: NetworkController, ring: 'RD' | 'TD', bytes: number, parts: readonly Part[]): Run[] {
  const base = register(card, `${ring}BAL`), count = register(card, `${ring}LEN`) / bytes;
  return Array.from({ length: base === 0 ? 0 : count }, (_, index) => index * bytes).flatMap((at) =>
    parts.map((part) => ({ address: base + at + part.offset, bytes: part.bytes })));
}
