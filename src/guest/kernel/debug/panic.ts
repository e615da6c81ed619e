/** The end of the system: Linux 2.4, kernel/panic.c. */
import { vsnprintf } from '../../lib/format.ts';
import { local_irq_disable } from '../locking/irqflags.ts';
import { sbi_shutdown_failed, sbi_watchdog_set_period } from '../arch/sbi.ts';
import { smp_send_stop } from '../arch/smp.ts';
import { boot_arg_number } from '../init/setup.ts';
import { bust_spinlocks, printk } from './printk.ts';

/** How many harts have panicked: the first says why, a second panic is not worth a word. */
let panicked: u32 = 0;
let text!: Arr<u8, 256>;

/**
 * Says why, stops the other harts, and this one: for ever, or with the boot argument `panic=-1` by a reset of the
 * machine for which the firmware gives system failure as the reason.
 */
export function panic(format: cstr, ...args: VarArg[]): never {
  local_irq_disable();
  if (amoadd_aqrl(addr(panicked), 1) !== 0) halt();
  bust_spinlocks();
  vsnprintf(text, 256, format, cells(args));
  printk('<0>Kernel panic: %s\n', cast<cstr>(text));
  smp_send_stop();
  if (boot_arg_number('panic', 0) !== 0) sbi_shutdown_failed();
  halt();
}

/** Whether the system has panicked. */
export function panic_in_progress(): bool {
  return panicked !== 0;
}

/** This hart does nothing any more. */
export function halt(): never {
  sbi_watchdog_set_period(0);
  for (;;) {
    csrw_sie(0);
    wfi();
  }
}

/** What cannot be has happened: an oops of the caller. Linux 2.4, BUG() of include/asm-i386/page.h. */
export function BUG(): never {
  return asm`
    ebreak
    j ${BUG}
  `;
}

/** BUG() if `condition` holds. @inline */
export function BUG_ON(condition: bool): void {
  if (condition) BUG();
}
