/**
 * A register map: where each named register of a device lives, as its datasheet lists them. The bus, the trace, the
 * drivers' constants and the fault injector all read this one map.
 */
export type Access = 'ro' | 'wo' | 'rw';
/** `at` is the byte offset; `about` the datasheet's name of the register. */
export interface Register { readonly at: number; readonly access: Access; readonly about: string }
export type RegisterMap = Readonly<Record<string, Register>>;

export const ro = (at: number, about: string) => ({ at, access: 'ro', about }) as const;
export const wo = (at: number, about: string) => ({ at, access: 'wo', about }) as const;
export const rw = (at: number, about: string) => ({ at, access: 'rw', about }) as const;

type Readable<M extends RegisterMap> = { [R in keyof M as M[R]['access'] extends 'wo' ? never : R]: number };
type Writable<M extends RegisterMap> = { [R in keyof M as M[R]['access'] extends 'ro' ? never : R]: number };

/** What a device class must have: an accessor for every register in its map. */
export type Registers<M extends RegisterMap> = Readable<M> & Writable<M>;
