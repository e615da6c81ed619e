/* A large code footprint: 800 functions of about 850 bytes, each straight-line with a few branches, called in an order
   that changes from pass to pass. */
#include "board.h"

enum { FUNCTIONS = 800 };

typedef u32 function(u32, u32);

#define ROUND(n, r)                              \
  x = (x ^ (n * 2654435761u + r)) * (2 * r + 3); \
  y += x >> (r & 15);                            \
  if (y & (1u << (r + n) % 32)) x += y ^ n;      \
  else y = (y << 3 | y >> 29) + r;
#define DEFINE(n)                                                                   \
  __attribute__((noinline, noipa)) u32 f##n(u32 x, u32 y) {                         \
    ROUND(n, 1) ROUND(n, 2) ROUND(n, 3) ROUND(n, 4) ROUND(n, 5) ROUND(n, 6)         \
    ROUND(n, 7) ROUND(n, 8) ROUND(n, 9) ROUND(n, 10) ROUND(n, 11) ROUND(n, 12)      \
    return x ^ y;                                                                   \
  }
#define NAME(n) f##n,
#define TEN(M, n) M(n##0) M(n##1) M(n##2) M(n##3) M(n##4) M(n##5) M(n##6) M(n##7) M(n##8) M(n##9)
#define HUNDRED(M, n)                                                                                   \
  TEN(M, n##0) TEN(M, n##1) TEN(M, n##2) TEN(M, n##3) TEN(M, n##4) TEN(M, n##5) TEN(M, n##6) TEN(M, n##7) \
  TEN(M, n##8) TEN(M, n##9)
/* The leading 1 keeps the preprocessor's numbers decimal: f1000 to f1799. */
#define ALL(M)                                                                              \
  HUNDRED(M, 10) HUNDRED(M, 11) HUNDRED(M, 12) HUNDRED(M, 13) HUNDRED(M, 14) HUNDRED(M, 15) \
  HUNDRED(M, 16) HUNDRED(M, 17)

ALL(DEFINE)

static function *const functions[FUNCTIONS] = {ALL(NAME)};

static u32 run(u32 passes) {
  u32 digest = 1;
  for (u32 pass = 0; pass < passes; pass++) {
    u32 stride = 1 + 2 * (pass % 37); /* coprime to 800 unless a multiple of 5 */
    if (stride % 5 == 0) stride += 2;
    for (u32 i = 0, at = pass % FUNCTIONS; i < FUNCTIONS; i++) {
      digest = functions[at](digest, i);
      at += stride;
      if (at >= FUNCTIONS) at -= FUNCTIONS;
    }
  }
  return digest;
}

int main(void) {
  u32 digest = run(SCALE);
  finish(digest == run(SCALE) && digest != run(1), digest);
}
