import { assert } from '../../assert.ts';

/**
 * Shared memory as structs with owners. A struct names its words in order; every word says who writes it and what it
 * means. `size`, `offset` and live views are derived, so no index or address is ever written by hand.
 */
export type Owner =
  | 'hart'     // the thread that runs the hart
  | 'engine'   // the thread that holds the code cache
  | 'device'   // whoever holds the device's lock
  | 'machine'  // the thread that controls the machine, while harts are parked
  | 'any';     // any thread, by Atomics only

export interface Field { readonly count: number; readonly owner: Owner; readonly about: string }

/** One 32-bit word. */
export const word = (owner: Owner, about: string): Field & { readonly count: 1 } => ({ count: 1, owner, about });
/** `count` consecutive 32-bit words. */
export const words = <N extends number>(count: N, owner: Owner, about: string) => ({ count, owner, about }) as const;

export type Fields = Readonly<Record<string, Field>>;

/** A live view: scalars read and write as properties (signed 32-bit), arrays are Int32Array windows, made once. */
export type View<F extends Fields> = {
  -readonly [K in keyof F]: F[K] extends { readonly count: 1 } ? number : Int32Array;
} & { readonly memory: Int32Array; readonly index: (name: keyof F & string) => number };

export interface Struct<F extends Fields> {
  readonly fields: F;
  /** Bytes, a multiple of 8. */
  readonly size: number;
  /** Byte offset of each field from the struct's start. */
  readonly offset: { readonly [K in keyof F]: number };
  /** A view of the struct at byte `address` of the shared memory. */
  at(memory: ArrayBufferLike, address: number): View<F>;
}

export function struct<const F extends Fields>(fields: F): Struct<F> {
  for (const taken of ['memory', 'firstWord', 'index']) assert(!(taken in fields), `no field is called ${taken}`);
  const offset: Record<string, number> = {};
  let size = 0;
  for (const [name, field] of Object.entries(fields)) {
    offset[name] = size;
    size += field.count * 4;
  }
  const arrays = Object.entries(fields).filter(([, { count }]) => count !== 1);
  /** One class per struct, so that every access is a monomorphic property of a known shape. */
  class StructView {
    readonly memory: Int32Array;
    readonly firstWord: number;
    constructor(memory: ArrayBufferLike, address: number) {
      this.memory = new Int32Array(memory);
      this.firstWord = address >>> 2;
      for (const [name, { count }] of arrays) {
        const first = this.firstWord + (offset[name]! >>> 2);
        Object.defineProperty(this, name, { value: this.memory.subarray(first, first + count), enumerable: true });
      }
    }
    index(name: string): number {
      return this.firstWord + (offset[name]! >>> 2);
    }
  }
  for (const [name, { count }] of Object.entries(fields)) {
    const at = offset[name]! >>> 2;
    if (count !== 1) continue;
    Object.defineProperty(StructView.prototype, name, {
      get(this: StructView) { return this.memory[this.firstWord + at]; },
      set(this: StructView, value: number) { this.memory[this.firstWord + at] = value; },
    });
  }
  return {
    fields, size: (size + 7) & ~7, offset: offset as Struct<F>['offset'],
    at: (memory, address) => new StructView(memory, address) as unknown as View<F>,
  };
}
