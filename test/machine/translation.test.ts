/** Sv32 and what goes with it. Privileged Architecture 20240411, sections 3.1.6.3 and 12.3. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { causes, type Cause } from '../../src/isa/causes.ts';
import { mstatus } from '../../src/isa/csrs.ts';
import { isTranslated } from '../support/guest.ts';
import { type Mode, modes, places, Stepper } from '../support/stepper.ts';

let machine: Stepper;
beforeAll(() => void (machine = new Stepper()));
beforeEach(() => void machine.reset());

const V = 1, R = 2, W = 4, X = 8, U = 16, A = 64, D = 128;
const root = 0x8020_0000, leaf = 0x8020_1000, frame = 0x8020_2000, other = 0x8020_5000;
/** A page of 4 KiB and, far from it, a megapage. */
const small = 0x4000_0000, large = 0x5000_0000;
const entry = (physical: number, flags: number) => ((physical >>> 2) | flags) >>> 0;
const satp = (asid = 0) => (0x8000_0000 + asid * 2 ** 22 + (root >>> 12)) | 0;

/** A page full of a word. */
const full = (word: number) => new Array<number>(1024).fill(word);

/** Maps code for S-mode by a megapage, and `small` with `flags`. */
function map(flags: number, physical = frame): Stepper {
  machine.words(root + 4 * (places.code >>> 22), entry(places.code, V | R | W | X | A | D));
  machine.words(root + 4 * (small >>> 22), entry(leaf, V)).words(leaf, entry(physical, flags));
  machine.words(frame, ...full(0x1111_1111)).words(other, ...full(0x2222_2222));
  return machine.set({ satp: satp() });
}

const load = 'lw a0, 0(s0)', store = 'sw a0, 0(s0)', execute = 'jr s0';
type Doing = typeof load | typeof store | typeof execute;

/** Does it at `at`, from code at a physical address that M-mode, or S-mode's megapage, maps one to one. */
function attempt(doing: Doing | string, mode: Mode, at = small): Stepper {
  machine.code(doing).mode(mode);
  machine.hart.x[8] = at;
  return machine.step(doing === execute ? 2 : 1);
}

describe('permissions', () => {
  const { SUM, MXR } = mstatus;
  const all = V | R | W | X | A | D;
  /** Flags, mode, mstatus, what is done, the cause or undefined. */
  const rows: readonly (readonly [number, Mode, number, Doing, Cause | undefined])[] = [
    [all, 'S', 0, load, undefined], [all, 'S', 0, store, undefined], [all, 'S', 0, execute, undefined],
    [0, 'S', 0, load, 'loadPageFault'], [0, 'S', 0, store, 'storePageFault'],
    [0, 'S', 0, execute, 'instructionPageFault'],
    [all & ~V, 'S', 0, load, 'loadPageFault'],
    [all & ~R, 'S', 0, load, 'loadPageFault'], [V | W | A | D, 'S', 0, store, 'storePageFault'],
    [V | W | X | A | D, 'S', 0, execute, 'instructionPageFault'],
    [V | R | A | D, 'S', 0, load, undefined], [V | R | A | D, 'S', 0, store, 'storePageFault'],
    [V | R | A | D, 'S', 0, execute, 'instructionPageFault'],
    [V | R | W | A | D, 'S', 0, store, undefined], [V | R | W | A | D, 'S', 0, execute, 'instructionPageFault'],
    [V | X | A | D, 'S', 0, execute, undefined], [V | X | A | D, 'S', 0, load, 'loadPageFault'],
    [V | X | A | D, 'S', MXR, load, undefined], [V | X | A | D, 'S', MXR, store, 'storePageFault'],
    [V | R | X | A | D, 'S', 0, load, undefined], [V | R | X | A | D, 'S', 0, store, 'storePageFault'],
    [all | U, 'S', 0, load, 'loadPageFault'], [all | U, 'S', 0, store, 'storePageFault'],
    [all | U, 'S', SUM, load, undefined], [all | U, 'S', SUM, store, undefined],
    [all | U, 'S', SUM, execute, 'instructionPageFault'], [V | X | A | U, 'S', SUM, load, 'loadPageFault'],
    [V | X | A | U, 'S', SUM | MXR, load, undefined],
    [V | A | D, 'S', 0, load, 'loadPageFault'],
  ];
  test.each(rows)('flags %i in %s-mode, mstatus %i: %s gives %s', (flags, mode, status, doing, cause) => {
    map(flags).set({ mstatus: status });
    attempt(doing, mode);
    if (cause === undefined && doing !== execute) expect(machine.hart.pc >>> 0).toBe(places.code + 4);
    // Where execution is allowed, what is there is no instruction.
    const expected = cause ?? (doing === execute ? 'illegalInstruction' : undefined);
    expect(machine.hart.mcause).toBe(expected === undefined ? 0 : causes[expected]);
    if (cause) expect(machine.hart.mtval >>> 0).toBe(small);
  });

  test.each([
    [all | U, load, undefined], [all | U, store, undefined], [all, load, 'loadPageFault'],
    [all, store, 'storePageFault'],
    [all | U, execute, undefined], [all, execute, 'instructionPageFault'],
    [V | U | R | A, store, 'storePageFault'], [V | U | X | A, load, 'loadPageFault'],
  ] as const)('flags %i in U-mode: %s gives %s', (flags, doing, cause) => {
    map(flags);
    // U-mode's code is at a page of its own.
    machine.words(leaf + 4, entry(places.code, V | X | U | A));
    machine.code(doing).mode('U');
    Object.assign(machine.hart, { pc: small + 0x1000 });
    machine.hart.x[8] = small;
    machine.step(doing === execute ? 2 : 1);
    const expected = cause ?? (doing === execute ? 'illegalInstruction' : undefined);
    expect(machine.hart.mcause).toBe(expected === undefined ? 0 : causes[expected]);
  });
});

