import { expect, test } from 'vitest';
import type { NetOptions } from '../../../src/machine/peers/cable.ts';
import { checkSequence, crcRemainder, wireNs, withCheck, withoutCheck } from '../../../src/machine/peers/ethernet.ts';
import { ports } from '../../../src/machine/peers/streams.ts';
import { cableRig, udpFrame } from './cable-rig.ts';

test('the check sequence is IEEE 802.3\'s', () => {
  expect(checkSequence(new TextEncoder().encode('123456789')) >>> 0).toBe(0xcbf4_3926);
  expect(crcRemainder(withCheck(new Uint8Array(60))) >>> 0).toBe(0xdebb_20e3);
  expect(withoutCheck(withCheck(Uint8Array.of(1, 2)))).toEqual(Uint8Array.of(1, 2));
  expect(withoutCheck(Uint8Array.of(1, 2, 3, 4, 5))).toBe(undefined);
});

/** Bytes, speed; nanoseconds on the wire, preamble and gap included. */
test.each([[60, 1e9, 672], [1514, 1e9, 12_304], [1, 10e6, 67_200], [1514, 100e6, 123_040]])(
  'a frame of %i bytes at %i bit/s takes %i ns', (bytes, speed, ns) => expect(wireNs(bytes, speed)).toBe(ns));

test('an answer takes the delay both ways, the host\'s time and its own on the wire; others wait behind it', () => {
  const rig = cableRig({ delay: 50 });
  const frame = udpFrame(5000, ports.echo, new Uint8Array(100));
  rig.send(frame);
  rig.send(frame);
  expect(rig.pass(1e6).map(({ ns }) => ns)).toEqual([1, 2].map((place) => 102_000 + place * wireNs(142, 1e9)));
});

/** Sends numbered datagrams to be echoed, and returns the numbers that came back, `bad` for damaged ones. */
function echoes(options: Partial<NetOptions>, count = 400): (number | 'bad')[] {
  const rig = cableRig(options);
  return Array.from({ length: count }, (_, number) => {
    rig.send(udpFrame(5000, ports.echo, Uint8Array.of(number >>> 8, number)));
    return rig.pass(20_000);
  }).flat().concat(rig.pass(1e6)).map(({ frame, isGood }) => (isGood ? frame[42]! << 8 | frame[43]! : 'bad'));
}

test('without faults all come back, once, in order', () => {
  expect(echoes({})).toEqual(Array.from({ length: 400 }, (_, number) => number));
});

test('frames are lost, doubled, overtaken and damaged as often as was asked, and the same from the same seed', () => {
  const few = (got: readonly unknown[], expected: number) => {
    expect(got.length).toBeGreaterThan(expected * 0.7);
    expect(got.length).toBeLessThan(expected * 1.3);
  };
  // Each way one in ten.
  few(echoes({ loss: 0.1 }), 400 * 0.81);
  const doubled = echoes({ duplicate: 0.1 });
  few(doubled.filter((number, index) => doubled.indexOf(number) < index), 400 * 0.21);
  const overtaken = echoes({ reorder: 0.1 });
  expect([...overtaken].sort((a, b) => Number(a) - Number(b))).toEqual(echoes({}));
  few(overtaken.filter((number, index) => index > 0 && number < overtaken[index - 1]!), 400 * 0.09);
  few(echoes({ corrupt: 0.1 }).filter((number) => number === 'bad'), 400 * 0.09);
  const all = { loss: 0.1, duplicate: 0.1, reorder: 0.1, corrupt: 0.1 };
  expect(echoes({ ...all, seed: 5 })).toEqual(echoes({ ...all, seed: 5 }));
  expect(echoes({ ...all, seed: 5 })).not.toEqual(echoes({ ...all, seed: 6 }));
});

test('a frame that nobody overtakes comes late, but comes', () => {
  const rig = cableRig({ reorder: 1 });
  rig.send(udpFrame(5000, ports.echo, Uint8Array.of(1)));
  expect(rig.pass(200_000)).toEqual([]);
  expect(rig.pass(50_000).length).toBe(1);
});

test('the cable is out, and the far end silent, when the schedule says so', () => {
  const rig = cableRig({ down: [{ fromMs: 10, toMs: 20 }], silent: [{ fromMs: 30, toMs: 40 }] });
  const answered = [5, 15, 25, 35, 45].map((ms) => {
    rig.pass(ms * 1e6 - rig.now);
    rig.send(udpFrame(5000, ports.echo, Uint8Array.of(1)));
    return rig.pass(1e6).length;
  });
  expect(answered).toEqual([1, 0, 1, 0, 1]);
  expect(rig.links).toEqual([false, true]);
});

test('frames on their way are gone when the cable is', () => {
  const rig = cableRig({ delay: 100 });
  rig.send(udpFrame(5000, ports.echo, Uint8Array.of(1)));
  rig.wire.plug(false);
  rig.wire.plug(true);
  expect([rig.pass(1e6), rig.links]).toEqual([[], [false, true]]);
});

test('the wire holds so many frames and no more', () => {
  const rig = cableRig({ delay: 1_000_000 });
  for (let frame = 0; frame < 100; frame++) rig.wire.inject(new Uint8Array(1514), 0);
  const got = rig.pass(2e9).length;
  expect(got).toBeGreaterThan(40);
  expect(got).toBeLessThan(44);
});
