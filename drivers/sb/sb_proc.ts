/** /proc/sb: what the card is set to, and how it went. */
import { snprintf } from '../../src/guest/lib/format.ts';
import { PAGE_SIZE } from '../../src/guest/kernel/arch/layout.ts';
import { SbDevc } from './sb.ts';

export function sb_read_proc(
  page: Ptr<u8>, start: Ptr<usize>, off: i32, count: i32, eof: Ptr<i32>, data: usize,
): i32 {
  const devc = cast<SbDevc>(data);
  eof[0] = 1;
  let length = snprintf(page, PAGE_SIZE, 'DSP %u.%02u at %03x irq %u dma %u,%u\n', devc.major, devc.minor, devc.io,
    devc.irq, devc.dma8, devc.dma16);
  if (devc.open_mode !== 0) {
    length += snprintf(cast<Ptr<u8>>(addr(page) + length), PAGE_SIZE - length,
      'playing %u Hz, %u bits, %u channel(s), %u fragments of %u bytes\n', devc.speed, devc.bits, devc.channels,
      devc.dmap.numfrag, devc.dmap.fragsize);
  }
  length += snprintf(cast<Ptr<u8>>(addr(page) + length), PAGE_SIZE - length,
    'interrupts %u, spurious %u, lost %u, underruns %u\n', devc.interrupts, devc.spurious, devc.lost, devc.underruns);
  return length as i32;
}
