/** Frames through the 82540EM as its manual has it: descriptors, filters, offload, moderation, statistics. */
import { expect, test } from 'vitest';
import {
  CTRL, e1000Registers as at, interruptCause as cause, RCTL, receiveDescriptor as rx, TCTL, transmitDescriptor as tx,
} from '../../../src/platform/e1000.ts';
import { e1000Card } from '../../../src/machine/devices/net-cards.ts';
import { sum16 } from '../../../src/machine/peers/ethernet.ts';
import type { NetOptions } from '../../../src/machine/peers/cable.ts';
import { broadcast, frameTo, guestMac, isWhole, networkRig, place } from './network-rig.ts';

const ringEntries = 8;
const bufferAt = (index: number) => place.buffers + index * 0x1000;

/** A card with its link up and both rings set up; RDT is such that all descriptors but one are the card's. */
function makeRig(
  { control = RCTL.EN | RCTL.BAM, options = {} }: { control?: number; options?: Partial<NetOptions> } = {},
) {
  const rig = networkRig(e1000Card, options);
  const set = (name: keyof typeof at, value: number) => rig.write(at[name].at, value);
  const get = (name: keyof typeof at) => rig.read(at[name].at);
  rig.pass(10e6);
  set('CTRL', CTRL.SLU | CTRL.FD);
  get('ICR');
  set('RDBAL', place.ring);
  set('RDLEN', ringEntries * 16);
  for (let index = 0; index < ringEntries; index++) rig.words(place.ring + index * 16, [bufferAt(index), 0, 0, 0]);
  set('RDT', ringEntries - 1);
  set('RCTL', control);
  set('TDBAL', place.second);
  set('TDLEN', ringEntries * 16);
  set('TCTL', TCTL.EN | TCTL.PSP);
  let tail = 0;
  return {
    ...rig, get, set,
    get line() { return rig.line; },
    /** The descriptor at `index` of the receive ring: length, checksum, status, errors, special, and its buffer. */
    received(index: number) {
      const [sizes, state] = [rig.word(place.ring + index * 16 + 8), rig.word(place.ring + index * 16 + 12)];
      const length = sizes & 0xffff;
      return {
        length, checksum: sizes >>> 16, status: state & 0xff, errors: state >>> 8 & 0xff, special: state >>> 16,
        bytes: rig.bytes(bufferAt(index), length),
      };
    },
    /** Puts data with its descriptor words into the transmit ring; the tail is not moved. */
    put(data: Uint8Array, command: number, last = 0, kind = 0) {
      const buffer = bufferAt(16 + tail);
      rig.ram.write(buffer, data);
      rig.words(place.second + tail * 16, [buffer, 0, (command << 24 | kind << 20 | data.length) >>> 0, last >>> 0]);
      tail = (tail + 1) % ringEntries;
    },
    /** Puts a context descriptor. */
    context(words: readonly [number, number, number, number]) {
      rig.words(place.second + tail * 16, words.map((word) => word >>> 0));
      tail = (tail + 1) % ringEntries;
    },
    go: () => set('TDT', tail),
    isDone: (index: number) => (rig.word(place.second + index * 16 + 12) & tx.DD) !== 0,
    sent: () => rig.records.splice(0).map(({ frame }) => frame),
  };
}

/** The line is up from this moment on, and not before. */
function expectLineAt(rig: ReturnType<typeof makeRig>, ns: number): void {
  if (ns > rig.clock.ns) {
    rig.pass(ns - 1 - rig.clock.ns);
    expect(rig.line).toBe(false);
    rig.pass(1);
  }
  expect(rig.line).toBe(true);
}

const plain = tx.EOP | tx.IFCS | tx.RS;
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test('a packet of three parts goes out as one frame, and is written back when its last bit is out', () => {
  const rig = makeRig();
  const frame = frameTo(broadcast, 1000);
  rig.put(frame.subarray(0, 14), tx.IFCS);
  rig.put(frame.subarray(14, 400), tx.IFCS | tx.RS);
  rig.put(frame.subarray(400), plain);
  rig.set('IMS', cause.TXDW);
  rig.go();
  // 1004 bytes with the check sequence, 20 more on the wire, 8 ns each at 1 Gb/s.
  rig.pass(8191);
  expect([rig.get('TDH'), rig.line, rig.isDone(2)]).toEqual([0, false, false]);
  rig.pass(1);
  expect([rig.get('TDH'), rig.line, rig.isDone(0), rig.isDone(1), rig.isDone(2)]).toEqual([3, true, false, true, true]);
  expect(rig.records.map(({ ns }) => ns)).toEqual([10e6 + 8192]);
  expect(rig.sent().map(hex)).toEqual([hex(frame)]);
  expect(rig.get('ICR')).toBe(cause.TXDW | cause.TXQE);
});

