/**
 * What harts ask of each other: a bit in the other's `requests`, then its MSIP. The receiver lowers its MSIP before it
 * takes the bits, so that a bit set after that raises MSIP again, and none is lost.
 */
import { setSoftwareInterrupt } from './board.ts';
import { MIP_SSIP } from './csr.ts';
import { Hart, hartOf, knownHarts, MAX_HARTS } from './hart.ts';
import { serveFences } from './rfence.ts';

/** S-mode's software interrupt. */
export const REQUEST_SSIP = 1 << 0;
/** To look at `fenceFrom`. */
export const REQUEST_FENCE = 1 << 1;
/** To start in S-mode. */
export const REQUEST_START = 1 << 2;
/** To have the software event pending. */
export const REQUEST_EVENT = 1 << 3;

export function postRequest(target: Hart, what: u32): void {
  amoor_aqrl(addr(target.requests), what);
  mb();
  setSoftwareInterrupt(target.id, 1);
}

/** Does what others have asked, but for starting. Yields what that was. */
export function serveRequests(hart: Hart): u32 {
  setSoftwareInterrupt(hart.id, 0);
  mb();
  const wanted = amoswap_aqrl(addr(hart.requests), 0);
  if (wanted & REQUEST_SSIP) csrs_mip(MIP_SSIP);
  if (wanted & REQUEST_FENCE) serveFences(hart);
  if (wanted & REQUEST_EVENT) hart.softwareEvent.pending = 1;
  return wanted;
}

/** What `chosenHarts` yields when a hart does not exist. */
export const NO_SUCH_HART = 0x80000000;

/** Bits of the harts that a mask and a base mean (SBI 3.0, section 3.1). */
export function chosenHarts(mask: u32, base: u32): u32 {
  const known = knownHarts();
  if (base === 0xffffffff) return known;
  if (base >= MAX_HARTS) return mask === 0 ? 0 : NO_SUCH_HART;
  const chosen = mask << base;
  return chosen >>> base === mask && (chosen & ~known) === 0 ? chosen : NO_SUCH_HART;
}

/** Raises SSIP on harts. */
export function sendIpi(harts: u32): void {
  for (let id: u32 = 0; id < MAX_HARTS; id++) {
    const target = hartOf(id);
    if (harts >>> id & target.arrived) postRequest(target, REQUEST_SSIP);
  }
}
