/** The calls by which S-mode says what it wants of software events: SBI 3.0, sections 17.7 to 17.16. */
import { Fault, loadBytes, PHYSICAL, storeBytes } from './access.ts';
import { A0, A1, Frame, Hart, hartOf, isOurs, knownHarts, MAX_HARTS } from './hart.ts';
import { postRequest, REQUEST_EVENT } from './requests.ts';
import {
  SBI_ERR_ALREADY_STARTED, SBI_ERR_ALREADY_STOPPED, SBI_ERR_BAD_RANGE, SBI_ERR_INVALID_ADDRESS, SBI_ERR_INVALID_PARAM,
  SBI_ERR_INVALID_STATE, SBI_ERR_NOT_SUPPORTED, SBI_SSE_COMPLETE, SBI_SSE_DISABLE, SBI_SSE_ENABLE, SBI_SSE_HART_MASK,
  SBI_SSE_HART_UNMASK, SBI_SSE_INJECT, SBI_SSE_READ_ATTRS, SBI_SSE_REGISTER, SBI_SSE_UNREGISTER, SBI_SSE_WRITE_ATTRS,
  SBI_SUCCESS, SSE_ATTR_CONFIG, SSE_ATTR_COUNT, SSE_ATTR_ENTRY_ARG, SSE_ATTR_ENTRY_PC, SSE_ATTR_INTERRUPTED_A6,
  SSE_ATTR_INTERRUPTED_A7, SSE_ATTR_INTERRUPTED_FLAGS, SSE_ATTR_INTERRUPTED_SEPC, SSE_ATTR_PREFERRED_HART,
  SSE_ATTR_PRIORITY, SSE_ATTR_STATUS, SSE_CONFIG_ONESHOT, SSE_EVENT_LOCAL_SOFTWARE, SSE_EVENT_WATCHDOG, SSE_FLAG_SPIE,
  SSE_FLAG_SPP, SSE_STATE_ENABLED, SSE_STATE_REGISTERED, SSE_STATE_RUNNING, SSE_STATE_UNUSED, SSE_STATUS_INJECTABLE,
  SSE_STATUS_PENDING,
} from './sbi.ts';
import { Event } from './sse-event.ts';

export function serveEventCall(hart: Hart, frame: Frame, wanted: u32): i32 {
  if (wanted === SBI_SSE_COMPLETE) return SBI_SUCCESS;
  if (wanted === SBI_SSE_HART_UNMASK) return setMask(hart, false);
  if (wanted === SBI_SSE_HART_MASK) return setMask(hart, true);
  const id = frame.x[A0], a1 = frame.x[A1], a2 = frame.x[A1 + 1], a3 = frame.x[A1 + 2], a4 = frame.x[A1 + 3];
  const event = eventOf(hart, id);
  if (event === null) return wanted > SBI_SSE_HART_MASK ? SBI_ERR_NOT_SUPPORTED : SBI_ERR_INVALID_PARAM;
  switch (wanted) {
    case SBI_SSE_READ_ATTRS: return readAttributes(hart, event, a1, a2, a3, a4);
    case SBI_SSE_WRITE_ATTRS: return writeAttributes(event, a1, a2, a3, a4);
    case SBI_SSE_REGISTER: return registerHandler(event, a1, a2);
    case SBI_SSE_UNREGISTER: return move(event, SSE_STATE_REGISTERED, SSE_STATE_UNUSED);
    case SBI_SSE_ENABLE: return move(event, SSE_STATE_REGISTERED, SSE_STATE_ENABLED);
    case SBI_SSE_DISABLE: return move(event, SSE_STATE_ENABLED, SSE_STATE_REGISTERED);
    case SBI_SSE_INJECT: return inject(event, a1);
    default: return SBI_ERR_NOT_SUPPORTED;
  }
}

function setMask(hart: Hart, masked: bool): i32 {
  if (hart.eventsMasked === masked) return masked ? SBI_ERR_ALREADY_STOPPED : SBI_ERR_ALREADY_STARTED;
  hart.eventsMasked = masked;
  return SBI_SUCCESS;
}

function eventOf(hart: Hart, id: u32): Event | null {
  if (id === SSE_EVENT_WATCHDOG) return hart.watchdogEvent;
  return id === SSE_EVENT_LOCAL_SOFTWARE ? hart.softwareEvent : null;
}

function registerHandler(event: Event, pc: u32, argument: u32): i32 {
  if (pc & 1) return SBI_ERR_INVALID_PARAM;
  if (event.state !== SSE_STATE_UNUSED) return SBI_ERR_INVALID_STATE;
  event.entryPc = pc;
  event.entryArg = argument;
  event.state = SSE_STATE_REGISTERED;
  return SBI_SUCCESS;
}