test('packets go one behind the other at the speed of the wire', () => {
  const rig = makeRig();
  for (let index = 0; index < 4; index++) rig.put(frameTo(broadcast, 60), plain);
  rig.go();
  rig.pass(5000);
  expect(rig.records.map(({ ns }) => ns - 10e6)).toEqual([672, 1344, 2016, 2688]);
});

test('a packet without its end waits for the rest', () => {
  const rig = makeRig();
  const frame = frameTo(broadcast, 100);
  rig.put(frame.subarray(0, 50), tx.IFCS);
  rig.go();
  rig.pass(1e6);
  expect([rig.sent().length, rig.get('TDH')]).toEqual([0, 0]);
  rig.put(frame.subarray(50), plain);
  rig.go();
  rig.pass(1e4);
  expect(rig.sent().map(hex)).toEqual([hex(frame)]);
});

test('a ring that shrinks under a packet on its way has nothing written back', () => {
  const rig = makeRig();
  for (let index = 0; index < 7; index++) rig.put(frameTo(broadcast).subarray(0, 10), index === 6 ? plain : tx.RS);
  rig.go();
  rig.set('TDLEN', 0);
  rig.pass(1e6);
  expect([rig.get('TDH'), rig.isDone(6), rig.sent().length]).toEqual([7, false, 1]);
});

test('nothing is fetched without link, enable, or a ring that makes sense', () => {
  const rig = makeRig();
  rig.controller.plug(false);
  rig.put(frameTo(broadcast), plain);
  rig.go();
  rig.pass(1e6);
  expect(rig.get('TDH')).toBe(0);
  rig.controller.plug(true);
  rig.pass(10e6);
  expect([rig.get('TDH'), rig.sent().length]).toEqual([1, 1]);
  rig.set('TCTL', 0);
  rig.put(frameTo(broadcast), plain);
  rig.go();
  rig.set('TDT', 200);
  rig.set('TCTL', TCTL.EN);
  rig.pass(1e6);
  expect([rig.get('TDH'), rig.sent().length]).toEqual([1, 0]);
});

/** Bytes, TCTL, descriptor command; length on the wire, 0 for none. */
const lengths: [number, number, number, number][] = [
  [20, TCTL.EN | TCTL.PSP, plain, 60], [20, TCTL.EN, plain, 0], [1514, TCTL.EN, plain, 1514],
  [16_289, TCTL.EN, plain, 0],
  // Without IFCS the last four bytes are taken for the check sequence, which here is wrong.
  [100, TCTL.EN, tx.EOP | tx.RS, 0],
];
test.each(lengths)('a packet of %i bytes, TCTL %i, command %i: %i bytes', (bytes, control, command, expected) => {
  const rig = makeRig();
  rig.set('TCTL', control);
  rig.put(frameTo(broadcast, bytes), command);
  rig.go();
  rig.pass(1e6);
  expect([rig.sent().map((frame) => frame.length), rig.isDone(0)]).toEqual([expected === 0 ? [] : [expected], true]);
});

test('a legacy descriptor has one checksum put in, and a VLAN tag', () => {
  const rig = makeRig();
  const frame = frameTo(broadcast, 64);
  frame.fill(0, 40, 42);
  rig.put(frame, plain | tx.IC | tx.VLE, 0x2abc << 16 | 20 << 8);
  rig.words(place.second + 8, [(plain | tx.IC | tx.VLE) << 24 >>> 0 | 40 << 16 | 64]);
  rig.go();
  rig.pass(1e4);
  const [sent] = rig.sent();
  expect(hex(sent!.subarray(12, 18))).toBe('81002abc88b5');
  expect(sum16(sent!.subarray(24))).toBe(0xffff);
});

/** An Ethernet, IPv4 and TCP header of 54 bytes, with what software leaves in checksum fields for segmentation. */
function tcpPacket(payload: number): Uint8Array {
  const packet = frameTo(broadcast, 54 + payload, [8, 0]);
  packet.set([0x45, 0, 0, 0, 0x12, 0x34, 0, 0, 64, 6, 0, 0, 10, 0, 2, 15, 10, 0, 2, 2], 14);
  packet.set([0, 1, 0, 2, 0, 0, 0x10, 0, 0, 0, 0, 0, 0x50, 0x19, 0x20, 0, 0, 0, 0, 0], 34);
  const pseudo = sum16(Uint8Array.of(10, 0, 2, 15, 10, 0, 2, 2, 0, 6));
  packet.set([pseudo >>> 8, pseudo & 0xff], 50);
  return packet;
}

