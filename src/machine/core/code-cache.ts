import { assert } from '../../assert.ts';
import { hartWords, viewBytes, viewsAt, viewsPerHart, viewWords } from '../words/hart.ts';
import {
  codePage, engineLayout, engineParts, entryBits, hostAddress, type Layout, pageBytes, tables,
} from '../words/layout.ts';
import { operations, predecode } from './operations.ts';
import { fillKinds } from './views.ts';

/** Who owns translated code: told when instructions it was made from are gone. */
export interface RegionOwner {
  /** An instruction word of the page changed. */
  drop(page: number, index: number): void;
  /** Every code page is gone. */
  clear(): void;
}

/** What is known of a page of RAM that has code pages. */
interface Source {
  readonly pages: number[];
  /** Slow stores to it since an instruction of it was last decoded, and how many make it data. */
  stores: number;
  patience: number;
}

/** With new code; doubled each time the same is needed again, so that a page of both costs no more than its stores. */
const firstPatience = 64;

/**
 * The code pages of one engine. A code page caches the instructions of one physical page as seen at one virtual
 * address. A page of RAM of which any is decoded is marked in the code map, and every write translation to it is made
 * slow, so that a store drops just the instructions it overwrites: instruction fetch is coherent with this engine's
 * stores. What was code may come to hold a stack: after many stores all its instructions are dropped, and the mark.
 */
export class CodeCache {
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #layout: Layout;
  readonly #parts: ReturnType<typeof engineLayout>;
  readonly #harts: readonly number[];
  /** Code pages by physical page number, counted from the start of RAM. */
  readonly #byPage = new Map<number, Source>();
  /** Virtual addresses at which the host wants to look. */
  readonly #probes = new Set<number>();
  #used = 0;
  /** Set before the first instruction is run. */
  owner: RegionOwner = { drop: () => {}, clear: () => {} };

  constructor(memory: ArrayBufferLike, layout: Layout, engine: number, harts: readonly number[]) {
    this.#words = new Int32Array(memory);
    this.#bytes = new Uint8Array(memory);
    this.#layout = layout;
    this.#parts = engineLayout(layout, engine);
    this.#harts = harts;
  }

