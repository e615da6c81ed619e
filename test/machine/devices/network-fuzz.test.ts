/** Network cards with senseless drivers: nothing fails, no lock is kept, and all state is in shared words. */
import { describe, expect, test } from 'vitest';
import { ramStart } from '../../../src/platform/memory-map.ts';
import { CTRL, e1000Registers, RCTL, TCTL } from '../../../src/platform/e1000.ts';
import { CSR0, csr } from '../../../src/platform/pcnet.ts';
import { e1000Card, pcnetCard } from '../../../src/machine/devices/net-cards.ts';
import type { Size } from '../../../src/machine/devices/register-file.ts';
import { broadcast, frameTo, guestMac, networkRig, place } from './network-rig.ts';
import { randomFrom } from './rig.ts';

const rounds = 4000;
type Rig = ReturnType<typeof networkRig>;
type Random = ReturnType<typeof randomFrom>;

function valueFrom(random: Random): number {
  switch (random.below(5)) {
    case 0: return random.below(32);
    case 1: return 1 << random.below(32) >>> 0;
    case 2: return ramStart + random.below(0x2_0000) & ~15;
    case 3: return random.below(0x1_0000);
    default: return random();
  }
}

const offsets = Object.values(e1000Registers);
/** What a driver might do next, more often than not with sense. */
const drivers = {
  e1000: {
    card: e1000Card, mostNs: 200_000,
    step(rig: Rig, random: Random) {
      const set = (name: keyof typeof e1000Registers, value: number) => rig.write(e1000Registers[name].at, value);
      switch (random.below(12)) {
        case 0: return set('CTRL', CTRL.SLU | (random.below(20) === 0 ? CTRL.RST : 0));
        case 1: return set('RCTL', RCTL.EN | RCTL.UPE | RCTL.BAM | random() & 0x0603_8060);
        case 2: return set('TCTL', TCTL.EN | TCTL.PSP);
        case 3: return set('TDLEN', 128 * random.below(3));
        case 4: return set('RDLEN', 128 * random.below(3));
        case 5: return set('TDT', random.below(18));
        case 6: return set('RDT', random.below(18));
        case 7: return set('TDBAL', place.second);
        case 8: return set('RDBAL', place.ring);
        default: {
          const { at, count = 1, stride = 0 } = offsets[random.below(offsets.length)]! as
            { at: number; count?: number; stride?: number };
          const offset = at + random.below(count) * stride;
          if (random.below(8)) rig.read(offset, ([1, 2, 4] as const)[random.below(3)]);
          else rig.write(offset, valueFrom(random));
        }
      }
    },
  },
  pcnet: {
    card: pcnetCard, mostNs: 3_000_000,
    step(rig: Rig, random: Random) {
      const set = (number: number, value: number) => {
        rig.write(0x12, number, 2);
        rig.write(0x10, value, 2);
      };
      switch (random.below(12)) {
        case 0: return set(0, random.below(4) ? CSR0.IENA : CSR0.STOP);
        case 1: return set(0, CSR0.INIT | CSR0.STRT | CSR0.IENA);
        case 2: case 3: return set(0, CSR0.TDMD | CSR0.IENA);
        case 4: return set(csr.style, random.below(4));
        case 5: return set(csr.blockLow, place.block & 0xffff);
        case 6: return set(csr.blockHigh, place.block >>> 16);
        case 7: return random.below(8) ? set(0, CSR0.STOP) : set(random.below(128), valueFrom(random) & 0xffff);
        case 8: return rig.words(place.block, [random.below(4) << 28 | random.below(4) << 20 | random() & 0x8000,
          0x1200_5452, 0x5634, 0, 0, place.ring, place.second].map((word) => word >>> 0));
        default: {
          const size: Size = ([1, 2, 4] as const)[random.below(3)]!;
          const offset = random.below(0x20) & -size;
          if (random.below(4) || offset === 0x14) rig.read(offset & ~0x10, size);
          else if (size !== 4) rig.write(offset, valueFrom(random), size);
        }
      }
    },
  },
} as const;

/** Rings full of descriptors that may mean something. */
function scribble(rig: Rig, random: Random): void {
  for (let index = 0; index < 16; index++) {
    for (const ring of [place.ring, place.second]) {
      const flags = random.below(16) << 28 | random.below(16) << 24;
      rig.words(ring + index * 16, [
        place.buffers + random.below(0x8000), random.below(2) ? 0 : (flags | 0xf000 | random.below(4096)) >>> 0,
        random.below(2) ? valueFrom(random) : (flags | random.below(3) << 20 | random.below(2000)) >>> 0,
        valueFrom(random)]);
    }
  }
}

/** Some rounds of one driver's life. */
function play(rig: Rig, { step, mostNs }: typeof drivers[keyof typeof drivers], random: Random): void {
  for (let round = 0; round < rounds; round++) {
    step(rig, random);
    if (random.below(20) === 0) scribble(rig, random);
    if (random.below(6) === 0) {
      rig.controller.inject(frameTo(random.below(2) ? guestMac : broadcast, 14 + random.below(1600)));
    }
    if (random.below(200) === 0) rig.controller.plug(random.below(4) !== 0);
    if (random.below(4) === 0) rig.pass(random.below(mostNs));
  }
  expect(rig.locks.filter(({ owner }) => owner !== 0)).toEqual([]);
}

/** All that a machine's snapshot has of a card, its bus and the memory; and how to go back to it. */
function save(rig: Rig) {
  const copies = [rig.buffer, rig.memory, rig.ram.bytes.buffer].map((buffer) => new Uint8Array(buffer).slice());
  const { ns } = rig.clock;
  return {
    copies,
    restore: () => {
      [rig.buffer, rig.memory, rig.ram.bytes.buffer].forEach((buffer, index) =>
        new Uint8Array(buffer).set(copies[index]!));
      rig.clock.ns = ns;
    },
  };
}

const names = ['e1000', 'pcnet'] as const;
describe.each(names)('%s', (name) => {
  test.each([1, 2, 3])('random traffic, seed %i, and the same again after a restore', (seed) => {
    const rig = networkRig(drivers[name].card, { loss: 0.1, duplicate: 0.1, reorder: 0.1, corrupt: 0.1, seed });
    play(rig, drivers[name], randomFrom(seed * 7919));
    const isOurs = ({ frame }: { frame: Uint8Array }) => frame[6] === 2 && frame[11] === 9;
    expect(rig.records.filter((record) => !isOurs(record)).length).toBeGreaterThan(3);
    expect(rig.ram.bytes.includes(9, 0x1_0000)).toBe(true);
    const middle = save(rig);
    play(rig, drivers[name], randomFrom(seed * 104_729));
    const end = save(rig).copies;
    middle.restore();
    play(rig, drivers[name], randomFrom(seed * 104_729));
    expect(save(rig).copies.map((copy, index) => Buffer.compare(copy, end[index]!))).toEqual([0, 0, 0]);
    expect(Buffer.compare(end[2]!, middle.copies[2]!)).not.toBe(0);
  });
});
