/** Pages for tests on the host: a free list over fixed memory, with reference counts. */
import { memset } from '../../lib/memory.ts';
import { BUG_ON } from '../debug/panic.ts';

export const GFP_KERNEL = 1;
export const GFP_ATOMIC = 2;
const PAGES = 256;

export class Page {
  count: u32;
}

let memory!: Arr<u8, 1052672>;
let mem_map!: Arr<Embed<Page>, 256>;
let used: u32 = 0;

function base(): usize {
  return (addr(memory) + 4095) & ~4095;
}

export function __get_free_page(flags: u32): usize {
  for (let i: u32 = 0; i < PAGES; i++) {
    if (mem_map[i].count !== 0) continue;
    mem_map[i].count = 1;
    used++;
    memset(cast(base() + i * 4096), 0xa5, 4096);
    return base() + i * 4096;
  }
  return 0;
}

export function get_zeroed_page(flags: u32): usize {
  const page = __get_free_page(flags);
  if (page) memset(cast(page), 0, 4096);
  return page;
}

export function virt_to_page(address: usize): Page {
  BUG_ON(address < base() || address >= base() + PAGES * 4096);
  return mem_map[(address - base()) >>> 12];
}

export function get_page(page: Page): void {
  BUG_ON(page.count === 0);
  page.count++;
}

export function free_page(address: usize): void {
  const page = virt_to_page(address);
  BUG_ON(page.count === 0);
  if (--page.count === 0) used--;
}

export function pages_used(): u32 {
  return used;
}
