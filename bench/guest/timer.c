/* Timer interrupts: each turn sets mtimecmp in the past and waits in a short loop for the handler, which puts it out of reach. */
#include "board.h"

volatile u32 taken;

__asm__(
    ".balign 4\n"
    "timer_entry:\n"
    "  csrrw sp, mscratch, sp\n"
    "  addi sp, sp, -16\n sw t0, 0(sp)\n sw t1, 4(sp)\n"
    "  csrr t0, mcause\n li t1, 0x80000007\n bne t0, t1, 1f\n"
    "  li t0, 0x02004000\n li t1, -1\n sw t1, 4(t0)\n"
    "  la t1, taken\n lw t0, 0(t1)\n addi t0, t0, 1\n sw t0, 0(t1)\n"
    "1: lw t0, 0(sp)\n lw t1, 4(sp)\n addi sp, sp, 16\n"
    "  csrrw sp, mscratch, sp\n"
    "  mret\n");
void timer_entry(void);

int main(void) {
  static u32 handler_stack[256] __attribute__((aligned(16)));
  csr_write(mscratch, handler_stack + 256);
  csr_write(mtvec, timer_entry);
  CLINT_MTIMECMP(0)[1] = ~0u;
  CLINT_MTIMECMP(0)[0] = 0;
  csr_write(mie, MIP_MTIP);
  csr_set(mstatus, MSTATUS_MIE);
  u32 ok = 1;
  for (u32 turn = 0; turn < SCALE; turn++) {
    CLINT_MTIMECMP(0)[1] = 0;
    while (taken == turn) {
    }
    ok &= taken == turn + 1;
  }
  finish(ok, mix(0, taken));
}
