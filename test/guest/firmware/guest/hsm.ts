/** Harts start, run, stop and start again. */
import {
  SBI_EXT_HSM, SBI_EXT_TIME, SBI_HSM_HART_START, SBI_HSM_HART_STOP, SBI_HSM_HART_SUSPEND, SBI_HSM_STATE_STOPPED,
  SBI_HSM_SUSPEND_RETENTIVE,
} from '../../../../src/guest/firmware/sbi.ts';
import { firmwarePages } from '../../../../src/guest/firmware/hart.ts';
import { stateOf, beginOn } from './harts.ts';
import { say, show } from './say.ts';
import { HARTS } from './request.ts';
import { at, sbi } from './sbi-call.ts';

const PAGE = 4096;
const STIP = 1 << 5;
let runs!: Arr<Volatile<u32>, 8>;
let registers!: Arr<Volatile<u32>, 4>;
let go!: Arr<Volatile<u32>, 1>;

export function hsm(): void {
  const harts = readl(HARTS);
  for (let round: u32 = 0; round < 3; round++) {
    go[0] = round;
    for (let hart: u32 = 1; hart < harts; hart++) {
      while (stateOf(hart) !== SBI_HSM_STATE_STOPPED) {}
      show('start', beginOn(hart, once) as u32);
    }
    for (let hart: u32 = 1; hart < harts; hart++) {
      while (runs[hart] === round) {}
      show('again', beginOn(hart, once) as u32);
    }
    go[0] = round + 1;
  }
  say('bare:');
  for (let index: u32 = 0; index < 4; index++) show('', registers[index]);
  show('self', beginOn(0, once) as u32);
  show('none', beginOn(harts, once) as u32);
  show('odd', sbi(SBI_EXT_HSM, SBI_HSM_HART_START, 1, 0x80000002, 0) as u32);
  show('ours', sbi(SBI_EXT_HSM, SBI_HSM_HART_START, 1, at(firmwarePages) + 2 * PAGE, 0) as u32);
  show('state', stateOf(harts) as u32);
  show('own state', stateOf(0) as u32);
  csrw_sie(STIP);
  sbi(SBI_EXT_TIME, 0, csrr_time() + 1000, csrr_timeh());
  show('suspend', sbi(SBI_EXT_HSM, SBI_HSM_HART_SUSPEND, SBI_HSM_SUSPEND_RETENTIVE) as u32);
  show('pending', csrr_sip());
  show('hibernate', sbi(SBI_EXT_HSM, SBI_HSM_HART_SUSPEND, 0x80000000) as u32);
}

/** Runs until hart 0 has tried to start it a second time, and leaves traces that the next start must not see. */
function once(hart: u32): void {
  registers[0] = csrr_satp();
  registers[1] = csrr_sie();
  registers[2] = csrr_sstatus() & 2;
  registers[3] = hart ^ hart;
  const round = go[0];
  runs[hart]++;
  while (go[0] === round) {}
  csrw_sie(0x222);
  csrs_sstatus(2);
  sbi(SBI_EXT_HSM, SBI_HSM_HART_STOP);
  say('a stopped hart runs\n');
}
