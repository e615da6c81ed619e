import { assert } from '../../assert.ts';
import { registerName, type RegisterArray, type RegisterMap, type Registers } from '../../platform/registers.ts';

/** Bytes of an access. */
export type Size = 1 | 2 | 4;

type Read = () => number;
type Write = (value: number) => void;

/** Offsets are looked up in two steps, so that a device that spreads over megabytes needs no array as long. */
const pageShift = 12;
const pageMask = (1 << pageShift) - 1;

/**
 * The bus's view of a device: offsets in, the accessors of its register map out. The accessors are found once; an
 * access is two array look-ups and a call. What is no register reads as 0 and ignores writes. A register answers whole,
 * at its first byte, whatever the size of the access; a narrower access sees its low bytes.
 */
export class RegisterFile<M extends RegisterMap> {
  readonly #reads: (Read | undefined)[][] = [];
  readonly #writes: (Write | undefined)[][] = [];
  readonly #map: M;

  constructor(map: M, device: Registers<M>) {
    this.#map = map;
    for (const [name, { at, access, count, stride = 0 }] of Object.entries(map)) {
      for (let index = 0; index < (count ?? 1); index++) {
        const { read, write } = count === undefined ? accessor(device, name) : element(device, name, index);
        const offset = at + index * stride;
        if (access !== 'wo') enter(this.#reads, offset, read, name);
        if (access !== 'ro') enter(this.#writes, offset, write, name);
      }
    }
  }

  /** The register at byte `offset`, unsigned. */
  read(offset: number, size: Size): number {
    const value = this.#reads[offset >>> pageShift]?.[offset & pageMask]?.() ?? 0;
    return size === 4 ? value >>> 0 : value & (size === 1 ? 0xff : 0xffff);
  }

  write(offset: number, size: Size, value: number): void {
    const narrowed = size === 4 ? value >>> 0 : value & (size === 1 ? 0xff : 0xffff);
    this.#writes[offset >>> pageShift]?.[offset & pageMask]?.(narrowed);
  }

  /** What a trace calls the register at `offset`, with the index in an array; undefined when there is none. */
  name(offset: number, way: 'read' | 'write'): string | undefined {
    return registerName(this.#map, offset, way);
  }
}

function enter<T>(pages: (T | undefined)[][], offset: number, call: T | undefined, name: string): void {
  assert(call !== undefined, `the device has no accessor for ${name}`);
  const page = pages[offset >>> pageShift] ??= [];
  // Without gaps, which would make an array of few registers far apart slow to look up.
  while (page.length <= (offset & pageMask)) page.push(undefined);
  assert(page[offset & pageMask] === undefined, `${name} is where another register is`);
  page[offset & pageMask] = call;
}

/** The accessors of one register, from the device or its class. */
function accessor(device: object, name: string): { read: Read | undefined; write: Write | undefined } {
  for (let owner = device; owner !== null; owner = Object.getPrototypeOf(owner) as object) {
    const found = Object.getOwnPropertyDescriptor(owner, name);
    if (found === undefined) continue;
    const { get, set } = found;
    return {
      read: get && (() => get.call(device) as number),
      write: set && ((value) => { set.call(device, value); }),
    };
  }
  return { read: undefined, write: undefined };
}

/** The accessors of one register of an array. */
function element(device: object, name: string, index: number): { read: Read | undefined; write: Write | undefined } {
  const array = (device as Readonly<Record<string, Partial<RegisterArray> | undefined>>)[name];
  return {
    read: array?.get && (() => array.get!(index)),
    write: array?.set && ((value) => { array.set!(index, value); }),
  };
}
