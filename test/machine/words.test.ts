/** The shared memory's map: structs fit their areas, regions do not meet, what must be aligned is. */
import { expect, test } from 'vitest';
import { boardPlaces } from '../../src/machine/board.ts';
import { hartBytes, hartWords, viewBytes, viewsAt, viewsPerHart, viewWords } from '../../src/machine/words/hart.ts';
import {
  codeListEntries, codePage, engineLayout, engineParts, fillListEntries, type Layout, layoutOf, pageBytes, tables,
} from '../../src/machine/words/layout.ts';
import { machineWords } from '../../src/machine/words/machine.ts';
import { limits } from '../../src/platform/memory-map.ts';

const MiB = 2 ** 20;
const harts = Array.from({ length: limits.harts.most }, (_, index) => index + 1);
const sizes = [limits.ramBytes.least, 64 * MiB, 128 * MiB, 513 * MiB, limits.ramBytes.most];
const structs = { hartWords, viewWords, machineWords };

test.each(Object.entries(structs))('%s: fields follow one another, each with an owner and a sentence', (_, struct) => {
  let next = 0;
  for (const [name, { count, owner, about }] of Object.entries(struct.fields)) {
    expect((struct.offset as Record<string, number>)[name]).toBe(next);
    expect(['hart', 'engine', 'device', 'machine', 'any']).toContain(owner);
    expect(about.length).toBeGreaterThan(3);
    next += 4 * count;
  }
  expect(struct.size - next).toBeLessThan(8);
});

test('a hart and its views fit their area', () => {
  expect(hartWords.size).toBeLessThanOrEqual(viewsAt);
  expect(viewWords.size).toBeLessThanOrEqual(viewBytes);
  expect(viewsAt + viewsPerHart * viewBytes).toBeLessThanOrEqual(hartBytes);
});

test('64-bit numbers are aligned', () => {
  expect(hartWords.offset.counterOffset % 8).toBe(0);
  for (const name of ['now', 'started'] as const) expect(machineWords.offset[name] % 8).toBe(0);
});

test('a predecoded register is a byte: the words of x and the sink come first', () => {
  expect(hartWords.offset.x).toBe(0);
  expect(hartWords.offset.sink).toBeLessThan(256);
});

test('the parts of a code page do not meet', () => {
  const header = [codePage.virtual, codePage.physical, codePage.next, codePage.generation];
  const parts: (readonly [number, number])[] = [[codePage.decoded, 8192], [codePage.sentinel, 8],
    ...header.map((at) => [at, 4] as const), [codePage.entries, 4096], [codePage.raw, 4096]];
  expectApart([...parts, [codePage.bytes, 0]]);
});

/** Every region of a layout: where it starts and how long it is. */
function regions(layout: Layout): [number, number][] {
  const { devices, dirty, ram, rom, ramBytes } = layout;
  const list: [number, number][] = [[0, 0x1_0000], [dirty, ramBytes / pageBytes], [ram, ramBytes], [rom, pageBytes]];
  list.push([devices, layout.devicesBytes]);
  for (let hart = 0; hart < layout.harts; hart++) {
    list.push([layout.hart(hart), hartBytes]);
    for (let index = 0; index < viewsPerHart; index++) {
      const view = layout.view(hart, index);
      list.push([view.tables, tables.bytes], [view.list, fillListEntries * 4], [view.codeList, codeListEntries * 4]);
    }
  }
  for (let engine = 0; engine < layout.engines; engine++) {
    const { hash, codeMap, arrivals, codePages } = engineLayout(layout, engine);
    list.push([hash, engineParts.hashEntries * 4], [codeMap, ramBytes / pageBytes], [arrivals, engineParts.regions * 4],
      [codePages, engineParts.codePages * codePage.bytes]);
  }
  return list;
}

function expectApart(list: readonly (readonly [number, number])[]): void {
  const sorted = [...list].sort((a, b) => a[0] - b[0]);
  sorted.forEach(([start, bytes], index) => {
    const next = sorted[index + 1];
    if (next && start + bytes > next[0]) expect.fail(`${start} + ${bytes} meets ${next[0]}`);
  });
}

test.each(sizes)('with %i bytes of RAM and any number of harts, regions are apart', (ramBytes) => {
  for (const count of harts) {
    for (const engines of [1, count]) {
      const layout = layoutOf({ harts: count, engines, ramBytes });
      const list = regions(layout);
      expectApart(list);
      const end = Math.max(...list.map(([start, bytes]) => start + bytes));
      expect(end).toBeLessThanOrEqual(layout.pages * 65536);
      expect(layout.pages).toBeLessThanOrEqual(65536);
      expect(layout.ram % pageBytes).toBe(0);
      expect(layout.hart(0) % 8 + layout.devices % 8).toBe(0);
      expect(boardPlaces(layout).devices.end).toBeLessThanOrEqual(layout.devices + layout.devicesBytes);
    }
  }
});

test('or it is noticed: regions that meet', () => {
  expect(() => expectApart([[0, 8], [4, 8]])).toThrow('meets');
});
