/* A ticket lock: amoadd draws a number, plain loads wait for it; the harts must take strict turns. */
#include "board.h"

static struct { u32 word; u32 apart[31]; } next, serving, guarded;

static void work(void) {
  for (u32 turn = 0; turn < SCALE; turn++) {
    u32 mine = __atomic_fetch_add(&next.word, 1, __ATOMIC_RELAXED);
    while (__atomic_load_n(&serving.word, __ATOMIC_ACQUIRE) != mine) {
    }
    guarded.word++;
    __atomic_store_n(&serving.word, mine + 1, __ATOMIC_RELEASE);
  }
}

void secondary(u32 hart) {
  if (hart >= HARTS) return;
  barrier();
  work();
  barrier();
}

int main(void) {
  barrier();
  work();
  barrier();
  finish(guarded.word == HARTS * (u32)SCALE && serving.word == guarded.word, guarded.word);
}
