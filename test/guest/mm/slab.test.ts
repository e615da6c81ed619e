/** Caches and kmalloc against a model, and what slab_debug finds. */
import { expect, test } from 'vitest';
import { GFP_DMA, GFP_KERNEL, type Kernel, MiB, randomFrom, startCaches, startMemory } from './host.ts';

const start = (boot: Record<string, string> = {}) => startCaches(startMemory({ boot, ram: 8 * MiB }));

/** Whether there is slab_debug makes no difference to correct use. */
const modes = [{ boot: {} }, { boot: { slab_debug: '' } }];

function createCache(kernel: Kernel, name: string, size: number, align = 0): number {
  const cache = kernel.call('kmem_cache_create', name, size, align, 0, 0, 0);
  expect(cache).not.toBe(0);
  return cache;
}

interface Block { readonly address: number; readonly size: number; readonly tag: number }

/** Fills a block with its tag, or says whether it still is. */
function tagBlock({ program: { memory } }: Kernel, { address, size, tag }: Block): void {
  memory.bytes.fill(tag, address - 0x8000_0000, address - 0x8000_0000 + size);
}

function isIntact({ program: { memory } }: Kernel, { address, size, tag }: Block): boolean {
  return memory.bytes.subarray(address - 0x8000_0000, address - 0x8000_0000 + size).every((byte) => byte === tag);
}

test.each(modes)('random kmalloc and kfree with $boot keep contents, and all pages come back', ({ boot }) => {
  const seed = 7;
  const kernel = start(boot);
  const random = randomFrom(seed);
  kernel.call('kmem_cache_reap');
  const [free, objects] = [kernel.freePages(), kernel.call('slab_active_objects')];
  const blocks: Block[] = [];
  for (let step = 0; step < 4000; step++) {
    if (random(100) < 55) {
      const size = 1 + random(1 << (1 + random(13)));
      const block = { address: kernel.call('kmalloc', size, GFP_KERNEL), size, tag: random(256) };
      if (block.address === 0 || block.address % 8 !== 0) expect.fail(`kmalloc(${size}) at step ${step}, seed ${seed}`);
      if (kernel.call('ksize', block.address) < size) expect.fail(`ksize is too small for ${size}`);
      tagBlock(kernel, block);
      blocks.push(block);
    } else if (blocks.length > 0) {
      const block = blocks.splice(random(blocks.length), 1)[0]!;
      if (!isIntact(kernel, block)) expect.fail(`a block of ${block.size} changed, step ${step}, seed ${seed}`);
      kernel.call('kfree', block.address);
    }
  }
  for (const { address } of blocks) kernel.call('kfree', address);
  expect(kernel.call('slab_active_objects')).toBe(objects);
  kernel.call('kmem_cache_reap');
  expect(kernel.freePages()).toBe(free);
});

test.each(modes)('a cache with $boot counts and aligns its objects, and ends when it is empty', ({ boot }) => {
  const kernel = start(boot);
  const free = kernel.freePages();
  const cache = createCache(kernel, 'aligned', 40, 64);
  const objects = Array.from({ length: 300 }, () => kernel.call('kmem_cache_alloc', cache, GFP_KERNEL));
  expect(new Set(objects).size).toBe(300);
  expect(objects.filter((address) => address % 64 !== 0)).toEqual([]);
  expect(kernel.call('kmem_cache_objects', cache)).toBe(300);
  expect(kernel.call('kmem_cache_destroy', cache)).toBe(1);
  expect(kernel.said()).toContain('aligned: 300 objects are still in use');
  for (const object of objects) kernel.call('kmem_cache_free', cache, object);
  expect(kernel.call('kmem_cache_destroy', cache)).toBe(0);
  expect(kernel.freePages()).toBe(free);
});

test('caches of one name are a bug', () => {
  const kernel = start();
  createCache(kernel, 'twins', 40);
  expect(() => createCache(kernel, 'twins', 60)).toThrow('BUG');
  expect(kernel.said()).toContain('twins');
});

test('GFP_KERNEL in an interrupt is a bug where a cache must grow, GFP_ATOMIC is none', () => {
  const kernel = start();
  const cache = createCache(kernel, 'fresh', 40);
  kernel.call('pretend_interrupt', 1);
  expect(() => kernel.call('kmem_cache_alloc', cache, GFP_KERNEL)).toThrow('BUG');
  expect(kernel.said()).toContain('fresh');
  expect(kernel.call('kmem_cache_alloc', cache, 0x20)).not.toBe(0);
});

test('memory for ISA cards is within their reach', () => {
  const kernel = startCaches(startMemory({ ram: 24 * MiB }));
  const address = kernel.call('kmalloc', 100, GFP_DMA);
  expect(address).toBeLessThan(kernel.ramStart + 16 * MiB);
  kernel.call('kfree', address);
  expect(kernel.call('kmalloc', 5000, GFP_KERNEL)).toBeGreaterThan(kernel.ramStart + 16 * MiB);
});

/** What a driver does wrong to its 40 bytes, and what must be said of it. */
const mistakes: readonly [string, (kernel: Kernel, object: number, cache: number) => void, string][] = [
  ['free twice', (kernel, object, cache) => {
    kernel.call('kmem_cache_free', cache, object);
    kernel.call('kmem_cache_free', cache, object);
  }, 'double free'],
  ['write behind', (kernel, object, cache) => {
    kernel.setWord(object + 40, 0);
    kernel.call('kmem_cache_free', cache, object);
  }, 'written to behind its end'],
  ['write before', (kernel, object, cache) => {
    kernel.setWord(object - 8, 0);
    kernel.call('kmem_cache_free', cache, object);
  }, 'written to before its start'],
  ['write after the free', (kernel, object, cache) => {
    kernel.call('kmem_cache_free', cache, object);
    kernel.setWord(object + 20, 1);
    kernel.call('kmem_cache_alloc', cache, GFP_KERNEL);
  }, 'written to after it was freed'],
  ['free the middle', (kernel, object, cache) => kernel.call('kmem_cache_free', cache, object + 4),
    'not the start of an object'],
  ['free what is not RAM', (kernel, _, cache) => kernel.call('kmem_cache_free', cache, 0x1234), 'not an object'],
  ['free to another cache', (kernel, object) => {
    kernel.call('kmem_cache_free', createCache(kernel, 'victim2', 40), object);
  }, 'not an object'],
];

test.each(mistakes)('slab_debug catches who would %s, and names the cache', (_, mistake, complaint) => {
  const kernel = start({ slab_debug: '' });
  const cache = createCache(kernel, 'victim', 40);
  const object = kernel.call('kmem_cache_alloc', cache, GFP_KERNEL);
  expect(() => mistake(kernel, object, cache)).toThrow('BUG');
  expect(kernel.said()).toContain('in cache victim');
  expect(kernel.said()).toContain(complaint);
});

test.each([0x1234, 0xc0001000])('kfree of %i, a wild pointer, is a BUG', (pointer) => {
  const kernel = start();
  expect(() => kernel.call('kfree', pointer)).toThrow('BUG');
  expect(kernel.said()).toContain(pointer.toString(16));
});
