/* Independent work on each hart: a table-driven CRC and a small matrix product in memory of its own. Every hart does SCALE
   turns, so twice the harts do twice the work; in perfect scaling in the same time. */
#include "board.h"

enum { SIDE = 32, TEXT = 4096 };

struct own {
  u32 left[SIDE][SIDE], right[SIDE][SIDE], product[SIDE][SIDE], table[256];
  u8 text[TEXT];
  u32 digest;
} __attribute__((aligned(4096)));

static struct own owns[HARTS];

static void work(struct own *own) {
  u32 seed = 9, digest = 0;
  for (u32 i = 0; i < 256; i++) {
    u32 crc = i;
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
    own->table[i] = crc;
  }
  for (u32 i = 0; i < TEXT; i++) own->text[i] = next_random(&seed) >> 24;
  for (u32 i = 0; i < SIDE; i++)
    for (u32 j = 0; j < SIDE; j++) own->left[i][j] = next_random(&seed), own->right[i][j] = next_random(&seed);
  for (u32 turn = 0; turn < SCALE; turn++) {
    u32 crc = turn;
    for (u32 i = 0; i < TEXT; i++) crc = own->table[(crc ^ own->text[i]) & 255] ^ crc >> 8;
    own->left[turn % SIDE][0] = crc;
    for (u32 i = 0; i < SIDE; i++)
      for (u32 j = 0; j < SIDE; j++) {
        u32 sum = 0;
        for (u32 k = 0; k < SIDE; k++) sum += own->left[i][k] * own->right[k][j];
        own->product[i][j] = sum;
      }
    digest = mix(digest, own->product[turn % SIDE][turn % 7]);
  }
  own->digest = digest;
}

void secondary(u32 hart) {
  if (hart >= HARTS) return;
  barrier();
  work(&owns[hart]);
  barrier();
}

int main(void) {
  barrier();
  work(&owns[0]);
  barrier();
  u32 ok = 1;
  for (u32 hart = 1; hart < HARTS; hart++) ok &= owns[hart].digest == owns[0].digest;
  finish(ok, owns[0].digest);
}
