/** Serves the calls of S-mode: SBI 3.0, by chapters. */
import { finishProgram, resetBoard } from './board.ts';
import { putCharacter, readConsole, writeConsole } from './console.ts';
import { A0, A1, A6, A7, Frame, Hart, isOurs } from './hart.ts';
import { hartState, startHart, stopHart, suspendHart } from './hsm.ts';
import { serveLegacyCall } from './legacy.ts';
import { chosenHarts, NO_SUCH_HART, sendIpi } from './requests.ts';
import { remoteFence } from './rfence.ts';
import {
  SBI_BASE_GET_IMP_ID, SBI_BASE_GET_IMP_VERSION, SBI_BASE_GET_MARCHID, SBI_BASE_GET_MIMPID, SBI_BASE_GET_MVENDORID,
  SBI_BASE_GET_SPEC_VERSION, SBI_BASE_PROBE_EXT, SBI_DBCN_CONSOLE_READ, SBI_DBCN_CONSOLE_WRITE,
  SBI_DBCN_CONSOLE_WRITE_BYTE, SBI_ERR_INVALID_PARAM, SBI_ERR_NOT_SUPPORTED, SBI_EXT_BASE, SBI_EXT_DBCN, SBI_EXT_HSM,
  SBI_EXT_IPI, SBI_EXT_RFENCE, SBI_EXT_SRST, SBI_EXT_SSE, SBI_EXT_TIME, SBI_EXT_WATCHDOG, SBI_HSM_HART_GET_STATUS,
  SBI_HSM_HART_START, SBI_HSM_HART_STOP, SBI_HSM_HART_SUSPEND, SBI_IMPLEMENTATION, SBI_IMPLEMENTATION_VERSION,
  SBI_IPI_SEND_IPI, SBI_LEGACY_SHUTDOWN, SBI_RFENCE_REMOTE_SFENCE_VMA_ASID, SBI_SPEC_VERSION, SBI_SRST_REASON_NONE,
  SBI_SRST_REASON_SYSTEM_FAILURE, SBI_SRST_SYSTEM_RESET, SBI_SRST_TYPE_SHUTDOWN, SBI_SRST_TYPE_WARM_REBOOT,
  SBI_SSE_COMPLETE, SBI_SUCCESS, SBI_TIME_SET_TIMER, SBI_WATCHDOG_PET, SBI_WATCHDOG_SET_PERIOD,
} from './sbi.ts';
import { completeEvent } from './sse.ts';
import { serveEventCall } from './sse-calls.ts';
import { petWatchdog, setTimer, setWatchdog } from './timer.ts';

const ECALL_BYTES = 4;

export function serveCall(hart: Hart): void {
  const frame = hart.frame;
  const extension = frame.x[A7];
  if (extension <= SBI_LEGACY_SHUTDOWN) {
    serveLegacyCall(hart, extension);
    return;
  }
  frame.mepc += ECALL_BYTES;
  // Gives back what it interrupted, a0 and a1 included.
  if (extension === SBI_EXT_SSE && frame.x[A6] === SBI_SSE_COMPLETE && completeEvent(hart)) return;
  hart.value = 0;
  frame.x[A0] = outcome(hart, frame, extension) as u32;
  frame.x[A1] = hart.value;
}

/** The error; the value is in `hart.value`. */
function outcome(hart: Hart, frame: Frame, extension: u32): i32 {
  const a0 = frame.x[A0], a1 = frame.x[A1], wanted = frame.x[A6];
  switch (extension) {
    case SBI_EXT_BASE: return base(hart, wanted, a0);
    case SBI_EXT_TIME: return time(hart, wanted, wide(a1, a0));
    case SBI_EXT_IPI: return ipi(wanted, chosenHarts(a0, a1));
    case SBI_EXT_RFENCE: return rfence(hart, frame, wanted);
    case SBI_EXT_HSM: return hsm(hart, frame, wanted);
    case SBI_EXT_SRST: return wanted === SBI_SRST_SYSTEM_RESET ? systemReset(a0, a1) : SBI_ERR_NOT_SUPPORTED;
    case SBI_EXT_DBCN: return debugConsole(hart, frame, wanted);
    case SBI_EXT_SSE: return serveEventCall(hart, frame, wanted);
    case SBI_EXT_WATCHDOG: return watchdog(hart, wanted, a0);
    default: return SBI_ERR_NOT_SUPPORTED;
  }
}

