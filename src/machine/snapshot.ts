import { viewBytes, viewsAt, viewsPerHart, viewWords } from './words/hart.ts';
import { codePage, entryBits, invalidByte, type Layout, pageBytes, tables } from './words/layout.ts';
import { boardPlaces } from './board.ts';

interface SavedView {
  readonly hart: number;
  readonly at: number;
  readonly fills: Int32Array;
  readonly entries: Int32Array;
  /** The virtual pages in the list of fetches, and where each was; `gone` when it had been flushed. */
  readonly fetches: Int32Array;
  readonly origins: Int32Array;
}

/** No physical address of a page. */
const gone = -1;

/** A machine's state at one moment. Belongs to the machine it was taken from. */
export interface Snapshot {
  readonly ram: Uint8Array;
  /** Harts and devices. */
  readonly state: Uint8Array;
  readonly views: readonly SavedView[];
  readonly bytes: number;
}

/** The caches of code over a machine's memory: one engine's in lockstep, or those of several threads. */
export interface CachedCode {
  /** Whether the engine of a hart has code from the RAM page at host address `host`. */
  hasCode(host: number, hart: number): boolean;
  /** The RAM page at `host` may have changed. */
  refreshPage(host: number): void;
  /** All of RAM may have changed. */
  clear(): void;
  /** The code page for a physical page as seen at a virtual one; absent where only other threads can make it. */
  pageAt?(virtual: number, physical: number): number;
}

const invalidWord = invalidByte * 0x0101_0101;

/**
 * Takes and restores snapshots of a machine whose harts are parked. RAM pages written since the last snapshot or
 * restore are known from the dirty map, which the slow path of a page's first write marks; so restoring copies those
 * pages alone. The translations cached in the harts' views are part of the state: what misses afterwards must not
 * depend on history.
 */
export class Snapshots {
  readonly #layout: Layout;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #code: CachedCode;
  readonly #stateEnd: number;
  /** The snapshot whose RAM differs from ours in the dirty pages only. */
  #base: Snapshot | undefined;

  constructor({ memory, layout, code }: { memory: WebAssembly.Memory; layout: Layout; code: CachedCode }) {
    this.#layout = layout;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#words = new Int32Array(memory.buffer);
    this.#code = code;
    this.#stateEnd = boardPlaces(layout).end;
  }