describe('page tables', () => {
  const all = V | R | W | X | A | D;
  test('a megapage maps 4 MiB; a misaligned one faults', () => {
    map(all).words(root + 4 * (large >>> 22), entry(0x8000_0000, all)).words(0x8030_1234, 77);
    expect(attempt(load, 'S', large + 0x30_1234).register('a0')).toBe(77);
    machine.words(root + 4 * (large >>> 22), entry(0x8000_1000, all)).code('sfence.vma').mode('S').step();
    expect(attempt(load, 'S', large).trap('M')).toMatchObject({ cause: causes.loadPageFault, tval: large });
  });

  test('a pointer in the last level faults', () => {
    map(V);
    expect(attempt(load, 'S').trap('M').cause).toBe(causes.loadPageFault);
  });

  test.each([
    ['a table outside RAM', root + 4 * (small >>> 22), entry(0x4000_0000, V)],
    ['a table above 4 GiB', root + 4 * (small >>> 22), 0x4000_0000 | V],
    ['a page above 4 GiB', leaf, 0x4000_0000 | all],
    ['a page where nothing is', leaf, entry(0x2000_0000, all)],
  ])('%s is an access fault', (_, address, word) => {
    map(all).words(address, word);
    expect(attempt(load, 'S').trap('M')).toMatchObject({ cause: causes.loadAccessFault, tval: small });
  });

  test('accessed and dirty bits are set by the hart, and not by what faults', () => {
    map(V | R | W);
    const flags = () => machine.word(leaf) & 0xff;
    attempt(load, 'S');
    expect(flags()).toBe(V | R | W | A);
    attempt(store, 'S');
    expect(flags()).toBe(V | R | W | A | D);
    machine.reset();
    map(V | R);
    attempt(store, 'S');
    expect(flags()).toBe(V | R);
    map(V | X);
    attempt(execute, 'S');
    expect(flags()).toBe(V | X | A);
  });
});

describe('what is cached', () => {
  const all = V | R | W | A | D;
  /** Reads `small`, changes its mapping, does `text`, and reads again. */
  function remap(text: string): number {
    map(all);
    expect(attempt(load, 'S').register('a0')).toBe(0x1111_1111);
    machine.words(leaf, entry(other, all));
    machine.hart.x[8] = small;
    machine.code(`${text}\n${load}`).mode('S').step(text === '' ? 1 : text.split('\n').length + 1);
    return machine.register('a0');
  }

  test.each([
    'sfence.vma', 'sfence.vma s0, zero', 'sfence.vma s0, a1', 'sfence.vma zero, a1',
  ])('%s drops the old translation', (text) => expect(remap(text)).toBe(0x2222_2222));

  test.each(['nop', 'sfence.vma t1, zero', 'sfence.vma zero, s0', 'fence.i'])('%s need not', (text) => {
    machine.hart.x[6] = 0x6000_0000;
    expect(remap(text)).toBe(text === 'sfence.vma zero, s0' ? 0x2222_2222 : 0x1111_1111);
  });

  test('one page of a megapage flushed is the whole megapage flushed', () => {
    map(all).words(root + 4 * (large >>> 22), entry(0x8000_0000, all)).words(0x8030_0000, 1).words(0x80c0_0000, 2);
    expect(attempt(load, 'S', large + 0x30_0000).register('a0')).toBe(1);
    machine.words(root + 4 * (large >>> 22), entry(0x8080_0000, all)).words(0x80b0_0000, 3);
    machine.code('sfence.vma s1, zero').mode('S');
    machine.hart.x[9] = large + 0x1000;
    expect(attempt('sfence.vma s1, zero', 'S', large).hart.mcause).toBe(0);
    expect(attempt(load, 'S', large + 0x30_0000).register('a0')).toBe(3);
  });

  test('address spaces are kept apart by ASID, and kept', () => {
    map(all);
    attempt(load, 'S');
    machine.words(leaf, entry(other, all)).set({ satp: satp(1) });
    expect(attempt(load, 'S').register('a0')).toBe(0x2222_2222);
    machine.set({ satp: satp(0) });
    expect(attempt(load, 'S').register('a0')).toBe(0x1111_1111);
    // More of them than a hart keeps: then it walks again.
    for (let asid = 2; asid < 12; asid++) {
      machine.set({ satp: satp(asid) });
      expect(attempt(load, 'S').register('a0')).toBe(0x2222_2222);
    }
  });
});

