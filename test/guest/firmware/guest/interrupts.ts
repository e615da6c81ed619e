/** The timer, and interrupts from hart to hart. */
import {
  SBI_EXT_IPI, SBI_EXT_TIME, SBI_LEGACY_CLEAR_IPI, SBI_LEGACY_SEND_IPI, SBI_LEGACY_SET_TIMER,
} from '../../../../src/guest/firmware/sbi.ts';
import { beginOn } from './harts.ts';
import { say, show } from './say.ts';
import { sbi } from './sbi-call.ts';
import { catchTraps, note } from './traps.ts';

const SSIP = 1 << 1;
const STIP = 1 << 5;
const SIE = 1 << 1;
const SOON = 2000;

let answers!: Arr<Volatile<u32>, 8>;
let mask!: Arr<u32, 1>;

function time(): u64 {
  for (;;) {
    const high = csrr_timeh();
    const low = csrr_time();
    if (csrr_timeh() === high) return wide(high, low);
  }
}

function awaitInterrupt(bit: u32): void {
  csrw_sie(bit);
  csrs_sstatus(SIE);
  while (csrr_sie() !== 0) {}
  csrc_sstatus(SIE);
  show('scause', note.cause);
}

export function interrupts(): void {
  catchTraps();
  const due = time() + u64of(SOON);
  sbi(SBI_EXT_TIME, 0, lo32(due), hi32(due));
  awaitInterrupt(STIP);
  say(time() >= due ? 'in time\n' : 'too early\n');
  show('pending', csrr_sip());
  sbi(SBI_EXT_TIME, 0, 0xffffffff, 0xffffffff);
  show('pending', csrr_sip());
  ecall(SBI_LEGACY_SET_TIMER, 0, 0);
  awaitInterrupt(STIP);
  sbi(SBI_EXT_TIME, 0, 0xffffffff, 0xffffffff);

  sbi(SBI_EXT_IPI, 0, 1, 0);
  awaitInterrupt(SSIP);
  ecall(SBI_LEGACY_CLEAR_IPI);
  show('pending', csrr_sip());
  beginOn(1, answer);
  for (let turn: u32 = 1; turn <= 3; turn++) {
    while (answers[1] !== turn) {}
    csrw_sip(0);
    mask[0] = 2;
    // The hart mask, as a mask, relative to a base, and in memory.
    if (turn === 1) sbi(SBI_EXT_IPI, 0, 2, 0);
    if (turn === 2) sbi(SBI_EXT_IPI, 0, 1, 1);
    if (turn === 3) ecall(SBI_LEGACY_SEND_IPI, addr(mask));
  }
  while (answers[1] !== 4) {}
  say('hart 1 was interrupted 3 times\n');
}

/** Hart 1 counts its interrupts: waits for each in `wfi`, which goes on although SIE is off. */
function answer(hart: u32): void {
  csrw_sie(SSIP);
  for (;;) {
    answers[hart]++;
    while ((csrr_sip() & SSIP) === 0) wfi();
    csrw_sip(0);
  }
}
