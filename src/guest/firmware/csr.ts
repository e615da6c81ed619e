/** Bits of the machine-level registers that the firmware uses: Privileged Architecture 20240411, chapter 3. */

/** mstatus, section 3.1.6. */
export const MSTATUS_SIE = 1 << 1;
export const MSTATUS_SPIE = 1 << 5;
export const MSTATUS_MPIE = 1 << 7;
export const MSTATUS_SPP = 1 << 8;
export const MSTATUS_MPP = 3 << 11;
export const MSTATUS_MPP_S = 1 << 11;
export const MSTATUS_MPRV = 1 << 17;
export const MSTATUS_MXR = 1 << 19;

/** mip, mie and mideleg, section 3.1.9. */
export const MIP_SSIP = 1 << 1;
export const MIP_MSIP = 1 << 3;
export const MIP_STIP = 1 << 5;
export const MIP_MTIP = 1 << 7;
export const MIP_SEIP = 1 << 9;

/** mcause, table "machine cause register values". */
export const CAUSE_INTERRUPT = 0x80000000;
export const IRQ_M_SOFT = 3;
export const IRQ_M_TIMER = 7;
export const CAUSE_MISALIGNED_FETCH = 0;
export const CAUSE_FETCH_ACCESS = 1;
export const CAUSE_ILLEGAL_INSTRUCTION = 2;
export const CAUSE_BREAKPOINT = 3;
export const CAUSE_MISALIGNED_LOAD = 4;
export const CAUSE_LOAD_ACCESS = 5;
export const CAUSE_MISALIGNED_STORE = 6;
export const CAUSE_STORE_ACCESS = 7;
export const CAUSE_USER_ECALL = 8;
export const CAUSE_SUPERVISOR_ECALL = 9;
export const CAUSE_FETCH_PAGE_FAULT = 12;
export const CAUSE_LOAD_PAGE_FAULT = 13;
export const CAUSE_STORE_PAGE_FAULT = 15;

/** mcounteren and scounteren: cycle, time, instret. */
export const COUNTEREN_TM = 1 << 1;
export const COUNTEREN_ALL = 7;

/** menvcfgh of Sstc: S-mode has its own timer, stimecmp. */
export const MENVCFGH_STCE = 0x80000000;
