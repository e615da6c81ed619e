/**
 * Every hart changes a page's translation and a function's code again and again, asks all harts for a fence, and then
 * says which round it is in. All look at each other's pages and functions meanwhile: whoever finds something older than
 * the round that was said has been left out of a fence.
 */
import {
  SBI_EXT_RFENCE, SBI_LEGACY_REMOTE_FENCE_I, SBI_LEGACY_REMOTE_SFENCE_VMA, SBI_RFENCE_REMOTE_FENCE_I,
  SBI_RFENCE_REMOTE_SFENCE_VMA, SBI_RFENCE_REMOTE_SFENCE_VMA_ASID,
} from '../../../../src/guest/firmware/sbi.ts';
import { beginOn } from './harts.ts';
import { show } from './say.ts';
import { DETAILS, HARTS } from './request.ts';
import { sbi } from './sbi-call.ts';
import { catchTraps } from './traps.ts';

const PAGE = 4096;
const MEGAPAGE = 0x400000;
const ROUNDS = 80;
const ASID = 5;
const SATP = (0x80000000 | ASID << 22) >>> 0;
/** V, R, W, X, A, D. */
const RIGHTS = 0xcf;
const V = 1;
const RAM = 0x80000000;
/** Where the pages are looked at. */
const WINDOW = 0xc0000000;
const ADDI_A0 = 0x00000513;
const RET = 0x00008067;
/** Root and leaf table, two frames for each of 8 harts, and a page to spare. */
let pages!: Arr<u8, 77824>;
let code!: Arr<u32, 128>;
let rounds!: Arr<Volatile<u32>, 8>;
let stale!: Arr<Volatile<u32>, 8>;
let finished!: Arr<Volatile<u32>, 1>;

function root(): usize {
  return addr(pages) + PAGE - 1 & ~(PAGE - 1);
}

function entry(page: usize): u32 {
  return page >>> 12 << 10;
}

function frame(hart: u32, round: u32): usize {
  return root() + (2 + 2 * hart + (round & 1)) * PAGE;
}

/** A line of its own for the function of each hart: `li a0, round; ret`. */
function codeOf(hart: u32): usize {
  return addr(code) + 64 * hart;
}

export function fences(): void {
  const harts = readl(HARTS);
  const table = cast<Ptr<u32>>(root());
  for (let megapage: u32 = 0; megapage < 3; megapage++) {
    table[(RAM >>> 22) + megapage] = entry(RAM + megapage * MEGAPAGE) | RIGHTS;
  }
  table[WINDOW >>> 22] = entry(root() + PAGE) | V;
  for (let hart: u32 = 0; hart < harts; hart++) {
    pageEntry(hart)[0] = entry(frame(hart, 0)) | RIGHTS;
    writel(codeOf(hart), ADDI_A0);
    writel(codeOf(hart) + 4, RET);
  }
  smp_mb();
  for (let hart: u32 = 1; hart < harts; hart++) beginOn(hart, take);
  take(0);
  while (finished[0] !== harts) {}
  let total: u32 = 0;
  for (let hart: u32 = 0; hart < harts; hart++) total += stale[hart];
  show('stale', total);
}

function pageEntry(hart: u32): Ptr<Volatile<u32>> {
  return cast<Ptr<Volatile<u32>>>(root() + PAGE + 4 * hart);
}

/** A hart's part. */
function take(hart: u32): void {
  const harts = readl(HARTS);
  // A planted bug: the host has the harts fence for themselves only.
  const onlySelf = readl(DETAILS) !== 0;
  catchTraps();
  csrw_satp(root() >>> 12 | SATP);
  sfence_vma();
  fence_i();
  for (let round: u32 = 1; round <= ROUNDS; round++) {
    writel(frame(hart, round), round);
    writel(codeOf(hart), round << 20 | ADDI_A0);
    smp_mb();
    pageEntry(hart)[0] = entry(frame(hart, round)) | RIGHTS;
    fenceAll(round, onlySelf ? 1 << hart : (1 << harts) - 1, WINDOW + hart * PAGE);
    rounds[hart] = round;
    for (let other: u32 = 0; other < harts; other++) look(hart, other);
  }
  amoadd_aqrl(addr(finished), 1);
  // Goes on fencing for the others, in the firmware, while it waits.
  if (hart !== 0) for (;;) wfi();
}

/** Both fences, in the different ways to ask for them. */
function fenceAll(round: u32, harts: u32, page: u32): void {
  const mask = local<Arr<u32, 1>>();
  mask[0] = harts;
  switch (round % 5) {
    case 0:
      sbi(SBI_EXT_RFENCE, SBI_RFENCE_REMOTE_SFENCE_VMA, harts, 0, 0, 0);
      break;
    case 1:
      sbi(SBI_EXT_RFENCE, SBI_RFENCE_REMOTE_SFENCE_VMA, harts, 0, page, PAGE);
      break;
    case 2:
      sbi(SBI_EXT_RFENCE, SBI_RFENCE_REMOTE_SFENCE_VMA_ASID, harts, 0, page - PAGE, 3 * PAGE, ASID);
      break;
    case 3:
      sbi(SBI_EXT_RFENCE, SBI_RFENCE_REMOTE_SFENCE_VMA_ASID, harts, 0, 0, 0xffffffff, ASID);
      break;
    default:
      ecall(SBI_LEGACY_REMOTE_SFENCE_VMA, addr(mask), page, 1);
  }
  if (round & 1) sbi(SBI_EXT_RFENCE, SBI_RFENCE_REMOTE_FENCE_I, harts, 0);
  else ecall(SBI_LEGACY_REMOTE_FENCE_I, addr(mask));
}

function look(hart: u32, other: u32): void {
  const said = rounds[other];
  smp_mb();
  if (readl(WINDOW + other * PAGE) < said) stale[hart]++;
  const run = cast<() => u32>(codeOf(other));
  if (run() < said) stale[hart]++;
}
