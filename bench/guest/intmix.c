/* Four small integer kernels by turns: list walk, matrix product, state machine, CRC. */
#include "board.h"

enum { NODES = 4096, SIDE = 40, TEXT = 4096 };

struct node { struct node *next; u32 value; };

static struct node nodes[NODES];
static u32 left[SIDE][SIDE], right[SIDE][SIDE], product[SIDE][SIDE];
static u8 text[TEXT];
static u32 crc_table[256];

static void prepare(void) {
  u32 seed = 1;
  static u16 order[NODES];
  for (u32 i = 0; i < NODES; i++) order[i] = i;
  for (u32 i = NODES - 1; i > 0; i--) {
    u32 j = (next_random(&seed) >> 8) % (i + 1);
    u16 kept = order[i];
    order[i] = order[j], order[j] = kept;
  }
  for (u32 i = 0; i < NODES; i++) {
    nodes[order[i]].value = i;
    nodes[order[i]].next = i + 1 < NODES ? &nodes[order[i + 1]] : 0;
  }
  for (u32 i = 0; i < SIDE; i++)
    for (u32 j = 0; j < SIDE; j++) left[i][j] = next_random(&seed) >> 16, right[i][j] = next_random(&seed) >> 16;
  for (u32 i = 0; i < TEXT; i++) text[i] = " \nabc019+-.\"\\x_Z"[next_random(&seed) >> 28];
  for (u32 i = 0; i < 256; i++) {
    u32 crc = i;
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
    crc_table[i] = crc;
  }
}

static u32 walk_list(const struct node *first) {
  u32 sum = 0;
  for (const struct node *node = first; node; node = node->next) sum += node->value;
  return sum;
}

static void multiply(void) {
  for (u32 i = 0; i < SIDE; i++)
    for (u32 j = 0; j < SIDE; j++) {
      u32 sum = 0;
      for (u32 k = 0; k < SIDE; k++) sum += left[i][k] * right[k][j];
      product[i][j] = sum;
    }
}

/** Whether product * v is left * (right * v), Freivalds' check. */
static int product_is_right(u32 seed) {
  u32 v[SIDE], once[SIDE];
  for (u32 i = 0; i < SIDE; i++) v[i] = next_random(&seed) >> 20;
  for (u32 i = 0; i < SIDE; i++) {
    once[i] = 0;
    for (u32 j = 0; j < SIDE; j++) once[i] += right[i][j] * v[j];
  }
  for (u32 i = 0; i < SIDE; i++) {
    u32 direct = 0, twice = 0;
    for (u32 j = 0; j < SIDE; j++) direct += product[i][j] * v[j], twice += left[i][j] * once[j];
    if (direct != twice) return 0;
  }
  return 1;
}

/** Counts tokens: words, numbers, quoted strings with escapes, blank runs; a digest of the four counts. */
static u32 tokenise(void) {
  enum { BLANK, WORD, NUMBER, QUOTED, ESCAPED } state = BLANK;
  u32 counts[5] = {0};
  for (u32 i = 0; i < TEXT; i++) {
    u8 c = text[i];
    switch (state) {
      case QUOTED:
        state = c == '\\' ? ESCAPED : c == '"' ? BLANK : QUOTED;
        break;
      case ESCAPED:
        state = QUOTED;
        counts[ESCAPED]++;
        break;
      case NUMBER:
        if (c >= '0' && c <= '9') break;
        goto start;
      case WORD:
        if (c >= 'a' || (c >= '0' && c <= '9')) break;
        /* fall through */
      default:
      start:
        state = c == '"' ? QUOTED : c >= '0' && c <= '9' ? NUMBER : c >= 'A' ? WORD : BLANK;
        counts[state]++;
    }
  }
  u32 digest = 0;
  for (int i = 0; i < 5; i++) digest = mix(digest, counts[i]);
  return digest;
}

static u32 crc32(void) {
  u32 crc = ~0u;
  for (u32 i = 0; i < TEXT; i++) crc = crc_table[(crc ^ text[i]) & 255] ^ crc >> 8;
  return ~crc;
}

int main(void) {
  prepare();
  const struct node *first = nodes;
  for (u32 i = 0; i < NODES; i++)
    if (nodes[i].value == 0) first = &nodes[i];
  u32 digest = 0, ok = 1;
  for (u32 pass = 0; pass < SCALE; pass++) {
    for (u32 i = 0; i < 20; i++) ok &= walk_list(first) == NODES * (NODES - 1) / 2;
    left[pass % SIDE][pass / SIDE % SIDE] = pass;
    multiply();
    ok &= product_is_right(pass);
    digest = mix(digest, product[pass % SIDE][3]);
    for (u32 i = 0; i < 5; i++) {
      text[(pass * 5 + i) % TEXT] = 'a' + (pass + i) % 26;
      digest = mix(digest, tokenise());
      digest = mix(digest, crc32());
    }
  }
  finish(ok, digest);
}
