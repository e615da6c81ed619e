/** The ring of samples: its memory and sizes, and the program's end of it. Linux 2.4, drivers/sound/dmabuf.c. */
import { PAGE_SIZE } from '../../src/guest/kernel/arch/layout.ts';
import { HZ } from '../../src/guest/kernel/arch/time.ts';
import { printk } from '../../src/guest/kernel/debug/printk.ts';
import { ENOMEM } from '../../src/guest/kernel/errno.ts';
import { fls } from '../../src/guest/kernel/locking/bitops.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../src/guest/kernel/locking/spinlock.ts';
import { isa_virt_to_bus } from '../../src/guest/kernel/mm/dma.ts';
import { __get_free_pages, free_pages, GFP_DMA, GFP_KERNEL } from '../../src/guest/kernel/mm/page_alloc.ts';
import { memset } from '../../src/guest/lib/memory.ts';
import { DmaBuf, sb_bytes_per_second, SbDevc } from './sb.ts';
import { sb_restart_ring } from './sb_audio.ts';

/** Powers of two of pages: what is asked for first, and the least that will do. */
const DMABUF_DEFAULTORDER = 3;
const DMABUF_MINORDER = 0;
/** What the address of an 8-bit DMA channel counts without a carry into its page, and how far ISA addresses go. */
const DMA_BOUNDARY = 0x10000;
const DMA_LIMIT = 0x1000000;
/** Powers of two of bytes that a fragment may have, and the part of a second it has if the program does not say. */
const FRAGSHIFT_LEAST = 5;
const FRAGSHIFT_MOST = 14;
const FRAGS_A_SECOND = 20;
const FRAGS_LEAST = 2;
const FRAGS_WANTED = 4;

/** Makes the ring fit the format, empty, with memory if it has none. 0 or -ENOMEM. Under its semaphore. @sleeps */
export function prog_dmabuf(devc: SbDevc): i32 {
  const dmap = devc.dmap;
  const flags = spin_lock_irqsave(devc.lock);
  sb_restart_ring(devc);
  dmap.ready = false;
  spin_unlock_irqrestore(devc.lock, flags);
  if (dmap.rawbuf === 0 && !dmabuf_alloc(dmap)) return -ENOMEM;
  dmabuf_size(devc);
  memset(cast(dmap.rawbuf), devc.bits === 8 ? 0x80 : 0, dmap.dmasize);
  devc.frag_jiffies = dmap.fragsize * HZ / sb_bytes_per_second(devc) + 1;
  dmap.ready = true;
  return 0;
}

/** Gives the memory back; nothing is played any more. Under the semaphore. */
export function dealloc_dmabuf(dmap: DmaBuf): void {
  dmap.ready = false;
  free_pages(dmap.rawbuf, dmap.buforder);
  dmap.rawbuf = 0;
}

/** Memory that the DMA controller reaches, as much as there is: Linux 2.4's sound_alloc_dmap. */
function dmabuf_alloc(dmap: DmaBuf): bool {
  for (let order: u32 = DMABUF_DEFAULTORDER; ; order--) {
    const memory = __get_free_pages(GFP_KERNEL | GFP_DMA, order);
    if (memory !== 0 && dmabuf_reachable(memory, PAGE_SIZE << order)) {
      dmap.rawbuf = memory;
      dmap.buforder = order;
      return true;
    }
    free_pages(memory, order);
    if (order === DMABUF_MINORDER) break;
  }
  printk('<3>sb: no memory for the DMA buffer\n');
  return false;
}

function dmabuf_reachable(memory: usize, bytes: u32): bool {
  const first = isa_virt_to_bus(memory), last = first + bytes - 1;
  if (last < DMA_LIMIT && first / DMA_BOUNDARY === last / DMA_BOUNDARY) return true;
  printk('<4>sb: DMA buffer at %08x is out of reach or crosses 64 KiB\n', first);
  return false;
}

/** Fragments: what the program asked for as far as it fits, or a part of a second. */
function dmabuf_size(devc: SbDevc): void {
  const dmap = devc.dmap;
  const memory: u32 = PAGE_SIZE << dmap.buforder;
  let shift = dmap.ossfragshift;
  if (shift === 0) shift = fls(sb_bytes_per_second(devc) / FRAGS_A_SECOND) - 1;
  if (shift < FRAGSHIFT_LEAST) shift = FRAGSHIFT_LEAST;
  if (shift > FRAGSHIFT_MOST) shift = FRAGSHIFT_MOST;
  const least: u32 = dmap.ossfragshift === 0 ? FRAGS_WANTED : FRAGS_LEAST;
  while (memory >> shift < least && shift > FRAGSHIFT_LEAST) shift--;
  dmap.fragshift = shift;
  dmap.fragsize = 1 << shift;
  dmap.numfrag = memory >> shift;
  if (dmap.ossmaxfrags >= FRAGS_LEAST && dmap.ossmaxfrags < dmap.numfrag) dmap.numfrag = dmap.ossmaxfrags;
  dmap.dmasize = dmap.numfrag << shift;
}

/** Bytes that can be written. Under the lock. */
export function dmabuf_room(dmap: DmaBuf): u32 {
  return dmap.dmasize - (dmap.count as u32);
}

/** Bytes that can be written in one piece. Under the lock. */
export function dmabuf_room_in_one(dmap: DmaBuf): u32 {
  const room = dmabuf_room(dmap), straight = dmap.dmasize - dmap.swptr;
  return room < straight ? room : straight;
}
