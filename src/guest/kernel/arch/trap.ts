/** What each trap means: Linux 2.4, arch/i386/kernel/{traps,irq}.c; causes by Privileged ISA 20240411, table 12.1. */
import { die } from '../debug/oops.ts';
import { printk } from '../debug/printk.ts';
import { irq_enter, irq_exit } from '../irq/irq.ts';
import { local_irq_disable, local_irq_enable } from '../locking/irqflags.ts';
import { do_page_fault } from '../mm/fault.ts';
import { schedule } from '../sched/sched.ts';
import { do_signal, signal_pending, SIGBUS, SIGILL, SIGTRAP } from '../sched/signal.ts';
import { do_syscall } from '../syscall/syscall.ts';
import { current } from './cpu.ts';
import { THREAD_SIZE } from './layout.ts';
import { plic_handle } from './plic.ts';
import {
  CAUSE_INTERRUPT, EXC_BREAKPOINT, EXC_FETCH_ACCESS, EXC_FETCH_MISALIGNED, EXC_FETCH_PAGE_FAULT, EXC_ILLEGAL,
  EXC_LOAD_ACCESS, EXC_LOAD_MISALIGNED, EXC_LOAD_PAGE_FAULT, EXC_STORE_ACCESS, EXC_STORE_MISALIGNED,
  EXC_STORE_PAGE_FAULT, EXC_SYSCALL, IRQ_S_EXT, IRQ_S_SOFT, IRQ_S_TIMER, PtRegs, REG_PC, SR_SPIE, user_mode,
} from './ptrace.ts';
import { ipi_interrupt } from './smp.ts';
import { timer_interrupt } from './time.ts';
import { nooks_exception, nooks_leave_trap } from '../../nooks/isolation/fault.ts';
import { force_sig_fault } from './user_fault.ts';

/** Every trap, with interrupts off; returning leaves the kernel by the frame, and interrupts must be off again. */
export function do_trap(regs: PtRegs): void {
  if (stack_overflowed(regs)) die('kernel stack overflow', regs);
  if ((regs.cause & CAUSE_INTERRUPT) !== 0) do_interrupt(regs);
  else if (in_domain(regs)) nooks_exception(regs);
  else do_exception(regs);
  if (user_mode(regs)) prepare_exit_to_user(regs);
  else if (in_domain(regs)) nooks_leave_trap(regs);
}

/** Whether the trap interrupted a protection domain. @inline */
function in_domain(regs: PtRegs): bool {
  return regs.satp !== 0;
}

/** Whether entry put the frame on the emergency stack: the frame lies outside of the task's stack. */
function stack_overflowed(regs: PtRegs): bool {
  return addr(regs) - current().stack >= THREAD_SIZE;
}

function do_interrupt(regs: PtRegs): void {
  irq_enter();
  switch (regs.cause ^ CAUSE_INTERRUPT) {
    case IRQ_S_TIMER: timer_interrupt(regs); break;
    case IRQ_S_EXT: plic_handle(regs); break;
    case IRQ_S_SOFT: ipi_interrupt(); break;
    default: printk('<3>spurious interrupt, cause %08x\n', regs.cause);
  }
  irq_exit();
}

function do_exception(regs: PtRegs): void {
  // What was interrupted with interrupts on may be preempted and may sleep while its exception is seen to.
  if ((regs.status & SR_SPIE) !== 0) local_irq_enable();
  switch (regs.cause) {
    case EXC_SYSCALL:
      regs.regs[REG_PC] += 4;
      do_syscall(regs);
      break;
    case EXC_FETCH_PAGE_FAULT:
    case EXC_LOAD_PAGE_FAULT:
    case EXC_STORE_PAGE_FAULT:
      do_page_fault(regs);
      break;
    default:
      do_fault(regs);
  }
  local_irq_disable();
}

/** An exception that nothing can be done about: the process's end by a signal, or an oops. */
function do_fault(regs: PtRegs): void {
  if (!user_mode(regs)) die(exception_name(regs.cause), regs);
  force_sig_fault(signal_of(regs.cause), regs);
}

function signal_of(cause: u32): u32 {
  switch (cause) {
    case EXC_ILLEGAL: return SIGILL;
    case EXC_BREAKPOINT: return SIGTRAP;
    default: return SIGBUS;
  }
}

/** The words of an oops for a cause. */
export function exception_name(cause: u32): cstr {
  switch (cause) {
    case EXC_FETCH_MISALIGNED: return 'Oops: misaligned jump';
    case EXC_FETCH_ACCESS: return 'Oops: instruction access fault';
    case EXC_ILLEGAL: return 'Oops: illegal instruction';
    case EXC_BREAKPOINT: return 'kernel BUG';
    case EXC_LOAD_MISALIGNED: return 'Oops: misaligned load';
    case EXC_LOAD_ACCESS: return 'Oops: load access fault';
    case EXC_STORE_MISALIGNED: return 'Oops: misaligned store';
    case EXC_STORE_ACCESS: return 'Oops: store access fault';
    default: return 'Oops';
  }
}

/** Before user mode goes on: whatever is due to the task, until nothing is. */
function prepare_exit_to_user(regs: PtRegs): void {
  for (;;) {
    local_irq_disable();
    const task = current();
    if (task.need_resched) schedule();
    else if (signal_pending(task)) {
      local_irq_enable();
      do_signal(regs);
    } else return;
  }
}