test('segmentation cuts a packet, and brings every header up to date', () => {
  const rig = makeRig();
  const packet = tcpPacket(2500);
  const segment = tx.DEXT | tx.TSE;
  rig.context([14 | 24 << 8 | 33 << 16, 34 | 50 << 8, (segment | tx.IP | tx.TCP) << 24 | 2500, 54 << 8 | 1000 << 16]);
  rig.put(packet, plain | segment, (tx.IXSM | tx.TXSM) << 8, tx.data);
  rig.go();
  rig.pass(1e6);
  const frames = rig.sent();
  expect(frames.map((frame) => frame.length)).toEqual([1054, 1054, 554]);
  const view = (frame: Uint8Array) => new DataView(frame.buffer, frame.byteOffset);
  expect(frames.map((frame) => view(frame).getUint16(16))).toEqual([1040, 1040, 540]);
  expect(frames.map((frame) => view(frame).getUint16(18))).toEqual([0x1234, 0x1235, 0x1236]);
  expect(frames.map((frame) => view(frame).getUint32(38))).toEqual([0x1000, 0x13e8, 0x17d0]);
  expect(frames.map((frame) => frame[47])).toEqual([0x10, 0x10, 0x19]);
  for (const frame of frames) {
    expect(sum16(frame.subarray(14, 34))).toBe(0xffff);
    expect(sum16(frame.subarray(34), sum16(frame.subarray(26, 34)) + 6 + frame.length - 34)).toBe(0xffff);
  }
  expect(hex(Buffer.concat(frames.map((frame) => frame.subarray(54))))).toBe(hex(packet.subarray(54)));
  expect([rig.get('TSCTC'), rig.get('TSCTC'), rig.get('GPTC')]).toEqual([1, 0, 3]);
});

/** TIDV, TADV, gap between two packets that allow a delay; when the interrupt comes after the first is out. */
const transmitDelays: [number, number, number, number][] = [
  [0, 0, 0, 0], [10, 0, 0, 10_240], [10, 0, 5000, 15_240], [10, 12, 5000, 12_288], [10, 5, 5000, 5120],
];
test.each(transmitDelays)('TIDV %i, TADV %i, next after %i ns: interrupt after %i ns', (delay, most, gap, expected) => {
  const rig = makeRig();
  rig.set('IMS', cause.TXDW);
  rig.set('TIDV', delay);
  rig.set('TADV', most);
  const send = () => {
    rig.put(frameTo(broadcast), plain | tx.IDE);
    rig.go();
  };
  send();
  rig.pass(672);
  const start = rig.clock.ns;
  if (gap > 0) {
    rig.pass(gap - 672);
    send();
  }
  expectLineAt(rig, start + expected);
});

test('a frame lies in memory with its check sequence, and the descriptor says so', () => {
  const rig = makeRig();
  rig.set('IMS', cause.RXT0);
  const frame = frameTo(guestMac, 300);
  rig.arrive(frame);
  const { length, status, errors, bytes } = rig.received(0);
  expect([length, status, errors]).toEqual([304, rx.DD | rx.EOP | rx.IXSM, 0]);
  expect([hex(bytes.subarray(0, 300)), isWhole(bytes)]).toEqual([hex(frame), true]);
  expect([rig.get('RDH'), rig.line, rig.get('ICR')]).toEqual([1, true, cause.RXT0]);
  rig.set('RCTL', rig.get('RCTL') | RCTL.SECRC);
  rig.arrive(frame);
  expect(rig.received(1).length).toBe(300);
});

test('a frame longer than a buffer takes several descriptors', () => {
  const rig = makeRig({ control: RCTL.EN | RCTL.LPE | 2 << RCTL.sizeShift });
  const frame = frameTo(guestMac, 1400);
  rig.arrive(frame);
  const parts = [0, 1, 2].map((index) => rig.received(index));
  expect(parts.map(({ length }) => length)).toEqual([512, 512, 380]);
  expect(parts.map(({ status }) => status & (rx.DD | rx.EOP))).toEqual([rx.DD, rx.DD, rx.DD | rx.EOP]);
  expect(hex(Buffer.concat(parts.map(({ bytes }) => bytes)).subarray(0, 1400))).toBe(hex(frame));
});

