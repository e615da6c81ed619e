/**
 * What the firmware keeps for each hart: one page, the record below at its start and the hart's machine-mode stack at
 * its end. All that the firmware ever writes is in these pages and in `Shared`, so that one entry of the physical
 * memory protection takes it away from S and U (protect.ts).
 *
 * While a hart is in S or U, its mscratch holds the address of its record; in machine mode, of `bug` within it, so that
 * the trap vector sees where it came from and has a frame for a trap of the firmware's own.
 */
import { Event } from './sse-event.ts';

export const MAX_HARTS = 16;
export const PAGE = 4096;
/** Offset of `Hart.bug`; a bit by which the two values of mscratch differ. */
export const BUG_FRAME = 256;

/** Registers x0 to x31 by number, x0 unused, and where the hart goes on. The trap vector knows the layout. */
export class Frame {
  x: Arr<u32, 32>;
  mepc: u32;
  mstatus: u32;
}

/** Numbers of the argument registers. */
export const A0 = 10;
export const A1 = 11;
export const A6 = 16;
export const A7 = 17;

export class Hart {
  frame: Embed<Frame>;
  padding: Arr<u32, 30>;
  bug: Embed<Frame>;

  id: u32;
  /** SBI_HSM_STATE_*. Another hart may turn STOPPED into START_PENDING; all else is the hart's own doing. */
  state: u32;
  /** 1 once the hart answers requests; before, it has nothing of S-mode's that could be stale. */
  arrived: u32;
  /** 1 after the firmware failed on this hart. */
  broken: u32;
  /** REQUEST_* bits, set by any hart, taken by this one. */
  requests: u32;
  /** Where to start and with what in a1: written by the hart that made `state` START_PENDING. */
  startAddress: u32;
  startArgument: u32;

  /** When S-mode wants its timer interrupt, all ones for never. */
  timer: u64;
  /** Whether S-mode has stimecmp (Sstc), and `timer` is there instead. */
  hasStimecmp: bool;
  /** When the watchdog runs out, and its period in ticks; 0 when it is off. */
  watchdog: u64;
  watchdogPeriod: u32;

  /** What this hart asks others to fence; they read it until they have cleared their bits of `fenceWaiting`. */
  fenceKind: u32;
  fenceStart: u32;
  fenceSize: u32;
  fenceAsid: u32;
  fenceWaiting: u32;
  /** Bits of the harts that ask this one to fence. */
  fenceFrom: u32;

  /** What a call gives back in a1. */
  value: u32;

  eventsMasked: bool;
  watchdogEvent: Embed<Event>;
  softwareEvent: Embed<Event>;
}

/** What all harts have in common: the page behind the last hart's. */
export class Shared {
  /** Harts that have come this far; the first may become the boot hart. */
  lottery: u32;
  /** Bits of the harts that the device tree describes, and of those that have arrived. */
  described: u32;
  arrived: u32;
  consoleLock: u32;
  /** Whether `csrr time` works in machine mode, and so for S and U. */
  hasTime: bool;
}

/** MAX_HARTS + 1 pages, from the first whole one on, and so one to spare. */
export let firmwarePages!: Arr<u8, 73728>;

/** @inline */
export function firstPage(): usize {
  return addr(firmwarePages) + PAGE - 1 & ~(PAGE - 1);
}

/** @inline */
export function hartOf(id: u32): Hart {
  return cast<Hart>(firstPage() + id * PAGE);
}

/** @inline */
export function shared(): Shared {
  return cast<Shared>(firstPage() + MAX_HARTS * PAGE);
}

/** The first byte behind the firmware's memory. */
export function lastPageEnd(): usize {
  return firstPage() + (MAX_HARTS + 1) * PAGE;
}

/** Bits of the harts that exist. */
export function knownHarts(): u32 {
  return shared().described | shared().arrived;
}

/** Whether bytes at a physical address touch what S-mode must not reach through the firmware. */
export function isOurs(address: u32, size: u32): bool {
  const end = address + size;
  return end < address || (address < lastPageEnd() && end > firstPage());
}
