import { rw } from './registers.ts';

/** The SiFive test finisher, as QEMU's hw/misc/sifive_test.c has it: one register, whose write ends the program. */
export const finisherRegisters = { finish: rw(0, 'finish: status in bits 15..0, exit code in bits 31..16') } as const;

export const finish = { fail: 0x3333, pass: 0x5555, reset: 0x7777 } as const;
