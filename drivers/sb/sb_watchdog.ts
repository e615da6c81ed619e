/** Interrupts that do not come: Linux 2.4, drivers/sound/dmabuf.c, "Output timed out". */
import { jiffies } from '../../src/guest/kernel/arch/time.ts';
import { printk } from '../../src/guest/kernel/debug/printk.ts';
import { mod_timer, time_before } from '../../src/guest/kernel/irq/timer.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../../src/guest/kernel/locking/spinlock.ts';
import { DMA_STOPPED, IRQ_STAT, IRQ_STAT_16, IRQ_STAT_8, SbDevc } from './sb.ts';
import { sb_output_event, sb_output_failed, SB_PATIENCE } from './sb_audio.ts';
import { sb_acknowledge } from './sb_intr.ts';
import { sb_getmixer } from './sb_mixer_regs.ts';

/** How often nothing may have moved before the hardware counts as dead. */
const STRIKES = 3;

/** The timer's function: does what the interrupt would have done. */
export function sb_watchdog(data: usize): void {
  const devc = cast<SbDevc>(data);
  const flags = spin_lock_irqsave(devc.lock);
  const dmap = devc.dmap;
  if (dmap.state !== DMA_STOPPED) {
    if (!time_before(jiffies, devc.last_intr + devc.frag_jiffies + SB_PATIENCE)) sb_late(devc);
    if (dmap.state !== DMA_STOPPED) mod_timer(devc.watchdog, jiffies + devc.frag_jiffies + SB_PATIENCE);
  }
  spin_unlock_irqrestore(devc.lock, flags);
}

function sb_late(devc: SbDevc): void {
  const before = devc.dmap.total_bytes;
  const source = sb_getmixer(devc, IRQ_STAT) & (IRQ_STAT_8 | IRQ_STAT_16);
  sb_acknowledge(devc, source);
  sb_output_event(devc);
  if (source !== 0 || devc.dmap.total_bytes !== before) {
    if (devc.lost++ === 0) printk('<4>sb: lost an interrupt\n');
    devc.strikes = 0;
  } else if (++devc.strikes >= STRIKES) {
    sb_output_failed(devc, 'timed out - IRQ/DRQ config error?');
  }
}
