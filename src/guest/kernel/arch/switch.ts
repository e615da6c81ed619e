/** From one task to another on this hart: Linux 2.4, switch_to (include/asm-i386/system.h). */
import { TaskStruct, ThreadStruct } from '../sched/task.ts';
import { this_cpu } from './cpu.ts';
import { ret_from_trap } from './entry.ts';
import { PtRegs } from './ptrace.ts';

const THREAD = offsetof<TaskStruct>('thread');
const RA = offsetof<ThreadStruct>('ra');
const SP = offsetof<ThreadStruct>('sp');
const S = offsetof<ThreadStruct>('s');

/**
 * Puts `prev` aside and goes on with `next`; interrupts are off. Returns when another switch comes back to `prev`, and
 * then gives the task that was switched from, which by then is on no hart.
 */
export function switch_to(prev: TaskStruct, next: TaskStruct): TaskStruct {
  const page = this_cpu();
  page.current = next;
  page.kernel_sp = next.thread.kernel_sp;
  page.stack_low = next.stack;
  return exchange(prev, next);
}

/** Saves what a function must preserve in one thread, takes it from the other. */
function exchange(prev: TaskStruct, next: TaskStruct): TaskStruct {
  return asm`
    addi a2, a0, ${THREAD}
    sw ra, ${RA}(a2)
    sw sp, ${SP}(a2)
    sw s0, ${S} + 0(a2)
    sw s1, ${S} + 4(a2)
    sw s2, ${S} + 8(a2)
    sw s3, ${S} + 12(a2)
    sw s4, ${S} + 16(a2)
    sw s5, ${S} + 20(a2)
    sw s6, ${S} + 24(a2)
    sw s7, ${S} + 28(a2)
    sw s8, ${S} + 32(a2)
    sw s9, ${S} + 36(a2)
    sw s10, ${S} + 40(a2)
    sw s11, ${S} + 44(a2)
    addi a2, a1, ${THREAD}
    lw ra, ${RA}(a2)
    lw sp, ${SP}(a2)
    lw s0, ${S} + 0(a2)
    lw s1, ${S} + 4(a2)
    lw s2, ${S} + 8(a2)
    lw s3, ${S} + 12(a2)
    lw s4, ${S} + 16(a2)
    lw s5, ${S} + 20(a2)
    lw s6, ${S} + 24(a2)
    lw s7, ${S} + 28(a2)
    lw s8, ${S} + 32(a2)
    lw s9, ${S} + 36(a2)
    lw s10, ${S} + 40(a2)
    lw s11, ${S} + 44(a2)
    mv tp, a1
    ret
  `;
}

/**
 * Where a new task begins: switch_to put its predecessor into a0, s0 is a function to tell of it, s1 what to call
 * then, s2 its argument. A kernel thread's s1 never returns; a process's does, and its frame lies at sp.
 */
export function ret_from_fork(): void {
  asm`
    jalr s0
    mv a0, s2
    jalr s1
    csrci sstatus, 2
    tail ${ret_from_trap}
  `;
}

/** Goes on at `entry` with an empty stack that ends at `top`: what was on the old one is forgotten. */
export function start_on_stack(top: usize, entry: usize): never {
  return asm`
    mv sp, a0
    li ra, 0
    jr a1
  `;
}

/** The address space of this hart's kernel side from here on; interrupts are off. `flush` without identifiers. */
export function load_satp(satp: u32, flush: bool): void {
  const page = this_cpu();
  page.satp = satp;
  csrw_sscratch(satp);
  csrw_satp(satp);
  if (flush) sfence_vma();
}

/** The frame that a trap from user mode leaves on a task's stack. @inline */
export function task_regs(task: TaskStruct): PtRegs {
  return cast<PtRegs>(task.thread.kernel_sp - sizeof<PtRegs>());
}
