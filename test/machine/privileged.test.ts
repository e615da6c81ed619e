/** Modes, traps, interrupts and CSRs. Privileged Architecture 20240411, chapters 3 and 12; sections are its own. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { causes, interrupts, type Cause } from '../../src/isa/causes.ts';
import { type CsrName, mie, mip, mstatus } from '../../src/isa/csrs.ts';
import { type Mode, modes, places, Stepper } from '../support/stepper.ts';

let machine: Stepper;
beforeAll(() => void (machine = new Stepper()));
beforeEach(() => void machine.reset());

const { code, machineHandler, supervisorHandler } = places;
const interrupt = (number: number) => (0x8000_0000 | number) >>> 0;

// ---- Traps

/** From mode, instruction, cause, mtval. */
const exceptions: readonly (readonly [Mode, string, Cause, number])[] = [
  ['M', 'ecall', 'ecallFromM', 0], ['S', 'ecall', 'ecallFromS', 0], ['U', 'ecall', 'ecallFromU', 0],
  ['M', 'ebreak', 'breakpoint', code], ['U', 'ebreak', 'breakpoint', code],
  ['M', '.word 0', 'illegalInstruction', 0], ['U', '.word 0xffffffff', 'illegalInstruction', 0xffff_ffff],
  ['S', 'csrr a0, mstatus', 'illegalInstruction', 0x3000_2573],
  ['U', 'csrr a0, sstatus', 'illegalInstruction', 0x1000_2573],
  ['S', 'mret', 'illegalInstruction', 0x3020_0073], ['U', 'sret', 'illegalInstruction', 0x1020_0073],
  ['U', 'wfi', 'illegalInstruction', 0x1050_0073], ['U', 'sfence.vma', 'illegalInstruction', 0x1200_0073],
  ['M', 'lw a0, 0(zero)', 'loadAccessFault', 0], ['M', 'sw a0, 64(zero)', 'storeAccessFault', 64],
  ['M', 'lr.w a0, (zero)', 'loadAccessFault', 0], ['M', 'amoadd.w a0, a0, (zero)', 'storeAccessFault', 0],
  ['M', 'jr 2(zero)', 'instructionMisaligned', 2],
];

describe('an exception', () => {
  test.each(exceptions)('in %s-mode: %s raises %s with mtval %i', (mode, text, cause, tval) => {
    machine.code(text).mode(mode).step();
    expect(machine.trap('M')).toEqual({ cause: causes[cause], epc: code, tval });
    expect(machine.hart.privilege).toBe(modes.M);
    expect(machine.hart.pc >>> 0).toBe(machineHandler);
    expect(machine.hart.mstatus & mstatus.MPP).toBe(modes[mode] << 11);
  });

  test.each(exceptions.filter(([, , cause]) => cause !== 'ecallFromM'))(
    'delegated, in %s-mode: %s raises %s', (mode, text, cause, tval) => {
      machine.set({ medeleg: -1 }).code(text).mode(mode).step();
      const handledBy = mode === 'M' ? 'M' : 'S';
      expect(machine.trap(handledBy)).toEqual({ cause: causes[cause], epc: code, tval });
      expect(machine.hart.privilege).toBe(modes[handledBy]);
      expect(machine.hart.pc >>> 0).toBe(handledBy === 'M' ? machineHandler : supervisorHandler);
      if (handledBy === 'S') expect((machine.hart.mstatus & mstatus.SPP) !== 0).toBe(mode === 'S');
    });

  test('at a jump to where nothing is, is that of the fetch', () => {
    machine.code('jr 0x100(zero)').step(2);
    expect(machine.trap('M')).toEqual({ cause: causes.instructionAccessFault, epc: 0x100, tval: 0x100 });
  });

  test('moves the enables aside: 3.1.6.1', () => {
    machine.set({ mstatus: mstatus.MIE | mstatus.SIE }).code('ecall').mode('U').step();
    expect(machine.hart.mstatus).toBe(mstatus.MPIE | mstatus.SIE);
    machine.set({ mstatus: mstatus.SIE | mstatus.MIE, medeleg: -1 }).code('ecall').mode('U').step();
    expect(machine.hart.mstatus).toBe(mstatus.MIE | mstatus.SPIE);
  });

  test('ignores vectors: those are for interrupts, 3.1.7', () => {
    machine.set({ mtvec: machineHandler | 1 }).code('ecall').step();
    expect(machine.hart.pc >>> 0).toBe(machineHandler);
  });
});

