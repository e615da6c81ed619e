import { assert } from '../../assert.ts';
import { memoryMap, ramStart } from '../../platform/memory-map.ts';
import { hartBytes, viewsPerHart } from './hart.ts';

/**
 * Where everything lies in the one shared memory, in byte addresses. The first 64 KiB stay empty, so that a wrong zero
 * shows. State comes first, then what can be rebuilt (code pages, translation tables), then RAM.
 *
 *   harts | devices | dirty map | engines: code pages, code map | views: tables, fill lists | RAM
 */
export interface Layout {
  readonly harts: number;
  readonly engines: number;
  readonly hart: (index: number) => number;
  /** Words of the machine itself and of the devices; handed out by the board. */
  readonly devices: number;
  readonly devicesBytes: number;
  /** Bytes of each card's words, which follow those of the board's own devices. */
  readonly cards: readonly number[];
  /** A byte per RAM page, non-zero when written since the last snapshot. */
  readonly dirty: number;
  readonly engine: (index: number) => number;
  readonly view: (hart: number, index: number) =>
    { readonly tables: number; readonly list: number; readonly codeList: number };
  /** Where address `ramStart` is. */
  readonly ram: number;
  /** The page of the reset vector, right behind RAM. */
  readonly rom: number;
  readonly ramBytes: number;
  /** WebAssembly pages of 64 KiB. */
  readonly pages: number;
}

export const pageBytes = 4096;

/**
 * Tables of a view, each one word for every page of the 4 GiB address space: reads, writes, fetches. A read or write
 * entry is what to add to a virtual address to get the host address; `slow` bits make the fast path give up.
 */
export const tables = { read: 0, write: 0x40_0000, fetch: 0x80_0000, bytes: 0xc0_0000 } as const;

/** Low bits of read and write entries. A fast entry has none. */
export const entryBits = {
  /** Set in every entry the fast path must not use. */
  slow: 1,
  /** No translation at all. */
  invalid: 2,
  /** A write must first mark the page dirty. */
  clean: 4,
  /** A write must first drop the code cached from the page. */
  code: 8,
  all: 15,
  /** With `slow` and `invalid`: the page is no memory, but its physical address is known: the entry's upper bits. */
  device: 16,
} as const;

/** The byte that initialises read and write tables: every word of it is slow and invalid. */
export const invalidByte = 0x03;

/**
 * Fill lists remember which entries to clear; when one is full, its entries are cleared and it starts over. An entry is
 * `kind << 20 | page`. Fetches have a list of their own, so that what code is cached never changes what data is.
 */
export const fillListEntries = 16384;
export const codeListEntries = 4096;

/** One page of code: predecoded instructions, jump-target words, the words they were decoded from. */
export const codePage = {
  /** 1024 predecoded instructions of 8 bytes: operation, rd, rs1, rs2 (register offsets), immediate. */
  decoded: 0,
  /** The instruction after the last: sends the interpreter to the next page. */
  sentinel: 8192,
  /** Header words. */
  virtual: 8200, physical: 8204, next: 8208, generation: 8212,
  /** 1024 words: below 0, the region that starts there (low bits: its place in the table); else a count of arrivals. */
  entries: 8256,
  /** 1024 instruction words, as decoded. */
  raw: 12352,
  bytes: 16448,
} as const;

/**
 * Per engine: a hash table to find code pages by address, a byte per RAM page that has any, a count per translated
 * region of how often it was entered straight from another, and the code pages.
 */
export const engineParts = { hashEntries: 4096, regions: 32768, codePages: 4096 } as const;

const up = (value: number, to: number) => Math.ceil(value / to) * to;

export function layoutOf({ harts, engines, ramBytes, cards = [] }: {
  harts: number; engines: number; ramBytes: number; cards?: readonly number[];
}): Layout {
  let next = 0x1_0000;
  const take = (bytes: number, align = 4096) => {
    const at = up(next, align);
    next = at + bytes;
    return at;
  };
  const pages = ramBytes / pageBytes;
  const hartsAt = take(harts * hartBytes);
  const devicesBytes = 0x28_0000 + up(cards.reduce((sum, bytes) => sum + bytes, 0), pageBytes);
  const devices = take(devicesBytes);
  const dirty = take(pages + 1);
  const engineBytes = up(
    engineParts.hashEntries * 4 + pages + 128 + engineParts.regions * 4 + engineParts.codePages * codePage.bytes, 4096);
  const enginesAt = take(engines * engineBytes);
  const listBytes = (fillListEntries + codeListEntries) * 4;
  const tablesAt = take(harts * viewsPerHart * tables.bytes);
  const listsAt = take(harts * viewsPerHart * listBytes);
  const ram = take(ramBytes, 0x1_0000);
  const rom = take(pageBytes);
  assert(next <= 2 ** 32, 'the layout fits 32-bit addresses');
  const viewIndex = (hart: number, index: number) => hart * viewsPerHart + index;
  return {
    harts, engines, devices, devicesBytes, cards, dirty, ram, ramBytes, rom,
    hart: (index) => hartsAt + index * hartBytes,
    engine: (index) => enginesAt + index * engineBytes,
    view: (hart, index) => ({
      tables: tablesAt + viewIndex(hart, index) * tables.bytes,
      list: listsAt + viewIndex(hart, index) * listBytes,
      codeList: listsAt + viewIndex(hart, index) * listBytes + fillListEntries * 4,
    }),
    pages: up(next, 0x1_0000) / 0x1_0000,
  };
}

/** The host address of a physical address in RAM or in the reset vector's page. */
export function hostAddress(layout: Layout, physical: number): number {
  return physical >= ramStart ? layout.ram + (physical - ramStart) : layout.rom + (physical - memoryMap.reset.start);
}

/** The parts of an engine's memory. */
export function engineLayout(layout: Layout, index: number) {
  const hash = layout.engine(index);
  const codeMap = hash + engineParts.hashEntries * 4;
  const arrivals = up(codeMap + layout.ramBytes / pageBytes + 1, 64);
  return { hash, codeMap, arrivals, codePages: arrivals + engineParts.regions * 4 };
}
