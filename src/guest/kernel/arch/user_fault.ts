/** Exceptions of programs: Linux 2.4, do_trap of arch/i386/kernel/traps.c, with the line that later Linux prints. */
import { printk } from '../debug/printk.ts';
import { force_sig } from '../sched/signal.ts';
import { task_comm } from '../sched/task.ts';
import { current } from './cpu.ts';
import {
  EXC_BREAKPOINT, EXC_FETCH_MISALIGNED, EXC_FETCH_PAGE_FAULT, EXC_ILLEGAL, EXC_LOAD_PAGE_FAULT, EXC_STORE_PAGE_FAULT,
  PtRegs, REG_PC, REG_RA,
} from './ptrace.ts';

/** Ends the process that caused an exception by a signal, and says on the console which and where. */
export function force_sig_fault(signal: u32, regs: PtRegs): void {
  const task = current();
  printk('<6>%s[%d]: %s at %08x, pc %08x, ra %08x\n', task_comm(task), task.pid, name_of(regs.cause), regs.badaddr,
    regs.regs[REG_PC], regs.regs[REG_RA]);
  force_sig(signal, task);
}

function name_of(cause: u32): cstr {
  switch (cause) {
    case EXC_FETCH_MISALIGNED: return 'misaligned jump';
    case EXC_ILLEGAL: return 'illegal instruction';
    case EXC_BREAKPOINT: return 'breakpoint';
    case EXC_FETCH_PAGE_FAULT: return 'bad jump';
    case EXC_LOAD_PAGE_FAULT: return 'bad load';
    case EXC_STORE_PAGE_FAULT: return 'bad store';
  }
  return 'access fault';
}
