/** The kernel's page table, by the processor's own way through it; and vmalloc against a model. */
import { expect, test } from 'vitest';
import { type Flush, GFP_KERNEL, type Kernel, MiB, pageSize, randomFrom, startCaches, startMemory } from './host.ts';
import { walk } from './walk.ts';

const VMALLOC_START = 0xc000_0000;
const VMALLOC_END = 0xc800_0000;
const [R, W, X, U, A, D] = [0x02, 0x04, 0x08, 0x10, 0x40, 0x80];
const dataFlags = R | W | A | D | 1;

const satpOf = (kernel: Kernel) => kernel.call('kernel_satp', 0);

test('all of RAM is where it is, to be read and written, but not executed or used by users', () => {
  const kernel = startCaches(startMemory());
  for (let address = kernel.ramStart; address < kernel.ramEnd; address += pageSize) {
    const found = walk(kernel, satpOf(kernel), address + 16);
    if (found?.physical !== address + 16 || (found.flags & (U | X | dataFlags)) !== dataFlags) {
      expect.fail(`${address.toString(16)}: ${JSON.stringify(found)}`);
    }
    const pte = kernel.call('kernel_pte', address);
    if (pte >>> 10 !== address >>> 12) expect.fail(`kernel_pte of ${address.toString(16)}: ${pte.toString(16)}`);
  }
  expect([0, 0x1_0000, 0x7fff_f000, kernel.ramEnd, VMALLOC_START, VMALLOC_END].map((address) =>
    walk(kernel, satpOf(kernel), address))).toEqual([undefined, undefined, undefined, undefined, undefined, undefined]);
});

test('each hart has its own page at 0xfffff000, and the rest in common', () => {
  const kernel = startCaches(startMemory());
  const page = kernel.call('get_zeroed_page', GFP_KERNEL);
  const satp = kernel.call('map_percpu', 1, page);
  expect(walk(kernel, satp, 0xffff_f800)?.physical).toBe(page + 0x800);
  expect(walk(kernel, satpOf(kernel), 0xffff_f800)?.physical).not.toBe(page + 0x800);
  const area = kernel.call('vmalloc', 100);
  expect(walk(kernel, satp, area)).toEqual(walk(kernel, satpOf(kernel), area));
  expect(walk(kernel, satp, area)).toBeDefined();
});

test('rights are changed page by page, and all harts are told', () => {
  const flushes: Flush[] = [];
  const kernel = startCaches(startMemory({ onFlush: (flush) => flushes.push(flush) }));
  const area = kernel.call('vmalloc', 4 * pageSize);
  const rights = () => [0, 1, 2, 3].map((page) =>
    walk(kernel, satpOf(kernel), area + page * pageSize)!.flags & (R | W | X));
  flushes.length = 0;
  kernel.call('set_memory_ro', area + pageSize, 2);
  kernel.call('set_memory_x', area + pageSize, 1);
  expect(rights()).toEqual([R | W, R | X, R, R | W]);
  const told = flushes.map(({ start, size }) => [start - area, size]);
  expect(told).toEqual([[pageSize, 2 * pageSize], [pageSize, pageSize]]);
  kernel.call('set_memory_rw', area + pageSize, 2);
  kernel.call('set_memory_nx', area + pageSize, 1);
  expect(rights()).toEqual([R | W, R | W, R | W, R | W]);
  expect(() => kernel.call('set_memory_ro', VMALLOC_END, 1)).toThrow('BUG');
});

interface Area { readonly address: number; readonly pages: number; readonly physical: readonly number[] }

test.each([1, 2])('random vmalloc and vfree, seed %i', (seed) => {
  const kernel: Kernel = startCaches(startMemory({ onFlush: (flush) => { checkFlush(flush); } }));
  const random = randomFrom(seed);
  const satp = satpOf(kernel);
  const areas: Area[] = [];
  kernel.call('kmem_cache_reap');
  const free = kernel.freePages();
  let ending: { area: Area; freePages: number } | undefined;
  let told = false;
  /** Before a page is free again, it is mapped no more and all harts have been told. */
  function checkFlush({ start, size }: Flush): void {
    if (!ending) return;
    const { area, freePages } = ending;
    expect([start, size, kernel.freePages()]).toEqual([area.address, area.pages * pageSize, freePages]);
    expect(pagesOf(area.address, area.pages)).toEqual([]);
    told = true;
  }
  const pagesOf = (address: number, count: number) => Array.from({ length: count }, (_, page) =>
    walk(kernel, satp, address + page * pageSize)?.physical).filter((physical) => physical !== undefined);
  const end = (area: Area) => {
    ending = { area, freePages: kernel.freePages() };
    told = false;
    kernel.call('vfree', area.address);
    ending = undefined;
    if (!told) expect.fail('a page was freed without telling the harts');
  };
  for (let step = 0; step < 600; step++) {
    if (random(100) < 55 || areas.length === 0) {
      const pages = 1 + random(random(8) === 0 ? 64 : 6);
      const address = kernel.call('vmalloc', pages * pageSize - random(pageSize));
      if (address === 0) continue;
      const area = { address, pages, physical: pagesOf(address, pages) };
      const where = `step ${step}, seed ${seed}`;
      expect([area.physical.length, new Set(area.physical).size], where).toEqual([pages, pages]);
      const guards = [...pagesOf(address - pageSize, 1), ...pagesOf(address + pages * pageSize, 1)];
      expect(guards, where).toEqual([]);
      expect(address >= VMALLOC_START && address + pages * pageSize <= VMALLOC_END).toBe(true);
      const shared = areas.some(({ physical }) => physical.some((page) => area.physical.includes(page)));
      if (shared) expect.fail(`two areas share a page, ${where}`);
      areas.push(area);
    } else {
      end(areas.splice(random(areas.length), 1)[0]!);
    }
  }
  areas.forEach(end);
  kernel.call('kmem_cache_reap');
  expect(kernel.freePages()).toBe(free);
});

test('what cannot be had is refused, and nothing is lost', () => {
  const kernel = startCaches(startMemory({ ram: 8 * MiB }));
  kernel.call('kmem_cache_reap');
  const free = kernel.freePages();
  expect([0, 16 * MiB, 0x0800_0000, 0xffff_ffff].map((size) => kernel.call('vmalloc', size))).toEqual([0, 0, 0, 0]);
  kernel.call('kmem_cache_reap');
  expect(kernel.freePages()).toBe(free);
  kernel.call('vfree', 0);
  kernel.call('vfree', VMALLOC_START + 0x5000);
  expect(kernel.said()).toContain('Trying to vfree() nonexistent vm area (c0005000)');
});

test('a kernel stack has unmapped pages on both sides', () => {
  const kernel = startCaches(startMemory());
  const stacks = [1, 2, 3].map(() => kernel.call('alloc_thread_stack'));
  for (const stack of stacks) {
    const mapped = [-pageSize, 0, pageSize, 2 * pageSize].map((offset) => walk(kernel, satpOf(kernel), stack + offset));
    expect(mapped.map((found) => found !== undefined)).toEqual([false, true, true, false]);
  }
});
