/** Illegal instructions, on harts that have no `time` register: reading it is emulated. All else is S-mode's. */
import { AS_TRAPPED_FETCH, Fault, loadBytes } from './access.ts';
import { machineTime } from './board.ts';
import { CAUSE_ILLEGAL_INSTRUCTION, COUNTEREN_TM, MSTATUS_MPP } from './csr.ts';
import { Frame, Hart } from './hart.ts';
import { redirect } from './redirect.ts';

const INSTRUCTION_BYTES = 4;
/** `csrrs rd, time, x0` and `csrrs rd, timeh, x0`, without rd. */
const READ_ONLY_CSR = 0xfffff07f;
const RDTIME = 0xc0102073;
const RDTIMEH = 0xc8102073;

/** `tval` is the instruction, or 0 where the hart does not say. */
export function emulateIllegal(hart: Hart, tval: u32): void {
  const frame = hart.frame;
  const fault = local<Fault>();
  fault.taken = 0;
  const instruction = tval !== 0 ? tval : loadBytes(frame.mepc, INSTRUCTION_BYTES, AS_TRAPPED_FETCH, fault);
  if (fault.taken) return;
  const read = instruction & READ_ONLY_CSR;
  if ((read !== RDTIME && read !== RDTIMEH) || !mayReadTime(frame)) {
    redirect(hart, CAUSE_ILLEGAL_INSTRUCTION, tval);
    return;
  }
  const time = machineTime();
  const rd = instruction >>> 7 & 31;
  if (rd !== 0) frame.x[rd] = read === RDTIME ? lo32(time) : hi32(time);
  frame.mepc += INSTRUCTION_BYTES;
}

/** S always may, as our mcounteren says; U if S lets it. */
function mayReadTime(frame: Frame): bool {
  return (frame.mstatus & MSTATUS_MPP) !== 0 || (csrr_scounteren() & COUNTEREN_TM) !== 0;
}