test('without descriptors frames wait in the packet buffer, and are missed once it is full', () => {
  const rig = makeRig();
  for (let frame = 0; frame < 7; frame++) rig.arrive(frameTo(guestMac, 1514));
  expect([rig.get('RDH'), rig.get('RNBC'), rig.get('ICR') & cause.RXDMT0]).toEqual([7, 0, cause.RXDMT0]);
  rig.set('PBA', 8);
  for (let frame = 0; frame < 7; frame++) rig.arrive(frameTo(guestMac, 1000 + frame));
  expect(rig.get('RNBC')).toBe(7);
  rig.arrive(frameTo(guestMac, 1514));
  expect([rig.get('MPC'), rig.get('ICR') & cause.RXO]).toEqual([1, cause.RXO]);
  for (let index = 0; index < ringEntries; index++) rig.words(place.ring + index * 16 + 8, [0, 0]);
  rig.set('RDT', 6);
  expect([7, 0, 1, 2, 3, 4, 5].map((index) => rig.received(index).length))
    .toEqual([0, 1, 2, 3, 4, 5, 6].map((frame) => 1004 + frame));
});

const groupAddress = Uint8Array.of(0x01, 0, 0x5e, 0, 0, 0xfb);
const other = Uint8Array.of(2, 0, 0, 0, 0, 77);
/** Destination, RCTL beside EN, whether its bit is set in the multicast table; whether it is taken. */
const filters: [string, Uint8Array, number, boolean, boolean][] = [
  ['own', guestMac, 0, false, true], ['other', other, 0, false, false], ['other', other, RCTL.UPE, false, true],
  ['broadcast', broadcast, 0, false, false], ['broadcast', broadcast, RCTL.BAM, false, true],
  ['group', groupAddress, 0, false, false], ['group', groupAddress, RCTL.MPE, false, true],
  ['group', groupAddress, 0, true, true], ['group', groupAddress, 1 << RCTL.multicastShift, true, false],
  ['group', groupAddress, RCTL.UPE, false, false],
];
test.each(filters)('%s address, RCTL %s%s', (_, to, control, inTable, taken) => {
  const rig = makeRig({ control: RCTL.EN | control });
  // Bits 47..36 of the address: 0xfb00 >> 4.
  if (inTable) rig.write(at.MTA.at + (0xfb0 >>> 5) * 4, 1 << (0xfb0 & 31));
  rig.arrive(frameTo(to));
  expect([rig.get('RDH'), rig.get('GPRC'), rig.get('TPR')]).toEqual(taken ? [1, 1, 1] : [0, 0, 1]);
});

test('a second receive address counts once it is valid', () => {
  const rig = makeRig();
  rig.write(at.RA.at + 8, 2);
  rig.write(at.RA.at + 12, 77 << 8);
  rig.arrive(frameTo(other));
  expect(rig.get('RDH')).toBe(0);
  rig.write(at.RA.at + 12, 77 << 8 | 0x8000_0000);
  rig.arrive(frameTo(other));
  expect(rig.get('RDH')).toBe(1);
});

/** A frame with a tag of VLAN 5, priority 1. */
const tagged = () => {
  const frame = frameTo(guestMac, 80, [0x81, 0]);
  frame.set([0x20, 5, 8, 6], 14);
  return frame;
};
test('VLAN tags are filtered, and taken off when CTRL.VME is set', () => {
  const rig = makeRig({ control: RCTL.EN | RCTL.VFE });
  rig.arrive(tagged());
  expect(rig.get('RDH')).toBe(0);
  rig.write(at.VFTA.at, 1 << 5);
  rig.arrive(tagged());
  expect([rig.received(0).length, rig.received(0).status & rx.VP]).toEqual([84, 0]);
  rig.set('CTRL', CTRL.SLU | CTRL.VME);
  rig.arrive(tagged());
  const { length, status, special, bytes } = rig.received(1);
  expect([length, status & rx.VP, special, hex(bytes.subarray(12, 14))]).toEqual([80, rx.VP, 0x2005, '0806']);
});

test('a frame damaged on the way is counted and dropped, or kept and marked', () => {
  const rig = makeRig({ control: RCTL.EN, options: { corrupt: 1 } });
  rig.arrive(frameTo(guestMac));
  expect([rig.get('RDH'), rig.get('CRCERRS'), rig.get('GPRC')]).toEqual([0, 1, 0]);
  rig.set('RCTL', RCTL.EN | RCTL.SBP | RCTL.UPE | RCTL.MPE);
  rig.arrive(frameTo(guestMac));
  expect([rig.get('RDH'), rig.received(0).errors]).toEqual([1, rx.CE]);
});

