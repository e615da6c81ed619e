import type { RegisterArray, RegisterMap } from '../../platform/registers.ts';
import type { Field, View } from '../words/struct.ts';

type CountOf<R> = R extends { readonly count: infer N extends number } ? N : 1;
export type KeptFields<M extends RegisterMap> = {
  readonly [R in keyof M & string]: Field & { readonly count: CountOf<M[R]> }
};

/** One mapped type, not `Registers`' several: TypeScript lets accessors override no other properties. */
type Kept<M extends RegisterMap> = {
  -readonly [R in keyof M]: M[R] extends { readonly count: number } ? RegisterArray : number
};

/** A word of the device for every register of a map: the fields of a struct. */
export function keptFields<const M extends RegisterMap>(map: M): KeptFields<M> {
  return Object.fromEntries(Object.entries(map).map(([name, { count = 1, about }]) =>
    [name, { count, owner: 'device', about }])) as unknown as KeptFields<M>;
}

/**
 * A class whose registers keep what is written to them, over words made with `keptFields`. A chip with a hundred
 * registers extends it, and overrides the accessors of those that do something.
 */
export function keptRegisters<const M extends RegisterMap>(map: M):
abstract new (words: View<KeptFields<M>>) => Kept<M> & { readonly words: View<KeptFields<M>> } {
  abstract class Keeper {
    readonly words: View<KeptFields<M>>;
    constructor(words: View<KeptFields<M>>) {
      this.words = words;
    }
  }
  type Words = Record<string, number & Int32Array>;
  for (const [name, { count }] of Object.entries(map)) {
    Object.defineProperty(Keeper.prototype, name, count === undefined ? {
      get(this: Keeper) { return (this.words as unknown as Words)[name]; },
      set(this: Keeper, value: number) { (this.words as unknown as Record<string, number>)[name] = value; },
      configurable: true,
    } : {
      get(this: Keeper): RegisterArray {
        const array = (this.words as unknown as Words)[name]!;
        return { get: (index) => array[index]!, set: (index, value) => { array[index] = value; } };
      },
      configurable: true,
    });
  }
  return Keeper as unknown as ReturnType<typeof keptRegisters<M>>;
}
