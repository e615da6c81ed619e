import { assert } from '../../assert.ts';
import { pciBar, pciCommand, pciConfig, pciStatus } from '../../platform/pci.ts';
import { type RegisterMap, registerName } from '../../platform/registers.ts';
import type { pciFunctionWords } from '../words/devices.ts';
import type { View } from '../words/struct.ts';
import type { InterruptPin } from './device.ts';
import type { Lock } from './lock.ts';
import type { Size } from './register-file.ts';

/** A range of registers behind a base address register. `bytes` is a power of two, at least 16 for memory. */
export interface PciBar {
  readonly index: number;
  readonly kind: 'memory' | 'ports';
  readonly bytes: number;
  /** What is there, for traces. */
  readonly registers?: RegisterMap;
}

/** What a function says of itself in the configuration header: PCI 3.0, section 6.2.1. */
export interface PciIdentity {
  /** For traces. */
  readonly name?: string;
  readonly vendor: number;
  readonly device: number;
  readonly revision?: number;
  /** 24 bits: class, subclass, programming interface. */
  readonly classCode: number;
  readonly subsystemVendor?: number;
  readonly subsystem?: number;
  /** 1 for INTA to 4 for INTD; 0 for none. */
  readonly interruptPin?: number;
  readonly minGrant?: number;
  readonly maxLatency?: number;
  readonly bars?: readonly PciBar[];
}

const writableCommand = pciCommand.IO | pciCommand.memory | pciCommand.master | pciCommand.parity | pciCommand.SERR
  | pciCommand.interruptDisable;
const word = (offset: number) => offset >>> 2;

/**
 * A device on the PCI bus: its configuration space in shared words, base addresses, interrupt. A subclass answers what
 * is behind the base addresses. The host holds the function's lock around every access.
 */
export class PciFunction {
  readonly lock: Lock;
  readonly identity: PciIdentity;
  readonly bars: readonly PciBar[];
  readonly #words: View<typeof pciFunctionWords['fields']>;
  readonly #config: Int32Array;
  /** The bits that software may write, and those that a 1 clears; a constant of the function, like its silicon. */
  readonly #writable = new Int32Array(pciConfig.bytes / 4);
  readonly #clearable = new Int32Array(pciConfig.bytes / 4);
  #pin: InterruptPin | undefined;

  constructor(words: View<typeof pciFunctionWords['fields']>, lock: Lock, identity: PciIdentity) {
    this.lock = lock;
    this.identity = identity;
    this.bars = identity.bars ?? [];
    this.#words = words;
    this.#config = words.config;
    this.#writable[word(pciConfig.command)] = writableCommand;
    this.#clearable[word(pciConfig.command)] = pciStatus.writeToClear << 16;
    this.#writable[word(pciConfig.cacheLine)] = 0xffff;
    this.#writable[word(pciConfig.interruptLine)] = 0xff;
    for (const { index, kind, bytes } of this.bars) {
      const least = kind === 'ports' ? 4 : 16;
      assert(index < pciBar.count && (bytes & (bytes - 1)) === 0 && bytes >= least, 'a BAR is a power of two');
      this.#writable[word(pciConfig.bar0) + index] = -bytes;
    }
  }

  /** The host connects the function's interrupt. */
  connect(pin: InterruptPin): void { this.#pin = pin; }

  /** Power-on: the header as the identity has it, base addresses and command zero. A subclass adds its own state. */
  reset(): void {
    const { identity } = this;
    this.#config.fill(0);
    this.#words.interrupt = this.#words.raised = 0;
    this.#put(pciConfig.vendor, identity.device << 16 | identity.vendor);
    this.#put(pciConfig.revision, identity.classCode << 8 | (identity.revision ?? 0));
    this.#put(pciConfig.subsystemVendor, (identity.subsystem ?? 0) << 16 | (identity.subsystemVendor ?? 0));
    this.#put(pciConfig.interruptLine,
      (identity.maxLatency ?? 0) << 24 | (identity.minGrant ?? 0) << 16 | (identity.interruptPin ?? 0) << 8);
    for (const { index, kind } of this.bars) {
      this.#config[word(pciConfig.bar0) + index] = kind === 'ports' ? pciBar.ports : 0;
    }
  }

  /** The device answers an access at `offset` behind a base address; unsigned. */
  readBar(_index: number, _offset: number, _size: Size): number { return 0; }
  writeBar(_index: number, _offset: number, _size: Size, _value: number): void {}

  /** What extended configuration space lacks reads as ones. */
  readConfig(offset: number, size: Size): number {
    if (offset >= pciConfig.bytes) return ones(size);
    const shift = (offset & 3) * 8;
    return (this.#config[word(offset)]! >>> shift & ones(size)) >>> 0;
  }

  writeConfig(offset: number, size: Size, value: number): void {
    if (offset >= pciConfig.bytes) return;
    const shift = (offset & 3) * 8;
    const mask = ones(size) << shift;
    const index = word(offset);
    const bits = value << shift & mask;
    const kept = this.#config[index]! & ~(this.#clearable[index]! & bits);
    const writable = this.#writable[index]! & mask;
    this.#config[index] = kept & ~writable | bits & writable;
    if (index === word(pciConfig.command)) this.#drive();
  }

  /** The offset within the function's BAR of this kind that claims a bus address, as long as the command enables it. */
  claim(kind: PciBar['kind'], address: number): { index: number; offset: number } | undefined {
    const enable = kind === 'ports' ? pciCommand.IO : pciCommand.memory;
    if (!(this.#config[word(pciConfig.command)]! & enable)) return undefined;
    for (const bar of this.bars) {
      if (bar.kind !== kind) continue;
      const base = (this.#config[word(pciConfig.bar0) + bar.index]! & -bar.bytes) >>> 0;
      if (base !== 0 && address >= base && address < base + bar.bytes) {
        return { index: bar.index, offset: address - base };
      }
    }
    return undefined;
  }

  /** What a trace calls a bus address: `e1000.TDT`, `e1000.bar0+0x8`; undefined when it is not claimed. */
  addressName(kind: PciBar['kind'], address: number, way: 'read' | 'write'): string | undefined {
    const place = this.claim(kind, address);
    if (place === undefined) return undefined;
    const { index, offset } = place;
    const { registers } = this.bars.find((bar) => bar.index === index)!;
    const register = registers && registerName(registers, offset, way);
    return `${this.identity.name ?? 'pci'}.${register ?? `bar${index}+0x${offset.toString(16)}`}`;
  }

  /** Whether software allows the function to reach memory by itself. */
  protected get isMaster(): boolean {
    return (this.#config[word(pciConfig.command)]! & pciCommand.master) !== 0;
  }

  /** The device wants its interrupt line at this level; the command register may keep it down. */
  protected setInterrupt(level: boolean): void {
    this.#words.interrupt = level ? 1 : 0;
    this.#drive();
  }

  #drive(): void {
    const index = word(pciConfig.command);
    const status = pciStatus.interrupt << 16;
    const wanted = this.#words.interrupt;
    this.#config[index] = this.#config[index]! & ~status | (wanted ? status : 0);
    const level = wanted && !(this.#config[index]! & pciCommand.interruptDisable) ? 1 : 0;
    if (level === this.#words.raised) return;
    this.#words.raised = level;
    this.#pin?.interrupt(level === 1);
  }

  #put(offset: number, value: number): void { this.#config[word(offset)] = value; }
}

/** All bits of a size, as a mask. */
export const ones = (size: Size) => (size === 4 ? 0xffff_ffff : size === 2 ? 0xffff : 0xff);
