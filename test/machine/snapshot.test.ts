/** Snapshots: what they hold, what is known to have been written since, and going back. */
import { describe, expect, test } from 'vitest';
import { assembleAt } from '../../src/isa/program.ts';
import { ramStart } from '../../src/platform/memory-map.ts';
import { bootText, isTranslated, putWords, wordAt } from '../support/guest.ts';

/** Stores to five pages, over and over, counting in s0; then code of its own is called. */
const text = `
  li s0, 0
  li s1, 0x80100000
  li s2, 0x80900004
again:
  addi s0, s0, 1
  sw s0, 0(s1)
  sb s0, 0(s2)
  la t0, word
  amoadd.w zero, s0, (t0)
  li t0, 0x80202fff
  sw s0, 0(t0)
  jal patch
  j again
patch:
  addi a0, a0, 1
  ret
  .balign 4096
word:
  .word 0
`;
const pageOf = (address: number) => (address - ramStart) >>> 12;
const written = [0x8010_0000, 0x8090_0000, ramStart + 4096, 0x8020_2000, 0x8020_3000].map(pageOf).sort((a, b) => a - b);

describe.each([0, 1])('translated after %i arrivals', (hotCount) => {
  const boot = () => {
    const { machine, symbols } = bootText(text, { hotCount });
    for (let piece = 0; piece < 12; piece++) machine.run(50);
    return { machine, symbols };
  };

  test('the pages written since are known exactly', () => {
    const { machine } = boot();
    machine.snapshot();
    expect(machine.dirtyPages()).toEqual([]);
    machine.run(2);
    expect(machine.dirtyPages().length).toBeLessThanOrEqual(1);
    machine.run(300);
    expect(machine.dirtyPages()).toEqual(written);
  });

  test('and again after each restore, and writes from outside count', () => {
    const { machine } = boot();
    const snapshot = machine.snapshot();
    for (let round = 0; round < 3; round++) {
      machine.run(300);
      expect(machine.dirtyPages()).toEqual(written);
      machine.restore(snapshot);
      expect(machine.dirtyPages()).toEqual([]);
    }
    putWords(machine, 0x8050_0000, 1);
    expect(machine.dirtyPages()).toEqual([pageOf(0x8050_0000)]);
  });

  test('going back is exact, and what follows is as it was', () => {
    const { machine } = boot();
    const snapshot = machine.snapshot();
    const before = machine.hash();
    machine.run(777);
    const after = machine.hash();
    machine.restore(snapshot);
    expect(machine.hash()).toBe(before);
    machine.run(777);
    expect(machine.hash()).toBe(after);
  });

  test('going back over a change of code goes back to the old code', () => {
    const { machine, symbols } = boot();
    const patch = symbols.get('patch')!;
    const snapshot = machine.snapshot();
    const run = () => {
      const before = machine.hart(0).x[10]!;
      for (let piece = 0; piece < 20; piece++) machine.run(15);
      return machine.hart(0).x[10]! - before;
    };
    const first = run();
    machine.restore(snapshot);
    machine.write(patch, assembleAt('addi a0, a0, 7', patch).bytes);
    expect(run()).toBe(7 * first);
    if (hotCount > 0) expect(isTranslated(machine, symbols.get('again')!)).toBe(true);
    machine.restore(snapshot);
    expect(run()).toBe(first);
  });

  test('several snapshots can be gone back to in any order', () => {
    const { machine } = boot();
    const hashes: string[] = [];
    const snapshots = [0, 1, 2].map(() => {
      machine.run(333);
      hashes.push(machine.hash());
      return machine.snapshot();
    });
    for (const index of [1, 0, 0, 2, 1]) {
      machine.restore(snapshots[index]!);
      expect(machine.hash()).toBe(hashes[index]);
      machine.run(100);
    }
  });
});

test('a snapshot is a copy: what the machine does next does not reach it', () => {
  const { machine } = bootText(text);
  machine.run(100);
  const snapshot = machine.snapshot();
  const { length } = snapshot.ram;
  const sum = snapshot.ram.reduce((total, byte) => total + byte, 0);
  machine.run(100);
  expect(snapshot.ram.reduce((total, byte) => total + byte, 0)).toBe(sum);
  expect(length).toBe(2 ** 24);
});

test('or it is noticed: a byte written behind the dirty map\'s back is not gone back over', () => {
  const { machine } = bootText(text);
  const snapshot = machine.snapshot();
  const before = machine.hash();
  new Uint8Array(machine.memory.buffer)[machine.layout.ram + 0x70_0000] = 1;
  machine.restore(snapshot);
  expect(machine.hash()).not.toBe(before);
  expect(wordAt(machine, ramStart + 0x70_0000)).toBe(1);
});

test('going back does not walk page tables that need no walk: an accessed bit cleared without a flush stays so', () => {
  const root = 0x8020_0000;
  const { machine } = bootText(`
    li t0, -1
    csrw pmpaddr0, t0
    li t0, 0x1f
    csrw pmpcfg0, t0
    li t0, ${root + 4 * (ramStart >>> 22)}
    li t1, ${((ramStart >>> 2) | 0xcf) >>> 0}
    sw t1, 0(t0)
    li t1, ${(0x8000_0000 | (root >>> 12)) >>> 0}
    csrw satp, t1
    li t1, 0x800
    csrs mstatus, t1
    la t1, supervisor
    csrw mepc, t1
    mret
  supervisor:
    li t0, ${root + 4 * (ramStart >>> 22)}
    li t1, ${((ramStart >>> 2) | 0x8f) >>> 0}
    sw t1, 0(t0)
  loop:
    j loop`);
  machine.run(60);
  machine.restore(machine.snapshot());
  machine.run(60);
  expect(wordAt(machine, root + 4 * (ramStart >>> 22)) & 0x40).toBe(0);
});
