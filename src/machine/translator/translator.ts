import { decode, type Instruction } from '../../isa/instruction.ts';
import type { CodeCache, RegionOwner } from '../core/code-cache.ts';
import type { Core } from '../core/core.ts';
import { regionSignature } from '../core/region.ts';
import { linkCount } from '../core/run.ts';
import type { Fn } from '../wasm/function.ts';
import { moduleBytes } from '../wasm/module.ts';
import { bookedSteps, hartWords } from '../words/hart.ts';
import { codePage, engineLayout, engineParts, type Layout, pageBytes, tables } from '../words/layout.ts';
import { discover, type Limits, type Region } from './blocks.ts';
import { emitRegion } from './emit.ts';
import { Links } from './links.ts';

/** A translated region, as long as it can be entered. */
interface Translated {
  readonly region: Region;
  readonly instructions: number;
  /** Its place in the engine's table. */
  readonly index: number;
  /** The code page of each of its virtual pages. */
  readonly pages: ReadonlyMap<number, number>;
  /** Addresses that send the interpreter here, with the words of code pages that do it: indices of shared memory. */
  readonly entries: ReadonlyMap<number, number>;
  /** How often it was found that its pages are mapped otherwise. */
  misses: number;
  /** How many times in a row it came from a merging. */
  readonly merges: number;
  /** Steps of the hart that last entered it straight from others often. */
  linkedAt: number | undefined;
}

interface Hot { readonly hart: number; readonly pc: number; readonly page: number }
interface Made { readonly translated: Translated; readonly fn: Fn }
/** The code page of a virtual page; undefined when it must not be part of the region. */
type PageOf = (page: number) => number | undefined;

const single: Limits = { instructions: 500, pages: 4 };
const merged: Limits = { instructions: 1500, pages: 12 };
/** When so many regions are alive, all are dropped: a guest that makes code for ever must not exhaust the host. */
const mostRegions = engineParts.regions - 1000;
/** Smaller regions cost more to enter than they save. */
const fewestInstructions = 3;
/** A merging throws optimised code away, so it must pay, and the same code is not merged over and over. */
const stepsPerLink = 1000;
const mostMerges = 6;
/** Requests wait until there are so many, or for so many looks: each module costs as much as several regions. */
const batch = { requests: 24, looks: 8 } as const;
/** A region found mapped otherwise this often gives its entries up. */
const mostMisses = 50;

/**
 * Translates what the interpreter found hot. Requests are collected and compiled as one module, because calls among the
 * functions of one instance are ten times cheaper than among instances. Regions that often follow one another are made
 * into one, so that a call, a return or a jump table does not leave translated code.
 */
export class Translator implements RegionOwner {
  readonly #core: Core;
  readonly #memory: WebAssembly.Memory;
  readonly #layout: Layout;
  readonly #words: Int32Array;
  readonly #arrivals: number;
  #queue: Hot[] = [];
  #looks = 0;
  readonly #links = new Links();
  readonly #byPage = new Map<number, Set<Translated>>();
  readonly #byIndex = new Map<number, Translated>();
  readonly #free: number[] = [];
  /** Regions made since the start, for those who watch the translator. */
  made = 0;

  constructor(core: Core, memory: WebAssembly.Memory, layout: Layout, engine: number) {
    this.#core = core;
    this.#memory = memory;
    this.#layout = layout;
    this.#words = new Int32Array(memory.buffer);
    this.#arrivals = engineLayout(layout, engine).arrivals >>> 2;
    // Place 0 stays empty: the interpreter takes it for no region.
    core.table.grow(1);
    core.code.owner = this;
    core.onHot = (hart, pc, page) => void this.#queue.push({ hart, pc, page });
    core.onRemapped = (index) => this.#remapped(index);
    core.onLinked = (hart, from, to) => this.#linked(hart, from, to);
  }

  /** Regions alive. */
  get size(): number {
    return this.#byIndex.size;
  }

  /** Whether anything waits for `flush`. */
  get hasWork(): boolean {
    return this.#queue.length > 0 || this.#links.hasWork;
  }

