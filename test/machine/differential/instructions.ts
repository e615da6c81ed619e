/** Random instructions of a random program, as lines of assembly language. */
import type { Random } from '../../../src/machine/random.ts';
import { clint, places, satpOf } from './layout.ts';

/*
 * Registers of a random program: t0 to t3 and a0 to a7 hold anything; t4 and t5 are temporary within a few lines; s0 to
 * s7 point to fixed places; s9 counts loops; s8, s10, s11 and t6 belong to trap handlers, s8 counting traps.
 */
const free = ['t0', 't1', 't2', 't3', 'a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'] as const;

/** What the pointers point to: RAM by its own address, by U-mode's, and two borders of pages in the window. */
export const pointers = ['s0', 's1', 's2', 's3'] as const;

const counters = ['cycle', 'instret', 'time', 'mcycle', 'minstret'] as const;
const readable = [
  'mip', 'sip', 'mie', 'sie', 'mstatus', 'sstatus', 'mcause', 'scause', 'mtval', 'stval', 'satp',
] as const;
/** Bits of mstatus to play with, as sets: MPRV, SUM, MXR, MIE, SIE, MPP, SPP, TVM, TW, TSR. */
const statusBits = [
  0x20000, 0x40000, 0x80000, 0x8, 0x2, 0x1800, 0x800, 0x100, 0x100000, 0x200000, 0x400000, 0xe0000,
] as const;

