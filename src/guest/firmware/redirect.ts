/** Hands a trap on to S-mode as if it had been delegated: Privileged Architecture 20240411, section 3.1.6.1. */
import { MSTATUS_MPP, MSTATUS_MPP_S, MSTATUS_SIE, MSTATUS_SPIE, MSTATUS_SPP } from './csr.ts';
import { Hart } from './hart.ts';

const EXCEPTION_BASE = ~3;

export function redirect(hart: Hart, cause: u32, tval: u32): void {
  csrw_scause(cause);
  csrw_stval(tval);
  csrw_sepc(hart.frame.mepc);
  enterHandler(hart, csrr_stvec() & EXCEPTION_BASE);
}

/** S-mode goes on at an address, as a trap makes it: interrupts off, what was before in SPP and SPIE. */
export function enterHandler(hart: Hart, address: u32): void {
  const frame = hart.frame;
  const before = frame.mstatus;
  let status = before & ~(MSTATUS_SPP | MSTATUS_SPIE | MSTATUS_SIE | MSTATUS_MPP) | MSTATUS_MPP_S;
  if ((before & MSTATUS_MPP) === MSTATUS_MPP_S) status |= MSTATUS_SPP;
  if (before & MSTATUS_SIE) status |= MSTATUS_SPIE;
  frame.mstatus = status;
  frame.mepc = address;
}
