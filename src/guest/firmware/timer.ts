/** The hart's one machine timer, mtimecmp, serves S-mode's timer and the watchdog: it is set to the earlier of them. */
import { machineTime, setTimeCompare } from './board.ts';
import { MIP_STIP } from './csr.ts';
import { Hart, shared } from './hart.ts';

const NEVER: u64 = 0xffffffffffffffffn;

export function initTimer(hart: Hart): void {
  hart.watchdogPeriod = 0;
  hart.watchdog = NEVER;
  setTimer(hart, NEVER);
}

/** S-mode's timer interrupt is to be pending from a time on, and not before. */
export function setTimer(hart: Hart, time: u64): void {
  if (hart.hasStimecmp) {
    hart.timer = NEVER;
    writeStimecmp(lo32(time), hi32(time));
  } else {
    hart.timer = time;
    csrc_mip(MIP_STIP);
  }
  setEarlier(hart);
}

/** Arms the watchdog, or with a period of 0 disarms it. */
export function setWatchdog(hart: Hart, period: u32): void {
  hart.watchdogPeriod = period;
  hart.watchdog = period === 0 ? NEVER : now() + u64of(period);
  setEarlier(hart);
}

/** The period begins anew. mtimecmp is left for when it matters: then `serveTimer` finds that it came too early. */
export function petWatchdog(hart: Hart): void {
  if (hart.watchdogPeriod === 0) return;
  hart.watchdog = now() + u64of(hart.watchdogPeriod);
  hart.watchdogEvent.pending = 0;
}

/** mtime has reached mtimecmp. */
export function serveTimer(hart: Hart): void {
  const time = now();
  if (hart.timer <= time) {
    hart.timer = NEVER;
    csrs_mip(MIP_STIP);
  }
  if (hart.watchdog <= time) {
    hart.watchdog = time + u64of(hart.watchdogPeriod);
    hart.watchdogEvent.pending = 1;
  }
  setEarlier(hart);
}

function setEarlier(hart: Hart): void {
  setTimeCompare(hart.id, hart.timer < hart.watchdog ? hart.timer : hart.watchdog);
}

/** In ticks; from the register if there is one, which is quicker than the device. */
function now(): u64 {
  if (!shared().hasTime) return machineTime();
  for (;;) {
    const high = csrr_timeh();
    const low = csrr_time();
    if (csrr_timeh() === high) return wide(high, low);
  }
}

/** 0x14d and 0x15d, as the Sstc extension has them; first the upper half is put out of reach. */
function writeStimecmp(low: u32, high: u32): void {
  asm`
    li t0, -1
    csrw 0x14d, t0
    csrw 0x15d, a1
    csrw 0x14d, a0
    ret
  `;
}
