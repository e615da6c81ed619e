import { expect, test } from 'vitest';
import { boardPlaces } from '../../../src/machine/board.ts';
import { cardBytes, cardKinds, type CardSpec } from '../../../src/machine/devices/cards.ts';
import { layoutOf } from '../../../src/machine/words/layout.ts';

const machine = { harts: 16, engines: 16, ramBytes: 2 ** 24 };
const all = Object.keys(cardKinds).map((name) => ({ name }) as CardSpec);

test('without cards everything lies where it does without the notion of cards', () => {
  const layout = layoutOf({ ...machine, cards: [] });
  const places = boardPlaces(layout);
  expect([layout.devicesBytes, places.end, places.probeRing(0)])
    .toEqual([0x28_0000, places.devices.end, places.devices.end + 7 & ~7]);
});

test('cards lie behind the devices of the board, aligned, one behind the other, and all fits', () => {
  const layout = layoutOf({ ...machine, cards: [...all, ...all].map(cardBytes) });
  const { cards, end, devices, probeRing } = boardPlaces(layout);
  const ends = cards.map((at, index) => at + layout.cards[index]!);
  expect([devices.end, ...ends]).toEqual([...cards, end]);
  expect(cards.filter((at) => at % 8 !== 0)).toEqual([]);
  expect(probeRing(16)).toBeLessThanOrEqual(layout.devices + layout.devicesBytes);
  expect(layout.dirty).toBeGreaterThanOrEqual(layout.devices + layout.devicesBytes);
});
