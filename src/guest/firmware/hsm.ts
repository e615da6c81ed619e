/** Hart state management: SBI 3.0, chapter 9. */
import { MIP_MSIP, MIP_MTIP, MIP_SSIP, MSTATUS_MPP_S } from './csr.ts';
import { restartHart, resumeHart } from './entry.ts';
import { A0, A1, Hart, hartOf, isOurs, knownHarts, MAX_HARTS } from './hart.ts';
import { postRequest, REQUEST_START, serveRequests } from './requests.ts';
import {
  SBI_ERR_ALREADY_AVAILABLE, SBI_ERR_FAILED, SBI_ERR_INVALID_ADDRESS, SBI_ERR_INVALID_PARAM, SBI_ERR_NOT_SUPPORTED,
  SBI_HSM_STATE_START_PENDING, SBI_HSM_STATE_STARTED, SBI_HSM_STATE_STOPPED, SBI_HSM_STATE_SUSPENDED,
  SBI_HSM_SUSPEND_RETENTIVE, SBI_SUCCESS,
} from './sbi.ts';
import { initEvents } from './sse.ts';
import { initTimer } from './timer.ts';

const A2 = 12;

/** Lets a stopped hart start at a physical address, with `argument` in its a1. */
export function startHart(id: u32, address: u32, argument: u32): i32 {
  if (!exists(id)) return SBI_ERR_INVALID_PARAM;
  if ((address & 3) !== 0 || isOurs(address, 4)) return SBI_ERR_INVALID_ADDRESS;
  const hart = hartOf(id);
  if (hart.broken) return SBI_ERR_FAILED;
  const claimed = exchange(addr(hart.state), SBI_HSM_STATE_STOPPED, SBI_HSM_STATE_START_PENDING);
  if (claimed !== SBI_HSM_STATE_STOPPED) return SBI_ERR_ALREADY_AVAILABLE;
  hart.startAddress = address;
  hart.startArgument = argument;
  hart.id = id; // a hart that has not arrived yet has not set it
  postRequest(hart, REQUEST_START);
  return SBI_SUCCESS;
}

/** Stops the calling hart. Does not return. */
export function stopHart(hart: Hart): void {
  initTimer(hart);
  smp_mb();
  hart.state = SBI_HSM_STATE_STOPPED;
  restartHart(hart, waitForStart);
}

/** A hart's state, an SBI_HSM_STATE_*, or an error. */
export function hartState(id: u32): i32 {
  return exists(id) ? hartOf(id).state as i32 : SBI_ERR_INVALID_PARAM;
}

/** Waits until an interrupt is pending that S-mode has enabled, or one of ours. */
export function suspendHart(hart: Hart, kind: u32): i32 {
  if (kind !== SBI_HSM_SUSPEND_RETENTIVE) return SBI_ERR_NOT_SUPPORTED;
  hart.state = SBI_HSM_STATE_SUSPENDED;
  wfi();
  hart.state = SBI_HSM_STATE_STARTED;
  return SBI_SUCCESS;
}

/** What a stopped hart does; fences, too. Does not return. */
export function waitForStart(hart: Hart): void {
  csrw_mie(MIP_MSIP | MIP_MTIP);
  // Looks before it waits: what was asked before the hart came has no MSIP any more (start.ts).
  while ((serveRequests(hart) & REQUEST_START) === 0 || hart.broken !== 0) {
    while ((csrr_mip() & MIP_MSIP) === 0) wfi();
  }
  hart.state = SBI_HSM_STATE_STARTED;
  enterSupervisor(hart, hart.startAddress, hart.startArgument, 0);
}

/** S-mode begins: no translation, interrupts off, a0 = hart, and the other arguments. Does not return. */
export function enterSupervisor(hart: Hart, address: u32, argument: u32, further: u32): void {
  initEvents(hart);
  const frame = hart.frame;
  for (let number: u32 = 0; number < 32; number++) frame.x[number] = 0;
  frame.x[A0] = hart.id;
  frame.x[A1] = argument;
  frame.x[A2] = further;
  frame.mepc = address;
  frame.mstatus = MSTATUS_MPP_S;
  csrc_mip(MIP_SSIP);
  csrw_sie(0);
  csrw_satp(0);
  sfence_vma();
  fence_i();
  resumeHart(hart);
}

function exists(id: u32): bool {
  return id < MAX_HARTS && (knownHarts() >>> id & 1) !== 0;
}

/** Puts `next` into the word at an address if it is `expected`. Yields what it was. */
function exchange(address: usize, expected: u32, next: u32): u32 {
  return asm`
    mv t0, a0
  1:
    lr.w.aq a0, (t0)
    bne a0, a1, 2f
    sc.w.rl t1, a2, (t0)
    bnez t1, 1b
  2:
    ret
  `;
}
