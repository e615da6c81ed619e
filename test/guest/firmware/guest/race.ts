/**
 * Two harts ask a third for something at about the same time, again and again. The third only spins: a request that is
 * lost is never noticed by chance, and the story does not end.
 */
import { SBI_EXT_IPI, SBI_EXT_RFENCE } from '../../../../src/guest/firmware/sbi.ts';
import { beginOn } from './harts.ts';
import { say } from './say.ts';
import { sbi } from './sbi-call.ts';

const ROUNDS = 600;
const DELAYS = 40;
const TARGET_MASK = 1 << 1;
let round!: Arr<Volatile<u32>, 1>;
let sent!: Arr<Volatile<u32>, 1>;

export function race(): void {
  beginOn(1, spinForEver);
  beginOn(2, interrupt);
  for (let turn: u32 = 1; turn <= ROUNDS; turn++) {
    round[0] = turn;
    for (let delay = turn % DELAYS; delay !== 0; delay--) {}
    sbi(SBI_EXT_RFENCE, 0, TARGET_MASK, 0);
    while (sent[0] !== turn) {}
  }
  say('every fence was done\n');
}

function spinForEver(hart: u32): void {
  for (;;) {}
}

function interrupt(hart: u32): void {
  for (let turn: u32 = 1; ; turn++) {
    while (round[0] !== turn) {}
    sbi(SBI_EXT_IPI, 0, TARGET_MASK, 0);
    sent[0] = turn;
  }
}
