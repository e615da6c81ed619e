/** Random programs that touch everything an engine must get right; each is a function of its seed. */
import { assembleAt } from '../../../src/isa/program.ts';
import { Random } from '../../../src/machine/random.ts';
import { Instructions } from './instructions.ts';
import { clint, codeStart, places, pte, pteOf, satpOf, spaces, uart } from './layout.ts';

/** Bytes for RAM by physical address. */
export type Contents = ReadonlyMap<number, Uint8Array>;

const chunkCount = 16;
const functionCount = 4;

/** The parts of memory that are not zero when the program starts. Harts all start at `codeStart`. */
export function randomProgram(seed: number): Contents {
  const random = new Random().seed(seed);
  const make = new Instructions(random);
  const data = Uint8Array.from({ length: 0x2000 }, () => random.below(256));
  return new Map([
    [codeStart, assembleAt(new Writer(make).text(), codeStart).bytes],
    [places.data, data],
    ...pageTables(make),
  ]);
}

/** Both roots, and both tables behind the window. */
function pageTables(make: Instructions): [number, Uint8Array][] {
  const all = pte.V | pte.R | pte.W | pte.X;
  const aged = () => (make.once(2) ? pte.A | pte.D : 0);
  const roots = places.roots.map((root, index): [number, Uint8Array] => {
    const words = new Uint32Array(1024);
    words[codeStart >>> 22] = pteOf(codeStart, all | aged());
    words[spaces.user >>> 22] = pteOf(codeStart, all | pte.U | aged());
    words[spaces.window >>> 22] = pteOf(places.leaves[index]!, pte.V);
    words[uart >>> 22] = pteOf(uart & ~0x3f_ffff, pte.V | pte.R | pte.W | (make.once(2) ? pte.U : 0) | aged());
    words[clint >>> 22] = pteOf(clint & ~0x3f_ffff, pte.V | pte.R | pte.W | aged());
    return [root, new Uint8Array(words.buffer)];
  });
  const leaves = places.leaves.map((leaf): [number, Uint8Array] => {
    const targets = [places.data, places.data + 0x1000, codeStart, codeStart + 0x1000, leaf];
    const words = new Uint32Array(1024);
    for (let page = 0; page < 4; page++) {
      const flags = make.pick([pte.R | pte.W, pte.R, pte.R | pte.W | pte.X, pte.X, pte.W, pte.R | pte.X]);
      words[page] = pteOf(make.pick(targets), (make.once(8) ? 0 : pte.V) | flags | (make.once(2) ? pte.U : 0) | aged());
    }
    return [leaf, new Uint8Array(words.buffer)];
  });
  return [...roots, ...leaves];
}

class Writer {
  readonly #make: Instructions;
  #labels = 0;

  constructor(make: Instructions) {
    this.#make = make;
  }

  text(): string {
    const chunks = Array.from({ length: chunkCount }, (_, index) => this.#chunk(index));
    const functions = Array.from({ length: functionCount }, (_, index) => `function${index}:\n${this.#some(6)}\nret`);
    const names = Array.from({ length: chunkCount }, (_, index) => `.word chunk${index} - base`);
    return [this.#start(), handlers, ...chunks, ...functions, '.balign 4', 'table:', ...names].join('\n');
  }

  #start(): string {
    const { data } = places;
    const window = spaces.window + 0x1000;
    return `
base:
  csrr t0, mhartid
  slli t1, t0, 2
  slli t2, t0, 3
  li s0, ${data + 0x1000}
  li s1, ${data + 0x1000 - codeStart + spaces.user}
  li s2, ${window}
  li s3, ${window + 0x2000}
  li s4, ${uart}
  li s5, ${clint + 0x4000}
  add s5, s5, t2
  li s6, ${clint}
  add s7, s6, t1
  add s8, t1, t0
  la t0, machine_trap
  csrw mtvec, t0
  la t0, supervisor_trap
  csrw stvec, t0
  li t0, -1
  csrw pmpaddr1, t0
  li t0, 0x1f00
  csrw pmpcfg0, t0
  li t0, ${satpOf(places.roots[0], 1)}
  csrw satp, t0
  sw zero, 0(s5)
  sw zero, 4(s5)
  li t0, 0x80
  csrw mie, t0
  csrsi mstatus, 8
  j chunk0`;
  }

  #chunk(index: number): string {
    // Some chunks are far enough from the one before that jumps and straight lines meet a border of pages.
    const space = this.#make.once(5) ? `.space ${4 * this.#make.below(600)}\n` : '';
    return `${space}chunk${index}:\n${this.#body()}\n${this.#onward()}`;
  }

