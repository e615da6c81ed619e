/**
 * A register map: where each named register of a device lives, as its datasheet lists them. The bus, the trace, the
 * drivers' constants and the fault injector all read this one map.
 */
export type Access = 'ro' | 'wo' | 'rw';

export interface Register {
  /** Byte offset from the start of the device. */
  readonly at: number;
  readonly access: Access;
  /** The datasheet's name of the register. */
  readonly about: string;
  /** How many registers share the name, `stride` bytes apart; absent for one. */
  readonly count?: number;
  readonly stride?: number;
}

export type RegisterMap = Readonly<Record<string, Register>>;

export const ro = (at: number, about: string) => ({ at, access: 'ro', about }) as const;
export const wo = (at: number, about: string) => ({ at, access: 'wo', about }) as const;
export const rw = (at: number, about: string) => ({ at, access: 'rw', about }) as const;

/** `count` registers of one name: the one given, and others after it every `stride` bytes. */
export const array = <R extends Register>(register: R, { count, stride }: { count: number; stride: number }) =>
  ({ ...register, count, stride }) as const;

/** What a trace calls the register at byte `offset`, with the index in an array; undefined when there is none. */
export function registerName(map: RegisterMap, offset: number, way: 'read' | 'write'): string | undefined {
  for (const [name, { at, access, count = 1, stride = 0 }] of Object.entries(map)) {
    if (access === (way === 'read' ? 'wo' : 'ro')) continue;
    const index = stride === 0 ? 0 : Math.floor((offset - at) / stride);
    if (index < 0 || index >= count || at + index * stride !== offset) continue;
    return stride === 0 ? name : `${name}[${index}]`;
  }
  return undefined;
}

/** What a device has for an array of registers. */
export interface RegisterArray {
  get(index: number): number;
  set(index: number, value: number): void;
}

type Readable<M extends RegisterMap> = {
  [R in keyof M as M[R]['access'] extends 'wo' ? never : M[R] extends { count: number } ? never : R]: number
};
type Writable<M extends RegisterMap> = {
  [R in keyof M as M[R]['access'] extends 'ro' ? never : M[R] extends { count: number } ? never : R]: number
};
type Arrays<M extends RegisterMap> = {
  readonly [R in keyof M as M[R] extends { count: number } ? R : never]:
    M[R]['access'] extends 'ro' ? Pick<RegisterArray, 'get'> :
    M[R]['access'] extends 'wo' ? Pick<RegisterArray, 'set'> : RegisterArray
};

/** What a device class must have: an accessor for every register in its map, a `RegisterArray` for every array. */
export type Registers<M extends RegisterMap> = Readable<M> & Writable<M> & Arrays<M>;