function base(hart: Hart, wanted: u32, extension: u32): i32 {
  switch (wanted) {
    case SBI_BASE_GET_SPEC_VERSION: hart.value = SBI_SPEC_VERSION; break;
    case SBI_BASE_GET_IMP_ID: hart.value = SBI_IMPLEMENTATION; break;
    case SBI_BASE_GET_IMP_VERSION: hart.value = SBI_IMPLEMENTATION_VERSION; break;
    case SBI_BASE_PROBE_EXT: hart.value = isServed(extension) ? 1 : 0; break;
    case SBI_BASE_GET_MVENDORID: hart.value = csrr_mvendorid(); break;
    case SBI_BASE_GET_MARCHID: hart.value = csrr_marchid(); break;
    case SBI_BASE_GET_MIMPID: hart.value = csrr_mimpid(); break;
    default: return SBI_ERR_NOT_SUPPORTED;
  }
  return SBI_SUCCESS;
}

function isServed(extension: u32): bool {
  switch (extension) {
    case SBI_EXT_BASE: case SBI_EXT_TIME: case SBI_EXT_IPI: case SBI_EXT_RFENCE: case SBI_EXT_HSM: case SBI_EXT_SRST:
    case SBI_EXT_DBCN: case SBI_EXT_SSE: case SBI_EXT_WATCHDOG:
      return true;
    default:
      return extension <= SBI_LEGACY_SHUTDOWN;
  }
}

function time(hart: Hart, wanted: u32, at: u64): i32 {
  if (wanted !== SBI_TIME_SET_TIMER) return SBI_ERR_NOT_SUPPORTED;
  setTimer(hart, at);
  return SBI_SUCCESS;
}

function ipi(wanted: u32, harts: u32): i32 {
  if (wanted !== SBI_IPI_SEND_IPI) return SBI_ERR_NOT_SUPPORTED;
  if (harts === NO_SUCH_HART) return SBI_ERR_INVALID_PARAM;
  sendIpi(harts);
  return SBI_SUCCESS;
}

function rfence(hart: Hart, frame: Frame, wanted: u32): i32 {
  if (wanted > SBI_RFENCE_REMOTE_SFENCE_VMA_ASID) return SBI_ERR_NOT_SUPPORTED;
  const harts = chosenHarts(frame.x[A0], frame.x[A1]);
  if (harts === NO_SUCH_HART) return SBI_ERR_INVALID_PARAM;
  remoteFence(hart, harts, wanted, frame.x[A1 + 1], frame.x[A1 + 2], frame.x[A1 + 3]);
  return SBI_SUCCESS;
}

function hsm(hart: Hart, frame: Frame, wanted: u32): i32 {
  switch (wanted) {
    case SBI_HSM_HART_START: return startHart(frame.x[A0], frame.x[A1], frame.x[A1 + 1]);
    case SBI_HSM_HART_STOP: stopHart(hart); break;
    case SBI_HSM_HART_GET_STATUS: return status(hart, frame.x[A0]);
    case SBI_HSM_HART_SUSPEND: return suspendHart(hart, frame.x[A0]);
  }
  return SBI_ERR_NOT_SUPPORTED;
}

function status(hart: Hart, id: u32): i32 {
  const state = hartState(id);
  if (state < 0) return state;
  hart.value = state as u32;
  return SBI_SUCCESS;
}

/** Chapter 10. A failure ends the program with code 1. */
function systemReset(kind: u32, reason: u32): i32 {
  if (kind > SBI_SRST_TYPE_WARM_REBOOT || reason > SBI_SRST_REASON_SYSTEM_FAILURE) return SBI_ERR_INVALID_PARAM;
  if (kind === SBI_SRST_TYPE_SHUTDOWN) finishProgram(reason === SBI_SRST_REASON_NONE ? 0 : 1);
  resetBoard();
  return SBI_SUCCESS;
}

/** Chapter 12. */
function debugConsole(hart: Hart, frame: Frame, wanted: u32): i32 {
  const size = frame.x[A0], low = frame.x[A1], high = frame.x[A1 + 1];
  if (wanted === SBI_DBCN_CONSOLE_WRITE_BYTE) {
    putCharacter(size & 0xff);
    return SBI_SUCCESS;
  }
  if (wanted > SBI_DBCN_CONSOLE_READ) return SBI_ERR_NOT_SUPPORTED;
  if (high !== 0 || isOurs(low, size)) return SBI_ERR_INVALID_PARAM;
  hart.value = wanted === SBI_DBCN_CONSOLE_WRITE ? writeConsole(low, size) : readConsole(low, size);
  return hart.value < size && wanted === SBI_DBCN_CONSOLE_WRITE ? SBI_ERR_INVALID_PARAM : SBI_SUCCESS;
}

function watchdog(hart: Hart, wanted: u32, period: u32): i32 {
  switch (wanted) {
    case SBI_WATCHDOG_SET_PERIOD: setWatchdog(hart, period); break;
    case SBI_WATCHDOG_PET: petWatchdog(hart); break;
    default: return SBI_ERR_NOT_SUPPORTED;
  }
  return SBI_SUCCESS;
}
