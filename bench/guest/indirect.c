/* Calls through pointers: objects of eight classes in random order, each with a table of four methods. */
#include "board.h"

struct object;
typedef u32 method(struct object *, u32);
struct class { method *step, *scale, *fold, *peek; };
struct object { const struct class *class; u32 a, b; };

enum { OBJECTS = 1024, CLASSES = 8 };

#define CLASS(n)                                                                                        \
  static u32 step##n(struct object *o, u32 x) { return o->a = o->a * (2 * n + 3) + x; }                 \
  static u32 scale##n(struct object *o, u32 x) { return o->b = (o->b ^ x << (n + 1)) + n; }             \
  static u32 fold##n(struct object *o, u32 x) { return (o->a >> (n + 5)) + (o->b & 0xffff) * (x | n); } \
  static u32 peek##n(struct object *o, u32 x) { return x & 1 ? o->a - n : o->b + n; }                   \
  static const struct class class##n = {step##n, scale##n, fold##n, peek##n};
CLASS(0) CLASS(1) CLASS(2) CLASS(3) CLASS(4) CLASS(5) CLASS(6) CLASS(7)

static const struct class *const classes[CLASSES] = {&class0, &class1, &class2, &class3,
                                                     &class4, &class5, &class6, &class7};
static struct object objects[OBJECTS];

static u32 run(u32 passes) {
  u32 seed = 5, digest = 1;
  for (u32 i = 0; i < OBJECTS; i++)
    objects[i] = (struct object){classes[next_random(&seed) >> 29], next_random(&seed), next_random(&seed)};
  for (u32 pass = 0; pass < passes; pass++)
    for (struct object *o = objects; o < objects + OBJECTS; o++) {
      u32 x = o->class->step(o, digest);
      x = o->class->scale(o, x);
      x ^= o->class->fold(o, x);
      digest += o->class->peek(o, x);
    }
  return digest;
}

/* The same work twice from the same start must give the same digest. */
int main(void) {
  u32 digest = run(SCALE);
  finish(digest == run(SCALE) && digest != run(1), digest);
}
