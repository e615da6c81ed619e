/* CSR accesses in a loop: swaps, sets and clears of mscratch, mepc and mcause. */
#include "board.h"

static inline u32 swap_scratch(u32 value) {
  u32 old;
  __asm__ volatile("csrrw %0, mscratch, %1" : "=r"(old) : "r"(value));
  return old;
}

int main(void) {
  u32 digest = 0, ok = 1;
  swap_scratch(0);
  csr_write(mcause, 0);
  for (u32 turn = 0; turn < SCALE; turn++) {
    digest = mix(digest, swap_scratch(turn));
    csr_set(mscratch, 1u << 31);
    csr_write(mepc, turn << 2);
    csr_clear(mscratch, 1u << 30);
    ok &= csr_read(mepc) == turn << 2;
    ok &= swap_scratch(turn + 1) == ((turn & ~(1u << 30)) | 1u << 31);
    ok &= swap_scratch(turn) == turn + 1;
    digest += csr_read(mcause);
  }
  finish(ok, digest);
}
