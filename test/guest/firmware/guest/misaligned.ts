/** Loads and stores for a hart that traps on misaligned ones: the host plays that hart, and traps at `OPERATIONS`. */
import { DETAILS } from './request.ts';
import { note, catchTraps } from './traps.ts';
import { putc } from './sbi-call.ts';

/** A case of the host's table, with room for what came of it. */
class Case {
  operation: u32;
  address: u32;
  value: u32;
  result: u32;
  cause: u32;
  tval: u32;
}

function loadHalf(address: u32, value: u32): u32 {
  return asm`
    lh a0, 0(a0)
    ret
  `;
}

function loadHalfUnsigned(address: u32, value: u32): u32 {
  return asm`
    lhu a0, 0(a0)
    ret
  `;
}

function loadWord(address: u32, value: u32): u32 {
  return asm`
    lw a0, 0(a0)
    ret
  `;
}

/** The offset is part of the instruction. */
function loadWordBefore(address: u32, value: u32): u32 {
  return asm`
    lw a1, -2044(a0)
    mv a0, a1
    ret
  `;
}

/** Has no register for the result. */
function loadNothing(address: u32, value: u32): u32 {
  return asm`
    lw zero, 0(a0)
    mv a0, zero
    ret
  `;
}

function storeHalf(address: u32, value: u32): u32 {
  return asm`
    sh a1, 0(a0)
    ret
  `;
}

function storeWord(address: u32, value: u32): u32 {
  return asm`
    sw a1, 0(a0)
    ret
  `;
}

function storeWordBefore(address: u32, value: u32): u32 {
  return asm`
    sw a1, -2044(a0)
    ret
  `;
}

/** Cannot be emulated. */
function addAtomically(address: u32, value: u32): u32 {
  return asm`
    amoadd.w a0, a1, (a0)
    ret
  `;
}

function readClock(address: u32, value: u32): u32 {
  return asm`
    csrr a0, time
    ret
  `;
}

function readCycle(address: u32, value: u32): u32 {
  return asm`
    csrr a0, cycle
    ret
  `;
}

const operations: Arr<(address: u32, value: u32) => u32, 11> = [
  loadHalf, loadHalfUnsigned, loadWord, loadWordBefore, loadNothing, storeHalf, storeWord, storeWordBefore,
  addAtomically, readClock, readCycle,
];

/** DETAILS: satp, whether SUM is on, the number of cases, the cases. Page tables are the host's. */
export function misaligned(): void {
  catchTraps();
  csrw_satp(readl(DETAILS));
  sfence_vma();
  const SUM = 1 << 18;
  if (readl(DETAILS + 4)) csrs_sstatus(SUM);
  let at = DETAILS + 12;
  for (let left = readl(DETAILS + 8); left !== 0; left--) {
    const each = cast<Case>(at);
    const operation = operations[each.operation];
    note.cause = 0;
    note.tval = 0;
    putc(char('!'));
    each.result = operation(each.address, each.value);
    each.cause = note.cause;
    each.tval = note.tval;
    at += sizeof<Case>();
  }
  putc(char('\n'));
}
