/**
 * Interrupts of this hart on and off: Linux 2.4, include/asm-i386/system.h. The dialect has no macros, so what Linux's
 * local_irq_save(flags) assigns, local_irq_save() gives back.
 */
import { SR_SIE } from '../arch/ptrace.ts';

/** Turns interrupts off and says whether they were on, for local_irq_restore. @inline */
export function local_irq_save(): u32 {
  return csrrc_sstatus(SR_SIE) & SR_SIE;
}

/** @inline */
export function local_irq_restore(flags: u32): void {
  csrs_sstatus(flags & SR_SIE);
}

/** @inline */
export function local_irq_disable(): void {
  csrc_sstatus(SR_SIE);
}

/** @inline */
export function local_irq_enable(): void {
  csrs_sstatus(SR_SIE);
}

/** Whether this hart's interrupts are off. @inline */
export function irqs_disabled(): bool {
  return (csrr_sstatus() & SR_SIE) === 0;
}
