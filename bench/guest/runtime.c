/* The few library routines that bench programs share, and the four that gcc may call by itself. */
#include "board.h"

static void put(char c) {
  while (!(UART[5] & 0x20)) {
  }
  UART[0] = c;
}

static void print(const char *text) {
  while (*text) put(*text++);
}

static void print_hex(u32 value) {
  for (int shift = 28; shift >= 0; shift -= 4) put("0123456789abcdef"[value >> shift & 15]);
}

static void print_decimal(u32 value) {
  if (value >= 10) print_decimal(value / 10);
  put('0' + value % 10);
}

void note(const char *name, u32 value) {
  print("# ");
  print(name);
  put(' ');
  print_decimal(value);
  put('\n');
}

u32 ticks(void) { return CLINT_MTIME[0]; }

/** Thousands of instructions this hart has retired, read as Zicntr prescribes on RV32: high, low, high again. */
static u32 retired_thousands(void) {
  u32 high, low, again;
  do {
    high = csr_read(instreth);
    low = csr_read(instret);
    again = csr_read(instreth);
  } while (high != again);
  u64 count = (u64)high << 32 | low;
  u32 thousands = 0; /* long division by 1000, to need no 64-bit division routine */
  u32 rest = 0;
  for (int bit = 63; bit >= 0; bit--) {
    rest = rest << 1 | (u32)(count >> bit & 1);
    thousands <<= 1;
    if (rest >= 1000) rest -= 1000, thousands |= 1;
  }
  return thousands;
}

_Noreturn void finish(int ok, u32 checksum) {
  note("retired-thousands", retired_thousands());
  print(ok ? "checksum " : "FAILED ");
  print_hex(checksum);
  put('\n');
  for (;;) *FINISHER = ok ? 0x5555 : 0x13333;
}

__attribute__((weak)) void secondary(u32 hart) { (void)hart; }

void barrier(void) {
  static volatile u32 arrived, round;
  u32 mine = round;
  if (__atomic_add_fetch(&arrived, 1, __ATOMIC_SEQ_CST) == HARTS) {
    arrived = 0;
    __atomic_store_n(&round, mine + 1, __ATOMIC_SEQ_CST);
  } else {
    while (__atomic_load_n(&round, __ATOMIC_SEQ_CST) == mine) {
    }
  }
}

#define PLAIN_LOOPS __attribute__((optimize("no-tree-loop-distribute-patterns")))

PLAIN_LOOPS void *memcpy(void *restrict target, const void *restrict source, size_t size) {
  u8 *to = target;
  const u8 *from = source;
  if ((((uintptr_t)to | (uintptr_t)from) & 3) == 0)
    for (; size >= 4; size -= 4, to += 4, from += 4) *(u32 *)to = *(const u32 *)from;
  while (size--) *to++ = *from++;
  return target;
}

PLAIN_LOOPS void *memset(void *target, int value, size_t size) {
  u8 *to = target;
  u32 word = (u8)value * 0x01010101u;
  if (((uintptr_t)to & 3) == 0)
    for (; size >= 4; size -= 4, to += 4) *(u32 *)to = word;
  while (size--) *to++ = (u8)value;
  return target;
}

PLAIN_LOOPS void *memmove(void *target, const void *source, size_t size) {
  u8 *to = target;
  const u8 *from = source;
  if (to <= from) return memcpy(target, source, size);
  while (size--) to[size] = from[size];
  return target;
}

int memcmp(const void *left, const void *right, size_t size) {
  const u8 *a = left, *b = right;
  for (; size--; a++, b++)
    if (*a != *b) return *a - *b;
  return 0;
}
