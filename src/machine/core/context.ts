import type { CostProfile } from './cost.ts';
import type { Fn, Value } from '../wasm/function.ts';
import type { ModuleBuilder } from '../wasm/builder.ts';
import { hartWords, viewWords } from '../words/hart.ts';
import type { Layout } from '../words/layout.ts';

/** What the parts of the core module are generated from. */
export interface CoreContext {
  readonly module: ModuleBuilder;
  readonly layout: Layout;
  /** This engine's memory. */
  readonly hash: number;
  readonly codeMap: number;
  readonly arrivals: number;
  readonly codePages: number;
  /** Whether other engines run harts on the same memory, so that their stores reach our code only through fences. */
  readonly shared: boolean;
  readonly costs: CostProfile;
}

type HartWord = keyof typeof hartWords.offset;
type ViewWord = keyof typeof viewWords.offset;

/** Named access to the words of the hart at address `h`. */
export function hartOf(f: Fn, h: Value) {
  return {
    get: (name: HartWord): Value => f.load(h, hartWords.offset[name]),
    set: (name: HartWord, value: Value): void => f.store(h, value, hartWords.offset[name]),
    /** The interrupt lines, which other threads change. */
    pending: (): Value => f.atomicLoad(h, hartWords.offset.pending),
    charge: (cycles: number): void => {
      if (cycles === 0) return;
      const at = hartWords.offset.charge;
      f.store(h, f.add(f.load(h, at), f.constant(cycles)), at);
    },
  };
}

/** Named access to the words of the view at address `v`. */
export function viewOf(f: Fn, v: Value) {
  return {
    get: (name: ViewWord): Value => f.load(v, viewWords.offset[name]),
    set: (name: ViewWord, value: Value): void => f.store(v, value, viewWords.offset[name]),
  };
}
