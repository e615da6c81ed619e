import { finish, finisherRegisters } from '../../platform/finisher.ts';
import type { Registers } from '../../platform/registers.ts';
import type { BusDevice } from './device.ts';
import type { Lock } from './lock.ts';
import { RegisterFile, type Size } from './register-file.ts';

export interface FinisherPins {
  /** The program ends: 0 is success. */
  exit(status: number): void;
  /** The program asks to start over. */
  reset(): void;
}

/** The SiFive test finisher (QEMU hw/misc/sifive_test.c). A write that is none of its three commands does nothing. */
export class Finisher implements Registers<typeof finisherRegisters>, BusDevice {
  readonly sizes = 2 | 4;
  readonly lock: Lock;
  readonly #pins: FinisherPins;
  readonly #registers: RegisterFile<typeof finisherRegisters>;

  constructor(lock: Lock, pins: FinisherPins) {
    this.lock = lock;
    this.#pins = pins;
    this.#registers = new RegisterFile(finisherRegisters, this);
  }

  get finish(): number { return 0; }
  set finish(value: number) {
    const command = value & 0xffff;
    if (command === finish.pass) this.#pins.exit(0);
    else if (command === finish.fail) this.#pins.exit(value >>> 16);
    else if (command === finish.reset) this.#pins.reset();
  }

  read(offset: number, size: Size): number { return this.#registers.read(offset, size); }
  write(offset: number, size: Size, value: number): void { this.#registers.write(offset, size, value); }
}