  take(): Snapshot {
    const { ram, ramBytes } = this.#layout;
    const state = this.#bytes.slice(this.#layout.hart(0), this.#stateEnd);
    const views = this.#viewAddresses().map((at, index) => this.#saveView(at, Math.floor(index / viewsPerHart)));
    const snapshot = { ram: this.#bytes.slice(ram, ram + ramBytes), state, views, bytes: ramBytes + state.length };
    this.#base = snapshot;
    this.#forgetWrites();
    return snapshot;
  }

  restore(snapshot: Snapshot): void {
    if (this.#base === snapshot) this.#restoreDirty(snapshot);
    else this.#restoreAll(snapshot);
    this.#base = snapshot;
    for (const at of this.#viewAddresses()) this.#clearView(at);
    const headers = this.#viewAddresses().map((at) => this.#bytes.slice(at, at + viewBytes));
    this.#bytes.set(snapshot.state, this.#layout.hart(0));
    // Whether a view's tables have been initialised is a fact about our memory, not about the machine's state.
    this.#viewAddresses().forEach((at, index) => {
      const filled = viewWords.offset.filled;
      this.#bytes.set(headers[index]!.subarray(filled, filled + 4), at + filled);
      this.#set(at, 'codeCount', 0);
    });
    for (const view of snapshot.views) {
      this.#restoreView(view);
      this.#restoreFetches(view);
    }
  }

  /** The pages of RAM written since the snapshot that was last taken or restored. */
  dirtyPages(): number[] {
    const { dirty, ramBytes } = this.#layout;
    const pages: number[] = [];
    const count = ramBytes / pageBytes;
    for (let word = dirty >>> 2, first = 0; first < count; word++, first += 4) {
      if (this.#words[word] === 0) continue;
      for (let page = first; page < first + 4; page++) if (this.#bytes[dirty + page] !== 0) pages.push(page);
    }
    return pages;
  }

  #restoreDirty({ ram }: Snapshot): void {
    const { ram: base, dirty } = this.#layout;
    for (const page of this.dirtyPages()) {
      const at = page * pageBytes;
      this.#bytes.set(ram.subarray(at, at + pageBytes), base + at);
      this.#bytes[dirty + page] = 0;
      this.#code.refreshPage(base + at);
    }
  }

  #restoreAll({ ram }: Snapshot): void {
    this.#bytes.set(ram, this.#layout.ram);
    this.#code.clear();
    this.#forgetWrites();
  }

  #forgetWrites(): void {
    const { dirty, ramBytes } = this.#layout;
    this.#bytes.fill(0, dirty, dirty + ramBytes / pageBytes + 1);
    this.#eachEntry((index, kind) => {
      if (kind === 1 && (this.#words[index]! & entryBits.invalid) === 0) {
        this.#words[index] = this.#words[index]! | entryBits.slow | entryBits.clean;
      }
    });
  }

  #viewAddresses(): number[] {
    const addresses: number[] = [];
    for (let hart = 0; hart < this.#layout.harts; hart++) {
      for (let index = 0; index < viewsPerHart; index++) {
        addresses.push(this.#layout.hart(hart) + viewsAt + index * viewBytes);
      }
    }
    return addresses;
  }

  #saveView(at: number, hart: number): SavedView {
    const list = this.#get(at, 'list') >>> 2;
    const fills = this.#words.slice(list, list + this.#get(at, 'count'));
    const base = this.#get(at, 'tables');
    const entries = fills.map((fill) => this.#words[entryIndex(base, fill)]!);
    const codeList = this.#get(at, 'codeList') >>> 2;
    const fetches = this.#words.slice(codeList, codeList + this.#get(at, 'codeCount'));
    const origins = fetches.map((number) => {
      const page = this.#words[fetchIndex(base, number)]! >>> 0;
      return page === 0 ? gone : this.#words[(page + codePage.physical) >>> 2]!;
    });
    return { hart, at, fills, entries, fetches, origins };
  }

  /** A fetch that would not have walked the page table must not do so now: walks show in accessed bits. */
  #restoreFetches({ at, fetches, origins }: SavedView): void {
    if (!this.#code.pageAt) return;
    const base = this.#get(at, 'tables');
    const pages = fetches.map((number, index) =>
      (origins[index] === gone ? 0 : this.#code.pageAt!((number << 12) >>> 0, origins[index]! >>> 0)));
    this.#words.set(fetches, this.#get(at, 'codeList') >>> 2);
    fetches.forEach((number, index) => void (this.#words[fetchIndex(base, number)] = pages[index]!));
    this.#set(at, 'codeCount', fetches.length);
  }

  #restoreView({ hart, at, fills, entries }: SavedView): void {
    if (fills.length === 0) return;
    const base = this.#get(at, 'tables');
    this.#words.set(fills, this.#get(at, 'list') >>> 2);
    fills.forEach((fill, index) => {
      const entry = entries[index]!;
      if ((entry & entryBits.invalid) !== 0) {
        if ((entry & entryBits.device) !== 0) this.#words[entryIndex(base, fill)] = entry;
        return;
      }
      const isWrite = fill >>> 20 === 1;
      const host = (entry & -pageBytes) + (fill & 0xf_ffff) * pageBytes;
      const code = isWrite && this.#code.hasCode(host >>> 0, hart) ? entryBits.code : 0;
      this.#words[entryIndex(base, fill)] = isWrite
        ? (entry & -pageBytes) | entryBits.slow | entryBits.clean | code : entry;
    });
  }

  #clearView(at: number): void {
    const base = this.#get(at, 'tables'), list = this.#get(at, 'list') >>> 2;
    for (let fill = this.#get(at, 'count') - 1; fill >= 0; fill--) {
      this.#words[entryIndex(base, this.#words[list + fill]!)] = invalidWord;
    }
    const codeList = this.#get(at, 'codeList') >>> 2;
    for (let fill = this.#get(at, 'codeCount') - 1; fill >= 0; fill--) {
      this.#words[fetchIndex(base, this.#words[codeList + fill]!)] = 0;
    }
  }

  #eachEntry(visit: (index: number, kind: number) => void): void {
    for (const at of this.#viewAddresses()) {
      const base = this.#get(at, 'tables'), list = this.#get(at, 'list') >>> 2;
      for (let fill = this.#get(at, 'count') - 1; fill >= 0; fill--) {
        const word = this.#words[list + fill]!;
        visit(entryIndex(base, word), word >>> 20);
      }
    }
  }

  #get(view: number, name: keyof typeof viewWords.offset): number {
    return this.#words[(view + viewWords.offset[name]) >>> 2]! >>> 0;
  }

  #set(view: number, name: keyof typeof viewWords.offset, value: number): void {
    this.#words[(view + viewWords.offset[name]) >>> 2] = value;
  }
}

const fetchIndex = (base: number, page: number): number => (base + tables.fetch + page * 4) >>> 2;

const entryIndex = (base: number, fill: number): number =>
  (base + (fill >>> 20) * (tables.write - tables.read) + (fill & 0xf_ffff) * 4) >>> 2;