describe('an unhandled trap is reported', () => {
  test.each([
    ['no handler', 'csrw mtvec, zero\necall', 1, 0],
    ['a handler that is no instruction', `li t0, ${places.data}\ncsrw mtvec, t0\necall`, 2, places.data],
  ])('%s', (_, text, cause, epc) => {
    machine.code(text);
    expect(machine.run(10_000)).toEqual({ kind: 'unhandled', hart: 0 });
    expect(machine.trap('M')).toMatchObject({ cause, epc });
    expect(machine.hart.retiredLow).toBeLessThan(20);
  });

  test('and one that is handled is not', () => {
    machine.code('ecall');
    expect(machine.run(10_000)).toEqual({ kind: 'idle' });
  });
});

// ---- Interrupts

/** The order of 3.1.9, first to last. */
const order = ['MEI', 'MSI', 'MTI', 'SEI', 'SSI', 'STI'] as const;

describe('interrupts', () => {
  const bits = (names: readonly (keyof typeof interrupts)[]) =>
    names.reduce((set, name) => set | (1 << interrupts[name]), 0);

  test.each(order.map((name, index) => [name, order.slice(index)] as const))('%s comes before %j', (name, pending) => {
    machine.set({ mie: -1, pending: bits(pending), mstatus: mstatus.MIE }).code('nop').step();
    expect(machine.trap('M')).toEqual({ cause: interrupt(interrupts[name]), epc: code, tval: 0 });
  });

  test('those of M-mode come before delegated ones', () => {
    machine.set({ mie: -1, mideleg: mip.SEIP | mip.SSIP, pending: mip.SEIP | mip.MTIP, mstatus: mstatus.SIE })
      .code('nop').mode('S').step();
    expect(machine.trap('M').cause).toBe(interrupt(interrupts.MTI));
  });

  /** mode, mstatus, delegated, to which mode it goes. */
  const rows: readonly (readonly [Mode, number, boolean, 'M' | 'S' | undefined])[] = [
    ['M', 0, false, undefined], ['M', mstatus.MIE, false, 'M'], ['M', mstatus.SIE | mstatus.MIE, true, undefined],
    ['S', 0, false, 'M'], ['S', mstatus.SIE, false, 'M'], ['S', 0, true, undefined], ['S', mstatus.SIE, true, 'S'],
    ['S', mstatus.MIE, true, undefined], ['U', 0, false, 'M'], ['U', 0, true, 'S'],
  ];
  test.each(rows)('in %s-mode with mstatus %i, delegated: %s, goes to %s', (mode, status, delegated, to) => {
    machine.set({ mie: mie.SSIE, soft: mip.SSIP, mideleg: delegated ? mip.SSIP : 0, mstatus: status })
      .code('nop\nnop').mode(mode).step();
    if (to === undefined) expect(machine.hart.pc >>> 0).toBe(code + 4);
    else expect(machine.trap(to)).toEqual({ cause: interrupt(interrupts.SSI), epc: code, tval: 0 });
  });

  test.each([['M', 'mtvec', machineHandler], ['S', 'stvec', supervisorHandler]] as const)(
    'vectored in %s-mode', (mode, vector, base) => {
      machine.words(base + 4 * interrupts.SSI, 0x1050_0073);
      machine.set({ mie: mie.SSIE, soft: mip.SSIP, mideleg: mode === 'S' ? mip.SSIP : 0, [vector]: base | 1 })
        .code('nop').mode('U').step();
      expect(machine.hart.pc >>> 0).toBe(base + 4 * interrupts.SSI + 4);
    });

  test.each([
    ['csrsi mstatus, 8', { mie: mie.MSIE, pending: mip.MSIP }],
    ['csrsi mie, 8', { pending: mip.MSIP, mstatus: mstatus.MIE }],
    ['csrsi mip, 2', { mie: mie.SSIE, mstatus: mstatus.MIE }],
    ['mret', { mie: mie.MSIE, pending: mip.MSIP, mstatus: mstatus.MPIE | mstatus.MPP, mepc: code + 4 }],
  ])('are taken right after %s enables them', (text, words) => {
    machine.set(words).code(`${text}\nnop\nnop`).step(2);
    expect(machine.trap('M').epc).toBe(code + 4);
  });

  test('are not taken when not enabled', () => {
    machine.set({ pending: -1, mie: 0, mstatus: mstatus.MIE }).code('nop\nnop').step(2);
    expect(machine.hart.pc >>> 0).toBe(code + 8);
  });
});

