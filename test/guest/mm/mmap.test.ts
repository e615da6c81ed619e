/** Address spaces of processes: areas, demand-zero pages, the heap, and that all of it comes back. */
import { describe, expect, test } from 'vitest';
import { type Flush, GFP_KERNEL, type Kernel, pageSize, randomFrom, startCaches, startMemory } from './host.ts';
import { walk } from './walk.ts';

const [VM_READ, VM_WRITE, VM_EXEC] = [1, 2, 4];
const [R, W, X, U] = [0x02, 0x04, 0x08, 0x10];
const image = 0x1_0000;
const [EINVAL, EFAULT] = [-22 >>> 0, -14 >>> 0];

interface Running { readonly kernel: Kernel; readonly loaded: number[]; readonly flushes: Flush[] }

function start(): Running {
  const loaded: number[] = [], flushes: Flush[] = [];
  const onLoad = (satp: number) => loaded.push(satp);
  const onFlush = (flush: Flush) => flushes.push(flush);
  return { kernel: startCaches(startMemory({ onLoad, onFlush })), loaded, flushes };
}

/** A process that has just been made current, with a page of code, one of data and the stack. */
function startProcess(): Running & { mm: number; satp: () => number } {
  const running = start();
  const { kernel, loaded } = running;
  const mm = kernel.call('mm_alloc');
  expect(kernel.call('mm_map', mm, image, 0x1000, VM_READ | VM_EXEC)).toBe(0);
  expect(kernel.call('mm_map', mm, image + 0x1000, 0x800, VM_READ | VM_WRITE)).toBe(0);
  expect(kernel.call('mm_setup', mm, image + 0x1800)).toBe(0);
  kernel.call('spin_lock_init', kernel.program.functions.current!() as number + 4, 'alloc_lock');
  kernel.call('exec_mmap', mm);
  return { ...running, mm, satp: () => loaded.at(-1)! };
}

test('areas are whole pages, apart from each other, between the first page and the kernel', () => {
  const { kernel } = start();
  const mm = kernel.call('mm_alloc');
  const map = (from: number, length: number) => kernel.call('mm_map', mm, from, length, VM_READ);
  expect(map(0x1_0800, 0x1000)).toBe(0);
  const refused = [[0x1_0000, 1], [0x1_1fff, 1], [0xf000, 0x1001], [0, 0x1000], [0x800, 0x10], [0x7fff_f000, 0x1001],
    [0x8000_0000, 1], [0xc000_0000, 0x1000], [0x2_0000, 0], [0x2_0000, 0xffff_ffff]] as const;
  expect(refused.map(([from, length]) => map(from, length))).toEqual(refused.map(() => EINVAL));
  expect([map(0x1_2000, 1), map(0xf000, 0x1000), map(0x1000, 1), map(0x7fff_f000, 0x1000)]).toEqual([0, 0, 0, 0]);
});

test('what is copied in lands where the processor finds it, with the rights of its area', () => {
  const { kernel, mm, satp } = startProcess();
  const source = kernel.call('kmalloc', 0x1800, GFP_KERNEL);
  for (let at = 0; at < 0x1800; at += 4) kernel.setWord(source + at, at ^ 0x5a5a5a5a);
  expect(kernel.call('copy_to_mm', mm, image + 4, source, 0x17f0)).toBe(0);
  for (let at = 0; at < 0x17f0; at += 4) {
    const found = walk(kernel, satp(), image + 4 + at);
    if (!found || kernel.word(found.physical) !== ((at ^ 0x5a5a5a5a) >>> 0)) expect.fail(`at ${at}`);
  }
  const rights = (address: number) => walk(kernel, satp(), address)!.flags & (R | W | X | U);
  expect([rights(image), rights(image + 0x1000)]).toEqual([R | X | U, R | W | U]);
  expect(kernel.word(walk(kernel, satp(), image)!.physical), 'what was not written is zero').toBe(0);
  expect(walk(kernel, satp(), 0x8000_0000)?.physical, 'the kernel is there, and not for users').toBe(0x8000_0000);
  expect(rights(0x8000_0000) & U).toBe(0);
  expect(kernel.call('copy_to_mm', mm, image + 0x1ff0, source, 0x20), 'beyond the area').toBe(EFAULT);
});

describe('the heap', () => {
  const brk = (kernel: Kernel, to: number) => kernel.call('sys_brk', to);
  const heap = image + 0x2000;

  test('begins empty behind the image, and stays where it is when asked for nonsense', () => {
    const { kernel } = startProcess();
    const nonsense = [0, heap - 1, 0x8000_0000, 0xffff_ffff, 0x7fff_0000];
    expect(nonsense.map((to) => brk(kernel, to))).toEqual(nonsense.map(() => heap));
  });

  test('grows and shrinks at random, has exactly its pages, and harts forget those it loses', () => {
    const { kernel, mm, satp, flushes } = startProcess();
    const random = randomFrom(5);
    const source = kernel.call('kmalloc', 16, GFP_KERNEL);
    const filled = new Set<number>();
    let end = heap;
    for (let step = 0; step < 300; step++) {
      const wanted = heap + random(40 * pageSize);
      flushes.length = 0;
      expect(brk(kernel, wanted)).toBe(wanted);
      const limit = (wanted + pageSize - 1) & -pageSize;
      const lost = [...filled].filter((page) => page >= limit);
      for (const page of lost) {
        const told = flushes.some(({ cpus, start: from, size, asid }) =>
          page >= from && page < from + size && cpus === 1 && asid === (satp() >>> 22 & 0x1ff));
        if (!told) expect.fail(`page ${page.toString(16)} was lost without a flush at step ${step}`);
        filled.delete(page);
      }
      end = wanted;
      for (let page = heap; page < heap + 41 * pageSize; page += pageSize) {
        if ((walk(kernel, satp(), page) !== undefined) !== filled.has(page)) expect.fail(`page ${page.toString(16)}`);
      }
      if (end === heap) continue;
      const address = heap + random(end - heap) & -4;
      kernel.setWord(source, step);
      if (!filled.has(address & -pageSize)) {
        filled.add(address & -pageSize);
      }
      expect(kernel.call('copy_to_mm', mm, address, source, 4)).toBe(0);
      expect(kernel.word(walk(kernel, satp(), address)!.physical)).toBe(step);
    }
  });
});

test('when the last user goes, all pages come back', () => {
  const { kernel } = start();
  const life = () => {
    const mm = kernel.call('mm_alloc');
    for (const base of [0x1_0000, 0x40_0000, 0x7000_0000]) {
      expect(kernel.call('mm_map', mm, base, 0x5000, VM_READ | VM_WRITE)).toBe(0);
      expect(kernel.call('copy_to_mm', mm, base + 100, kernel.ramStart, 0x3000)).toBe(0);
    }
    kernel.call('mmput', mm);
    kernel.call('kmem_cache_reap');
    return [kernel.freePages(), kernel.call('slab_active_objects')];
  };
  const first = life();
  for (let round = 0; round < 20; round++) expect(life()).toEqual(first);
});
