/* Doubly recursive Fibonacci numbers and a deep single recursion: calls, returns, stack traffic. */
#include "board.h"

__attribute__((noinline, noipa)) static u32 fib(u32 n);
__attribute__((noinline, noipa)) static u32 depth_sum(u32 n);

static u32 fib(u32 n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

/** 1 + ... + n, one stack frame per number. */
static u32 depth_sum(u32 n) {
  u32 rest = n == 0 ? 0 : depth_sum(n - 1);
  __asm__ volatile("" ::: "memory"); /* keeps the recursion from becoming a loop */
  return rest + n;
}

int main(void) {
  u32 ok = 1;
  for (u32 pass = 0; pass < SCALE; pass++) {
    ok &= fib(24) == 46368;
    for (u32 i = 0; i < 40; i++) ok &= depth_sum(2000) == 2000 * 2001 / 2;
  }
  finish(ok, mix(0, ok));
}
