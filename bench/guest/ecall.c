/* Environment calls: a U-mode loop whose every turn enters the handler, which counts it and returns. Without paging from
   U-mode to M-mode; under -DPAGED from U-mode to S-mode, with the loop on a user page. */
#include "paged.h"

enum { USER = 0x40000000 };

/** Calls seen by the handler. */
u32 calls;

void user_loop(void);
void call_entry(void);
void all_done(u32 wrong);

#ifdef PAGED
#define X "s"
#else
#define X "m"
#endif

/* The loop: a0 = turns left, a1 = what the last call returned; each call must return the number before it plus 3.
   At the end it makes one more call with a0 = 0, which leaves with a2 = the number of wrong answers. */
__asm__(
    ".balign 4096\n"
    "user_loop:\n"
    "  li a1, 0\n li a2, 0\n"
    "1: addi a3, a1, 3\n ecall\n"
    "  xor a3, a3, a1\n snez a3, a3\n add a2, a2, a3\n"
    "  addi a0, a0, -1\n bnez a0, 1b\n"
    "  ecall\n"
    ".balign 4096\n"
    /* The handler: the usual shape, a swap of the scratch register, a few saved registers, the cause checked. */
    "call_entry:\n"
    "  csrrw sp, " X "scratch, sp\n"
    "  addi sp, sp, -16\n sw t0, 0(sp)\n sw t1, 4(sp)\n"
    "  csrr t0, " X "cause\n li t1, 8 /* environment call from U-mode */\n bne t0, t1, 9f\n"
    "  beqz a0, 8f\n"
    "  csrr t0, " X "epc\n addi t0, t0, 4\n csrw " X "epc, t0\n"
    "  la t1, calls\n lw t0, 0(t1)\n addi t0, t0, 1\n sw t0, 0(t1)\n"
    "  addi a1, a1, 3\n"
    "  lw t0, 0(sp)\n lw t1, 4(sp)\n addi sp, sp, 16\n"
    "  csrrw sp, " X "scratch, sp\n"
    "  " X "ret\n"
    "8: mv a0, a2\n j all_done\n"
    "9: li a0, 1000\n j all_done\n");

/** Reached with the number of wrong answers in the first argument register. */
void all_done(u32 wrong) { finish(wrong == 0 && calls == SCALE, mix(0, calls)); }

int main(void) {
  static u32 handler_stack[256] __attribute__((aligned(16)));
#ifdef PAGED
  paged_map(paged_root, USER, (u32)user_loop, PTE_R | PTE_X | PTE_U);
  csr_write(sscratch, handler_stack + 256);
  csr_write(stvec, call_entry);
  csr_clear(sstatus, 1u << 8); /* SPP = U */
  __asm__ volatile("sfence.vma\n csrw sepc, %0\n mv a0, %1\n sret" ::"r"(USER), "r"(SCALE) : "a0", "memory");
#else
  csr_write(mscratch, handler_stack + 256);
  csr_write(mtvec, call_entry);
  csr_clear(mstatus, MSTATUS_MPP);
  __asm__ volatile("csrw mepc, %0\n mv a0, %1\n mret" ::"r"(user_loop), "r"(SCALE) : "a0", "memory");
#endif
  __builtin_unreachable();
}
