/** The Am79C970A as its datasheet has it: ports, initialization, rings of three styles, filters, interrupts. */
import { describe, expect, test } from 'vitest';
import { csr, CSR0, CSR15, CSR4, CSR5, pcnetDescriptor as bit } from '../../../src/platform/pcnet.ts';
import { pcnetCard } from '../../../src/machine/devices/net-cards.ts';
import type { NetOptions } from '../../../src/machine/peers/cable.ts';
import { crcRemainder } from '../../../src/machine/peers/ethernet.ts';
import { broadcast, frameTo, guestMac, isWhole, networkRig, place } from './network-rig.ts';

type Style = 0 | 2 | 3;

/** Ports by name, in words. */
function makeRig(options: Partial<NetOptions> = {}) {
  const rig = networkRig(pcnetCard, options);
  const select = (number: number) => rig.write(0x12, number, 2);
  return {
    ...rig,
    get line() { return rig.line; },
    csr: (number: number) => {
      select(number);
      return rig.read(0x10, 2);
    },
    setCsr: (number: number, value: number) => {
      select(number);
      rig.write(0x10, value, 2);
    },
    bcr: (number: number) => {
      select(number);
      return rig.read(0x16, 2);
    },
    setBcr: (number: number, value: number) => {
      select(number);
      rig.write(0x16, value, 2);
    },
  };
}

const entries = 4;
const bufferBytes = 512;
const receiveBuffer = (index: number) => place.buffers + index * 0x1000;
const transmitBuffer = (index: number) => place.buffers + 0x8000 + index * 0x1000;

interface Setup { style?: Style; mode?: number; filter?: number; options?: Partial<NetOptions>; bytes?: number }

/** A card initialized with rings of four, its receive descriptors all given to it, and started. */
function startedRig({ style = 2, mode = 0, filter, options = {}, bytes = bufferBytes }: Setup = {}) {
  const rig = makeRig(options);
  rig.setBcr(20, style);
  const size = style === 0 ? 8 : 16;
  const halves = (address: number, values: readonly number[]) =>
    values.forEach((value, index) => rig.ram.write16(address + index * 2, value));
  const [filterLow = 0, filterHigh = 0] = filter === undefined ? []
    : filter < 32 ? [1 << filter >>> 0, 0] : [0, 1 << filter - 32 >>> 0];
  if (style === 0) {
    halves(place.block, [mode, 0x5452, 0x1200, 0x5634, filterLow & 0xffff, filterLow >>> 16, filterHigh & 0xffff,
      filterHigh >>> 16, place.ring & 0xffff, 2 << 13 | place.ring >>> 16 & 0xff,
      place.second & 0xffff, 2 << 13 | place.second >>> 16 & 0xff]);
  } else {
    const words = [2 << 28 | 2 << 20 | mode, 0x1200_5452, 0x5634, filterLow, filterHigh, place.ring, place.second];
    rig.words(place.block, words.map((word) => word >>> 0));
  }
  const describe = (ring: number, index: number, { status, address, length }:
  { status: number; address: number; length: number }) => {
    const at = ring + index * size, minus = 0x1000 - length | 0xf000;
    if (style === 0) {
      halves(at, [address & 0xffff, status >>> 16 & 0xff00 | address >>> 16 & 0xff, minus, 0]);
    } else {
      const words = [address, (status | minus) >>> 0, 0, 0];
      rig.words(at, style === 2 ? words : [0, words[1]!, address, 0]);
    }
  };
  const statusOf = (ring: number, index: number) => {
    const at = ring + index * size;
    return style === 0 ? rig.ram.read16(at + 2)! << 16 & 0xff00_0000 : rig.word(at + 4) & 0xfff0_0000;
  };
  const give = (index: number) =>
    describe(place.ring, index, { status: bit.OWN, address: receiveBuffer(index), length: bytes });
  for (let index = 0; index < entries; index++) give(index);
  rig.setCsr(csr.blockLow, place.block & 0xffff);
  rig.setCsr(csr.blockHigh, place.block >>> 16);
  rig.setCsr(0, CSR0.INIT | CSR0.STRT);
  rig.pass(10_000);
  rig.setCsr(0, CSR0.IDON | CSR0.IENA);
  let next = 0;
  return {
    ...rig, give, statusOf,
    get line() { return rig.line; },
    /** Status, message length and contents of a receive descriptor. */
    received(index: number) {
      const at = place.ring + index * size;
      const length = style === 0 ? rig.ram.read16(at + 6)! : rig.word(at + (style === 2 ? 8 : 0)) & 0xfff;
      return { status: statusOf(place.ring, index), length, bytes: rig.bytes(receiveBuffer(index), length) };
    },
    sentStatus: (index: number) => ({
      first: statusOf(place.second, index),
      second: style === 0 ? rig.ram.read16(place.second + index * size + 6)! << 16
        : rig.word(place.second + index * size + (style === 2 ? 8 : 0)) | 0,
    }),
    put(data: Uint8Array, status: number) {
      rig.ram.write(transmitBuffer(next), data);
      describe(place.second, next, { status, address: transmitBuffer(next), length: data.length });
      next = (next + 1) % entries;
    },
    demand: () => rig.setCsr(0, CSR0.TDMD | CSR0.IENA),
    sent: () => rig.records.splice(0).map(({ frame }) => frame),
  };
}

