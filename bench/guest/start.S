# Reset entry of every hart, in M-mode. Hart 0 clears .bss and runs main (through paged_main under -DPAGED); the others
# wait for that and run secondary(hart).

    .section .text.start, "ax"
    .globl _start
_start:
    .option norelax
    csrr    s0, mhartid
    la      t0, unexpected_trap
    csrw    mtvec, t0
    # One PMP entry opens all of memory to S-mode and U-mode: NAPOT over the whole space, RWX.
    li      t0, -1
    csrw    pmpaddr0, t0
    li      t0, 0x1f
    csrw    pmpcfg0, t0
    li      t0, 7
    csrw    mcounteren, t0
    csrw    scounteren, t0
    la      sp, stacks_end
    slli    t0, s0, 16
    sub     sp, sp, t0
    bnez    s0, wait_for_hart_0

    la      t0, bss_start
    la      t1, bss_end
1:  bgeu    t0, t1, 2f
    sw      zero, 0(t0)
    addi    t0, t0, 4
    j       1b
2:  fence   rw, w
    la      t0, bss_ready
    li      t1, 1
    sw      t1, 0(t0)
#ifdef PAGED
    call    paged_main
#else
    call    main
#endif
    # main ends with finish(); coming back here is a mistake of the program.
unexpected_trap:
    li      t0, 0x100000
    li      t1, 0x00633333          # finisher FAIL, exit status 99
    sw      t1, 0(t0)
    j       unexpected_trap

wait_for_hart_0:
    la      t0, bss_ready
1:  lw      t1, 0(t0)
    beqz    t1, 1b
    fence   r, rw
    mv      a0, s0
    call    secondary
park:
    csrw    mie, zero
    wfi
    j       park

    .section .data
    .balign 4
bss_ready:
    .word   0
