import { ModuleBuilder } from '../wasm/builder.ts';
import { stops } from '../words/hart.ts';
import { engineLayout, type Layout } from '../words/layout.ts';
import { defineAccess } from './access.ts';
import { CodeCache } from './code-cache.ts';
import type { CoreContext } from './context.ts';
import { type CostProfile, flat } from './cost.ts';
import { defineCsr } from './csr.ts';
import { defineRun } from './run.ts';
import { defineTranslation } from './translation.ts';
import { defineTraps } from './trap.ts';
import { defineViews } from './views.ts';

/** What an engine asks of the machine around it, on the thread that runs the hart. `hart` is the hart's address. */
export interface Surroundings {
  /** A load of `size` bytes from a device; sets the hart's `fault` word when nothing answers. */
  read(hart: number, physical: number, size: number): number;
  write(hart: number, physical: number, size: number, value: number): void;
  /** See `counters` in csr.ts. */
  readCounter(hart: number, which: number): number;
  writeCounter(hart: number, which: number, value: number): void;
  /** The host looks at the hart before the instruction at `pc`. */
  probe(hart: number, pc: number): void;
}

export interface CoreOptions {
  readonly memory: WebAssembly.Memory;
  readonly layout: Layout;
  /** Which engine of the layout this is, and the harts it runs. */
  readonly engine: number;
  readonly harts: readonly number[];
  readonly surroundings: Surroundings;
  readonly costs?: CostProfile;
  /** How often a jump target is arrived at before it is translated; 0 never translates. */
  readonly hotCount?: number;
}

export type Stop = (typeof stops)[keyof typeof stops];

interface Exports {
  run(hart: number, budget: number): Stop;
  set_context(hart: number): void;
}

/** The functions a core module imports, with how many parameters and results. */
const imports = [
  ['mmio_read', 3, 1], ['mmio_write', 4, 0], ['read_counter', 2, 1], ['write_counter', 3, 0],
  ['new_code_page', 3, 1], ['refresh_code_page', 1, 0], ['invalidate', 1, 0], ['decode', 2, 0],
  ['probe', 3, 1], ['hot', 3, 0], ['remapped', 1, 0], ['linked', 3, 0],
] as const;

export const defaultHotCount = 1000;

/** The WebAssembly of an engine: interpreter, translation, traps, CSRs. */
export function coreBytes(options: CoreOptions): Uint8Array<ArrayBuffer> {
  const { layout, engine, costs = flat, hotCount = defaultHotCount } = options;
  const module = new ModuleBuilder();
  for (const [name, parameters, results] of imports) module.import(name, parameters, results);
  const context: CoreContext = { module, layout, ...engineLayout(layout, engine), shared: layout.engines > 1, costs };
  defineViews(context);
  defineTranslation(context);
  defineAccess(context);
  defineTraps(context);
  defineCsr(context);
  defineRun(context, { hotCount: hotCount === 0 ? -1 : hotCount });
  return module.bytes(layout.pages);
}

/** One engine: runs harts on the calling thread. Its only state of its own is what it can make again from memory. */
export class Core {
  readonly code: CodeCache;
  readonly table: WebAssembly.Table;
  readonly #exports: Exports;
  /** Called with each jump target that became hot: its address and code page. */
  onHot: (hart: number, pc: number, page: number) => void = () => {};
  /** Called with a region's place in the table when it did not find its pages mapped as it knew them. */
  onRemapped: (index: number) => void = () => {};
  /** Called each time a region has been entered straight from others `linkCount` times, with the last of them. */
  onLinked: (hart: number, from: number, to: number) => void = () => {};

  constructor(options: CoreOptions) {
    const { memory, layout, engine, harts, surroundings } = options;
    const code = new CodeCache(memory.buffer, layout, engine, harts);
    this.code = code;
    this.table = new WebAssembly.Table({ initial: 0, element: 'anyfunc' });
    const env = {
      memory, table: this.table,
      mmio_read: surroundings.read, mmio_write: surroundings.write,
      read_counter: surroundings.readCounter, write_counter: surroundings.writeCounter,
      new_code_page: (virtual: number, physical: number, key: number) => code.create(virtual, physical >>> 0, key),
      refresh_code_page: (page: number) => code.refresh(page >>> 0),
      invalidate: (host: number) => code.invalidate(host >>> 0),
      decode: (page: number, ip: number) => code.decode(page >>> 0, ip >>> 0),
      probe: (hart: number, page: number, ip: number) => {
        surroundings.probe(hart, (code.virtual(page >>> 0) + ((ip - page) >>> 1)) >>> 0);
        return code.operationAt(page >>> 0, ip >>> 0);
      },
      remapped: (index: number) => this.onRemapped(index),
      linked: (hart: number, from: number, to: number) => this.onLinked(hart, from, to),
      hot: (hart: number, pc: number, page: number) => this.onHot(hart, pc >>> 0, page >>> 0),
    };
    const instance = new WebAssembly.Instance(new WebAssembly.Module(coreBytes(options)), { env });
    this.#exports = instance.exports as unknown as Exports;
  }

  /** Takes at most `budget` steps with the hart at address `hart`. */
  run(hart: number, budget: number): Stop {
    return this.#exports.run(hart, budget);
  }

  /** After the host has changed a hart's privilege, mstatus or satp. */
  setContext(hart: number): void {
    this.#exports.set_context(hart);
  }
}
