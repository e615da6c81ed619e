/** What trap entry saves: after Linux's struct pt_regs (arch/riscv/include/asm/ptrace.h), with the address space. */
export class PtRegs {
  /** Register n of the processor at index n; at index 0, where x0 would be, the interrupted pc (sepc). */
  regs: Arr<usize, 32>;
  status: u32;
  cause: u32;
  badaddr: u32;
  /** The page table of the protection domain that was interrupted; 0 for user mode and the kernel itself. */
  satp: u32;
}

/** Indices into PtRegs.regs. */
export const REG_PC = 0;
export const REG_RA = 1;
export const REG_SP = 2;
export const REG_TP = 4;
export const REG_S0 = 8;
export const REG_A0 = 10;
export const REG_A1 = 11;
export const REG_A7 = 17;

/** Whether the trap came from user mode. @inline */
export function user_mode(regs: PtRegs): bool {
  return (regs.status & SR_SPP) === 0;
}

// sstatus: Privileged ISA 20240411, section 12.1.1.
export const SR_SIE = 0x2;
export const SR_SPIE = 0x20;
export const SR_SPP = 0x100;
export const SR_SUM = 0x40000;

// Interrupts of sie and sip, section 12.1.3.
export const IE_SSIE = 0x2;
export const IE_STIE = 0x20;
export const IE_SEIE = 0x200;

// scause, table 12.1 (interrupts have bit 31).
export const CAUSE_INTERRUPT = 0x80000000;
export const IRQ_S_SOFT = 1;
export const IRQ_S_TIMER = 5;
export const IRQ_S_EXT = 9;
export const EXC_FETCH_MISALIGNED = 0;
export const EXC_FETCH_ACCESS = 1;
export const EXC_ILLEGAL = 2;
export const EXC_BREAKPOINT = 3;
export const EXC_LOAD_MISALIGNED = 4;
export const EXC_LOAD_ACCESS = 5;
export const EXC_STORE_MISALIGNED = 6;
export const EXC_STORE_ACCESS = 7;
export const EXC_SYSCALL = 8;
export const EXC_FETCH_PAGE_FAULT = 12;
export const EXC_LOAD_PAGE_FAULT = 13;
export const EXC_STORE_PAGE_FAULT = 15;
