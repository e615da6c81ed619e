/* A ping-pong of software interrupts between two harts that sleep in wfi meanwhile: the time from one hart's store to msip
   to the other's answer. Interrupts are enabled in mie and masked in mstatus, so a wfi ends without a trap. */
#include "board.h"

static volatile u32 heard[2];

static void wait_for_message(u32 hart) {
  while (!(csr_read(mip) & MIP_MSIP)) __asm__ volatile("wfi");
  CLINT_MSIP(hart)[0] = 0;
  __asm__ volatile("fence" ::: "memory");
  heard[hart]++;
}

void secondary(u32 hart) {
  if (hart != 1) return;
  csr_write(mie, MIP_MSIP);
  barrier();
  for (u32 turn = 0; turn < SCALE; turn++) {
    wait_for_message(1);
    CLINT_MSIP(0)[0] = 1;
  }
  barrier();
}

int main(void) {
  csr_write(mie, MIP_MSIP);
  barrier();
  u32 start = ticks();
  for (u32 turn = 0; turn < SCALE; turn++) {
    CLINT_MSIP(1)[0] = 1;
    wait_for_message(0);
  }
  note("round-trip-ns", (ticks() - start) / ((u32)SCALE / 100));
  barrier();
  finish(heard[0] == SCALE && heard[1] == SCALE, mix(1, heard[0] + heard[1]));
}