  #body(): string {
    const make = this.#make;
    const label = `label${this.#labels++}`;
    switch (make.below(6)) {
      case 0: return this.#some(14);
      case 1: case 2:
        return `li s9, ${make.below(30) + 2}\n${label}:\n${this.#some(10)}\naddi s9, s9, -1\nbgtz s9, ${label}`;
      case 3: return `${this.#some(3)}\njal ra, function${make.below(functionCount)}\n${this.#some(3)}`;
      case 4: return this.#patching(label);
      default: {
        const branch = make.pick(['beq', 'bne', 'blt', 'bge', 'bltu', 'bgeu']);
        const skipping = `${branch} a${make.below(8)}, a${make.below(8)}, ${label}`;
        return `${skipping}\n${this.#some(5)}\n${label}:\n${this.#some(4)}`;
      }
    }
  }

  /** A loop that rewrites an instruction of its own, or of a function, and runs it. */
  #patching(label: string): string {
    const make = this.#make;
    const at = make.once(3) ? `function${make.below(functionCount)}` : `${label}_slot`;
    const word = new DataView(assembleAt(make.arithmetic(), 0).bytes.buffer).getInt32(0, true);
    const store = make.pick(['sw t4, 0(t5)', 'sw t4, 0(t5)', 'sh t4, 2(t5)', 'sb t4, 3(t5)', 'amoswap.w t3, t4, (t5)']);
    const fence = make.once(2) ? 'fence.i' : 'nop';
    // In U-mode the address is that of the second mapping; with the offset it is written by yet another one.
    const other = make.once(3) ? `li t3, ${codeStart - spaces.user}\nsub t5, t5, t3\n` : '';
    const slot = `${label}_slot:\n${make.arithmetic()}`;
    const patch = `la t5, ${at}\n${other}li t4, ${word}\n${make.once(2) ? 'add t4, t4, s9\n' : ''}${store}\n${fence}`;
    const body = make.once(2) ? `${slot}\n${patch}` : `${patch}\n${slot}`;
    return `li s9, ${make.below(12) + 2}\n${label}:\n${body}\n${this.#some(3)}\naddi s9, s9, -1\nbgtz s9, ${label}`;
  }

  #onward(): string {
    const make = this.#make;
    if (make.once(3)) return `j chunk${make.below(chunkCount)}`;
    if (make.once(2)) return 'ecall';
    const entry = `andi t4, a${make.below(8)}, 60\nla t5, table\nadd t5, t5, t4\nlw t5, 0(t5)`;
    return `${entry}\nla t4, base\nadd t5, t5, t4\njr t5`;
  }

  #some(most: number): string {
    const make = this.#make;
    return Array.from({ length: 1 + make.below(most) }, () => {
      const choice = make.below(20);
      if (choice < 9) return make.arithmetic();
      if (choice < 15) return make.memory();
      if (choice < 16) return make.atomic();
      if (choice < 17) return make.device();
      return make.once(3) ? make.privileged() : make.arithmetic();
    }).join('\n');
  }
}

/**
 * Traps go on behind the instruction; every eighth, calls of the environment, interrupts, and those of fetches go on at
 * a chunk that depends on the count, in a mode that does too.
 */
const handlers = `
.balign 4
machine_trap:
  li t6, 0x20000
  csrc mstatus, t6
  addi s8, s8, 1
  csrr t6, mcause
  bltz t6, machine_interrupt
  andi s10, t6, -4
  addi s10, s10, -8
  beqz s10, elsewhere
  beqz t6, elsewhere
  addi t6, t6, -1
  beqz t6, elsewhere
  addi t6, t6, -11
  beqz t6, elsewhere
  andi t6, s8, 7
  beqz t6, elsewhere
  csrr t6, mepc
  addi t6, t6, 4
  csrw mepc, t6
  mret
elsewhere:
  slli t6, s8, 2
  andi t6, t6, 60
  la s10, table
  add t6, t6, s10
  lw t6, 0(t6)
  la s10, base
  add t6, t6, s10
  li s10, 0x1800
  csrc mstatus, s10
  srli s11, s8, 1
  andi s11, s11, 3
  beqz s11, to_user
  addi s11, s11, -1
  beqz s11, to_supervisor
  csrs mstatus, s10
  j return
to_supervisor:
  li s10, 0x800
  csrs mstatus, s10
  j return
to_user:
  li s10, ${codeStart - spaces.user}
  sub t6, t6, s10
return:
  csrw mepc, t6
  mret
machine_interrupt:
  sw zero, 0(s7)
  csrr t6, time
  addi t6, t6, 3
  sw t6, 0(s5)
  sw zero, 4(s5)
  csrw mip, zero
  j elsewhere
.balign 4
supervisor_trap:
  addi s8, s8, 1
  csrr t6, scause
  bltz t6, supervisor_interrupt
  beqz t6, give_up
  addi t6, t6, -1
  beqz t6, give_up
  addi t6, t6, -11
  beqz t6, give_up
  csrr t6, sepc
  addi t6, t6, 4
  csrw sepc, t6
  sret
give_up:
  ori s8, s8, 7
  ecall
supervisor_interrupt:
  csrci sip, 2
  sret`;
