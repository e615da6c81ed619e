/** What to do about each kind of trap from S or U. Interrupts and calls that S-mode gets itself never come here. */
import { serveCall } from './calls.ts';
import {
  CAUSE_ILLEGAL_INSTRUCTION, CAUSE_INTERRUPT, CAUSE_MISALIGNED_LOAD, CAUSE_MISALIGNED_STORE, CAUSE_SUPERVISOR_ECALL,
  IRQ_M_SOFT, IRQ_M_TIMER,
} from './csr.ts';
import { Hart } from './hart.ts';
import { emulateIllegal } from './illegal.ts';
import { emulateMisaligned } from './misaligned.ts';
import { redirect } from './redirect.ts';
import { serveRequests } from './requests.ts';
import { deliverEvents } from './sse.ts';
import { serveTimer } from './timer.ts';

/** The trap's state is in the hart's frame, from which it goes on. */
export function handleTrap(hart: Hart): void {
  const cause = csrr_mcause();
  switch (cause) {
    case CAUSE_INTERRUPT + IRQ_M_SOFT:
      serveRequests(hart);
      break;
    case CAUSE_INTERRUPT + IRQ_M_TIMER:
      serveTimer(hart);
      break;
    case CAUSE_SUPERVISOR_ECALL:
      serveCall(hart);
      break;
    case CAUSE_MISALIGNED_LOAD:
    case CAUSE_MISALIGNED_STORE:
      emulateMisaligned(hart, cause, csrr_mtval());
      break;
    case CAUSE_ILLEGAL_INSTRUCTION:
      emulateIllegal(hart, csrr_mtval());
      break;
    default:
      redirect(hart, cause, csrr_mtval());
  }
  deliverEvents(hart);
}
