/** The buddy allocator against a model: what is given never overlaps, and all of it comes back whole. */
import { expect, test } from 'vitest';
import { GFP_DMA, GFP_KERNEL, type Kernel, MiB, pageSize, randomFrom, startMemory } from './host.ts';

const largest = 10;

/** Takes blocks of an order until there are none, and gives them back: how many there were. */
function countBlocks(kernel: Kernel, order: number, gfp = GFP_KERNEL): number {
  const blocks: number[] = [];
  for (;;) {
    const block = kernel.call('__get_free_pages', gfp, order);
    if (block === 0) break;
    blocks.push(block);
  }
  for (const block of blocks) kernel.call('free_pages', block, order);
  return blocks.length;
}

test.each([1, 2])('random blocks of all orders, seed %i', (seed) => {
  const kernel = startMemory();
  const random = randomFrom(seed);
  const [free, large] = [kernel.freePages(), countBlocks(kernel, largest)];
  const blocks: { address: number; order: number }[] = [];
  let taken = 0;
  for (let step = 0; step < 2000; step++) {
    if (random(100) < 52) {
      const order = Math.min(random(largest + 1), random(largest + 1));
      const address = kernel.call('__get_free_pages', random(4) === 0 ? GFP_DMA : GFP_KERNEL, order);
      if (address === 0) continue;
      const size = pageSize << order;
      expect((address - kernel.ramStart) % size, 'a block lies at a multiple of its size').toBe(0);
      const apart = blocks.every((other) =>
        address + size <= other.address || other.address + (pageSize << other.order) <= address);
      if (!apart) expect.fail(`overlapping blocks, seed ${seed}, step ${step}`);
      kernel.setWord(address, address);
      kernel.setWord(address + size - 4, address);
      blocks.push({ address, order });
      taken += 1 << order;
    } else if (blocks.length > 0) {
      const { address, order } = blocks.splice(random(blocks.length), 1)[0]!;
      expect([kernel.word(address), kernel.word(address + (pageSize << order) - 4)]).toEqual([address, address]);
      kernel.call('free_pages', address, order);
      taken -= 1 << order;
    }
    expect(kernel.freePages()).toBe(free - taken);
  }
  for (const { address, order } of blocks) kernel.call('free_pages', address, order);
  expect([kernel.freePages(), countBlocks(kernel, largest)], `seed ${seed}`).toEqual([free, large]);
});

test('what an ISA card can reach is kept for it while there is other memory, and given when there is none', () => {
  const kernel = startMemory();
  const isIsa = (address: number) => address < kernel.ramStart + 16 * MiB;
  const others = (kernel.ramEnd - kernel.ramStart - 16 * MiB) / pageSize;
  const isa = kernel.freePages() - others;
  for (let page = 0; page < others; page++) expect(isIsa(kernel.call('__get_free_pages', GFP_KERNEL, 0))).toBe(false);
  expect(isIsa(kernel.call('__get_free_pages', GFP_KERNEL, 0))).toBe(true);
  expect(countBlocks(kernel, 0, GFP_DMA)).toBe(isa - 1);
});

test('a page with two holders is free when both have let go', () => {
  const kernel = startMemory();
  const free = kernel.freePages();
  const address = kernel.call('get_zeroed_page', GFP_KERNEL);
  const page = kernel.call('virt_to_page', address);
  kernel.call('get_page', page);
  kernel.call('free_page', address);
  expect(kernel.freePages()).toBe(free - 1);
  kernel.call('put_page', page);
  expect(kernel.freePages()).toBe(free);
});

test('misuse is a BUG that names the page', () => {
  const kernel = startMemory();
  const address = kernel.call('__get_free_pages', GFP_KERNEL, 1);
  expect(() => kernel.call('free_pages', address, 0), 'another order').toThrow('BUG');
  kernel.call('free_pages', address, 1);
  expect(() => kernel.call('free_pages', address, 1), 'freed twice').toThrow('BUG');
  expect(kernel.said()).toContain(`Bad page: ${address.toString(16)}`);
  expect(() => kernel.call('free_page', kernel.ramStart), 'never allocated').toThrow('BUG');
  expect(() => kernel.call('free_page', kernel.ramEnd), 'not RAM').toThrow('BUG');
  expect(kernel.said()).toContain(`${kernel.ramEnd.toString(16)} is not an address of RAM`);
});

test('with poison, a freed page is overwritten', () => {
  const kernel = startMemory({ boot: { poison: '' } });
  const address = kernel.call('__get_free_pages', GFP_KERNEL, 0);
  kernel.setWord(address + 100, 0x12345678);
  kernel.call('free_page', address);
  expect(kernel.word(address + 100)).toBe(0x6b6b6b6b);
});
