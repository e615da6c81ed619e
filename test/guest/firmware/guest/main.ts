/** A supervisor that tries the firmware out. The host puts the number of the story to be told into memory. */
import { calls } from './calls.ts';
import { interrupts } from './interrupts.ts';
import { hsm } from './hsm.ts';
import { fences } from './fences.ts';
import { race } from './race.ts';
import { protection } from './protection.ts';
import { misaligned } from './misaligned.ts';
import { nmi, storm, watchdog } from './events.ts';
import { say } from './say.ts';
import { stackTop } from './harts.ts';
import { sbi } from './sbi-call.ts';
import { STORY } from './request.ts';
import { SBI_EXT_SRST, SBI_SRST_REASON_NONE, SBI_SRST_TYPE_SHUTDOWN } from '../../../../src/guest/firmware/sbi.ts';

const stories: Arr<() => void, 10> = [
  calls, interrupts, hsm, fences, protection, misaligned, watchdog, nmi, storm, race,
];

export function kernel_entry(): void {
  asm`
    call ${stackTop}
    mv sp, a0
    tail ${main}
  `;
}

function main(): void {
  stories[readl(STORY)]();
  say('end\n');
  sbi(SBI_EXT_SRST, 0, SBI_SRST_TYPE_SHUTDOWN, SBI_SRST_REASON_NONE);
}
