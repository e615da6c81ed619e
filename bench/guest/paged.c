/* Gives a program Sv32 translation in 4 KiB pages and S-mode, then calls its main. */
#include "paged.h"

enum { RAM_BASE = 0x80000000u, MAPPED_RAM = 64 << 20, TABLES = 256 };

u32 paged_root[1024] __attribute__((aligned(4096)));
static u32 tables[TABLES][1024] __attribute__((aligned(4096)));
static u32 tables_used;

int main(void);

u32 *paged_table(void) {
  if (tables_used == TABLES) finish(0, 0x7ab1e);
  return tables[tables_used++];
}

u32 *paged_map(u32 *root, u32 virtual, u32 physical, u32 flags) {
  u32 *entry = &root[virtual >> 22];
  if (!(*entry & PTE_V)) *entry = (u32)paged_table() >> 12 << 10 | PTE_V;
  u32 *leaf = &((u32 *)(*entry >> 10 << 12))[virtual >> 12 & 1023];
  *leaf = physical >> 12 << 10 | flags | PTE_V | PTE_A | PTE_D;
  return leaf;
}

void paged_main(void) {
  for (u32 offset = 0; offset < MAPPED_RAM; offset += PAGE)
    paged_map(paged_root, RAM_BASE + offset, RAM_BASE + offset, PTE_R | PTE_W | PTE_X | PTE_G);
  paged_map(paged_root, (u32)UART, (u32)UART, PTE_R | PTE_W | PTE_G);
  paged_map(paged_root, (u32)FINISHER, (u32)FINISHER, PTE_R | PTE_W | PTE_G);
  csr_write(satp, SATP_SV32 | (u32)paged_root >> 12);
  __asm__ volatile("sfence.vma" ::: "memory");
  csr_write(medeleg, 1u << 8); /* environment calls from U-mode go to S-mode; any other trap is a mistake */
  csr_clear(mstatus, MSTATUS_MPP);
  csr_set(mstatus, 1u << 11); /* MPP = S */
  __asm__ volatile("csrw mepc, %0\n mret" ::"r"(main));
}
