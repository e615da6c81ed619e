/** A trap handler that notes what happened and goes on behind the instruction, or where it was interrupted. */

export class Note { cause: u32; tval: u32; epc: u32; count: u32 }
export let note!: Embed<Note>;

/** Uses sscratch for t0. Interrupts that it sees are masked from then on, so that each is seen once. */
export function handler(): void {
  asm`
    .balign 4
    csrw sscratch, t0
    la t0, ${note}
    sw t1, -4(sp)
    csrr t1, scause
    sw t1, 0(t0)
    csrr t1, stval
    sw t1, 4(t0)
    csrr t1, sepc
    sw t1, 8(t0)
    lw t1, 12(t0)
    addi t1, t1, 1
    sw t1, 12(t0)
    csrr t1, scause
    bltz t1, 1f
    csrr t1, sepc
    addi t1, t1, 4
    csrw sepc, t1
    j 2f
  1:
    csrw sie, zero
  2:
    lw t1, -4(sp)
    csrr t0, sscratch
    sret
  `;
}

export function catchTraps(): void {
  csrw_stvec(addr(handler) + 0);
}