const whole = bit.OWN | bit.STP | bit.ENP;
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test('the PROM has the address, its marks and their sum', () => {
  const rig = makeRig();
  const prom = Array.from({ length: 16 }, (_, at) => rig.read(at, 1));
  expect(prom).toEqual([...guestMac, 0, 0, 0, 0x11, 0, 0, 0x01, 0x02, 0x57, 0x57]);
  expect([rig.read(0, 4), rig.read(4, 2), rig.read(0, 4, 'ports')]).toEqual([0x1200_5452, 0x5634, 0x1200_5452]);
  rig.write(6, 9, 1);
  expect(rig.read(6, 1)).toBe(0);
  rig.setBcr(2, 0x102);
  rig.write(6, 9, 1);
  expect(rig.read(6, 1)).toBe(9);
});

test('after a reset ports are words; a double word to RDP makes them double words, for good', () => {
  const rig = makeRig();
  rig.write(0x12, 88, 2);
  expect([rig.read(0x12, 2), rig.csr(0), rig.csr(88), rig.csr(89)]).toEqual([88, 4, 0x1003, 0x0262]);
  rig.write(0x10, 0, 4);
  rig.write(0x14, 88, 4);
  expect([rig.read(0x14), rig.read(0x10)]).toEqual([88, 0x1003]);
  rig.write(0x14, 18, 4);
  expect(rig.read(0x1c) & 0x80).toBe(0x80);
  rig.read(0x18);
  rig.write(0x14, 89, 4);
  expect(rig.read(0x10)).toBe(0x0262);
});

test('a read of the reset port stops the chip, and gives it its own address again', () => {
  const rig = startedRig();
  rig.setCsr(csr.suspend, 1);
  rig.setCsr(csr.station, 0);
  rig.setCsr(csr.masks, 0x5f00);
  rig.read(0x14, 2);
  expect([0, csr.station, csr.masks, csr.features].map(rig.csr)).toEqual([4, 0x5452, 0, 0x0115]);
  expect([rig.csr(csr.style) & 0xff, rig.line]).toEqual([2, false]);
});

/** Style written to BCR20; what CSR58 then says. */
test.each([[0, 0x0200], [1, 0x0101], [2, 0x0302], [3, 0x0303]])('software style %i', (style, expected) => {
  const rig = makeRig();
  rig.setBcr(20, style);
  expect([rig.csr(58), rig.bcr(20)]).toEqual([expected, expected]);
});

