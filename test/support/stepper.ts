/** A machine with one hart that is put into a state, takes steps, and is looked at. */
import type { CsrName } from '../../src/isa/csrs.ts';
import { assembleAt } from '../../src/isa/program.ts';
import { type RegisterName, registerNumber } from '../../src/isa/registers.ts';
import { type HartView, LockstepMachine } from '../../src/machine/machine.ts';
import type { LockstepEnd } from '../../src/machine/lockstep.ts';
import type { Snapshot } from '../../src/machine/snapshot.ts';
import { type CostProfile, costProfiles } from '../../src/platform/cost.ts';
import { ramStart } from '../../src/platform/memory-map.ts';
import { planOf, putWords, wordAt } from './guest.ts';

/** Where code is put, and where M-mode and S-mode handlers start, each a single wfi unless a test writes them. */
export const places = {
  code: ramStart, machineHandler: ramStart + 0x1000, supervisorHandler: ramStart + 0x2000, data: ramStart + 0x3000,
} as const;

export const modes = { U: 0, S: 1, M: 3 } as const;
export type Mode = keyof typeof modes;

const wfi = 0x1050_0073;

/** Words of the hart that are set directly. `soft` and `pending` together are mip. */
type Words = Partial<Pick<HartView, 'mstatus' | 'medeleg' | 'mideleg' | 'mie' | 'mtvec' | 'stvec' | 'satp' | 'soft'
  | 'pending' | 'mcounteren' | 'scounteren' | 'mepc' | 'sepc' | 'mscratch' | 'sscratch' | 'menvcfg'>>;

export class Stepper {
  readonly machine: LockstepMachine;
  readonly #start: Snapshot;
  #shadow = 0;

  constructor({ hotCount = 0, costs = costProfiles.flat }: { hotCount?: number; costs?: CostProfile } = {}) {
    this.machine = new LockstepMachine({ harts: 1, ramBytes: 2 ** 24, hotCount, costs });
    this.machine.load(planOf(new Uint8Array(4)));
    for (const handler of [places.machineHandler, places.supervisorHandler]) putWords(this.machine, handler, wfi);
    Object.assign(this.hart, { mtvec: places.machineHandler, stvec: places.supervisorHandler });
    this.#start = this.machine.snapshot();
  }

  /** The state at power-on, with the handlers in place. PMP lets everyone do everything. */
  reset(): this {
    this.machine.restore(this.#start);
    return this.code('li t0, -1\ncsrw pmpaddr15, t0\nli t0, 0x1f000000\ncsrw pmpcfg3, t0\nli t0, 0').step(5);
  }

  get hart(): HartView {
    return this.machine.hart(0);
  }

  /** Assembles a text and goes to it. */
  code(text: string, address: number = places.code): this {
    this.machine.write(address, assembleAt(text, address).bytes);
    this.hart.pc = address | 0;
    return this;
  }

  words(address: number, ...words: readonly number[]): this {
    putWords(this.machine, address, ...words);
    return this;
  }

  word(address: number): number {
    return wordAt(this.machine, address);
  }

  set(words: Words): this {
    Object.assign(this.hart, words);
    return this.#settle();
  }

  mode(mode: Mode): this {
    this.hart.privilege = modes[mode];
    return this.#settle();
  }

  register(name: RegisterName): number {
    return this.hart.x[registerNumber(name)!]! >>> 0;
  }

  /** Takes exactly `count` steps, unless the machine stops before. */
  step(count = 1): this {
    this.run(count);
    return this;
  }

  run(count = 1000): LockstepEnd {
    return this.machine.run(count).end;
  }

  /** Executes one CSR instruction in M-mode from a page of its own: `number` written, what it reads then. */
  write(name: CsrName, value: number): number {
    const before = { pc: this.hart.pc, privilege: this.hart.privilege };
    const address = ramStart + 0x10_0000 + 16 * this.#shadow++;
    this.code(`csrw ${name}, a0\ncsrr a1, ${name}`, address);
    this.hart.x[10] = value;
    this.mode('M').step(2);
    Object.assign(this.hart, before);
    this.#settle();
    return this.register('a1');
  }

  /** The last trap taken to a mode: cause (interrupts have bit 31), pc and value. */
  trap(mode: 'M' | 'S'): { cause: number; epc: number; tval: number } {
    const { mcause, mepc, mtval, scause, sepc, stval } = this.hart;
    const [cause, epc, tval] = mode === 'M' ? [mcause, mepc, mtval] : [scause, sepc, stval];
    return { cause: cause >>> 0, epc: epc >>> 0, tval: tval >>> 0 };
  }

  #settle(): this {
    this.machine.core.setContext(this.machine.layout.hart(0));
    return this;
  }
}
