/* Self-modifying code: each turn writes a function anew, executes fence.i, and calls it 64 times. */
#include "board.h"

enum { CALLS = 64 };

typedef u32 function(u32);

static u32 code[64] __attribute__((aligned(4096)));

static u32 addi_a0_a0(u32 immediate) { return (immediate & 0xfff) << 20 | 10 << 15 | 10 << 7 | 0x13; }

int main(void) {
  enum { RET = 0x00008067 };
  function *patched = (function *)code;
  u32 digest = 0, ok = 1;
  for (u32 turn = 0; turn < SCALE; turn++) {
    u32 step = turn & 0x3ff;
    code[0] = addi_a0_a0(step);
    code[1] = addi_a0_a0(1);
    code[2] = RET;
    __asm__ volatile("fence.i" ::: "memory");
    u32 value = turn;
    for (u32 i = 0; i < CALLS; i++) value = patched(value);
    ok &= value == turn + CALLS * (step + 1);
    digest = mix(digest, value);
  }
  finish(ok, digest);
}
