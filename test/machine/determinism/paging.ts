/**
 * Every hart runs two user programs in turn, each with an address space and an ASID of its own, under a small S-mode
 * kernel: calls, page faults that map a page, timer interrupts that M-mode hands on and that switch the program, and
 * flushes of all kinds. Roots and frames are by hart, so harts meet only in the counters and on the UART.
 */
const switches = 12;
const sv32 = 0x8000_0000;
/** Physical: two roots and two leaf tables of each hart, from here on, and 32 frames behind. */
const tables = 0x8020_0000;
const perHart = 0x4_0000;

export const paging = (harts: number): string => `
start:
  csrr s0, mhartid
  li s1, ${perHart}
  mul s1, s1, s0
  li t0, ${tables}
  add s1, s1, t0
  # s1: root 0, root 1, leaf 0, leaf 1, frames. Kernel and devices by megapages, user code and data at 0x40000000.
  li s2, 2
  mv t0, s1
each_root:
  li t1, 0x200
  slli t1, t1, 2
  add t1, t1, t0
  li t2, ${(0x8000_0000 >>> 2) | 0xef}
  sw t2, 0(t1)
  li t2, 0x10000000 >> 20
  add t1, t0, t2
  li t2, ${(0x1000_0000 >>> 2) | 0xe7}
  sw t2, 0(t1)
  li t2, 0x40000000 >> 20
  add t1, t0, t2
  li t2, 0x2000
  add t2, t2, t0
  srli t2, t2, 2
  ori t2, t2, 1
  sw t2, 0(t1)
  # The first page of user space is the code of the user program.
  li t1, 0x2000
  add t1, t1, t0
  la t2, user
  srli t2, t2, 2
  ori t2, t2, 0x1b
  sw t2, 0(t1)
  li t1, 0x1000
  add t0, t0, t1
  addi s2, s2, -1
  bnez s2, each_root
  la t0, machine_trap
  csrw mtvec, t0
  la t0, kernel_trap
  csrw stvec, t0
  li t0, -1
  csrw pmpaddr0, t0
  li t0, 0x1f
  csrw pmpcfg0, t0
  li t0, 0xb100
  csrw medeleg, t0
  li t0, 0x22
  csrw mideleg, t0
  csrw mcounteren, t0
  li t0, 7
  csrw mcounteren, t0
  slli t0, s0, 3
  li s5, 0x02004000
  add s5, s5, t0
  la s6, areas
  slli t0, s0, 8
  add s6, s6, t0
  csrw mscratch, s6
  csrw sscratch, s6
  li t0, 0x0200bff8
  lw t0, 0(t0)
  addi t0, t0, 44
  sw t0, 0(s5)
  sw zero, 4(s5)
  li t0, 0xa2
  csrw mie, t0
  li t0, 0x1800
  csrc mstatus, t0
  li t0, 0x800
  csrs mstatus, t0
  la t0, kernel
  csrw mepc, t0
  mret

# M-mode: the timer becomes a supervisor software interrupt. Uses the first words of the hart's area.
.balign 4
machine_trap:
  csrrw s6, mscratch, s6
  sw t0, 0(s6)
  sw t1, 4(s6)
  csrr t0, mcause
  bgez t0, unexpected
  li t0, 0x0200bff8
  lw t0, 0(t0)
  addi t0, t0, 41
  csrr t1, mhartid
  slli t1, t1, 3
  sw t1, 8(s6)
  li t1, 0x02004000
  sw t2, 12(s6)
  lw t2, 8(s6)
  add t1, t1, t2
  lw t2, 12(s6)
  sw t0, 0(t1)
  sw zero, 4(t1)
  csrsi mip, 2
  lw t0, 0(s6)
  lw t1, 4(s6)
  csrrw s6, mscratch, s6
  mret
unexpected:
  li t0, 0x00100000
  li t1, 0x13333
  sw t1, 0(t0)
  j unexpected

# S-mode kernel. s0: hart; s1: root 0; s3: which program; s4: switches left; s6: area. The programs' registers are
# kept in the area from 64 on: pc and a0 to a3 of each, 32 bytes apart.
kernel:
  li s4, ${switches}
  li s3, 0
  li t0, 0x40000000
  sw t0, 64(s6)
  sw t0, 96(s6)
  csrw sscratch, s6
resume:
  # satp: the root of program s3, and its ASID.
  slli t0, s3, 12
  add t0, t0, s1
  srli t0, t0, 12
  addi t1, s3, 5
  slli t1, t1, 22
  or t0, t0, t1
  li t1, ${sv32}
  or t0, t0, t1
  csrw satp, t0
  slli t0, s3, 5
  add t0, t0, s6
  lw t1, 64(t0)
  csrw sepc, t1
  lw a0, 68(t0)
  lw a1, 72(t0)
  lw a2, 76(t0)
  lw a3, 80(t0)
  li t1, 0x100
  csrc sstatus, t1
  sret

.balign 4
kernel_trap:
  slli t0, s3, 5
  add t0, t0, s6
  csrr t1, sepc
  sw t1, 64(t0)
  sw a0, 68(t0)
  sw a1, 72(t0)
  sw a2, 76(t0)
  sw a3, 80(t0)
  csrr t1, scause
  bltz t1, switch
  addi t2, t1, -8
  beqz t2, call
  # A page fault: maps the next frame there, in leaf table s3.
  csrr t1, stval
  li t2, 0x40000000
  sub t1, t1, t2
  srli t1, t1, 12
  andi t1, t1, 31
  slli t2, t1, 12
  add t2, t2, s1
  slli t0, s3, 16
  add t2, t2, t0
  li t0, 0x8000
  add t2, t2, t0
  srli t2, t2, 2
  ori t2, t2, 0x17
  slli t1, t1, 2
  li t0, 0x2000
  add t1, t1, t0
  slli t0, s3, 12
  add t1, t1, t0
  add t1, t1, s1
  sw t2, 0(t1)
  csrr t1, stval
  sfence.vma t1, zero
  j resume
call:
  lw t1, 64(t0)
  addi t1, t1, 4
  sw t1, 64(t0)
  la t2, counters
  amoadd.w zero, a0, (t2)
  andi t1, a0, 15
  addi t1, t1, 'a'
  li t2, 0x10000000
  sb t1, 0(t2)
  j resume
switch:
  csrci sip, 2
  xori s3, s3, 1
  addi s4, s4, -1
  beqz s4, done
  andi t0, s4, 7
  bnez t0, resume
  # Now and then all that the other program has mapped is forgotten.
  addi t0, s3, 5
  sfence.vma zero, t0
  j resume
done:
  csrw satp, zero
  la t2, counters
  addi t2, t2, 4
  li t0, 1
  amoadd.w zero, t0, (t2)
  bnez s0, park
all:
  lw t0, 0(t2)
  li t1, ${harts}
  bne t0, t1, all
  li t0, 0x00100000
  li t1, 0x5555
  sw t1, 0(t0)
park:
  wfi
  csrci sip, 2
  j park

# The user program: walks over pages, writes what it reads, and calls the kernel. It keeps a0 to a3 only.
.balign 4096
user:
  li a1, 0
user_loop:
  addi a1, a1, 1
  li a2, 0x40001000
  andi a3, a1, 15
  slli a3, a3, 12
  add a2, a2, a3
  lw a3, 0(a2)
  add a3, a3, a1
  sw a3, 0(a2)
  sw a1, 64(a2)
  add a0, a0, a3
  andi a3, a1, 63
  bnez a3, user_loop
  ecall
  j user_loop

.balign 4096
.data
counters:
  .space 64
.balign 256
areas:
  .space 4096
`;
