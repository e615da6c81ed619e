/** Calls of SBI 0.1, which know nothing of errors: SBI 3.0, chapter 5. Masks of harts lie in S-mode's memory. */
import { AS_TRAPPED, Fault, loadBytes } from './access.ts';
import { finishProgram } from './board.ts';
import { getCharacter, putCharacter } from './console.ts';
import { MIP_SSIP } from './csr.ts';
import { A0, A1, Hart, knownHarts } from './hart.ts';
import { redirect } from './redirect.ts';
import { sendIpi } from './requests.ts';
import { remoteFence } from './rfence.ts';
import {
  SBI_LEGACY_CLEAR_IPI, SBI_LEGACY_CONSOLE_GETCHAR, SBI_LEGACY_CONSOLE_PUTCHAR, SBI_LEGACY_REMOTE_FENCE_I,
  SBI_LEGACY_REMOTE_SFENCE_VMA_ASID, SBI_LEGACY_SEND_IPI, SBI_LEGACY_SET_TIMER, SBI_LEGACY_SHUTDOWN,
} from './sbi.ts';
import { setTimer } from './timer.ts';

const ECALL_BYTES = 4;

export function serveLegacyCall(hart: Hart, call: u32): void {
  const frame = hart.frame;
  const argument = frame.x[A0];
  if (call >= SBI_LEGACY_SEND_IPI && call <= SBI_LEGACY_REMOTE_SFENCE_VMA_ASID) {
    const fault = local<Fault>();
    fault.taken = 0;
    const harts = argument === 0 ? knownHarts() : loadBytes(argument, 4, AS_TRAPPED, fault) & knownHarts();
    if (fault.taken) {
      redirect(hart, fault.cause, fault.tval);
      return;
    }
    if (call === SBI_LEGACY_SEND_IPI) sendIpi(harts);
    else remoteFence(hart, harts, call - SBI_LEGACY_REMOTE_FENCE_I, frame.x[A1], frame.x[A1 + 1], frame.x[A1 + 2]);
  }
  frame.mepc += ECALL_BYTES;
  frame.x[A0] = 0;
  switch (call) {
    case SBI_LEGACY_SET_TIMER: setTimer(hart, wide(frame.x[A1], argument)); break;
    case SBI_LEGACY_CONSOLE_PUTCHAR: putCharacter(argument & 0xff); break;
    case SBI_LEGACY_CONSOLE_GETCHAR: frame.x[A0] = getCharacter() as u32; break;
    case SBI_LEGACY_CLEAR_IPI: csrc_mip(MIP_SSIP); break;
    case SBI_LEGACY_SHUTDOWN: finishProgram(0); break;
  }
}
