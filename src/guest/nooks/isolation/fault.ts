/**
 * Traps that interrupt a protection domain: Nooks (SOSP 2003), section 3.1. Trap entry has put the kernel's page table
 * and stack in force already; PtRegs.satp says whose page table it found.
 */
import { current } from '../../kernel/arch/cpu.ts';
import {
  EXC_FETCH_PAGE_FAULT, EXC_LOAD_PAGE_FAULT, EXC_STORE_PAGE_FAULT, IRQ_S_TIMER, CAUSE_INTERRUPT, PtRegs,
} from '../../kernel/arch/ptrace.ts';
import { BUG } from '../../kernel/debug/panic.ts';
import { die } from '../../kernel/debug/oops.ts';
import { boot_arg_number } from '../../kernel/init/setup.ts';
import { local_irq_disable } from '../../kernel/locking/irqflags.ts';
import { HARDIRQ_MASK, SOFTIRQ_MASK } from '../../kernel/locking/preempt.ts';
import { PTE_R, PTE_V, PTE_W, PTE_X } from '../../kernel/mm/pgtable.ts';
import { Domain, DOMAIN_LIVE, FAIL_EXCEPTION, FAIL_TIMEOUT } from './domain.ts';
import { domain_fail } from './fail.ts';
import { domain_pte } from './memory.ts';
import { innermost, unwind } from './xpc.ts';
import { DriverCall } from './xpc_entry.ts';

/** Clock ticks that an extension may run without a sleep; the boot argument `nooks_ticks=N` is another number. */
const DEFAULT_TICKS = 100;
export let most_ticks: u32 = DEFAULT_TICKS;

export function fault_init(): void {
  most_ticks = boot_arg_number('nooks_ticks', DEFAULT_TICKS) as u32;
}

/** An exception of an extension: if it is one, the end of its domain. Returns only to go on in the domain. */
export function nooks_exception(regs: PtRegs): void {
  const call = interrupted(regs);
  const domain = cast<Domain>(call.domain);
  if (domain.state === DOMAIN_LIVE && is_spurious(domain, regs)) {
    sfence_vma(regs.badaddr as usize);
    return;
  }
  domain_fail(domain, FAIL_EXCEPTION, regs, '');
}

/**
 * The kernel itself has faulted. If it did so while it served an extension, in the same interrupt or in none, that is
 * the extension's end, and its caller goes on; else this returns. Interrupts are off.
 */
export function nooks_oops(regs: PtRegs): void {
  const task = current();
  const call = innermost(task);
  const context = HARDIRQ_MASK | SOFTIRQ_MASK;
  if (call === null || call.in_kernel === 0 || ((call.preempt_count ^ task.preempt_count) & context) !== 0) return;
  domain_fail(cast<Domain>(call.domain), FAIL_EXCEPTION, regs, '');
  unwind(call);
}

/** Before a trap returns into a domain, interrupts off: it does not if the domain has failed. */
export function nooks_leave_trap(regs: PtRegs): void {
  const call = interrupted(regs);
  const domain = cast<Domain>(call.domain);
  if (regs.cause === (CAUSE_INTERRUPT | IRQ_S_TIMER) && ++call.ticks > most_ticks) {
    domain_fail(domain, FAIL_TIMEOUT, regs, 'time-out');
  }
  if (domain.state === DOMAIN_LIVE) return;
  local_irq_disable();
  unwind(call);
}

/** A clock tick has found the kernel at work, maybe for an extension: that counts as the extension's time. */
export function count_kernel_tick(): void {
  const call = innermost(current());
  if (call === null || call.in_kernel === 0 || ++call.ticks <= most_ticks) return;
  domain_fail(cast<Domain>(call.domain), FAIL_TIMEOUT, null, 'time-out in the kernel');
}

/** The crossing that a trap has interrupted. */
function interrupted(regs: PtRegs): DriverCall {
  const call = innermost(current());
  // A page table that is no task's kernel side, though the task is in no domain: nobody can have loaded that.
  if (call === null) die('trap from nowhere', regs);
  if (call === null) BUG();
  return call;
}

/** Whether by now the domain may do what it was refused: the hart remembered an earlier entry. */
function is_spurious(domain: Domain, regs: PtRegs): bool {
  const right = right_of(regs.cause);
  if (right === 0) return false;
  return (domain_pte(domain.root, regs.badaddr as usize) & (PTE_V | right)) === (PTE_V | right);
}

function right_of(cause: u32): u32 {
  switch (cause) {
    case EXC_STORE_PAGE_FAULT: return PTE_W;
    case EXC_LOAD_PAGE_FAULT: return PTE_R;
    case EXC_FETCH_PAGE_FAULT: return PTE_X;
    default: return 0;
  }
}
