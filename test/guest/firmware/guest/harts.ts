/** Stacks, and a way to have harts do something. */
import { SBI_EXT_HSM, SBI_HSM_HART_GET_STATUS, SBI_HSM_HART_START } from '../../../../src/guest/firmware/sbi.ts';
import { at, result, sbi } from './sbi-call.ts';

/** 4 KiB each. */
let stacks!: Arr<u32, 8192>;

/** For the hart in a0, in a0; takes no stack itself. */
export function stackTop(): void {
  asm`
    addi a0, a0, 1
    slli a0, a0, 12
    la t0, ${stacks}
    add a0, a0, t0
    ret
  `;
}

/** Where started harts begin: a0 = hart, a1 = the function to call with it. */
function begin(): void {
  asm`
    mv s0, a0
    call ${stackTop}
    mv sp, a0
    mv a0, s0
    jr a1
  `;
}

/** Yields the error. */
export function beginOn(hart: u32, f: (hart: u32) => void): i32 {
  return sbi(SBI_EXT_HSM, SBI_HSM_HART_START, hart, at(begin), at(f));
}

/** The state, or the error. */
export function stateOf(hart: u32): i32 {
  const error = sbi(SBI_EXT_HSM, SBI_HSM_HART_GET_STATUS, hart);
  return error === 0 ? result() as i32 : error;
}
