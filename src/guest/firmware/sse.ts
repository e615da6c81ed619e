/**
 * Supervisor software events: SBI 3.0, chapter 17, for the two local events we have. They interrupt S-mode wherever it
 * is, its own interrupts off or not, and `complete` gives back everything as it was.
 */
import { MSTATUS_MPP, MSTATUS_MPP_S, MSTATUS_SIE, MSTATUS_SPIE, MSTATUS_SPP } from './csr.ts';
import { A6, A7, Hart } from './hart.ts';
import { enterHandler } from './redirect.ts';
import {
  SSE_CONFIG_ONESHOT, SSE_EVENT_LOCAL_SOFTWARE, SSE_EVENT_WATCHDOG, SSE_FLAG_SPIE, SSE_FLAG_SPP, SSE_STATE_ENABLED,
  SSE_STATE_REGISTERED, SSE_STATE_RUNNING, SSE_STATE_UNUSED,
} from './sbi.ts';
import { Event } from './sse-event.ts';

export function initEvents(hart: Hart): void {
  hart.eventsMasked = true;
  initEvent(hart.watchdogEvent, SSE_EVENT_WATCHDOG, 0);
  initEvent(hart.softwareEvent, SSE_EVENT_LOCAL_SOFTWARE, 1);
}

function initEvent(event: Event, id: u32, injectable: u32): void {
  event.id = id;
  event.injectable = injectable;
  event.state = SSE_STATE_UNUSED;
  event.pending = 0;
  event.priority = 0;
  event.config = 0;
}

/** Before a hart leaves the firmware: S-mode's handler is next, if an event is due. */
export function deliverEvents(hart: Hart): void {
  const watchdog = hart.watchdogEvent, software = hart.softwareEvent;
  if (hart.eventsMasked || (watchdog.pending | software.pending) === 0) return;
  let first = isDue(watchdog) ? watchdog : null;
  if (isDue(software) && (first === null || precedes(software, first))) first = software;
  const running = runningEvent(hart);
  if (first !== null && (running === null || precedes(first, running))) interrupt(hart, first);
}

/** Ends the handler of the running event; false when there is none. */
export function completeEvent(hart: Hart): bool {
  const event = runningEvent(hart);
  if (event === null) return false;
  const frame = hart.frame;
  const inHandler = frame.mstatus;
  let status = frame.mstatus & ~(MSTATUS_MPP | MSTATUS_SPP | MSTATUS_SPIE | MSTATUS_SIE);
  if (inHandler & MSTATUS_SPP) status |= MSTATUS_MPP_S;
  if (inHandler & MSTATUS_SPIE) status |= MSTATUS_SIE;
  if (event.flags & SSE_FLAG_SPP) status |= MSTATUS_SPP;
  if (event.flags & SSE_FLAG_SPIE) status |= MSTATUS_SPIE;
  frame.mstatus = status;
  frame.mepc = csrr_sepc();
  frame.x[A6] = event.a6;
  frame.x[A7] = event.a7;
  csrw_sepc(event.sepc);
  csrw_scause(event.scause);
  csrw_stval(event.stval);
  csrw_sscratch(event.sscratch);
  if (csrr_satp() !== event.satp) {
    csrw_satp(event.satp);
    sfence_vma();
  }
  event.state = event.config & SSE_CONFIG_ONESHOT ? SSE_STATE_REGISTERED : SSE_STATE_ENABLED;
  return true;
}

function isDue(event: Event): bool {
  return event.pending !== 0 && event.state === SSE_STATE_ENABLED;
}

/** Section 17.3: the lower priority value first, then the lower number. */
function precedes(a: Event, b: Event): bool {
  return a.priority !== b.priority ? a.priority < b.priority : a.id < b.id;
}

/** The event whose handler is at work, the inner one if there are two. */
function runningEvent(hart: Hart): Event | null {
  const watchdog = hart.watchdogEvent, software = hart.softwareEvent;
  const first = watchdog.state === SSE_STATE_RUNNING ? watchdog : null;
  if (software.state === SSE_STATE_RUNNING && (first === null || precedes(software, first))) return software;
  return first;
}

/** Section 17.5. */
function interrupt(hart: Hart, event: Event): void {
  const frame = hart.frame;
  event.state = SSE_STATE_RUNNING;
  event.pending = 0;
  event.flags = (frame.mstatus & MSTATUS_SPP ? SSE_FLAG_SPP : 0) | (frame.mstatus & MSTATUS_SPIE ? SSE_FLAG_SPIE : 0);
  event.sepc = csrr_sepc();
  event.a6 = frame.x[A6];
  event.a7 = frame.x[A7];
  event.scause = csrr_scause();
  event.stval = csrr_stval();
  event.sscratch = csrr_sscratch();
  event.satp = csrr_satp();
  csrw_sepc(frame.mepc);
  frame.x[A6] = hart.id;
  frame.x[A7] = event.entryArg;
  enterHandler(hart, event.entryPc);
}
