/**
 * The instructions of an extension procedure call: Nooks (SOSP 2003), section 3.1 (XPC). As trap entry does
 * (kernel/arch/entry.ts), they trust nothing that an extension can write: the way back is by sscratch, which holds the
 * page table of this task's kernel side on this hart, and by this hart's page.
 *
 * Where two page tables have the same address-space identifier (`tlb=flush`: all have 0), each change is fenced.
 */
import { PerCpu } from '../../kernel/arch/cpu.ts';
import type { SkBuff } from '../../kernel/net/skbuff.ts';
import { TaskStruct, ThreadStruct } from '../../kernel/sched/task.ts';
import { finish, kernel_call } from './xpc.ts';

/** A crossing into a domain, on the kernel stack of whoever makes it, as long as that is not back. */
export class DriverCall {
  /** Where enter_domain, or later finish_guarded, put aside what a function must preserve. */
  sp: usize;
  satp: u32;
  /** The end of the domain's stack, where the queue of deferred calls lies. */
  stack_top: usize;
  /** SR_SIE if the extension begins with interrupts on. */
  flags: u32;
  domain: usize;
  /** The crossing within which this one was made, 0 for none: TaskStruct.nooks. */
  previous: usize;
  /** thread.kernel_sp, preempt_count and lock_depth at the crossing. */
  kernel_sp: usize;
  preempt_count: u32;
  lock_depth: u32;
  stack: usize;
  /** Clock ticks that found this crossing in the domain, or in a kernel call of it, without a sleep between. */
  ticks: u32;
  /** A kernel call runs on behalf of the domain. */
  in_kernel: u32;
  /** The extension holds rtnl_sem since this crossing began. */
  rtnl: u32;
  /** Packets that deferred calls have passed on, and given back, until defer.ts settles them; by next. */
  passed: SkBuff | null;
  returned: SkBuff | null;
  /** The domain's rights have become fewer since harts were last told. */
  revoked: u32;
  canary: u32;
}

/** A crossing out of a domain, on the kernel stack, below the DriverCall by which the domain was entered. */
export class KernelCall {
  ra: usize;
  sp: usize;
  /** The domain's page table. */
  satp: u32;
  /** sstatus, of which SR_SIE counts: when it left, then with which it goes on. */
  flags: u32;
  words: Arr<u32, 16>;
}

const PERCPU_FROM_X0 = -2048;
const CURRENT = PERCPU_FROM_X0 + offsetof<PerCpu>('current');
const KERNEL_SP = PERCPU_FROM_X0 + offsetof<PerCpu>('kernel_sp');
const THREAD_KERNEL_SP = offsetof<TaskStruct>('thread') + offsetof<ThreadStruct>('kernel_sp');
const CALL_SP = offsetof<DriverCall>('sp');
const CALL_SATP = offsetof<DriverCall>('satp');
const STACK_TOP = offsetof<DriverCall>('stack_top');
const FLAGS = offsetof<DriverCall>('flags');
const K_RA = offsetof<KernelCall>('ra');
const K_SP = offsetof<KernelCall>('sp');
const K_SATP = offsetof<KernelCall>('satp');
const K_FLAGS = offsetof<KernelCall>('flags');
const K_WORDS = offsetof<KernelCall>('words');
const K_SIZE = sizeof<KernelCall>();
const MINUS_K_SIZE = 0 - K_SIZE;

/**
 * Calls `entry` in the domain of `call` with `count` words: eight in registers, the rest on the domain's stack. Gives
 * what it returns in a0 and a1, and returns with interrupts off. At least eight words can be read at `words`.
 */
export function enter_domain(call: DriverCall, entry: usize, count: u32, words: usize): u64 {
  return asm`
    addi sp, sp, -64
    sw ra, 0(sp)
    sw s0, 4(sp)
    sw s1, 8(sp)
    sw s2, 12(sp)
    sw s3, 16(sp)
    sw s4, 20(sp)
    sw s5, 24(sp)
    sw s6, 28(sp)
    sw s7, 32(sp)
    sw s8, 36(sp)
    sw s9, 40(sp)
    sw s10, 44(sp)
    sw s11, 48(sp)
    sw sp, ${CALL_SP}(a0)
    sw sp, ${KERNEL_SP}(zero)
    sw sp, ${THREAD_KERNEL_SP}(tp)
    lw t2, ${CALL_SATP}(a0)
    lw t3, ${STACK_TOP}(a0)
    lw t4, ${FLAGS}(a0)
    mv t0, a1
    mv t1, a3
    li t5, 8
    bleu a2, t5, 2f
    sub t5, a2, t5
    slli t5, t5, 2
    addi t6, t5, 15
    andi t6, t6, -16
    sub t3, t3, t6
    addi a4, a3, 32
    add t5, a4, t5
    mv a5, t3
  1:
    lw t6, 0(a4)
    sw t6, 0(a5)
    addi a4, a4, 4
    addi a5, a5, 4
    bltu a4, t5, 1b
  2:
    lw a0, 0(t1)
    lw a1, 4(t1)
    lw a2, 8(t1)
    lw a3, 12(t1)
    lw a4, 16(t1)
    lw a5, 20(t1)
    lw a6, 24(t1)
    lw a7, 28(t1)
    la ra, ${leave_domain}
    mv sp, t3
    csrrw t1, satp, t2
    xor t1, t1, t2
    slli t1, t1, 1
    srli t1, t1, 23
    bnez t1, 3f
    sfence.vma
  3:
    csrs sstatus, t4
    jr t0
  `;
}

