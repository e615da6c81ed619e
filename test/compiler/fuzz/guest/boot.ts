/** Runs every check of a batch on bare metal in machine mode, and prints one hash a line. */
import { check, count } from './program.ts';

const UART = 0x10000000;
const FINISHER = 0x100000;
const ROUNDS = 8;

let stack!: Arr<u64, 16384>;

/** Entered by the machine's reset with nothing set up. @section .init */
export function _start(): void {
  asm`
    la sp, ${stack}
    li t0, 131072
    add sp, sp, t0
    la t0, ${trap_entry}
    csrw mtvec, t0
    call ${main}
  `;
}

/** Any exception ends the run. */
function trap_entry(): void {
  asm`
    .balign 4
    j ${trapped}
  `;
}

function print(text: cstr): void {
  for (let i = 0; text[i] !== 0; i++) writeb(UART, text[i]);
}

function printHex(value: u32): void {
  for (let shift = 28; shift >= 0; shift -= 4) {
    const digit = value >>> shift & 15;
    writeb(UART, digit < 10 ? char('0') + digit : char('a') + digit - 10);
  }
}

function main(): void {
  for (let index: u32 = 0; index < count; index++) {
    let hash: u32 = 0;
    for (let round: u32 = 0; round < ROUNDS; round++) hash = hash * 31 + check(index, round);
    printHex(hash);
    print('\n');
  }
  print('done\n');
  writel(FINISHER, 0x5555);
  for (;;) wfi();
}

function trapped(): void {
  print('trap: cause ');
  printHex(csrr_mcause());
  print(' at ');
  printHex(csrr_mepc());
  print(' value ');
  printHex(csrr_mtval());
  print('\n');
  writel(FINISHER, 0x3333);
  for (;;) wfi();
}