describe('wfi', () => {
  test('waits for an interrupt that is enabled, even where it is not taken: 3.3.3', () => {
    machine.set({ mie: mie.MSIE, pending: mip.MSIP }).code('wfi\nnop').step(2);
    expect(machine.hart.pc >>> 0).toBe(code + 8);
    machine.set({ mie: mie.MTIE }).code('wfi\nnop');
    expect(machine.run(10)).toEqual({ kind: 'idle' });
    expect(machine.hart.pc >>> 0).toBe(code + 4);
  });

  test('ends by the timer, at once in virtual time', () => {
    machine.code('li t0, 0x02004000\nli t1, 1000\nsw t1, 0(t0)\nsw zero, 4(t0)\nwfi\nnop\nnop');
    machine.set({ mie: mie.MTIE }).step(7);
    expect(machine.machine.now).toBeGreaterThanOrEqual(100_000);
    expect(machine.hart.pending & mip.MTIP).toBe(mip.MTIP);
  });

  test.each([['S', mstatus.TW, true], ['S', 0, false], ['M', mstatus.TW, false]] as const)(
    'in %s-mode with mstatus %i is illegal: %s', (mode, status, isIllegal) => {
      machine.set({ mstatus: status, mie: mie.MSIE, pending: 0 }).code('wfi').mode(mode).step();
      expect(machine.hart.mcause).toBe(isIllegal ? causes.illegalInstruction : 0);
    });
});

// ---- Returns

describe('mret', () => {
  const { MPIE, MIE, MPP, MPRV, SPIE } = mstatus;
  /** mstatus before, after, mode after. */
  const rows: readonly (readonly [number, number, Mode])[] = [
    [MPP | MPIE, MIE | MPIE, 'M'], [MPP, MPIE, 'M'], [1 << 11, MPIE, 'S'], [MPIE, MIE | MPIE, 'U'],
    [MPP | MPRV, MPRV | MPIE, 'M'], [(1 << 11) | MPRV, MPIE, 'S'], [MPRV, MPIE, 'U'], [MIE | SPIE, MPIE | SPIE, 'U'],
  ];
  test.each(rows)('of mstatus %i leaves %i, in %s-mode', (before, after, mode) => {
    machine.set({ mstatus: before, mepc: code + 64 }).code('mret').step();
    expect(machine.hart.mstatus).toBe(after);
    expect(machine.hart.privilege).toBe(modes[mode]);
    expect(machine.hart.pc >>> 0).toBe(code + 64);
  });
});

describe('sret', () => {
  const { SPIE, SIE, SPP, MPRV, MPP, TSR } = mstatus;
  /** From mode, mstatus before, after, mode after; undefined when illegal. */
  const rows: readonly (readonly [Mode, number, number, Mode | undefined])[] = [
    ['S', SPP | SPIE, SIE | SPIE, 'S'], ['S', SPIE, SIE | SPIE, 'U'], ['S', SIE, SPIE, 'U'],
    ['M', SPP | MPRV | MPP, SPIE | MPP, 'S'], ['M', MPRV, SPIE, 'U'], ['M', TSR, TSR | SPIE, 'U'],
    ['S', TSR, 0, undefined],
  ];
  test.each(rows)('from %s-mode with mstatus %i leaves %i, in %s-mode', (from, before, after, mode) => {
    machine.set({ mstatus: before, sepc: code + 64 }).code('sret').mode(from).step();
    if (mode === undefined) {
      expect(machine.trap('M').cause).toBe(causes.illegalInstruction);
      return;
    }
    expect(machine.hart.mstatus).toBe(after);
    expect(machine.hart.privilege).toBe(modes[mode]);
    expect(machine.hart.pc >>> 0).toBe(code + 64);
  });
});

// ---- CSRs

describe('WARL: what is read after', () => {
  const all = 0xffff_ffff;
  /** Register, written, read. */
  const rows: readonly (readonly [CsrName, number, number])[] = [
    ['mstatus', all, 0x007e_19aa], ['mstatus', 0x1000, 0], ['mstatus', 0x0800, 0x0800], ['sstatus', all, 0x000c_0122],
    ['mstatush', all, 0], ['misa', 0, 0x4014_1101], ['mhartid', 0, 0], ['medeleg', all, 0xb3ff],
    ['mideleg', all, 0x222],
    ['mie', all, 0xaaa], ['mip', all, 0x222], ['mtvec', all, 0xffff_fffd], ['mtvec', 0x1002, 0x1000],
    ['stvec', 0x8000_0003, 0x8000_0001], ['mepc', all, 0xffff_fffc], ['sepc', 0x1002, 0x1000], ['mscratch', all, all],
    ['satp', 0x7fff_ffff, 0], ['satp', all, all], ['menvcfg', all, 1], ['menvcfgh', all, 0], ['senvcfg', all, 1],
    ['mcountinhibit', all, 0], ['mhpmcounter3', all, 0], ['mhpmevent3', all, 0], ['pmpcfg0', all, 0x9f9f_9f9f],
    ['pmpaddr0', all, all], ['pmpaddr16', all, 0], ['pmpcfg4', all, 0], ['tselect', all, 0],
    ['sie', all, 0], ['sip', all, 0],
  ];
  const readOnly = new Set(['mhartid']);
  test.each(rows)('%s, written %i, is %i', (name, written, read) => {
    if (readOnly.has(name)) {
      machine.code(`csrw ${name}, a0`).step();
      expect(machine.trap('M').cause).toBe(causes.illegalInstruction);
    } else {
      expect(machine.write(name, written)).toBe(read);
    }
  });

  test('sie and sip are what mideleg lets through', () => {
    machine.set({ mideleg: 0x202, soft: 0x222 });
    expect(machine.write('sie', all)).toBe(0x202);
    expect(machine.hart.mie).toBe(0x202);
    expect(machine.write('sip', 0)).toBe(0x200);
    expect(machine.hart.soft).toBe(0x220);
  });

  test('set and clear of mip do not make a device\'s line the software\'s', () => {
    machine.set({ pending: mip.SEIP }).code('csrrs a0, mip, zero\ncsrrsi a1, mip, 2').step(2);
    expect(machine.register('a0')).toBe(mip.SEIP);
    expect(machine.hart.soft).toBe(mip.SSIP);
  });

  test.each(['mseccfg', 'dcsr', 'mseccfgh'] as const)('there is no %s', (name) => {
    machine.code(`csrr a0, ${name}`).step();
    expect(machine.trap('M').cause).toBe(causes.illegalInstruction);
  });
});

