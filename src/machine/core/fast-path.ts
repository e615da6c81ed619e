import type { LoadKind, StoreKind } from '../../isa/semantics.ts';
import type { Fn, Value } from '../wasm/function.ts';
import { op } from '../wasm/opcodes.ts';
import { entryBits } from '../words/layout.ts';

/** What interpreter and translator share of an access that finds a fast entry in its table: see words/layout.ts. */
export const loadOpcodes: Record<LoadKind, number> = {
  lb: op.i32_load8_s, lbu: op.i32_load8_u, lh: op.i32_load16_s, lhu: op.i32_load16_u, lw: op.i32_load,
};
export const storeOpcodes: Record<StoreKind, number> = { sb: op.i32_store8, sh: op.i32_store16, sw: op.i32_store };
/** Bytes. */
export const loadSizes: Record<LoadKind, number> = { lb: 1, lbu: 1, lh: 2, lhu: 2, lw: 4 };
export const storeSizes: Record<StoreKind, number> = { sb: 1, sh: 2, sw: 4 };

/** Where a page's entry lies in a table. */
export const pageOffset = (f: Fn, va: Value): Value => f.and(f.shr(va, f.constant(10)), f.constant(0x3f_fffc));

/** Not zero when an access of `size` bytes must take the slow path: the entry is not fast, or `va` not aligned. */
export const isSlow = (f: Fn, entry: Value, va: Value, size: number): Value => (size === 1
  ? f.and(entry, f.constant(entryBits.slow))
  : f.and(f.or(entry, va), f.constant(entryBits.slow | (size - 1))));