test('what decides the rings is written only while the chip is stopped or suspended', () => {
  const rig = startedRig();
  rig.setCsr(csr.mode, CSR15.PROM);
  rig.setBcr(20, 3);
  expect([rig.csr(csr.mode), rig.csr(58) & 0xff]).toEqual([0, 2]);
  rig.setCsr(csr.suspend, CSR5.SPND);
  expect(rig.csr(csr.suspend) & CSR5.SPND).toBe(CSR5.SPND);
  rig.setCsr(csr.mode, CSR15.PROM);
  expect(rig.csr(csr.mode)).toBe(CSR15.PROM);
  rig.setCsr(csr.chipLow, 0);
  expect(rig.csr(csr.chipLow)).toBe(0x1003);
});

test('INIT reads the block and tells; STRT starts; STOP undoes it all', () => {
  const rig = startedRig({ mode: CSR15.DTX });
  expect(rig.csr(0)).toBe(CSR0.INIT | CSR0.STRT | CSR0.RXON | CSR0.IENA);
  expect([12, 13, 14].map(rig.csr)).toEqual([0x5452, 0x1200, 0x5634]);
  expect([csr.receiveLength, csr.transmitLength].map(rig.csr)).toEqual([0xfffc, 0xfffc]);
  rig.setCsr(0, CSR0.STOP | CSR0.STRT);
  expect(rig.csr(0)).toBe(CSR0.STOP);
  rig.setCsr(csr.blockHigh, 0);
  rig.setCsr(0, CSR0.INIT);
  rig.pass(10_000);
  expect(rig.csr(0)).toBe(CSR0.INIT | CSR0.MERR | CSR0.ERR | CSR0.INTR);
});

test('IDON interrupts once allowed, and is cleared by a one', () => {
  const rig = makeRig();
  rig.setBcr(20, 2);
  rig.setCsr(csr.blockLow, place.block & 0xffff);
  rig.setCsr(csr.blockHigh, place.block >>> 16);
  rig.setCsr(0, CSR0.INIT);
  rig.pass(10_000);
  expect([rig.csr(0), rig.line]).toEqual([CSR0.INIT | CSR0.IDON | CSR0.INTR, false]);
  rig.setCsr(csr.masks, CSR0.IDON);
  rig.setCsr(0, CSR0.IENA);
  expect(rig.line).toBe(false);
  rig.setCsr(csr.masks, 0);
  expect(rig.line).toBe(true);
  rig.setCsr(0, CSR0.IDON | CSR0.IENA);
  rig.acknowledge();
  expect([rig.csr(0), rig.line]).toEqual([CSR0.INIT | CSR0.IENA, false]);
});

describe.each([0, 2, 3] as const)('software style %i', (style) => {
  test('a frame of two buffers goes out, its descriptors back to software', () => {
    const rig = startedRig({ style });
    const frame = frameTo(broadcast, 300);
    rig.put(frame.subarray(0, 100), bit.OWN | bit.STP);
    rig.put(frame.subarray(100), bit.OWN | bit.ENP);
    rig.demand();
    rig.pass(324 * 800 - 1);
    expect([rig.sentStatus(0).first, rig.sentStatus(1).first, rig.csr(0) & CSR0.TINT])
      .toEqual([bit.STP, bit.OWN | bit.ENP, 0]);
    rig.pass(1);
    expect([rig.sentStatus(1).first, rig.line]).toEqual([bit.ENP, true]);
    expect(rig.sent().map(hex)).toEqual([hex(frame)]);
  });

  test('a frame comes in, over as many buffers as it takes', () => {
    const rig = startedRig({ style });
    const frame = frameTo(guestMac, 1000);
    rig.arrive(frame, 2e6);
    expect([rig.received(0).status, rig.line]).toEqual([bit.STP | 0, true]);
    const last = rig.received(1);
    const match = style === 0 ? 0 : bit.PAM;
    expect([last.status, last.length]).toEqual([bit.ENP | match, 1004]);
    const stored = Buffer.concat([bufferBytes, 1004 - bufferBytes].map((length, index) =>
      rig.bytes(receiveBuffer(index), length)));
    expect([hex(stored.subarray(0, 1000)), isWhole(stored)]).toEqual([hex(frame), true]);
  });
});

