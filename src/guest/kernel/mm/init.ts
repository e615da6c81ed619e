/** Memory management comes up: Linux 2.4, arch/i386/mm/init.c. On the booting hart, with address translation off. */
import { PAGE_SIZE } from '../arch/layout.ts';
import { panic } from '../debug/panic.ts';
import { printk } from '../debug/printk.ts';
import { setup } from '../init/setup.ts';
import { kmalloc_init } from './kmalloc.ts';
import { mm_init } from './mmap.ts';
import { free_range, mem_map_bytes, nr_free_pages, page_alloc_init } from './page_alloc.ts';
import { paging_init } from './pgtable.ts';
import { slab_init } from './slab.ts';
import { vmalloc_init } from './vmalloc.ts';

declare let __image_end: Arr<u8, 1>;

function page_up(address: usize): usize {
  return (address + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
}

/**
 * RAM is, from its start: the image, the pages' map, then free pages, but for the initial RAM disk and the device tree,
 * which lie where the loader put them.
 */
export function mem_init(): void {
  const start = setup.memory_start, end = setup.memory_end & ~(PAGE_SIZE - 1);
  if (end <= addr(__image_end)) panic('no memory behind the kernel');
  const map = page_up(addr(__image_end));
  const map_end = page_up(map + mem_map_bytes(end - start));
  if (map_end > end || overlaps(map, map_end)) panic('no room for the map of pages');
  page_alloc_init(start, end, map);
  free_around(map_end, end);
  paging_init(end);
  slab_init();
  kmalloc_init();
  vmalloc_init();
  mm_init();
  printk('Memory: %uk/%uk available\n', nr_free_pages() * 4, (end - start) / 1024);
}

function overlaps(start: usize, end: usize): bool {
  return meets(start, end, setup.initrd_start, setup.initrd_end)
    || meets(start, end, setup.fdt, setup.fdt + setup.fdt_bytes);
}

function meets(start: usize, end: usize, from: usize, to: usize): bool {
  return from < to && start < to && from < end;
}

/** Frees a range but for what was loaded into it. */
function free_around(start: usize, end: usize): void {
  let at = start;
  while (at < end) {
    const initrd = meets(at, end, setup.initrd_start, setup.initrd_end);
    const fdt = meets(at, end, setup.fdt, setup.fdt + setup.fdt_bytes);
    const first = initrd && (!fdt || setup.initrd_start < setup.fdt);
    if (!initrd && !fdt) {
      free_range(at, end);
      return;
    }
    const hole = first ? setup.initrd_start : setup.fdt;
    if (hole > at) free_range(at, hole & ~(PAGE_SIZE - 1));
    at = page_up(first ? setup.initrd_end : setup.fdt + setup.fdt_bytes);
  }
}

/** Frees the initial RAM disk once it has been unpacked. */
export function free_initrd(): void {
  if (setup.initrd_end !== 0) free_range(setup.initrd_start, setup.initrd_end & ~(PAGE_SIZE - 1));
}
