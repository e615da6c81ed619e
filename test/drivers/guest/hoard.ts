/** A module that has most of the memory while it is loaded: all but `leave` pages, or with `dma=1` all of ISA's. */
import { __get_free_page, free_page, GFP_ATOMIC, GFP_DMA, nr_free_pages }
  from '../../../src/guest/kernel/mm/page_alloc.ts';

export let leave: u32 = 0;
export let dma: u32 = 0;

/** Each page begins with the next one's address. */
let first: usize = 0;

export function init_module(): i32 {
  const gfp: u32 = dma !== 0 ? GFP_ATOMIC | GFP_DMA : GFP_ATOMIC;
  while (nr_free_pages() > leave) {
    const page = __get_free_page(gfp);
    if (page === 0) break;
    cast<Ptr<usize>>(page)[0] = first;
    first = page;
  }
  return 0;
}

export function cleanup_module(): void {
  while (first !== 0) {
    const page = first;
    first = cast<Ptr<usize>>(page)[0];
    free_page(page);
  }
}
