/* A stack machine running three small bytecode programs: a switch that becomes a jump table. */
#include "board.h"

enum op { PUSH, LOAD, STORE, ADD, SUB, MUL, REM, AND, SHR, JUMP, JUMPZ, DUP, DROP, LESS, EQUAL, HALT };

/** Runs `code` over `variables` until HALT. */
static void run(const u8 *code, u32 *variables) {
  u32 stack[32], *top = stack;
  const u8 *pc = code;
  for (;;) {
    switch ((enum op)*pc++) {
      case PUSH: *top++ = *pc++; break;
      case LOAD: *top++ = variables[*pc++]; break;
      case STORE: variables[*pc++] = *--top; break;
      case ADD: top--, top[-1] += top[0]; break;
      case SUB: top--, top[-1] -= top[0]; break;
      case MUL: top--, top[-1] *= top[0]; break;
      case REM: top--, top[-1] %= top[0]; break;
      case AND: top--, top[-1] &= top[0]; break;
      case SHR: top--, top[-1] >>= top[0]; break;
      case JUMP: pc = code + *pc; break;
      case JUMPZ: pc = *--top ? pc + 1 : code + *pc; break;
      case DUP: top[0] = top[-1], top++; break;
      case DROP: top--; break;
      case LESS: top--, top[-1] = top[-1] < top[0]; break;
      case EQUAL: top--, top[-1] = top[-1] == top[0]; break;
      case HALT: return;
    }
  }
}

/* Variables 0 and 1: steps of Collatz's sequence from [0] down to 1, counted in [1]. */
static const u8 collatz[] = {
    /*  0 */ LOAD, 0, PUSH, 1, SUB, JUMPZ, 40,
    /*  7 */ LOAD, 0, PUSH, 1, AND, JUMPZ, 24,
    /* 14 */ PUSH, 3, LOAD, 0, MUL, PUSH, 1, ADD, JUMP, 29,
    /* 24 */ LOAD, 0, PUSH, 1, SHR,
    /* 29 */ STORE, 0, LOAD, 1, PUSH, 1, ADD, STORE, 1, JUMP, 0,
    /* 40 */ HALT,
};

/* Variables 0 and 1: Euclid's algorithm; the greatest common divisor is left in [0]. */
static const u8 divisor[] = {
    /*  0 */ LOAD, 1, JUMPZ, 17,
    /*  4 */ LOAD, 0, LOAD, 1, REM, LOAD, 1, STORE, 0, STORE, 1, JUMP, 0,
    /* 17 */ HALT,
};

/* Variables 0, 1, 2: the sum in [1] of the multiples of 3 below [0], counting in [2]. */
static const u8 multiples[] = {
    /*  0 */ LOAD, 2, LOAD, 0, LESS, JUMPZ, 35,
    /*  7 */ LOAD, 2, DUP, PUSH, 3, REM, PUSH, 0, EQUAL, JUMPZ, 25,
    /* 18 */ LOAD, 1, ADD, STORE, 1, JUMP, 26,
    /* 25 */ DROP,
    /* 26 */ LOAD, 2, PUSH, 1, ADD, STORE, 2, JUMP, 0,
    /* 35 */ HALT,
};

static u32 steps_of(u32 n) {
  u32 steps = 0;
  for (; n != 1; steps++) n = n & 1 ? 3 * n + 1 : n >> 1;
  return steps;
}

int main(void) {
  u32 digest = 0, ok = 1;
  for (u32 pass = 0; pass < SCALE; pass++) {
    u32 start = 27 + pass * 2, of_collatz[] = {start, 0};
    run(collatz, of_collatz);
    ok &= of_collatz[1] == steps_of(start);
    u32 common = 1 + pass % 97, of_divisor[] = {common * 1597, common * 987}; /* Fibonacci numbers: coprime, and the slowest */
    run(divisor, of_divisor);
    ok &= of_divisor[0] == common;
    u32 below = 100 + pass % 100, k = (below - 1) / 3, of_multiples[] = {below, 0, 0};
    run(multiples, of_multiples);
    ok &= of_multiples[1] == 3 * (k * (k + 1) / 2);
    digest = mix(digest, of_collatz[1]);
  }
  finish(ok, digest);
}
