/** Small memory for tests on the host: free lists by power of two; what is free or never used is poisoned. */
import { memset } from '../../lib/memory.ts';
import { BUG_ON } from '../debug/panic.ts';
import { might_sleep } from '../locking/spinlock.ts';

/** Before each object: its class and whether it is in use. */
class Header {
  order: u32;
  live: u32;
  next: usize;
  pad: u32;
}

let arena!: Arr<u8, 1048576>;
let top: u32 = 0;
let free_lists!: Arr<usize, 24>;
let live_objects: u32 = 0;

export function kmalloc(size: u32, flags: u32): usize {
  if (flags === 1) might_sleep();
  let order: u32 = 4;
  while ((1 << order) < (size as i32)) order++;
  let header = free_lists[order];
  if (header) {
    free_lists[order] = cast<Header>(header).next;
  } else {
    header = ((addr(arena) + 15) & ~15) + top;
    top += sizeof<Header>() + (1 << order);
    BUG_ON(top > 1048000);
  }
  const made = cast<Header>(header);
  made.order = order;
  made.live = 0x11223344;
  live_objects++;
  memset(cast(header + sizeof<Header>()), 0xa5, 1 << order);
  return header + sizeof<Header>();
}

export function kfree(address: usize): void {
  if (address === 0) return;
  const header = cast<Header>(address - sizeof<Header>());
  BUG_ON(header.live !== 0x11223344);
  header.live = 0;
  memset(cast(address), 0x6b, 1 << header.order);
  header.next = free_lists[header.order];
  free_lists[header.order] = addr(header);
  live_objects--;
}

export function kmalloc_live(): u32 {
  return live_objects;
}
