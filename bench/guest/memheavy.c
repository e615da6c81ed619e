/* A 16 MiB working set: a long copy, scattered read-modify-writes, and a hash table with open addressing. */
#include "board.h"

enum { WORDS = 4 << 20, HALF = WORDS / 2, SLOTS = 1 << 20, KEYS = SLOTS / 2 };

static u32 memory[WORDS] __attribute__((aligned(4096)));

/** Copies the lower 8 MiB over the upper by whole words, twice unrolled as gcc sees fit. */
static u32 copy_half(u32 seed) {
  for (u32 i = 0; i < HALF; i++) memory[i] = seed + i;
  memcpy(memory + HALF, memory, HALF * 4);
  u32 differences = 0;
  for (u32 i = 0; i < HALF; i++) differences |= memory[i] ^ memory[HALF + i];
  return differences;
}

/** One million additions at random places; adding the negatives along the same path restores the memory. */
static void scatter(u32 seed, u32 amount) {
  for (u32 i = 0; i < 1 << 20; i++) memory[next_random(&seed) >> 10] += amount ^ i, amount += 3;
}

static void scatter_back(u32 seed, u32 amount) {
  for (u32 i = 0; i < 1 << 20; i++) memory[next_random(&seed) >> 10] -= amount ^ i, amount += 3;
}

static u32 sum_all(void) {
  u32 sum = 0;
  for (u32 i = 0; i < WORDS; i++) sum += memory[i];
  return sum;
}

/** Puts KEYS odd keys into a table of SLOTS pairs (8 MiB), looks each up again; returns the number found. */
static u32 hash_keys(u32 seed) {
  u32(*table)[2] = (u32(*)[2])memory;
  memset(memory, 0, SLOTS * 8);
  for (u32 i = 0, state = seed; i < KEYS; i++) {
    u32 key = next_random(&state) | 1;
    u32 slot = key * 2654435761u >> 12;
    while (table[slot][0] && table[slot][0] != key) slot = (slot + 1) & (SLOTS - 1);
    table[slot][0] = key, table[slot][1] = ~key;
  }
  u32 found = 0;
  for (u32 i = 0, state = seed; i < KEYS; i++) {
    u32 key = next_random(&state) | 1;
    u32 slot = key * 2654435761u >> 12;
    while (table[slot][0] != key) slot = (slot + 1) & (SLOTS - 1);
    found += table[slot][1] == ~key;
  }
  return found;
}

int main(void) {
  u32 digest = 0, ok = 1;
  for (u32 pass = 0; pass < SCALE; pass++) {
    ok &= copy_half(pass) == 0;
    u32 before = sum_all();
    scatter(pass, pass);
    u32 between = sum_all();
    scatter_back(pass, pass);
    ok &= sum_all() == before && between != before;
    ok &= hash_keys(pass + 1) == KEYS;
    digest = mix(mix(digest, between), memory[2 * (pass * 7919 % SLOTS) + 1]);
  }
  finish(ok, digest);
}
