/** SBI calls. */
import { SBI_LEGACY_CONSOLE_PUTCHAR } from '../../../../src/guest/firmware/sbi.ts';

/** Yields the error; the value is what `result` yields right after. */
export function sbi(extension: u32, wanted: u32, a0?: u32, a1?: u32, a2?: u32, a3?: u32, a4?: u32): i32 {
  return asm`
    mv t0, a0
    mv t1, a1
    mv a0, a2
    mv a1, a3
    mv a2, a4
    mv a3, a5
    mv a4, a6
    mv a7, t0
    mv a6, t1
    ecall
    csrw stval, a1
    ret
  `;
}

/** stval is free while nothing traps. */
export function result(): u32 {
  return csrr_stval();
}

export function putc(character: u32): void {
  ecall(SBI_LEGACY_CONSOLE_PUTCHAR, character);
}

/** An address as an argument. @inline */
export function at(what: unknown): u32 {
  return addr(what) + 0;
}
