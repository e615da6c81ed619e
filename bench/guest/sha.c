/* SHA-256 (FIPS 180-4) over 64 KiB: long straight-line arithmetic, few branches. */
#include "board.h"

enum { SIZE = 65536 };

static u32 message[SIZE / 4];
static u32 k[64], initial[8];

/** The first 32 fraction bits of the square (power 2) or cube (power 3) root of a small prime, by bisection. */
static u32 root_fraction(u32 prime, u32 power) {
  u64 low = 0, high = (u64)1 << 37; /* the root in 5.32 fixed point; all roots used are below 32 */
  while (high - low > 1) {
    u64 middle = (low + high) >> 1;
    /* Compare middle^power with prime * 2^(32 * power), in 32-bit limbs. */
    u32 limbs[6] = {(u32)middle, (u32)(middle >> 32)};
    for (u32 n = 1; n < power; n++) {
      u32 result[6] = {0};
      for (int i = 0; i < 4; i++) {
        u64 carry = 0;
        for (int j = 0; j < 2; j++) {
          carry += (u64)limbs[i] * (u32)(j ? middle >> 32 : middle) + result[i + j];
          result[i + j] = (u32)carry, carry >>= 32;
        }
        result[i + 2] += (u32)carry;
      }
      for (int i = 0; i < 6; i++) limbs[i] = result[i];
    }
    if (limbs[power] >= prime) high = middle;
    else low = middle;
  }
  return (u32)low;
}

static void prepare_constants(void) {
  u32 found = 0;
  for (u32 candidate = 2; found < 64; candidate++) {
    u32 prime = 1;
    for (u32 divisor = 2; divisor * divisor <= candidate; divisor++) prime &= candidate % divisor != 0;
    if (!prime) continue;
    if (found < 8) initial[found] = root_fraction(candidate, 2);
    k[found++] = root_fraction(candidate, 3);
  }
}

static inline u32 rotate(u32 x, u32 n) { return x >> n | x << (32 - n); }

static void block(u32 h[8], const u32 *words) {
  u32 w[64];
  for (int t = 0; t < 16; t++) w[t] = words[t];
  for (int t = 16; t < 64; t++) {
    u32 s0 = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ w[t - 15] >> 3;
    u32 s1 = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ w[t - 2] >> 10;
    w[t] = w[t - 16] + s0 + w[t - 7] + s1;
  }
  u32 a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], i = h[7];
  for (int t = 0; t < 64; t++) {
    u32 t1 = i + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + k[t] + w[t];
    u32 t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    i = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
  }
  h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e, h[5] += f, h[6] += g, h[7] += i;
}

/** The standard's own example: SHA-256("abc") begins ba7816bf and ends f20015ad. */
static int example_is_right(void) {
  u32 padded[16] = {0x61626380, [15] = 24};
  u32 h[8];
  for (int i = 0; i < 8; i++) h[i] = initial[i];
  block(h, padded);
  return h[0] == 0xba7816bf && h[7] == 0xf20015ad;
}

int main(void) {
  prepare_constants();
  int ok = example_is_right();
  u32 seed = 3, digest = 0;
  for (u32 i = 0; i < SIZE / 4; i++) message[i] = next_random(&seed);
  for (u32 pass = 0; pass < SCALE; pass++) {
    u32 h[8];
    for (int i = 0; i < 8; i++) h[i] = initial[i];
    for (u32 offset = 0; offset < SIZE / 4; offset += 16) block(h, message + offset);
    message[pass % (SIZE / 4)] = h[0];
    for (int i = 0; i < 8; i++) digest = mix(digest, h[i]);
  }
  finish(ok && example_is_right(), digest);
}
