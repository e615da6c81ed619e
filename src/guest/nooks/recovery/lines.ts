/**
 * Interrupt lines of extensions that have failed: masked from the failure until they run again (Nooks, SOSP 2003,
 * section 3.4). Which line was masked for whom is not kept: they are given back when nobody is in recovery.
 */
import { down, init_MUTEX, Semaphore, up } from '../../kernel/locking/semaphore.ts';
import type { Domain } from '../isolation/domain.ts';
import { mask_irqs, unmask_irqs } from '../interposition/irq.bodies.ts';

/** Recoveries under way, each from its failure to the decision or the restart; `lines_sem` protects it. A leaf. */
let under_way: u32 = 0;
let lines_sem!: Embed<Semaphore>;

export function lines_init(): void {
  init_MUTEX(lines_sem);
}

/** @sleeps */
export function recovery_begins(domain: Domain): void {
  down(lines_sem);
  under_way++;
  mask_irqs(domain);
  up(lines_sem);
}

/** @sleeps */
export function recovery_ends(): void {
  down(lines_sem);
  if (--under_way === 0) unmask_irqs();
  up(lines_sem);
}

/** For one that was stopped: its lines may have been masked since it could not be called any more. @sleeps */
export function give_lines_back(): void {
  down(lines_sem);
  if (under_way === 0) unmask_irqs();
  up(lines_sem);
}