export class Instructions {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.#random.below(choices.length)]!;
  }

  below(limit: number): number {
    return this.#random.below(limit);
  }

  /** Once in `times`. */
  once(times: number): boolean {
    return this.#random.below(times) === 0;
  }

  #source(): string { return this.once(12) ? 'zero' : this.pick(free); }
  #target(): string { return this.once(16) ? 'zero' : this.pick(free); }

  arithmetic(): string {
    const [d, a, b] = [this.#target(), this.#source(), this.#source()];
    switch (this.below(4)) {
      case 0: {
        const name = this.pick(['addi', 'xori', 'ori', 'andi', 'slti', 'sltiu']);
        return `${name} ${d}, ${a}, ${this.below(4096) - 2048}`;
      }
      case 1: return `${this.pick(['slli', 'srli', 'srai'])} ${d}, ${a}, ${this.below(32)}`;
      case 2: return `${this.pick(['lui', 'auipc'])} ${d}, ${this.below(2 ** 20)}`;
      default: return `${this.pick(['add', 'sub', 'sll', 'srl', 'sra', 'slt', 'sltu', 'xor', 'or', 'and', 'mul', 'mulh',
        'mulhu', 'mulhsu', 'div', 'divu', 'rem', 'remu'])} ${d}, ${a}, ${b}`;
    }
  }

  /** Offsets from a border of pages: mostly aligned, and often close to it. */
  #offset(size: number): number {
    const near = this.once(3) ? 8 : 2040;
    const offset = this.below(2 * near) - near;
    return this.once(6) ? offset : offset & -size;
  }

  memory(): string {
    const pointer = this.pick(pointers);
    if (this.once(2)) {
      const [name, size] = this.pick([['lb', 1], ['lbu', 1], ['lh', 2], ['lhu', 2], ['lw', 4]] as const);
      return `${name} ${this.#target()}, ${this.#offset(size)}(${pointer})`;
    }
    const [name, size] = this.pick([['sb', 1], ['sh', 2], ['sw', 4]] as const);
    return `${name} ${this.#source()}, ${this.#offset(size)}(${pointer})`;
  }

  atomic(): string {
    const at = `addi t5, ${this.pick(pointers)}, ${this.#offset(4)}`;
    const name = this.pick(['amoswap.w', 'amoadd.w', 'amoxor.w', 'amoand.w', 'amoor.w', 'amomin.w', 'amomax.w',
      'amominu.w', 'amomaxu.w', 'lr.w', 'sc.w']);
    if (name === 'lr.w') {
      const between = this.once(2) ? `${this.arithmetic()}\n` : '';
      return `${at}\nlr.w ${this.#target()}, (t5)\n${between}sc.w ${this.#target()}, ${this.#source()}, (t5)`;
    }
    return `${at}\n${name} ${this.#target()}, ${this.#source()}, (t5)`;
  }

  /** The UART is at s4; this hart's mtimecmp at s5; msip of hart 0 at s6, and of this hart at s7. */
  device(): string {
    return this.pick([
      () => `sb ${this.#source()}, 7(s4)`, () => `lbu ${this.#target()}, 7(s4)`, () => `sb ${this.#source()}, 0(s4)`,
      () => `lbu ${this.#target()}, 5(s4)`, () => `lh ${this.#target()}, 7(s4)`, () => `sw ${this.#source()}, 9(s4)`,
      () => `lw ${this.#target()}, 64(s4)`, () => `li t4, ${this.below(2)}\nsw t4, 0(s7)`,
      () => `li t4, ${this.below(2)}\nsw t4, ${4 * this.below(2)}(s6)`,
      () => `csrr t4, time\naddi t4, t4, ${this.below(20)}\nsw t4, 0(s5)\nsw zero, 4(s5)`,
      () => `li t4, ${clint + 0xbff8}\nlw ${this.#target()}, 0(t4)`,
    ])();
  }

  /** Privileged state. Below M-mode most of these trap. */
  privileged(): string {
    return this.pick([
      () => this.#status(), () => this.#status(), () => this.#addressSpace(), () => this.#addressSpace(),
      () => this.#fence(), () => this.#fence(),
      () => `csrr ${this.#target()}, ${this.pick(counters)}`,
      () => `csrr ${this.#target()}, ${this.pick(readable)}`,
      () => `csrrw ${this.#target()}, ${this.pick(['mscratch', 'sscratch'])}, ${this.#source()}`,
      () => `li t4, ${this.pick([0, 0x80, 0x88, 0x82, 0x8a, 0xaaa])}\ncsrw ${this.pick(['mie', 'sie'])}, t4`,
      () => `li t4, ${this.below(0x1_0000) & ~0x200}\ncsrw medeleg, t4`,
      () => `csrwi mideleg, ${this.pick([0, 2])}`,
      () => `csrwi ${this.pick(['sip', 'mip'])}, ${this.pick([0, 2])}`,
      () => `csrw ${this.pick(['mcounteren', 'scounteren'])}, ${this.#source()}`,
      () => `csrw ${this.pick(['minstret', 'mcycle'])}, ${this.#source()}`,
      () => this.#protection(),
      () => this.pick(['ecall', 'ebreak', '.word 0', 'mret', 'sret', 'fence', 'fence.i']),
      () => (this.once(8) ? 'wfi' : 'ecall'),
    ])();
  }

  #status(): string {
    const name = this.pick(['mstatus', 'mstatus', 'sstatus']);
    return `li t4, ${this.pick(statusBits)}\n${this.pick(['csrs', 'csrs', 'csrc'])} ${name}, t4`;
  }

  #addressSpace(): string {
    if (this.once(4)) return 'csrw satp, zero';
    return `li t4, ${satpOf(this.pick(places.roots), this.below(6))}\ncsrw satp, t4`;
  }

  #fence(): string {
    switch (this.below(4)) {
      case 0: return 'sfence.vma';
      case 1: return `sfence.vma ${this.pick(pointers)}, zero`;
      case 2: return `li t4, ${this.below(6)}\nsfence.vma zero, t4`;
      default: return `li t4, ${this.below(6)}\nsfence.vma ${this.pick(pointers)}, t4`;
    }
  }

  /** Entry 0 of PMP over some of the data; entry 1 allows everything, always. */
  #protection(): string {
    const napot = ((places.data + 0x1000 + this.below(8) * 8) >>> 2) | ((1 << this.below(9)) - 1);
    const config = 0x1f00 | this.pick([0, 0x18, 0x19, 0x1b, 0x1f]);
    return `li t4, ${napot}\ncsrw pmpaddr0, t4\nli t4, ${config}\ncsrw pmpcfg0, t4`;
  }
}
