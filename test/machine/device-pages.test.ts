/** Pages of devices behind Sv32 and PMP, whose translations are cached like those of RAM. */
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { causes } from '../../src/isa/causes.ts';
import { costProfiles } from '../../src/platform/cost.ts';
import { memoryMap } from '../../src/platform/memory-map.ts';
import { places, Stepper } from '../support/stepper.ts';

const tlbMiss = 24;
let machine: Stepper;
beforeAll(() => void (machine = new Stepper({ costs: { ...costProfiles.flat, tlbMiss } })));
beforeEach(() => void machine.reset());

const V = 1, R = 2, W = 4, X = 8, A = 64, D = 128;
const root = 0x8020_0000, leaf = 0x8020_1000, frame = 0x8020_2000;
const page = 0x4000_0000;
const entry = (physical: number, flags: number) => ((physical >>> 2) | flags) >>> 0;
const uart = memoryMap.uart.start, plic = memoryMap.plic.start;
/** The UART's scratch register, and a load, a store and a flush by instructions that S-mode executes. */
const read = 'lbu a0, 7(s0)', write = 'sb a1, 7(s0)', flush = 'sfence.vma';

/** Maps S-mode's code by a megapage, and `page` to `physical`. */
function map(physical: number, flags = V | R | W): Stepper {
  machine.words(root + 4 * (places.code >>> 22), entry(places.code, V | R | W | X | A | D));
  machine.words(root + 4 * (page >>> 22), entry(leaf, V)).words(leaf, entry(physical, flags));
  machine.words(frame, 0, 0x7700_0000);
  return machine.set({ satp: (0x8000_0000 + (root >>> 12)) | 0 }).mode('S');
}

/** Executes these in S-mode, with s0 at `page`; answers a0. */
function run(...text: string[]): number {
  machine.code(text.join('\n')).mode('S');
  machine.hart.x[8] = page;
  machine.step(text.length);
  return machine.register('a0');
}

test('reads and writes reach the register behind the page, each time', () => {
  map(uart);
  machine.hart.x[11] = 0x5a;
  expect(run(write, read)).toBe(0x5a);
  expect(run('li a1, 0x33', write, 'li a0, 0', read, read)).toBe(0x33);
  expect(run('lbu a0, 5(s0)')).toBe(0x60);
});

test('only the first access walks', () => {
  map(uart);
  const charge = () => machine.hart.charge;
  run(read);
  const first = charge();
  run(read, read, read);
  expect(charge()).toBe(first);
  run(write);
  expect(charge()).toBe(first + tlbMiss);
  run(write, write, read);
  expect(charge()).toBe(first + tlbMiss);
});

test('a page that becomes another is another after sfence.vma', () => {
  map(uart);
  expect(run('li a1, 0x12', write, read)).toBe(0x12);
  machine.words(leaf, entry(frame, V | R | W));
  expect(run(flush, read)).toBe(0x77);
  machine.words(leaf, entry(uart, V | R | W));
  expect(run('li t0, 0x40000000', 'sfence.vma t0', read)).toBe(0x12);
  machine.words(leaf, entry(plic, V | R | W));
  expect(run(flush, 'lw a0, 0(s0)')).toBe(0);
  run(read);
  expect(machine.trap('M')).toMatchObject({ cause: causes.loadAccessFault, tval: page + 7 });
});

test('what may be read may not therefore be written', () => {
  map(uart, V | R);
  run(read, write);
  expect(machine.trap('M')).toMatchObject({ cause: causes.storePageFault, tval: page + 7 });
});

test('the first write sets D, a read before it does not', () => {
  map(uart);
  run(read);
  expect(machine.word(leaf)).toBe(entry(uart, V | R | W | A));
  run(write);
  expect(machine.word(leaf)).toBe(entry(uart, V | R | W | A | D));
});

test('PMP that closes the page closes it at once', () => {
  map(uart);
  run('li a1, 1', write, read);
  machine.write('pmpaddr0', (uart >>> 2) | 0x1ff);
  machine.write('pmpcfg0', 0x19);
  expect(run('li a0, 0', read)).toBe(1);
  run(write);
  expect(machine.trap('M')).toMatchObject({ cause: causes.storeAccessFault, tval: page + 7 });
});

test('a page that PMP splits is looked at each time', () => {
  map(uart);
  machine.write('pmpaddr0', uart >>> 2);
  machine.write('pmpcfg0', 0x10);
  expect(run('li a1, 9', write, read)).toBe(9);
  run('lbu a0, 0(s0)');
  expect(machine.trap('M')).toMatchObject({ cause: causes.loadAccessFault, tval: page });
});

test('going back to a snapshot brings the cached translations back', () => {
  map(uart);
  run(read, write);
  const snapshot = machine.machine.snapshot();
  run(read, write);
  const after = [machine.hart.charge, machine.machine.hash()];
  run(flush, read, write);
  machine.machine.restore(snapshot);
  run(read, write);
  expect([machine.hart.charge, machine.machine.hash()]).toEqual(after);
});
