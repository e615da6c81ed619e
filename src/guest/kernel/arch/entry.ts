/**
 * The way into the kernel and out of it: Privileged ISA 20240411, sections 12.1.2 (stvec) to 12.1.5 (sscratch).
 *
 * A trap may come from user mode, from the kernel, or from a protection domain: an extension that runs in supervisor
 * mode on a page table of its own, where the kernel is read-only, with registers that may hold anything. So entry
 * trusts nothing but the code it is made of, sscratch and the page table in sscratch:
 *
 *   sscratch   while any code runs outside entry: the satp of this task's kernel side. Two swaps put the kernel's
 *              address space in force and the interrupted one into tp, before any memory is touched.
 *   0xfffff800 this hart's page (cpu.ts), within reach of x0, says which stack to use.
 *
 * The stack: from user mode and from a domain, `kernel_sp`; from the kernel, the running one, unless it is outside of
 * the task's stack: then that has overflowed, and the hart's emergency stack serves to say so.
 *
 * Translations of two page tables are told apart by address-space identifiers. With `tlb=flush` all have identifier 0,
 * and whoever changes the page table fences.
 */
import { PerCpu } from './cpu.ts';
import { THREAD_SIZE } from './layout.ts';
import { PtRegs } from './ptrace.ts';
import { do_trap } from './trap.ts';

/** The distance from x0 to the hart's page. */
const PERCPU_FROM_X0 = -2048;
const CURRENT = PERCPU_FROM_X0 + offsetof<PerCpu>('current');
const SATP = PERCPU_FROM_X0 + offsetof<PerCpu>('satp');
const KERNEL_SP = PERCPU_FROM_X0 + offsetof<PerCpu>('kernel_sp');
const STACK_LOW = PERCPU_FROM_X0 + offsetof<PerCpu>('stack_low');
const EMERGENCY_SP = PERCPU_FROM_X0 + offsetof<PerCpu>('emergency_sp');
const SCRATCH_SP = PERCPU_FROM_X0 + offsetof<PerCpu>('scratch_sp');
const SCRATCH_T0 = PERCPU_FROM_X0 + offsetof<PerCpu>('scratch_t0');
const SCRATCH_T1 = PERCPU_FROM_X0 + offsetof<PerCpu>('scratch_t1');

const FRAME = sizeof<PtRegs>();
const STATUS = offsetof<PtRegs>('status');
const CAUSE = offsetof<PtRegs>('cause');
const BADADDR = offsetof<PtRegs>('badaddr');
const SAVED_SATP = offsetof<PtRegs>('satp');

/** Room that a trap on a task's stack must find on it: the frame, and a little for the first calls. */
const LEAST_STACK = 512;
const MOST_STACK = THREAD_SIZE - LEAST_STACK;
const MINUS_FRAME = 0 - FRAME;

