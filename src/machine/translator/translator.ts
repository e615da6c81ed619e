import { decode, type Instruction } from '../../isa/instruction.ts';
import type { CodeCache, RegionOwner } from '../core/code-cache.ts';
import type { Core } from '../core/core.ts';
import { regionSignature } from '../core/interpreter.ts';
import type { Fn } from '../wasm/function.ts';
import { moduleBytes } from '../wasm/module.ts';
import { hartWords } from '../words/hart.ts';
import { codePage, type Layout, pageBytes, tables } from '../words/layout.ts';
import { discover, type Region } from './blocks.ts';
import { emitRegion } from './emit.ts';

/** A translated region, as long as it can be entered. */
interface Translated {
  readonly region: Region;
  /** Its place in the engine's table. */
  readonly index: number;
  /** The code page of each of its virtual pages. */
  readonly pages: ReadonlyMap<number, number>;
  /** Words of code pages that send the interpreter here: indices of the shared memory. */
  readonly entries: readonly number[];
  /** How often it was found that its pages are mapped otherwise. */
  misses: number;
}

interface Hot { readonly hart: number; readonly pc: number; readonly page: number }

/** When so many regions are alive, all are dropped: a guest that makes code for ever must not exhaust the host. */
const mostRegions = 20_000;
/** Smaller regions cost more to enter than they save. */
const fewestInstructions = 3;
/** A region found mapped otherwise this often gives its entries up. */
const mostMisses = 50;
/** How often a function's region may be made again because more entries of it are known. */
const mostRevisions = 3;

/**
 * Translates what the interpreter found hot. Requests are collected and compiled as one module, because calls among the
 * functions of one instance are ten times cheaper than among instances.
 */
export class Translator implements RegionOwner {
  readonly #core: Core;
  readonly #memory: WebAssembly.Memory;
  readonly #layout: Layout;
  readonly #words: Int32Array;
  readonly #shared: boolean;
  #queue: Hot[] = [];
  readonly #byPage = new Map<number, Set<Translated>>();
  readonly #byIndex = new Map<number, Translated>();
  readonly #free: number[] = [];
  readonly #revisions = new Map<number, number>();

  constructor(core: Core, memory: WebAssembly.Memory, layout: Layout) {
    this.#core = core;
    this.#memory = memory;
    this.#layout = layout;
    this.#words = new Int32Array(memory.buffer);
    this.#shared = layout.engines > 1;
    core.code.owner = this;
    core.onHot = (hart, pc, page) => void this.#queue.push({ hart, pc, page });
    core.onRemapped = (index) => this.#remapped(index);
  }

  /** Regions alive. */
  get size(): number {
    return this.#byIndex.size;
  }

  /** Whether anything waits for `flush`. */
  get hasWork(): boolean {
    return this.#queue.length > 0;
  }

  /** Translates what was found hot since the last call. Not to be called while a hart of this engine runs. */
  flush(): void {
    const queue = this.#queue;
    this.#queue = [];
    if (this.#byIndex.size > mostRegions) this.clear();
    const made: { translated: Translated; fn: Fn }[] = [];
    for (const hot of queue) {
      const found = this.#translate(hot);
      if (found) made.push(found);
    }
    if (made.length > 0) this.#install(made);
  }

  drop(page: number, index?: number): void {
    const virtual = this.#core.code.virtual(page);
    for (const translated of [...this.#byPage.get(page) ?? []]) {
      if (index === undefined || covers(translated.region, virtual + index * 4)) this.#remove(translated);
    }
  }

  clear(): void {
    for (const translated of [...this.#byIndex.values()]) this.#remove(translated);
    this.#revisions.clear();
    this.#queue = [];
  }

  #remapped(index: number): void {
    const translated = this.#byIndex.get(index);
    if (translated && ++translated.misses > mostMisses) this.#remove(translated);
  }

  #translate({ hart, pc, page }: Hot): { translated: Translated; fn: Fn } | undefined {
    const code = this.#core.code;
    if (code.virtual(page) !== (pc & -pageBytes) >>> 0 || this.#words[this.#entry(page, pc)]! < 0) return undefined;
    const pages = new Map<number, number>([[pc >>> 12, page]]);
    const mapped = this.#words[(hart + hartWords.offset.codeTables) >>> 2]! >>> 0;
    // The context may have changed since: a page of the region is looked up only while its first page is still there.
    const here = this.#words[(mapped + tables.fetch + (pc >>> 12) * 4) >>> 2] === page;
    const pageOf = (number: number): number | undefined => {
      if (!pages.has(number)) {
        const other = here ? this.#words[(mapped + tables.fetch + number * 4) >>> 2]! : 0;
        if (other === 0) return undefined;
        pages.set(number, other);
      }
      return pages.get(number);
    };
    const region = discover(this.#seeds(pc, page), (at) => this.#fetch(code, at, pageOf(at >>> 12)));
    const count = [...region.blocks.values()].reduce((sum, { instructions }) => sum + instructions.length, 0);
    if (count < fewestInstructions || !region.entries.has(pc)) return undefined;
    const used = new Map([...pages].filter(([number]) => region.pages.has(number)));
    const fn = emitRegion(region, { shared: this.#shared, physical: (number) => code.physical(used.get(number)!) });
    const translated = { region, index: this.#place(), pages: used, entries: [] as number[], misses: 0 };
    for (const at of region.entries) {
      const word = this.#entry(used.get(at >>> 12)!, at);
      // The first region to claim an entry keeps it.
      if (this.#words[word]! >= 0) {
        this.#words[word] = translated.index | (1 << 31);
        translated.entries.push(word);
      }
    }
    for (const used of translated.pages.values()) {
      const set = this.#byPage.get(used) ?? new Set();
      this.#byPage.set(used, set.add(translated));
    }
    this.#byIndex.set(translated.index, translated);
    return { translated, fn };
  }

  /**
   * An entry inside a region that does not know it (the target of a jump table, say) joins that region, which is made
   * again with both; a few times, so that ever new targets do not recompile it for ever.
   */
  #seeds(pc: number, page: number): number[] {
    for (const translated of this.#byPage.get(page) ?? []) {
      const { region } = translated;
      if (!covers(region, pc)) continue;
      const key = Math.min(...region.blocks.keys());
      const revisions = this.#revisions.get(key) ?? 0;
      if (revisions >= mostRevisions) continue;
      this.#revisions.set(key, revisions + 1);
      const owned = [...region.entries].filter((at) => translated.pages.has(at >>> 12));
      this.#remove(translated);
      return [pc, ...owned.filter((at) => at >>> 12 === pc >>> 12)];
    }
    return [pc];
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

  #place(): number {
    return this.#free.pop() ?? this.#core.table.grow(1);
  }

  #install(made: readonly { translated: Translated; fn: Fn }[]): void {
    const bytes = moduleBytes({
      signatures: [regionSignature], imports: [], memoryPages: this.#layout.pages, usesTable: false, globals: 0,
      functions: made.map(({ fn }, index) => ({ signature: 0, fn, name: `r${index}` })),
    });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: this.#memory } });
    made.forEach(({ translated }, index) => {
      // A later region of the batch may have replaced this one.
      if (this.#byIndex.get(translated.index) !== translated) return;
      this.#core.table.set(translated.index, instance.exports[`r${index}`] as never);
    });
  }

  #remove(translated: Translated): void {
    if (!this.#byIndex.delete(translated.index)) return;
    for (const word of translated.entries) this.#words[word] = 0;
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