  /** Translates what was found hot since the last call. Not to be called while a hart of this engine runs. */
  flush(): void {
    const queue = this.#batch();
    if (this.#byIndex.size > mostRegions) this.clear();
    const made = queue.flatMap((hot) => this.#translateHot(hot) ?? []);
    for (const group of this.#links.ripe()) made.push(...this.#merge(group));
    if (made.length > 0) this.#install(made);
  }

  /** The requests to serve now; none while it pays to wait for more. */
  #batch(): Hot[] {
    if (this.#queue.length < batch.requests && ++this.#looks < batch.looks) return [];
    this.#looks = 0;
    return this.#queue.splice(0);
  }

  drop(page: number, index: number): void {
    const virtual = this.#core.code.virtual(page);
    for (const translated of [...this.#byPage.get(page) ?? []]) {
      if (covers(translated.region, virtual + index * 4)) this.#remove(translated);
    }
  }

  clear(): void {
    for (const translated of [...this.#byIndex.values()]) this.#remove(translated);
    this.#queue = [];
  }

  /** Regions are merged where going from one to the other is a noticeable part of the work, at the rate of now. */
  #linked(hart: number, from: number, to: number): void {
    const target = this.#byIndex.get(to);
    if (!target || target.merges >= mostMerges) return;
    const steps = bookedSteps(this.#words, hart), since = target.linkedAt;
    target.linkedAt = steps;
    if (since !== undefined && steps - since < linkCount * stepsPerLink) this.#links.add(from, to);
  }

  #remapped(index: number): void {
    const translated = this.#byIndex.get(index);
    if (translated && ++translated.misses > mostMisses) this.#remove(translated);
  }

  #translateHot({ hart, pc, page }: Hot): Made | undefined {
    const code = this.#core.code;
    if (code.virtual(page) !== (pc & -pageBytes) >>> 0 || this.#words[this.#entry(page, pc)]! < 0) return undefined;
    const mapped = this.#words[(hart + hartWords.offset.codeTables) >>> 2]! >>> 0;
    const codePageAt = (number: number) => this.#words[(mapped + tables.fetch + number * 4) >>> 2]!;
    // The context may have changed since: other pages are looked up only while the first is still where it was.
    const here = codePageAt(pc >>> 12) === page;
    return this.#translate([pc], single,
      (number) => (number === pc >>> 12 ? page : here ? codePageAt(number) || undefined : undefined));
  }

  /** Makes regions that follow one another into one, as far as the limits allow. */
  #merge(group: readonly number[]): Made[] {
    const parts: Translated[] = [];
    let instructions = 0;
    for (const index of group) {
      const part = this.#byIndex.get(index);
      const fits = part && part.merges < mostMerges && instructions + part.instructions <= merged.instructions;
      if (!fits) continue;
      instructions += part.instructions;
      parts.push(part);
    }
    if (parts.length < 2) return [];
    const pages = new Map(parts.flatMap((part) => [...part.pages]));
    if (pages.size > merged.pages) return [];
    // Where two parts knew a page under different mappings they cannot be one.
    if (parts.some((part) => [...part.pages].some(([number, page]) => pages.get(number) !== page))) return [];
    const seeds = parts.flatMap((part) => [...part.entries.keys()]);
    for (const part of parts) this.#remove(part);
    const merges = Math.max(...parts.map((part) => part.merges)) + 1;
    const made = this.#translate(seeds, merged, (number) => pages.get(number), merges);
    return made ? [made] : [];
  }

  #translate(seeds: readonly number[], limits: Limits, pageOf: PageOf, merges = 0): Made | undefined {
    const code = this.#core.code;
    const region = discover(seeds, (at) => this.#fetch(code, at, pageOf(at >>> 12)), limits);
    const instructions = [...region.blocks.values()].reduce((sum, block) => sum + block.instructions.length, 0);
    if (instructions < fewestInstructions || !region.entries.has(seeds[0]!)) return undefined;
    const pages = new Map([...region.pages].map((number) => [number, pageOf(number)!]));
    const shared = this.#layout.engines > 1;
    const fn = emitRegion(region, { shared, physical: (number) => code.physical(pages.get(number)!) });
    const translated = this.#claim({ region, instructions, pages, merges });
    this.made++;
    return { translated, fn };
  }

  /** Finds a place for a region and points its entries there. */
  #claim(its: Pick<Translated, 'region' | 'instructions' | 'pages' | 'merges'>): Translated {
    const { region, pages } = its;
    const index = this.#free.pop() ?? this.#core.table.grow(1);
    const entries = new Map<number, number>();
    for (const at of region.entries) {
      const word = this.#entry(pages.get(at >>> 12)!, at);
      // The first region to claim an entry keeps it.
      if (this.#words[word]! < 0) continue;
      this.#words[word] = index | (1 << 31);
      entries.set(at, word);
    }
    const translated: Translated = { ...its, index, entries, misses: 0, linkedAt: undefined };
    for (const page of pages.values()) this.#byPage.set(page, (this.#byPage.get(page) ?? new Set()).add(translated));
    this.#byIndex.set(index, translated);
    this.#words[this.#arrivals + index] = 0;
    return translated;
  }

  #fetch(code: CodeCache, pc: number, page: number | undefined): Instruction | undefined {
    if (page === undefined || code.isProbed(pc)) return undefined;
    const index = (pc & 0xffc) >>> 2;
    // What is translated must be noticed when it is overwritten, so it must have been decoded.
    code.decode(page, page + index * 8);
    return decode(this.#words[(page + codePage.raw) / 4 + index]!);
  }

  #entry(page: number, pc: number): number {
    return (page + codePage.entries + (pc & 0xffc)) >>> 2;
  }

  #install(made: readonly Made[]): void {
    // One of the same batch may have been merged into another, or dropped.
    const alive = made.filter(({ translated }) => this.#byIndex.get(translated.index) === translated);
    const bytes = moduleBytes({
      signatures: [regionSignature], imports: [], memoryPages: this.#layout.pages, usesTable: false, globals: 0,
      functions: alive.map(({ fn }, index) => ({ signature: 0, fn, name: `r${index}` })),
    });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: this.#memory } });
    alive.forEach(({ translated }, index) => {
      this.#core.table.set(translated.index, instance.exports[`r${index}`] as never);
    });
  }

  #remove(translated: Translated): void {
    if (!this.#byIndex.delete(translated.index)) return;
    for (const word of translated.entries.values()) this.#words[word] = 0;
    for (const page of translated.pages.values()) this.#byPage.get(page)?.delete(translated);
    this.#core.table.set(translated.index, null);
    this.#free.push(translated.index);
  }
}

/** Whether an address is among a region's instructions. */
function covers({ blocks }: Region, pc: number): boolean {
  for (const block of blocks.values()) {
    const offset = (pc - block.pc) >>> 0;
    if (offset < block.instructions.length * 4) return true;
  }
  return false;
}