describe('MPRV', () => {
  const { MPRV, MPP } = mstatus;
  test.each([
    [MPRV | (1 << 11), 0x1111_1111, 0], [MPRV | MPP, 0xffff_ffff, 0],
    [MPRV, undefined, causes.loadPageFault], [1 << 11, 0xffff_ffff, 0],
  ] as const)('with mstatus %i, M-mode loads %s, or traps for %i', (status, value, cause) => {
    map(V | R | W | A | D).set({ mstatus: status });
    attempt(load, 'M');
    expect(machine.hart.mcause).toBe(cause);
    if (value !== undefined) expect(machine.register('a0')).toBe(value);
  });

  test('does not translate fetches, whatever else the hart has cached', () => {
    map(V | R | W | A | D).set({ mstatus: MPRV | (1 << 11) });
    for (let asid = 0; asid < 20; asid++) {
      // The megapage of the code is gone, so a fetch that is translated faults.
      machine.words(root + 4 * (places.code >>> 22), 0);
      machine.set({ satp: satp(asid) });
      attempt(`${load}\n`.repeat(3), 'M');
      machine.step(2);
      expect(machine.hart.mcause).toBe(0);
      expect(machine.register('a0')).toBe(0x1111_1111);
    }
  });
});

describe('misaligned accesses are done by the hart', () => {
  /** `small` and the page behind it are two frames that are not neighbours. */
  function mapTwo(second: number): void {
    map(V | R | W | A | D).words(leaf + 4, entry(other, second));
  }
  const border = small + 0x1000;

  test.each([
    ['lw a0, -1(s0)', 0x2222_2211], ['lw a0, -3(s0)', 0x2211_1111], ['lh a0, -1(s0)', 0x2211],
    ['lhu a0, -1(s0)', 0x2211],
    ['lw a0, -6(s0)', 0x1111_1111], ['lw a0, 1(s0)', 0x2222_2222],
  ])('%s over a border of pages', (text, value) => {
    mapTwo(V | R | W | A | D);
    expect(attempt(text, 'S', border).register('a0')).toBe(value);
  });

  test('stores go to both pages, or to none', () => {
    mapTwo(V | R | W | A | D);
    machine.hart.x[10] = 0x8765_4321 | 0;
    attempt('sw a0, -2(s0)', 'S', border);
    expect(machine.word(frame + 0xffc)).toBe(0x4321_1111);
    expect(machine.word(other)).toBe(0x2222_8765);
    machine.reset();
    mapTwo(V | R | A);
    attempt('sw a0, -2(s0)', 'S', border);
    expect(machine.trap('M')).toMatchObject({ cause: causes.storePageFault, tval: border + 1 });
    expect(machine.word(frame + 0xffc)).toBe(0x1111_1111);
  });

  test('a load faults with the address of the part that does', () => {
    mapTwo(0);
    const { cause, tval } = attempt('lw a0, -2(s0)', 'S', border).trap('M');
    expect([cause, tval]).toEqual([causes.loadPageFault, border]);
  });

  test.each(['lh', 'lhu', 'lw'])('%s in translated code crosses as well', (name) => {
    machine = new Stepper({ hotCount: 1 }).reset();
    mapTwo(V | R | W | A | D);
    machine.hart.x[8] = border;
    machine.code(`loop: ${name} a0, -1(s0)\nadd a1, a1, a0\nsh a0, -1(s0)\naddi a2, a2, 1\nj loop`).mode('S');
    for (let piece = 0; piece < 25; piece++) machine.step(10);
    expect(isTranslated(machine.machine, places.code)).toBe(true);
    expect(machine.register('a0')).toBe(name === 'lw' ? 0x2222_2211 : 0x2211);
    expect(machine.word(other)).toBe(0x2222_2222);
    expect(machine.hart.mcause).toBe(0);
    expect(machine.register('a2')).toBe(50);
    expect(modes.S).toBe(machine.hart.privilege);
  });
});
