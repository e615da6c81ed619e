/**
 * The oracle's memory: RAM at real addresses over an ArrayBuffer, little-endian, with places handed out one after the
 * other
 * for globals and texts, and a stack from the top down. What lies outside RAM is somebody else's: devices, by hooks.
 */
import { assert } from '../../assert.ts';

/** Reads and writes outside RAM: `size` in bytes, values as unsigned 32-bit numbers. */
export interface Devices {
  read(address: number, size: 1 | 2 | 4): number;
  write(address: number, size: 1 | 2 | 4, value: number): void;
}

/** A guest's mistake that the real machine would answer with an exception. */
export class GuestFault extends Error {}

export const ramBase = 0x8000_0000;

export class Memory {
  readonly view: DataView;
  readonly bytes: Uint8Array;
  readonly #devices: Devices;
  readonly #encoder = new TextEncoder();
  readonly #texts = new Map<string, number>();
  #next = ramBase;
  /** The stack pointer: everything below is free, down to the last place handed out. */
  sp: number;

  constructor(size: number, devices: Devices) {
    this.view = new DataView(new ArrayBuffer(size));
    this.bytes = new Uint8Array(this.view.buffer);
    this.#devices = devices;
    this.sp = ramBase + size;
  }

  /** A place of `size` bytes, all zero, never taken back; the address is a multiple of `align`, a power of two. */
  allocate(size: number, align: number): number {
    const address = (this.#next + align - 1) & -align;
    this.#next = (address >>> 0) + size;
    assert(this.#next <= this.sp, 'the oracle has memory for what is allocated');
    return address >>> 0;
  }

  /** `size` bytes of stack, a multiple of 16; `leave` gives them back. */
  enter(size: number): number {
    this.sp -= size;
    if (this.sp < this.#next) throw new GuestFault('the stack is full');
    return this.sp;
  }

  leave(size: number): void {
    this.sp += size;
  }

  /** Address of the text in UTF-8, ended by a zero; equal texts share one. */
  text(text: string): number {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const encoded = this.#encoder.encode(text);
    const address = this.allocate(encoded.length + 1, 1);
    this.bytes.set(encoded, address - ramBase);
    this.#texts.set(text, address);
    return address;
  }

  /** The text at `address`, up to its zero. */
  textAt(address: number): string {
    const start = address - ramBase;
    const end = this.bytes.indexOf(0, start);
    if (start < 0 || end < 0) throw new GuestFault(`no text at ${hex(address)}`);
    return new TextDecoder().decode(this.bytes.subarray(start, end));
  }

  /** 1, 2 or 4 bytes, zero-extended. */
  load(address: number, size: 1 | 2 | 4): number {
    const offset = this.#offset(address, size);
    if (offset < 0) return this.#devices.read(address, size) >>> 0;
    switch (size) {
      case 1:
        return this.view.getUint8(offset);
      case 2:
        return this.view.getUint16(offset, true);
      default:
        return this.view.getUint32(offset, true);
    }
  }

  /** Stores the low bytes of `value` and gives `value` back. */
  store(address: number, size: 1 | 2 | 4, value: number): number {
    const offset = this.#offset(address, size);
    if (offset < 0) this.#devices.write(address, size, size === 4 ? value >>> 0 : value & (size === 2 ? 0xffff : 0xff));
    else if (size === 1) this.view.setUint8(offset, value);
    else if (size === 2) this.view.setUint16(offset, value, true);
    else this.view.setUint32(offset, value, true);
    return value;
  }

  /** 8 bytes, as RV32 loads them: two words, low first. */
  loadWide(address: number): bigint {
    const low = this.load(address, 4);
    return (BigInt(this.load((address + 4) >>> 0, 4)) << 32n) | BigInt(low);
  }

  storeWide(address: number, value: bigint): bigint {
    this.store(address, 4, Number(BigInt.asUintN(32, value)));
    this.store((address + 4) >>> 0, 4, Number(BigInt.asUintN(32, value >> 32n)));
    return value;
  }

  /** Offset in RAM; negative for an address of somebody else's. */
  #offset(address: number, size: number): number {
    if ((address & (size - 1)) !== 0)
      throw new GuestFault(`${size} bytes at ${hex(address)}, which is not a multiple of ${size}`);
    const offset = address - ramBase;
    return offset + size <= this.view.byteLength ? offset : -1;
  }
}

export function hex(address: number): string {
  return `0x${(address >>> 0).toString(16).padStart(8, '0')}`;
}