  /** The host address of a physical address. */
  host(physical: number): number {
    return hostAddress(this.#layout, physical);
  }

  /** Makes the code page for a page of code, and puts it into the hash table. */
  create(virtual: number, physical: number, key: number): number {
    if (this.#used === engineParts.codePages) this.clear();
    const page = this.#parts.codePages + this.#used++ * codePage.bytes;
    this.#bytes.fill(0, page, page + codePage.bytes);
    this.#bytes[page + codePage.sentinel] = operations.pageEnd;
    const words = this.#words;
    words[(page + codePage.virtual) >>> 2] = virtual;
    words[(page + codePage.physical) >>> 2] = physical;
    const head = (this.#parts.hash >>> 2) + key;
    words[(page + codePage.next) >>> 2] = words[head]!;
    words[head] = page;
    const host = this.host(physical);
    words.copyWithin((page + codePage.raw) >>> 2, host >>> 2, (host >>> 2) + pageBytes / 4);
    const number = this.#pageNumber(host), source = this.#byPage.get(number);
    if (source) source.pages.push(page);
    else this.#byPage.set(number, { pages: [page], stores: 0, patience: 0 });
    return page;
  }

  /** The code page for what is at `physical` as seen at `virtual`, both multiples of a page; made if there is none. */
  pageAt(virtual: number, physical: number): number {
    // As in `fetch_slow`.
    const key = ((virtual >>> 12) ^ Math.imul(physical >>> 12, 0x9e5)) & 0xfff;
    let page = this.#words[(this.#parts.hash >>> 2) + key]! >>> 0;
    while (page !== 0 && (this.virtual(page) !== virtual || this.physical(page) !== physical)) {
      page = this.#words[(page + codePage.next) >>> 2]! >>> 0;
    }
    return page === 0 ? this.create(virtual, physical, key) : page;
  }

  /** Decodes the instruction at `ip` of a code page, in place. */
  decode(page: number, ip: number): void {
    const index = (ip - page) >>> 3, host = this.host(this.physical(page));
    const word = this.#words[(host >>> 2) + index]!, raw = (page + codePage.raw) / 4 + index;
    this.#mark(host, this.#words[raw] === word);
    const { operation, rd, rs1, rs2, imm } = predecode(word);
    const probed = this.#probes.size > 0 && this.#probes.has((this.virtual(page) + index * 4) >>> 0);
    this.#words[raw] = word;
    const bytes = this.#bytes;
    bytes[ip] = probed ? operations.probe : operation;
    bytes[ip + 1] = rd;
    bytes[ip + 2] = rs1;
    bytes[ip + 3] = rs2;
    this.#words[(ip + 4) >>> 2] = imm;
  }

  /** The operation of a probed instruction, once the host has looked. */
  operationAt(page: number, ip: number): number {
    return predecode(this.#words[(page + codePage.raw) / 4 + ((ip - page) >>> 3)]!).operation;
  }

  virtual(page: number): number {
    return this.#words[(page + codePage.virtual) >>> 2]! >>> 0;
  }

  physical(page: number): number {
    return this.#words[(page + codePage.physical) >>> 2]! >>> 0;
  }

  isProbed(address: number): boolean {
    return this.#probes.has(address >>> 0);
  }

  /** `bytes` bytes from host address `host` on have been or will be written. */
  invalidate(host: number, bytes = 4): void {
    const last = host + bytes - 1;
    for (let at = host & ~3; at <= last; at += 4) this.#invalidateWord(at);
  }

  /** Looks again at what a code page was made from; drops what differs. */
  refresh(page: number): void {
    const raw = (page + codePage.raw) >>> 2, now = this.host(this.physical(page)) >>> 2;
    for (let index = 0; index < pageBytes / 4; index++) {
      if (this.#words[raw + index] === this.#words[now + index]) continue;
      this.#forget(page, index);
      this.#words[raw + index] = this.#words[now + index]!;
    }
  }

  /** Looks again at every code page made from the RAM page at host address `host`. */
  refreshPage(host: number): void {
    for (const page of this.#byPage.get(this.#pageNumber(host))?.pages ?? []) this.refresh(page);
  }

  /** Whether any instruction of the RAM page at host address `host` is decoded. */
  hasCode(host: number): boolean {
    return this.#bytes[this.#parts.codeMap + this.#pageNumber(host)] !== 0;
  }

  /** From now on the host looks before the instruction at each of these virtual addresses. */
  setProbes(addresses: Iterable<number>): void {
    const changed = new Set<number>(this.#probes);
    this.#probes.clear();
    for (const address of addresses) {
      this.#probes.add(address >>> 0);
      changed.add(address >>> 0);
    }
    for (const { pages } of this.#byPage.values()) {
      for (const page of pages) {
        for (const address of changed) {
          if (((address & -pageBytes) >>> 0) === this.virtual(page)) this.#forget(page, (address & 0xffc) >>> 2);
        }
      }
    }
  }

  /** Forgets all code. */
  clear(): void {
    this.#words.fill(0, this.#parts.hash >>> 2, (this.#parts.hash >>> 2) + engineParts.hashEntries);
    for (const number of this.#byPage.keys()) this.#bytes[this.#parts.codeMap + number] = 0;
    this.#byPage.clear();
    this.#used = 0;
    this.#eachFill('code', (table, word) => void (this.#words[(table + tables.fetch + word * 4) >>> 2] = 0));
    this.owner.clear();
  }

  #pageNumber(host: number): number {
    return (host - this.#layout.ram) >>> 12;
  }

  #invalidateWord(host: number): void {
    const source = this.#byPage.get(this.#pageNumber(host));
    // Devices write to pages that were code once, too.
    if (!source || !this.hasCode(host)) return;
    for (const page of source.pages) this.#forget(page, (host & 0xffc) >>> 2);
    if (++source.stores > source.patience) this.#unmark(host, source);
  }

  /** Before an instruction is decoded, `known` if it is what it was. */
  #mark(host: number, known: boolean): void {
    const number = this.#pageNumber(host), source = this.#byPage.get(number)!;
    source.stores = 0;
    if (this.hasCode(host)) return;
    source.patience = known ? Math.max(firstPatience, source.patience * 2) : firstPatience;
    this.#bytes[this.#parts.codeMap + number] = 1;
    this.#slowWrites(host);
  }

  /** The next slow store to the page finds it unmarked, and makes its translation fast. */
  #unmark(host: number, source: Source): void {
    for (const page of source.pages) {
      for (let index = 0; index < pageBytes / 4; index++) this.#forget(page, index);
    }
    this.#bytes[this.#parts.codeMap + this.#pageNumber(host)] = 0;
  }

  #forget(page: number, index: number): void {
    const at = page + index * 8;
    if (this.#bytes[at] === operations.undecoded) return;
    this.#bytes[at] = operations.undecoded;
    this.owner.drop(page, index);
  }

  /** Makes every write translation to the page at `host` take the slow path. */
  #slowWrites(host: number): void {
    this.#eachFill('data', (table, word) => {
      if (word >>> 20 !== fillKinds.write) return;
      const page = word & 0xf_ffff;
      const at = (table + tables.write + page * 4) >>> 2;
      const entry = this.#words[at]!;
      if ((entry & entryBits.invalid) !== 0) return;
      if ((((entry & -pageBytes) + page * pageBytes) >>> 0) !== host) return;
      this.#words[at] = entry | entryBits.slow | entryBits.code;
    });
  }

  #eachFill(which: 'data' | 'code', visit: (tables: number, word: number) => void): void {
    const { count, list } = which === 'data'
      ? viewWords.offset : { count: viewWords.offset.codeCount, list: viewWords.offset.codeList };
    for (const hart of this.#harts) {
      for (let index = 0; index < viewsPerHart; index++) {
        const view = (this.#layout.hart(hart) + viewsAt + index * viewBytes) >>> 2;
        const first = this.#words[view + list / 4]! >>> 2;
        const table = this.#words[view + viewWords.offset.tables / 4]! >>> 0;
        for (let fill = this.#words[view + count / 4]! - 1; fill >= 0; fill--) visit(table, this.#words[first + fill]!);
      }
    }
  }
}

/** Gives a hart's views their tables; done once, when the machine's memory is made. */
export function initialiseHart(memory: ArrayBufferLike, layout: Layout, hart: number): void {
  const base = layout.hart(hart);
  hartWords.at(memory, base).id = hart;
  for (let index = 0; index < viewsPerHart; index++) {
    const view = viewWords.at(memory, base + viewsAt + index * viewBytes);
    const { tables: at, list, codeList } = layout.view(hart, index);
    view.tables = at;
    view.list = list;
    view.codeList = codeList;
  }
  assert(viewWords.size <= viewBytes && hartWords.size <= viewsAt, 'a hart fits its words');
}
