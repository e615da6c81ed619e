/** The start of programs in C. */
import { assembled } from './module.ts';

/** Starts C's `main`, and tells the test finisher what it returned: 0 is a pass (0x5555), others fail (0x3333). */
export const cStart = assembled('start', `
  .section .init, "ax"
  .globl _start
_start:
  csrr t0, mhartid
1: bnez t0, 1b
  la sp, stack_top
  call main
  li t0, 0x100000
  slli a1, a0, 16
  li t1, 0x3333
  or a1, a1, t1
  bnez a0, 2f
  li a1, 0x5555
2: sw a1, 0(t0)
3: j 3b
  .bss
  .balign 16
  .space 8192
stack_top:
`);