function move(event: Event, from: u32, to: u32): i32 {
  if (event.state !== from) return SBI_ERR_INVALID_STATE;
  event.state = to;
  return SBI_SUCCESS;
}

function inject(event: Event, id: u32): i32 {
  if (event.injectable === 0 || id >= MAX_HARTS || (knownHarts() >>> id & 1) === 0) return SBI_ERR_INVALID_PARAM;
  postRequest(hartOf(id), REQUEST_EVENT);
  return SBI_SUCCESS;
}

/** Words in S-mode's memory, the first of them for attribute `first`. */
function readAttributes(hart: Hart, event: Event, first: u32, count: u32, low: u32, high: u32): i32 {
  const error = checkRange(first, count, low, high);
  if (error !== SBI_SUCCESS) return error;
  const fault = local<Fault>();
  fault.taken = 0;
  for (let index: u32 = 0; index < count; index++) {
    storeBytes(low + 4 * index, 4, PHYSICAL, fault, attribute(hart, event, first + index));
  }
  return fault.taken ? SBI_ERR_INVALID_ADDRESS : SBI_SUCCESS;
}

function writeAttributes(event: Event, first: u32, count: u32, low: u32, high: u32): i32 {
  const error = checkRange(first, count, low, high);
  if (error !== SBI_SUCCESS) return error;
  const fault = local<Fault>();
  fault.taken = 0;
  for (let index: u32 = 0; index < count; index++) {
    const value = loadBytes(low + 4 * index, 4, PHYSICAL, fault);
    if (fault.taken) return SBI_ERR_INVALID_ADDRESS;
    const refusal = setAttribute(event, first + index, value);
    if (refusal !== SBI_SUCCESS) return refusal;
  }
  return SBI_SUCCESS;
}

function checkRange(first: u32, count: u32, low: u32, high: u32): i32 {
  if (count === 0) return SBI_ERR_INVALID_PARAM;
  if (first >= SSE_ATTR_COUNT || count > SSE_ATTR_COUNT - first) return SBI_ERR_BAD_RANGE;
  return (low & 3) !== 0 || high !== 0 || isOurs(low, 4 * count) ? SBI_ERR_INVALID_ADDRESS : SBI_SUCCESS;
}

function attribute(hart: Hart, event: Event, which: u32): u32 {
  switch (which) {
    case SSE_ATTR_STATUS:
      return event.state | (event.pending ? SSE_STATUS_PENDING : 0) | (event.injectable ? SSE_STATUS_INJECTABLE : 0);
    case SSE_ATTR_PRIORITY: return event.priority;
    case SSE_ATTR_CONFIG: return event.config;
    case SSE_ATTR_PREFERRED_HART: return hart.id;
    case SSE_ATTR_ENTRY_PC: return event.entryPc;
    case SSE_ATTR_ENTRY_ARG: return event.entryArg;
    case SSE_ATTR_INTERRUPTED_SEPC: return event.sepc;
    case SSE_ATTR_INTERRUPTED_FLAGS: return event.flags;
    case SSE_ATTR_INTERRUPTED_A6: return event.a6;
    default: return event.a7;
  }
}

/** What may be written depends on the event's state: section 17.4. */
function setAttribute(event: Event, which: u32, value: u32): i32 {
  const isIdle = event.state <= SSE_STATE_REGISTERED;
  const isRunning = event.state === SSE_STATE_RUNNING;
  switch (which) {
    case SSE_ATTR_PRIORITY: case SSE_ATTR_CONFIG:
      if (!isIdle) return SBI_ERR_INVALID_STATE;
      break;
    case SSE_ATTR_INTERRUPTED_SEPC: case SSE_ATTR_INTERRUPTED_FLAGS: case SSE_ATTR_INTERRUPTED_A6:
    case SSE_ATTR_INTERRUPTED_A7:
      if (!isRunning) return SBI_ERR_INVALID_STATE;
      break;
    default: return SBI_ERR_BAD_RANGE;
  }
  switch (which) {
    case SSE_ATTR_PRIORITY: event.priority = value; break;
    case SSE_ATTR_CONFIG: event.config = value & SSE_CONFIG_ONESHOT; break;
    case SSE_ATTR_INTERRUPTED_SEPC: event.sepc = value; break;
    case SSE_ATTR_INTERRUPTED_FLAGS: event.flags = value & (SSE_FLAG_SPP | SSE_FLAG_SPIE); break;
    case SSE_ATTR_INTERRUPTED_A6: event.a6 = value; break;
    default: event.a7 = value;
  }
  return SBI_SUCCESS;
}
