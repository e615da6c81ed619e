/** The interrupt handler: Linux 2.4, drivers/sound/sb_common.c (sbintr); the guide, chapter 3, "Interrupt handling". */
import { inb } from '../../src/guest/kernel/arch/io.ts';
import type { PtRegs } from '../../src/guest/kernel/arch/ptrace.ts';
import { spin_lock, spin_unlock } from '../../src/guest/kernel/locking/spinlock.ts';
import { DSP_DATA_AVAIL, DSP_DATA_AVL16, IRQ_STAT, IRQ_STAT_16, IRQ_STAT_8, SbDevc } from './sb.ts';
import { sb_output_event } from './sb_audio.ts';
import { sb_getmixer } from './sb_mixer_regs.ts';

/** A block has ended, or the DSP was asked to interrupt. */
export function sb_intr(irq: i32, dev_id: usize, regs: PtRegs): void {
  const devc = cast<SbDevc>(dev_id);
  spin_lock(devc.lock);
  const source = sb_getmixer(devc, IRQ_STAT) & (IRQ_STAT_8 | IRQ_STAT_16);
  if (source !== 0) {
    sb_acknowledge(devc, source);
    devc.irq_ok = 1;
    devc.interrupts++;
    sb_output_event(devc);
  } else {
    devc.spurious++;
  }
  spin_unlock(devc.lock);
}

/** Has the card let go of its line. Under the lock. */
export function sb_acknowledge(devc: SbDevc, source: u32): void {
  if ((source & IRQ_STAT_8) !== 0) inb(devc.io + DSP_DATA_AVAIL);
  if ((source & IRQ_STAT_16) !== 0) inb(devc.io + DSP_DATA_AVL16);
}
