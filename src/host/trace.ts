/** What happens in a lockstep run as text: a line for every access to a device, or for every instruction. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { DeviceAccess } from '../machine/machine.ts';
import { deviceAddressName } from '../platform/register-names.ts';
import { attempt } from './files.ts';

/** What a trace asks of the machine when something happens. */
export interface Witness {
  /** Virtual time in nanoseconds. */
  readonly now: number;
  /** The symbol of the instruction that a hart is at. */
  place(hart: number): string;
  /** The register at a physical address, where only the machine can tell. */
  register?(address: number, way: 'read' | 'write'): string | undefined;
}

/** Lines are written when there are this many characters of them, and at the end. */
const bufferedCharacters = 1 << 16;

export class Trace {
  readonly #path: string;
  readonly #file: number;
  #lines = '';

  /** @throws UserError when the file cannot be written */
  constructor(path: string) {
    this.#path = path;
    this.#file = attempt(`cannot write trace ${path}`, () => openSync(path, 'w'));
  }

  /** `1204 hart0 putc+0x10 uart.LSR -> 0x60`, or `... uart.THR <- 0x41`. */
  access({ hart, way, address, value }: DeviceAccess, witness: Witness): void {
    const arrow = way === 'read' ? '->' : '<-';
    const register = witness.register?.(address, way) ?? deviceAddressName(address, way);
    this.line(`${witness.now} hart${hart} ${witness.place(hart)} ${register} ${arrow} 0x${value.toString(16)}`);
  }

  line(text: string): void {
    this.#lines += `${text}\n`;
    if (this.#lines.length >= bufferedCharacters) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    attempt(`cannot write trace ${this.#path}`, () => writeSync(this.#file, this.#lines));
    this.#lines = '';
  }
}