test('a descriptor that is given without demand is seen when the chip looks again', () => {
  const rig = startedRig();
  rig.put(frameTo(broadcast), whole);
  rig.pass(1e6);
  expect(rig.sent()).toEqual([]);
  rig.pass(2e6);
  expect(rig.sent().length).toBe(1);
  rig.setCsr(csr.features, CSR4.DPOLL | 0x0115);
  rig.demand();
  rig.put(frameTo(broadcast), whole);
  rig.pass(10e6);
  expect(rig.sent()).toEqual([]);
});

/** Length, CSR4; bytes on the wire, 0 for none. */
test.each([[20, 0x0915, 60], [20, 0x0115, 0], [1514, 0x0115, 1514]])('%i bytes, CSR4 %i: %i on the wire',
  (bytes, features, expected) => {
    const rig = startedRig();
    rig.setCsr(csr.features, features);
    rig.put(frameTo(broadcast, bytes), whole);
    rig.demand();
    rig.pass(2e6);
    expect([rig.sent().map((frame) => frame.length), rig.sentStatus(0).first])
      .toEqual([expected === 0 ? [] : [expected], bit.STP | bit.ENP]);
  });

test('babble is told and sent; a frame that does not go on turns the transmitter off', () => {
  const rig = startedRig();
  rig.put(frameTo(broadcast, 1515), whole);
  rig.demand();
  rig.pass(2e6);
  expect([rig.csr(0) & (CSR0.BABL | CSR0.ERR), rig.sent().length]).toEqual([CSR0.BABL | CSR0.ERR, 1]);
  rig.put(frameTo(broadcast, 100), bit.OWN | bit.STP);
  rig.demand();
  rig.pass(2e6);
  const { first, second } = rig.sentStatus(1);
  expect([first & (bit.OWN | bit.ERR), second, rig.csr(0) & CSR0.TXON]).toEqual([bit.ERR, bit.TBUFF | bit.UFLO, 0]);
});

test('a descriptor that begins no frame is handed back and passed over', () => {
  const rig = startedRig();
  rig.put(frameTo(broadcast), bit.OWN | bit.ENP);
  rig.put(frameTo(broadcast), whole);
  rig.demand();
  rig.pass(1e6);
  expect([rig.sentStatus(0).first & bit.OWN, rig.sent().length]).toEqual([0, 1]);
});

test('without a link frames lose their carrier, and BCR4 shows it', () => {
  const rig = startedRig();
  expect(rig.bcr(4)).toBe(0x80c0);
  rig.controller.plug(false);
  expect(rig.bcr(4)).toBe(0x00c0);
  rig.put(frameTo(broadcast), whole);
  rig.demand();
  rig.pass(1e6);
  const { first, second } = rig.sentStatus(0);
  expect([first & bit.ERR, second, rig.csr(0) & CSR0.CERR]).toEqual([bit.ERR, bit.LCAR, CSR0.CERR]);
});

test('a frame that finds no descriptor is missed and counted', () => {
  const rig = startedRig();
  for (let frame = 0; frame < entries + 2; frame++) rig.arrive(frameTo(guestMac), 1e5);
  expect([rig.csr(0) & CSR0.MISS, rig.csr(csr.missed)]).toEqual([CSR0.MISS, 2]);
  rig.give(0);
  rig.arrive(frameTo(guestMac, 99), 1e6);
  expect(rig.received(0).length).toBe(103);
});

