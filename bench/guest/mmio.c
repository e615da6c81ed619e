/* Device register accesses: UART line status and scratch bytes, PLIC priority words. */
#include "board.h"

enum { SOURCE = 10 };

int main(void) {
  u32 digest = 0, ok = 1;
  for (u32 turn = 0; turn < SCALE; turn++) {
    PLIC_PRIORITY[SOURCE] = turn & 7;
    UART[7] = turn;
    for (u32 i = 0; i < 8; i++) {
      ok &= (UART[5] & 0x60) == 0x60;
      ok &= UART[7] == (u8)turn;
      digest += UART[5] + UART[7];
    }
    ok &= PLIC_PRIORITY[SOURCE] == (turn & 7);
    digest = mix(digest, PLIC_PRIORITY[SOURCE]);
  }
  finish(ok, digest);
}
