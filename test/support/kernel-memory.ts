/** What the shipped kernel has given out of its memory, read from outside while the machine stands still. */
import { type GuestMemory, Layouts } from '../../src/compiler/layouts.ts';
import type { Machine } from '../../src/host/machine.ts';
import { shippedLayouts } from './shipped-kernel.ts';

/** Objects in use of each cache, by its name; and `pages` that are free, those of caches counted as free. */
export type KernelMemory = Readonly<Record<string, number>>;

/** Whether a page of RAM is free: it has no holder. */
export function isFree(machine: Machine, address: number): boolean {
  const layouts = kernelLayouts(), place = (name: string) => machine.symbols.address(name)!;
  const start = machine.readWord(place('memory_start')) >>> 0, map = machine.readWord(place('mem_map')) >>> 0;
  const page = map + Math.floor((address - start) / 4096) * layouts.size('Page');
  return layouts.number((at, size) => machine.read(at, size), 'Page', page, 'count.counter') === 0;
}

let known: Layouts | undefined;

function kernelLayouts(): Layouts {
  known ??= new Layouts(shippedLayouts());
  return known;
}

/** The caches' memory, which they keep for a while, is theirs: so `pages` changes only when others hold some. */
export function kernelMemory(machine: Machine): KernelMemory {
  const layouts = kernelLayouts();
  const memory: GuestMemory = (address, size) => machine.read(address, size);
  const place = (name: string) => machine.symbols.address(name)!;
  const head = place('cache_chain'), link = layouts.locate('KmemCache', 'next').offset;
  const numberOf = (cache: number, field: string) => layouts.number(memory, 'KmemCache', cache, field)!;
  let pages = 0;
  const objects: Record<string, number> = {};
  for (const node of layouts.list(memory, 'ListHead', machine.readWord(head), 'next')) {
    if (node === head) break;
    const cache = node - link;
    const { text } = layouts.field(memory, 'KmemCache', cache, 'name') as { text: string };
    objects[text] = numberOf(cache, 'active');
    pages += numberOf(cache, 'slabs') << numberOf(cache, 'order');
  }
  const zones = layouts.global(memory, 'zones', place('zones')) as { free_pages: number }[];
  return { ...objects, pages: zones.reduce((sum, zone) => sum + zone.free_pages, pages) };
}

/** What there is more or less of: `size-64 3 -> 4`. */
export const memoryChanges = (before: KernelMemory, after: KernelMemory): string[] =>
  Object.keys({ ...before, ...after }).filter((name) => before[name] !== after[name])
    .map((name) => `${name} ${before[name] ?? 0} -> ${after[name] ?? 0}`);