describe('what mstatus forbids S-mode', () => {
  const { TVM, TSR } = mstatus;
  test.each([
    ['csrr a0, satp', TVM], ['csrw satp, zero', TVM], ['sfence.vma', TVM], ['sfence.vma a0, a1', TVM], ['sret', TSR],
  ])('%s', (text, bit) => {
    machine.set({ sepc: code + 4 }).code(text).mode('S').step();
    expect(machine.hart.mcause).toBe(0);
    machine.reset().set({ mstatus: bit }).code(text).mode('S').step();
    expect(machine.trap('M').cause).toBe(causes.illegalInstruction);
  });

  test.each(['csrr a0, satp', 'sfence.vma'])('and not M-mode: %s', (text) => {
    machine.set({ mstatus: TVM }).code(text).step();
    expect(machine.hart.mcause).toBe(0);
  });
});

describe('counters', () => {
  /** Counter, its bit, mode, mcounteren, scounteren, allowed: 3.1.11, 12.1.5. */
  const rows = (['cycle', 'time', 'instret', 'hpmcounter3', 'cycleh', 'instreth', 'timeh'] as const).flatMap((name) => {
    const bit = 1 << ({ cycle: 0, cycleh: 0, time: 1, timeh: 1, instret: 2, instreth: 2, hpmcounter3: 3 }[name]);
    return ([
      [name, 'M', 0, 0, true], [name, 'S', 0, -1, false], [name, 'S', bit, 0, true], [name, 'S', ~bit, -1, false],
      [name, 'U', bit, 0, false], [name, 'U', 0, bit, false], [name, 'U', bit, bit, true], [name, 'U', -1, ~bit, false],
    ] as const);
  });
  test.each(rows)('%s in %s-mode with mcounteren %i, scounteren %i: %s', (name, mode, machineMask, mask, allowed) => {
    machine.set({ mcounteren: machineMask, scounteren: mask }).code(`csrr a0, ${name}`).mode(mode).step();
    expect(machine.hart.mcause).toBe(allowed ? 0 : causes.illegalInstruction);
  });

  test('cannot be written by their user names', () => {
    machine.code('csrw cycle, zero').step();
    expect(machine.trap('M').cause).toBe(causes.illegalInstruction);
  });

  test('instret counts what retires, and not what traps', () => {
    machine.code('csrr t0, mtval\ncsrr t0, mepc\naddi t0, t0, 4\ncsrw mepc, t0\nmret', machineHandler);
    machine.code('csrr a0, instret\nnop\nnop\ncsrr a1, instret\n.word 0\ncsrr a2, instret').step(11);
    expect(machine.register('a1') - machine.register('a0')).toBe(3);
    // The illegal instruction does not count; the handler's five do.
    expect(machine.register('a2') - machine.register('a1')).toBe(6);
  });

  test('a written counter goes on from there: the next instruction reads what was written', () => {
    machine.code('li t0, 1000\ncsrw minstret, t0\ncsrr a0, minstret\ncsrw mcycle, t0\nnop\ncsrr a1, mcycle').step(6);
    expect(machine.register('a0')).toBe(1000);
    expect(machine.register('a1')).toBe(1001);
  });

  test('the halves of a counter carry', () => {
    machine.code('li t0, -1\ncsrw minstreth, zero\ncsrw minstret, t0\nnop\nnop\ncsrr a0, minstret\ncsrr a1, minstreth');
    machine.step(7);
    expect(machine.register('a0')).toBe(1);
    expect(machine.register('a1')).toBe(1);
  });
});
