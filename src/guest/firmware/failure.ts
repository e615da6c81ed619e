/** A trap of the firmware's own, which is a bug in it: says what is known, and stops the hart. */
import { printHex, printText, putCharacter, seizeConsole, unlockConsole } from './console.ts';
import { Hart } from './hart.ts';
import { waitForStart } from './hsm.ts';
import { SBI_HSM_STATE_STOPPED } from './sbi.ts';

/** On a fresh stack, with the registers in `hart.bug`. The hart goes on to fence for others, who may wait for it. */
export function firmwareFailed(hart: Hart): void {
  if (!hart.broken) {
    hart.broken = 1;
    seizeConsole();
    report(hart);
    unlockConsole();
  }
  hart.state = SBI_HSM_STATE_STOPPED;
  waitForStart(hart);
}

function report(hart: Hart): void {
  printText('\nfirmware: trap in machine mode, hart ');
  printHex(hart.id);
  show('\nmcause ', csrr_mcause());
  show(' mepc ', hart.bug.mepc);
  show(' mtval ', csrr_mtval());
  show(' mstatus ', hart.bug.mstatus);
  for (let number: u32 = 1; number < 32; number++) {
    printText((number & 3) === 1 ? '\nx' : ' x');
    putCharacter(char('0') + number / 10);
    putCharacter(char('0') + number % 10);
    show(' ', hart.bug.x[number]);
  }
  printText('\n');
}

function show(name: cstr, value: u32): void {
  printText(name);
  printHex(value);
}