/** An IPv4 UDP frame; `spoil` adds to the checksums of IP and UDP. */
function udpFrame(spoil: { ip?: number; udp?: number } = {}): Uint8Array {
  const frame = frameTo(guestMac, 62, [8, 0]);
  frame.set([0x45, 0, 0, 48, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 2, 2, 10, 0, 2, 15], 14);
  const put = (offset: number, sum: number) => frame.set([(~sum & 0xffff) >>> 8, ~sum & 0xff], offset);
  put(24, sum16(frame.subarray(14, 34)) + (spoil.ip ?? 0));
  frame.set([0, 7, 0, 9, 0, 28, 0, 0], 34);
  put(40, sum16(frame.subarray(34), sum16(frame.subarray(26, 34)) + 17 + 28) + (spoil.udp ?? 0));
  return frame;
}
/** What is wrong, RXCSUM; status and errors beside DD and EOP. */
const checksums: [string, { ip?: number; udp?: number }, number, number, number][] = [
  ['nothing', {}, 0, rx.IXSM, 0], ['nothing', {}, 0x300, rx.IPCS | rx.TCPCS, 0],
  ['IP', { ip: 1 }, 0x300, rx.IPCS, rx.IPE], ['UDP', { udp: 1 }, 0x300, rx.IPCS | rx.TCPCS, rx.TCPE],
  ['UDP', { udp: 1 }, 0x100, rx.IPCS, 0],
];
test.each(checksums)('%s is wrong, RXCSUM %#', (_, spoil, control, status, errors) => {
  const rig = makeRig();
  rig.set('RXCSUM', control);
  rig.arrive(udpFrame(spoil));
  const found = rig.received(0);
  expect([found.status & ~(rx.DD | rx.EOP), found.errors]).toEqual([status, errors]);
});

/** RDTR, RADV, frames and the gap between them; when the interrupt comes after the first. */
const receiveDelays: [number, number, number, number][] = [
  [0, 0, 1, 0], [20, 0, 1, 20_480], [20, 0, 2, 30_480], [20, 25, 2, 25_600],
];
test.each(receiveDelays)('RDTR %i, RADV %i, %i frames: interrupt after %i ns', (delay, most, frames, expected) => {
  const rig = makeRig();
  rig.set('IMS', cause.RXT0);
  rig.set('RDTR', delay);
  rig.set('RADV', most);
  const arrive = () => {
    rig.controller.inject(frameTo(guestMac));
    rig.pass(rig.controller.cable.wire.due - rig.clock.ns);
  };
  arrive();
  const start = rig.clock.ns;
  if (frames === 2) {
    rig.pass(10_000 - 5672);
    arrive();
  }
  expectLineAt(rig, start + expected);
});

test('statistics count by size and kind, and are cleared when read', () => {
  const rig = makeRig({ control: RCTL.EN | RCTL.BAM | RCTL.MPE });
  for (const [to, bytes] of [[guestMac, 60], [broadcast, 61], [groupAddress, 200], [guestMac, 1514]] as const) {
    rig.arrive(frameTo(to, bytes));
  }
  rig.put(frameTo(broadcast, 600), plain);
  rig.go();
  rig.pass(1e4);
  const names = ['GPRC', 'BPRC', 'MPRC', 'PRC64', 'PRC127', 'PRC255', 'PRC1522', 'GPTC', 'BPTC', 'PTC1023'] as const;
  expect(names.map(rig.get)).toEqual([4, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  expect(names.map(rig.get)).toEqual(names.map(() => 0));
  // The lower half stays until the upper is read.
  expect([rig.get('GORCL'), rig.get('GORCL'), rig.get('GORCH'), rig.get('GORCL')]).toEqual([1851, 1851, 0, 0]);
});

test('a ring outside RAM neither moves nor stops the card', () => {
  const rig = makeRig();
  rig.set('RDBAL', 0x1000);
  rig.set('TDBAL', 0x1000);
  rig.set('TDT', 1);
  rig.arrive(frameTo(guestMac));
  expect([rig.get('RDH'), rig.get('TDH'), rig.locks.filter(({ owner }) => owner !== 0)]).toEqual([0, 0, []]);
  rig.set('RDBAL', place.ring);
  rig.set('RDT', ringEntries - 1);
  expect(rig.received(0).length).toBe(64);
});
