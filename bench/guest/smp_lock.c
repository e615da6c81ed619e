/* A test-and-set spin lock of lr.w.aq/sc.w around plain additions; the release is a store after fence rw, w. */
#include "board.h"

static struct { volatile u32 word; u32 apart[31]; } lock;
static struct { u32 first, second; u32 apart[30]; } guarded;

static void acquire(void) {
  u32 failed;
  __asm__ volatile(
      "1: lr.w.aq %0, (%1)\n bnez %0, 1b\n"
      "  sc.w %0, %2, (%1)\n bnez %0, 1b\n"
      : "=&r"(failed) : "r"(&lock.word), "r"(1) : "memory");
}

static void release(void) {
  __asm__ volatile("fence rw, w\n sw zero, 0(%0)" ::"r"(&lock.word) : "memory");
}

static void work(u32 hart) {
  for (u32 turn = 0; turn < SCALE; turn++) {
    acquire();
    guarded.first += 1;
    guarded.second += guarded.first ^ hart ^ hart;
    release();
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
  u32 n = HARTS * (u32)SCALE, triangle = n & 1 ? (n + 1) / 2 * n : n / 2 * (n + 1);
  finish(guarded.first == n && guarded.second == triangle, mix(guarded.first, guarded.second));
}