test('a frame whose next buffer is not there ends with an error', () => {
  const rig = startedRig({ bytes: 256 });
  rig.arrive(frameTo(guestMac, 1000), 2e6);
  expect(rig.received(3).status & (bit.OWN | bit.ENP)).toBe(bit.ENP);
  rig.give(0);
  rig.arrive(frameTo(guestMac, 1000), 2e6);
  expect(rig.received(0).status).toBe((bit.STP | bit.ERR | bit.RBUFF | bit.OFLO) | 0);
});

const groupAddress = Uint8Array.of(0x01, 0, 0x5e, 0, 0, 0xfb);
const other = Uint8Array.of(2, 0, 0, 0, 0, 77);
/** Destination, mode, bit of the logical address filter; by what it matched, or -1. */
const filters: [string, Uint8Array, number, number | undefined, number][] = [
  ['own', guestMac, 0, undefined, bit.PAM], ['own', guestMac, CSR15.DRCVPA, undefined, -1],
  ['other', other, 0, undefined, -1], ['other', other, CSR15.PROM, undefined, 0],
  ['broadcast', broadcast, 0, undefined, bit.BAM], ['broadcast', broadcast, CSR15.DRCVBC, undefined, -1],
  ['group', groupAddress, 0, undefined, -1], ['group', groupAddress, 0, crcRemainder(groupAddress) >>> 26, bit.LAFM],
];
test.each(filters)('%s address, mode %s%s, filter bit %s: %i', (_, to, mode, filter, expected) => {
  const rig = startedRig({ mode, ...(filter === undefined ? {} : { filter }) });
  rig.arrive(frameTo(to), 1e6);
  const { status } = rig.received(0);
  expect(status & bit.OWN ? -1 : status & (bit.PAM | bit.LAFM | bit.BAM)).toBe(expected);
});

test('a damaged frame is stored and marked', () => {
  const rig = startedRig({ mode: CSR15.PROM, options: { corrupt: 1 } });
  rig.arrive(frameTo(guestMac), 1e6);
  expect(rig.received(0).status & (bit.ERR | bit.CRC)).toBe(bit.ERR | bit.CRC);
});

test('suspended, it neither sends nor receives, and goes on afterwards', () => {
  const rig = startedRig();
  rig.setCsr(csr.suspend, CSR5.SPND);
  rig.put(frameTo(broadcast), whole);
  rig.demand();
  rig.arrive(frameTo(guestMac), 1e6);
  expect([rig.sent().length, rig.received(0).status & bit.OWN]).toEqual([1, bit.OWN]);
  rig.setCsr(csr.suspend, 0);
  rig.arrive(frameTo(guestMac), 1e6);
  expect([rig.sent().length, rig.received(0).status & bit.OWN]).toEqual([2, 0]);
});

test('software raises its own interrupt by UINTCMD, and quiet frames raise none by TOKINTD', () => {
  const rig = startedRig();
  rig.setCsr(csr.features, CSR4.UINTCMD | 0x0115);
  expect(rig.line).toBe(true);
  rig.setCsr(csr.features, CSR4.UINT | 0x0115);
  rig.acknowledge();
  expect(rig.line).toBe(false);
  rig.setCsr(csr.suspend, CSR5.TOKINTD | CSR5.LTINTEN);
  rig.put(frameTo(broadcast), whole);
  rig.demand();
  rig.pass(1e6);
  expect([rig.sent().length, rig.csr(0) & CSR0.TINT]).toEqual([1, 0]);
  rig.put(frameTo(broadcast), whole | bit.LTINT);
  rig.demand();
  rig.pass(1e6);
  expect(rig.csr(0) & CSR0.TINT).toBe(CSR0.TINT);
});

test('in loopback a frame comes in again, and does not go out', () => {
  const rig = startedRig({ mode: CSR15.LOOP });
  rig.put(frameTo(guestMac, 80), whole);
  rig.demand();
  rig.pass(1e6);
  expect([rig.received(0).length, rig.sent().length]).toEqual([84, 0]);
});
