/* Sv32 page tables for the programs that run in S-mode. RISC-V Privileged Architecture, "Sv32: Page-Based 32-bit
   Virtual-Memory Systems". */
#pragma once
#include "board.h"

enum { PTE_V = 1, PTE_R = 2, PTE_W = 4, PTE_X = 8, PTE_U = 16, PTE_G = 32, PTE_A = 64, PTE_D = 128 };
#define SATP_SV32 (1u << 31)
#define SATP_ASID(asid) ((u32)(asid) << 22)

/** The root table that paged_main switches on: RAM, UART and finisher mapped one to one in 4 KiB pages, global. */
extern u32 paged_root[1024];

/** Maps one 4 KiB page into `root`, taking a fresh second-level table where there is none; returns the leaf's place. */
u32 *paged_map(u32 *root, u32 virtual, u32 physical, u32 flags);

/** A zeroed page from the small pool for tables; stops the machine when there is none left. */
u32 *paged_table(void);
