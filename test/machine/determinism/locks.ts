/**
 * All harts of a machine at once, in M-mode: a lock by lr.w and sc.w, counters by AMOs, interrupts from the timer and
 * from other harts, wfi, and UART output that tells who came when. Hart 0 ends the run when all are done.
 */
const rounds = 120;

export const locks = (harts: number): string => `
start:
  csrr s0, mhartid
  la t0, trap
  csrw mtvec, t0
  la sp, stacks
  slli t0, s0, 7
  add sp, sp, t0
  csrw mscratch, sp
  slli t0, s0, 2
  li s1, 0x02000000
  add s1, s1, t0
  slli t0, s0, 3
  li s2, 0x02004000
  add s2, s2, t0
  jal set_timer
  li t0, 0x88
  csrw mie, t0
  csrsi mstatus, 8
  la s3, lock
  la s4, log
  li s5, ${rounds}
round:
  li t1, 1
acquire:
  lr.w t0, (s3)
  bnez t0, acquire
  sc.w t0, t1, (s3)
  bnez t0, acquire
  lw t0, 4(s3)
  li t2, 33
  mul t0, t0, t2
  add t0, t0, s0
  add t0, t0, s5
  sw t0, 4(s3)
  lw t2, 8(s3)
  addi t2, t2, 1
  sw t2, 8(s3)
  andi t2, t2, 1023
  slli t2, t2, 2
  add t2, t2, s4
  sw t0, 0(t2)
  fence rw, w
  amoswap.w zero, zero, (s3)
  addi t2, s3, 12
  amoadd.w t0, s5, (t2)
  addi t2, s3, 16
  amomaxu.w t1, t0, (t2)
  li t0, 0x10000000
  addi t1, s0, 'A'
  sb t1, 0(t0)
  # Every fourth round wakes the next hart; every eighth waits for an interrupt.
  andi t0, s5, 3
  bnez t0, no_signal
  addi t0, s0, 1
  li t1, ${harts}
  bltu t0, t1, signal
  li t0, 0
signal:
  slli t0, t0, 2
  li t1, 0x02000000
  add t1, t1, t0
  li t2, 1
  sw t2, 0(t1)
no_signal:
  andi t0, s5, 7
  bnez t0, no_wait
  wfi
no_wait:
  # Work whose length depends on what was seen.
  lw t0, 4(s3)
  andi t0, t0, 63
spin:
  addi t0, t0, -1
  bgez t0, spin
  addi s5, s5, -1
  bnez s5, round
  addi t2, s3, 20
  li t0, 1
  amoadd.w zero, t0, (t2)
  bnez s0, park
wait_all:
  lw t0, 20(s3)
  li t1, ${harts}
  bne t0, t1, wait_all
  li t0, 0x00100000
  li t1, 0x5555
  sw t1, 0(t0)
park:
  csrw mie, zero
  wfi
  j park

set_timer:
  li t0, 0x0200bff8
  lw t1, 0(t0)
  addi t1, t1, 31
  add t1, t1, s0
  li t0, -1
  sw t0, 4(s2)
  sw t1, 0(s2)
  sw zero, 4(s2)
  ret

.balign 4
trap:
  csrrw sp, mscratch, sp
  sw t0, 0(sp)
  sw t1, 4(sp)
  sw ra, 8(sp)
  csrr t0, mcause
  andi t0, t0, 15
  addi t0, t0, -7
  beqz t0, timer
  sw zero, 0(s1)
  lw t0, 12(sp)
  addi t0, t0, 1
  sw t0, 12(sp)
  j trap_end
timer:
  lw t0, 16(sp)
  addi t0, t0, 1
  sw t0, 16(sp)
  jal set_timer
trap_end:
  lw t0, 0(sp)
  lw t1, 4(sp)
  lw ra, 8(sp)
  csrrw sp, mscratch, sp
  mret

.data
.balign 64
lock:
  .space 64
stacks:
  .space 2048
log:
  .space 4096
`;
