/* All harts add to one word with amoadd.w and to another with an lr.w/sc.w loop; not one addition may be lost. */
#include "board.h"

static struct { u32 word; u32 apart[31]; } added, looped;

static void work(u32 hart) {
  for (u32 turn = 0; turn < SCALE; turn++) {
    for (u32 i = 0; i < 8; i++) __atomic_fetch_add(&added.word, hart + 1, __ATOMIC_RELAXED);
    u32 failed, value;
    do {
      __asm__ volatile("lr.w %0, (%2)\n addi %0, %0, 1\n sc.w %1, %0, (%2)"
                       : "=&r"(value), "=&r"(failed) : "r"(&looped.word) : "memory");
    } while (failed);
  }
}

void secondary(u32 hart) {
  if (hart >= HARTS) return;
  barrier();
  work(hart);
  barrier();
}

int main(void) {
  barrier();
  work(0);
  barrier();
  u32 total = HARTS * (HARTS + 1) / 2 * 8u * SCALE;
  finish(added.word == total && looped.word == HARTS * (u32)SCALE, mix(added.word, looped.word));
}
