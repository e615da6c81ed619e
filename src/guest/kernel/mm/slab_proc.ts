/** /proc/slabinfo: Linux 2.4, mm/slab.c, proc_getdata; version 1.1 of the format. */
import { snprintf } from '../../lib/format.ts';
import { PAGE_SIZE } from '../arch/layout.ts';
import { create_proc_read_entry } from '../fs/proc/proc_fs.ts';
import { for_each_cache, KmemCache } from './slab.ts';

/** Once /proc is there. @sleeps */
export function slab_proc_init(): void {
  create_proc_read_entry('slabinfo', 0o444, null, slabinfo_read_proc, 0);
}

/** Room for one more line. */
const LINE = 96;

class Text {
  page: usize;
  length: u32;
}

function slabinfo_read_proc(page: Ptr<u8>, start: Ptr<usize>, off: i32, count: i32, eof: Ptr<i32>, data: usize): i32 {
  const text = local<Text>();
  text.page = addr(page);
  text.length = snprintf(page, PAGE_SIZE, 'slabinfo - version: 1.1 (SMP)\n');
  for_each_cache(cache_line, addr(text));
  eof[0] = 1;
  return text.length as i32;
}

/** Name; objects in use and in all; bytes of each; slabs in use and in all; pages of each. */
function cache_line(cache: KmemCache, arg: usize): void {
  const text = cast<Text>(arg);
  if (text.length + LINE > PAGE_SIZE) return;
  text.length += snprintf(cast<Ptr<u8>>(text.page + text.length), LINE, '%-17s %6u %6u %6u %4u %4u %4u\n', cache.name,
    cache.active, cache.slabs * cache.per_slab, cache.object_size, cache.slabs - cache.empty_count, cache.slabs,
    1 << cache.order);
}
