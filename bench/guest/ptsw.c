/* Page-table switches. Sv32, S-mode; each iteration makes eight pages show other contents and reads and writes each.
   -DFLUSH: sixteen address spaces, satp and a full sfence.vma.  -DASIDS: the same with an ASID each and no fence.
   -DBY_ADDRESS: one address space, the eight entries rewritten, an sfence.vma by address for each. */
#include "paged.h"

enum { SPACES = 16, PAGES = 8, WINDOW = 0x40000000 };

static u32 frames[SPACES][PAGES][1024] __attribute__((aligned(4096)));
static u32 roots[SPACES];
static u32 *leaves[PAGES];

static void prepare(void) {
  for (u32 space = 0; space < SPACES; space++) {
    u32 *root = paged_table();
    for (u32 i = 0; i < 1024; i++) root[i] = paged_root[i];
    for (u32 page = 0; page < PAGES; page++) {
      frames[space][page][0] = frames[space][page][4 * page] = 0;
      u32 *leaf = paged_map(root, WINDOW + page * PAGE, (u32)frames[space][page], PTE_R | PTE_W);
      if (space == 0) leaves[page] = leaf;
    }
    roots[space] = SATP_SV32 | (u32)root >> 12;
#ifdef ASIDS
    roots[space] |= SATP_ASID(space + 1);
#endif
  }
  csr_write(satp, roots[0]);
  __asm__ volatile("sfence.vma" ::: "memory");
}

static inline void show(u32 space) {
#ifdef BY_ADDRESS
  for (u32 page = 0; page < PAGES; page++) {
    *leaves[page] = (u32)frames[space][page] >> 12 << 10 | PTE_V | PTE_R | PTE_W | PTE_A | PTE_D;
    __asm__ volatile("sfence.vma %0, zero" ::"r"(WINDOW + page * PAGE) : "memory");
  }
#else
  csr_write(satp, roots[space]);
#ifdef FLUSH
  __asm__ volatile("sfence.vma" ::: "memory");
#endif
#endif
}

int main(void) {
  prepare();
  for (u32 i = 0; i < SCALE; i++) {
    show(i % SPACES);
    for (u32 page = 0; page < PAGES; page++) {
      volatile u32 *word = (volatile u32 *)(WINDOW + page * PAGE) + 4 * page;
      *word += i + page;
    }
  }
  /* Through the one-to-one mapping: each space must have received exactly its own iterations. */
  u32 digest = 0, ok = 1;
  for (u32 space = 0; space < SPACES; space++)
    for (u32 page = 0; page < PAGES; page++) {
      u32 expected = 0;
      for (u32 i = space; i < SCALE; i += SPACES) expected += i + page;
      ok &= frames[space][page][4 * page] == expected;
      digest = mix(digest, frames[space][page][4 * page]);
    }
  finish(ok, digest);
}
