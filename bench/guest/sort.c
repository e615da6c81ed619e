/* Quicksort with a comparison through a pointer, then a heapsort of words, on 64 Ki elements. */
#include "board.h"

enum { COUNT = 65536 };

static u32 items[COUNT];

static int ascending(const void *a, const void *b) {
  u32 left = *(const u32 *)a, right = *(const u32 *)b;
  return left < right ? -1 : left > right;
}

static void exchange(u32 *a, u32 *b) {
  u32 kept = *a;
  *a = *b, *b = kept;
}

/** Hoare's partition, the middle element as pivot; the smaller part by recursion. */
static void quicksort(u32 *low, u32 *high, int (*compare)(const void *, const void *)) {
  while (low < high) {
    u32 pivot = low[(high - low) / 2];
    u32 *i = low - 1, *j = high + 1;
    for (;;) {
      do i++;
      while (compare(i, &pivot) < 0);
      do j--;
      while (compare(j, &pivot) > 0);
      if (i >= j) break;
      exchange(i, j);
    }
    if (j - low < high - j - 1) {
      quicksort(low, j, compare);
      low = j + 1;
    } else {
      quicksort(j + 1, high, compare);
      high = j;
    }
  }
}

static void sift(u32 root, u32 count) {
  u32 value = items[root];
  for (u32 child; (child = 2 * root + 1) < count; root = child) {
    if (child + 1 < count && items[child] < items[child + 1]) child++;
    if (items[child] <= value) break;
    items[root] = items[child];
  }
  items[root] = value;
}

static void heapsort(void) {
  for (u32 root = COUNT / 2; root-- > 0;) sift(root, COUNT);
  for (u32 count = COUNT; count-- > 1;) exchange(&items[0], &items[count]), sift(0, count);
}

static u32 fill(u32 *seed) {
  u32 sum = 0;
  for (u32 i = 0; i < COUNT; i++) sum += items[i] = next_random(seed);
  return sum;
}

static int is_sorted(u32 sum) {
  for (u32 i = 1; i < COUNT; i++) {
    if (items[i - 1] > items[i]) return 0;
    sum -= items[i];
  }
  return sum == items[0];
}

int main(void) {
  u32 seed = 7, digest = 0, ok = 1;
  int (*volatile compare)(const void *, const void *) = ascending;
  for (u32 pass = 0; pass < SCALE; pass++) {
    u32 sum = fill(&seed);
    quicksort(items, items + COUNT - 1, compare);
    ok &= is_sorted(sum);
    digest = mix(digest, items[COUNT / 2]);
    sum = fill(&seed);
    heapsort();
    ok &= is_sorted(sum);
    digest = mix(digest, items[COUNT / 3]);
  }
  finish(ok, digest);
}