/** What stvec points at. */
export function trap_entry(): void {
  asm`
    .balign 4
    csrrw tp, sscratch, tp
    csrrw tp, satp, tp
    sw sp, ${SCRATCH_SP}(zero)
    sw t0, ${SCRATCH_T0}(zero)
    sw t1, ${SCRATCH_T1}(zero)
    lw t0, ${SATP}(zero)
    bne t0, tp, 2f
    li tp, 0
    csrr t0, sstatus
    andi t0, t0, 0x100
    beqz t0, 3f
    lw t0, ${STACK_LOW}(zero)
    addi t0, t0, ${LEAST_STACK}
    sub t0, sp, t0
    li t1, ${MOST_STACK}
    bleu t0, t1, 4f
    lw sp, ${EMERGENCY_SP}(zero)
    j 4f
  2:
    xor t1, t0, tp
    slli t1, t1, 1
    srli t1, t1, 23
    bnez t1, 3f
    sfence.vma
  3:
    lw sp, ${KERNEL_SP}(zero)
  4:
    addi sp, sp, ${MINUS_FRAME}
    sw tp, ${SAVED_SATP}(sp)
    csrr t0, sepc
    sw t0, 0(sp)
    sw ra, 4(sp)
    lw t0, ${SCRATCH_SP}(zero)
    sw t0, 8(sp)
    sw gp, 12(sp)
    lw t1, ${SATP}(zero)
    csrrw t0, sscratch, t1
    sw t0, 16(sp)
    lw t0, ${SCRATCH_T0}(zero)
    sw t0, 20(sp)
    lw t0, ${SCRATCH_T1}(zero)
    sw t0, 24(sp)
    sw t2, 28(sp)
    sw s0, 32(sp)
    sw s1, 36(sp)
    sw a0, 40(sp)
    sw a1, 44(sp)
    sw a2, 48(sp)
    sw a3, 52(sp)
    sw a4, 56(sp)
    sw a5, 60(sp)
    sw a6, 64(sp)
    sw a7, 68(sp)
    sw s2, 72(sp)
    sw s3, 76(sp)
    sw s4, 80(sp)
    sw s5, 84(sp)
    sw s6, 88(sp)
    sw s7, 92(sp)
    sw s8, 96(sp)
    sw s9, 100(sp)
    sw s10, 104(sp)
    sw s11, 108(sp)
    sw t3, 112(sp)
    sw t4, 116(sp)
    sw t5, 120(sp)
    sw t6, 124(sp)
    csrr t0, sstatus
    sw t0, ${STATUS}(sp)
    csrr t0, scause
    sw t0, ${CAUSE}(sp)
    csrr t0, stval
    sw t0, ${BADADDR}(sp)
    lw tp, ${CURRENT}(zero)
    li t0, 0x40000
    csrc sstatus, t0
    mv a0, sp
    la ra, ${ret_from_trap}
    tail ${do_trap}
  `;
}

/**
 * Leaves the kernel by the frame at sp, interrupts being off. A domain's page table comes back last, again without
 * touching memory after. What was not a domain goes on with the page table that its task has now, on this hart.
 */
export function ret_from_trap(): void {
  asm`
    lw t0, ${STATUS}(sp)
    csrw sstatus, t0
    lw t0, 0(sp)
    csrw sepc, t0
    lw t0, 16(sp)
    csrw sscratch, t0
    lw t0, 8(sp)
    sw t0, ${SCRATCH_SP}(zero)
    lw t0, 20(sp)
    sw t0, ${SCRATCH_T0}(zero)
    lw ra, 4(sp)
    lw gp, 12(sp)
    lw t1, 24(sp)
    lw t2, 28(sp)
    lw s0, 32(sp)
    lw s1, 36(sp)
    lw a0, 40(sp)
    lw a1, 44(sp)
    lw a2, 48(sp)
    lw a3, 52(sp)
    lw a4, 56(sp)
    lw a5, 60(sp)
    lw a6, 64(sp)
    lw a7, 68(sp)
    lw s2, 72(sp)
    lw s3, 76(sp)
    lw s4, 80(sp)
    lw s5, 84(sp)
    lw s6, 88(sp)
    lw s7, 92(sp)
    lw s8, 96(sp)
    lw s9, 100(sp)
    lw s10, 104(sp)
    lw s11, 108(sp)
    lw t3, 112(sp)
    lw t4, 116(sp)
    lw t5, 120(sp)
    lw t6, 124(sp)
    lw tp, ${SAVED_SATP}(sp)
    lw sp, ${SCRATCH_SP}(zero)
    bnez tp, 1f
    lw t0, ${SCRATCH_T0}(zero)
    lw tp, ${SATP}(zero)
    csrrw tp, sscratch, tp
    sret
  1:
    lw t0, ${SATP}(zero)
    xor t0, t0, tp
    slli t0, t0, 1
    srli t0, t0, 23
    bnez t0, 2f
    lw t0, ${SCRATCH_T0}(zero)
    csrrw tp, satp, tp
    csrrw tp, sscratch, tp
    sfence.vma
    sret
  2:
    lw t0, ${SCRATCH_T0}(zero)
    csrrw tp, satp, tp
    csrrw tp, sscratch, tp
    sret
  `;
}
