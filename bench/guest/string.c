/* Strings the C way: lengths, copies, comparisons, search, reversal, decimal conversion; byte loads and stores. */
#include "board.h"

enum { WORDS = 512, TEXT = 8192 };

static char text[TEXT + 1], copy[TEXT + 1];
static const char *words[WORDS];
static u32 word_count;

#define NOINLINE __attribute__((noinline))

NOINLINE static size_t length(const char *s) {
  const char *end = s;
  while (*end) end++;
  return end - s;
}

NOINLINE static char *copy_to(char *target, const char *source) {
  while ((*target = *source++)) target++;
  return target;
}

NOINLINE static int compare(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return (u8)*a - (u8)*b;
}

NOINLINE static const char *find(const char *haystack, const char *needle) {
  for (; *haystack; haystack++) {
    const char *h = haystack, *n = needle;
    while (*n && *h == *n) h++, n++;
    if (!*n) return haystack;
  }
  return 0;
}

NOINLINE static void reverse(char *s) {
  for (char *end = s + length(s); s < end; s++) {
    char kept = *s;
    *s = *--end, *end = kept;
  }
}

NOINLINE static char *decimal(char *target, u32 value) {
  char *start = target;
  do *target++ = '0' + value % 10;
  while (value /= 10);
  *target = 0;
  reverse(start);
  return target;
}

static u32 parse(const char *s) {
  u32 value = 0;
  while (*s) value = value * 10 + (*s++ - '0');
  return value;
}

static void prepare(void) {
  u32 seed = 11;
  for (u32 i = 0; i < TEXT; i++) text[i] = 'a' + (next_random(&seed) >> 24) % 26;
  static char pool[WORDS * 8];
  for (char *word = pool; word_count < WORDS; word += 8) {
    u32 size = 2 + (next_random(&seed) >> 28) % 6;
    for (u32 i = 0; i < size; i++) word[i] = 'a' + (next_random(&seed) >> 24) % 4;
    words[word_count++] = word;
  }
}

int main(void) {
  prepare();
  u32 digest = 0, ok = 1;
  for (u32 pass = 0; pass < SCALE; pass++) {
    text[pass % TEXT] = 'a' + pass % 26;
    ok &= copy_to(copy, text) == copy + TEXT && length(copy) == TEXT && compare(copy, text) == 0;
    reverse(copy);
    digest = mix(digest, compare(copy, text));
    reverse(copy);
    ok &= compare(copy, text) == 0;
    const char *tail = text + TEXT - 12;
    ok &= find(text, tail) != 0;
    u32 smallest = 0;
    for (u32 i = 1; i < WORDS; i++)
      if (compare(words[i], words[smallest]) < 0) smallest = i;
    digest = mix(digest, smallest);
    for (u32 i = 0; i < 64; i++) {
      char number[12];
      u32 value = pass * 2654435761u + i * 40503u;
      decimal(number, value);
      ok &= parse(number) == value;
    }
  }
  finish(ok, digest);
}
