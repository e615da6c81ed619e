/**
 * Fences on other harts. The hart that wants one describes it in its own record, sets its bit in `fenceFrom` of each
 * target, and waits until all have cleared theirs in its `fenceWaiting`; the last of them wakes it. While it waits it
 * fences for others, so that two that want fences of each other both get them. Harts in S or U come by MSIP; stopped
 * ones serve too, and a hart that has not arrived has nothing to flush.
 */
import { setSoftwareInterrupt } from './board.ts';
import { MIP_MSIP } from './csr.ts';
import { Hart, hartOf, MAX_HARTS } from './hart.ts';
import { postRequest, REQUEST_FENCE, serveRequests } from './requests.ts';
import { SBI_RFENCE_REMOTE_FENCE_I, SBI_RFENCE_REMOTE_SFENCE_VMA_ASID } from './sbi.ts';

const PAGE_SHIFT = 12;
/** From so many pages on, it is cheaper to forget all translations. */
const MOST_PAGES = 32;
/** How often to look before sleeping: others answer at once where each hart has a processor of its own. */
const LOOKS = 50;

/** Returns when the fence, an SBI_RFENCE_*, is done on all `harts`. */
export function remoteFence(hart: Hart, harts: u32, kind: u32, start: u32, size: u32, asid: u32): void {
  hart.fenceKind = kind;
  hart.fenceStart = start;
  hart.fenceSize = size;
  hart.fenceAsid = asid;
  const me: u32 = 1 << hart.id;
  const others = arrivedAmong(harts & ~me);
  hart.fenceWaiting = others;
  smp_mb();
  for (let id: u32 = 0; id < MAX_HARTS; id++) {
    if ((others >>> id & 1) === 0) continue;
    amoor_aqrl(addr(hartOf(id).fenceFrom), me);
    postRequest(hartOf(id), REQUEST_FENCE);
  }
  if (harts & me) fence(hart);
  awaitFences(hart);
}

function awaitFences(hart: Hart): void {
  for (let look: u32 = 0; look < LOOKS && hart.fenceWaiting !== 0; look++) serveFences(hart);
  if (hart.fenceWaiting !== 0) sleepUntilFenced(hart);
  smp_mb();
}

/** Only MSIP ends its sleep: any other interrupt that is due would do so again and again, as none is taken here. */
function sleepUntilFenced(hart: Hart): void {
  const enabled = csrrw_mie(MIP_MSIP);
  while (hart.fenceWaiting !== 0) {
    // Takes what has come before it sleeps; what comes after that raises MSIP, and `wfi` goes on.
    serveRequests(hart);
    if (hart.fenceWaiting !== 0) wfi();
  }
  csrw_mie(enabled);
}

/** Fences for all who have asked this hart. */
export function serveFences(hart: Hart): void {
  if (hart.fenceFrom === 0) return;
  const from = amoswap_aqrl(addr(hart.fenceFrom), 0);
  for (let id: u32 = 0; id < MAX_HARTS; id++) {
    if ((from >>> id & 1) === 0) continue;
    const asking = hartOf(id);
    fence(asking);
    const waiting = amoand_aqrl(addr(asking.fenceWaiting), ~(1 << hart.id));
    if (waiting === 1 << hart.id) setSoftwareInterrupt(asking.id, 1);
  }
}

function arrivedAmong(harts: u32): u32 {
  let arrived: u32 = 0;
  for (let id: u32 = 0; id < MAX_HARTS; id++) {
    if (hartOf(id).arrived) arrived |= harts & 1 << id;
  }
  return arrived;
}

/** The fence that a hart has described, on this hart. */
function fence(asking: Hart): void {
  if (asking.fenceKind === SBI_RFENCE_REMOTE_FENCE_I) {
    fence_i();
    return;
  }
  const ofSpace = asking.fenceKind === SBI_RFENCE_REMOTE_SFENCE_VMA_ASID;
  const start = asking.fenceStart, size = asking.fenceSize;
  const last = start + size - 1;
  const everything = (start === 0 && size === 0) || size === 0xffffffff || last < start
    || (last >>> PAGE_SHIFT) - (start >>> PAGE_SHIFT) >= MOST_PAGES;
  if (everything) {
    if (ofSpace) flushSpace(asking.fenceAsid);
    else sfence_vma();
    return;
  }
  for (let page = start >>> PAGE_SHIFT; page <= last >>> PAGE_SHIFT; page++) {
    if (ofSpace) sfence_vma(page << PAGE_SHIFT, asking.fenceAsid);
    else sfence_vma(page << PAGE_SHIFT);
  }
}

/** Forgets all translations of one address space, the global ones excepted. */
function flushSpace(asid: u32): void {
  asm`
    sfence.vma zero, a0
    ret
  `;
}