/** Where an extension's function returns to, still in its domain, with whatever it left in the registers. */
export function leave_domain(): void {
  asm`
    csrci sstatus, 2
    csrr t0, sscratch
    csrrw t1, satp, t0
    xor t1, t1, t0
    slli t1, t1, 1
    srli t1, t1, 23
    bnez t1, 1f
    sfence.vma
  1:
    lw sp, ${KERNEL_SP}(zero)
    lw tp, ${CURRENT}(zero)
    tail ${restore_kernel}
  `;
}

/** Calls finish (xpc.ts) so that unwind_to ends it, as it ends what enter_domain has called. Interrupts are off. */
export function finish_guarded(call: DriverCall): void {
  asm`
    addi sp, sp, -64
    sw ra, 0(sp)
    sw s0, 4(sp)
    sw s1, 8(sp)
    sw s2, 12(sp)
    sw s3, 16(sp)
    sw s4, 20(sp)
    sw s5, 24(sp)
    sw s6, 28(sp)
    sw s7, 32(sp)
    sw s8, 36(sp)
    sw s9, 40(sp)
    sw s10, 44(sp)
    sw s11, 48(sp)
    sw sp, ${CALL_SP}(a0)
    call ${finish}
    tail ${restore_kernel}
  `;
}

/** Goes back to the caller of enter_domain or finish_guarded whose registers lie at sp. */
function restore_kernel(): void {
  asm`
    lw ra, 0(sp)
    lw s0, 4(sp)
    lw s1, 8(sp)
    lw s2, 12(sp)
    lw s3, 16(sp)
    lw s4, 20(sp)
    lw s5, 24(sp)
    lw s6, 28(sp)
    lw s7, 32(sp)
    lw s8, 36(sp)
    lw s9, 40(sp)
    lw s10, 44(sp)
    lw s11, 48(sp)
    addi sp, sp, 64
    ret
  `;
}

/** Makes enter_domain, or finish_guarded, return `value`, whatever has been called since. Interrupts are off. */
export function unwind_to(sp: usize, value: u32): never {
  return asm`
    mv sp, a0
    mv a0, a1
    li a1, 0
    tail ${restore_kernel}
  `;
}

/**
 * Called in a domain: calls `body` in the kernel with `count` words, and goes on in the domain with what it returns and
 * with interrupts as it left them. The words: six in registers after the first two, the rest on the domain's stack.
 */
export function nooks_kernel_call(body: usize, count: u32, ...words: VarArg[]): u64 {
  return asm`
    csrrci t6, sstatus, 2
    csrr t0, sscratch
    csrrw t1, satp, t0
    xor t2, t1, t0
    slli t2, t2, 1
    srli t2, t2, 23
    bnez t2, 1f
    sfence.vma
  1:
    lw t2, ${KERNEL_SP}(zero)
    lw tp, ${CURRENT}(zero)
    addi t2, t2, ${MINUS_K_SIZE}
    sw ra, ${K_RA}(t2)
    sw sp, ${K_SP}(t2)
    sw t1, ${K_SATP}(t2)
    sw t6, ${K_FLAGS}(t2)
    sw a2, ${K_WORDS}+0(t2)
    sw a3, ${K_WORDS}+4(t2)
    sw a4, ${K_WORDS}+8(t2)
    sw a5, ${K_WORDS}+12(t2)
    sw a6, ${K_WORDS}+16(t2)
    sw a7, ${K_WORDS}+20(t2)
    mv a2, t2
    mv sp, t2
    call ${kernel_call}
    lw t0, ${K_FLAGS}(sp)
    lw t2, ${K_SATP}(sp)
    lw ra, ${K_RA}(sp)
    lw sp, ${K_SP}(sp)
    csrrw t1, satp, t2
    xor t1, t1, t2
    slli t1, t1, 1
    srli t1, t1, 23
    bnez t1, 2f
    sfence.vma
  2:
    andi t0, t0, 2
    csrs sstatus, t0
    ret
  `;
}

/** Calls a body with words: more of them than it takes do no harm. */
export function call_body(body: usize, words: Ptr<u32>): u64 {
  return asm`
    addi sp, sp, -48
    sw ra, 44(sp)
    lw t0, 32(a1)
    lw t1, 36(a1)
    lw t2, 40(a1)
    lw t3, 44(a1)
    sw t0, 0(sp)
    sw t1, 4(sp)
    sw t2, 8(sp)
    sw t3, 12(sp)
    lw t0, 48(a1)
    lw t1, 52(a1)
    lw t2, 56(a1)
    lw t3, 60(a1)
    sw t0, 16(sp)
    sw t1, 20(sp)
    sw t2, 24(sp)
    sw t3, 28(sp)
    mv t0, a0
    mv t1, a1
    lw a0, 0(t1)
    lw a1, 4(t1)
    lw a2, 8(t1)
    lw a3, 12(t1)
    lw a4, 16(t1)
    lw a5, 20(t1)
    lw a6, 24(t1)
    lw a7, 28(t1)
    jalr t0
    lw ra, 44(sp)
    addi sp, sp, 48
    ret
  `;
}

/** An instruction that traps, where a hart is sent that must leave its domain: see fault.ts. */
export function trap_here(): void {
  asm`
    ebreak
    j ${trap_here}
  `;
}
