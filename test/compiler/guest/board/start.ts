/** Where the machine begins, in machine mode, and where it ends. */
import { main } from './main.ts';

const FINISHER = 0x100000;
const STACK_BYTES = 16384;

let stack!: Arr<u64, 2048>;

/** Hart 0 goes on, the others sleep. @section .init */
export function _start(): void {
  asm`
    csrr t0, mhartid
    bnez t0, 1f
    la sp, ${stack}
    li t0, ${STACK_BYTES}
    add sp, sp, t0
    call ${main}
  1:
    wfi
    j 1b
  `;
}

/** Ends the run: 0 is a pass. */
export function finish(status: u32): never {
  writel(FINISHER, status === 0 ? 0x5555 : status << 16 | 0x3333);
  for (;;) wfi();
}
