/**
 * The watchdog: when a hart has not taken its clock interrupt for seconds, the firmware interrupts it even if its
 * interrupts are off (SBI 3.0, chapter 17), and it says where it is. Linux 2.4, arch/i386/kernel/nmi.c.
 */
import { NR_CPUS, PerCpu, percpu, this_cpu } from '../arch/cpu.ts';
import { PtRegs, REG_PC, REG_RA, REG_SP } from '../arch/ptrace.ts';
import { sbi_sse_enable, sbi_sse_register, sbi_sse_unmask, sbi_watchdog_set_period } from '../arch/sbi.ts';
import { TIMEBASE } from '../arch/time.ts';
import { SBI_EXT_SSE, SBI_SSE_COMPLETE, SSE_EVENT_WATCHDOG } from '../../firmware/sbi.ts';
import { nooks_lockup } from '../../nooks/isolation/nmi.ts';
import { boot_arg_number } from '../init/setup.ts';
import { SpinLock } from '../locking/spinlock.ts';
import { TaskStruct, task_comm } from '../sched/task.ts';
import { show_regs, show_trace } from './oops.ts';
import { bust_spinlocks, printk } from './printk.ts';
import { panic } from './panic.ts';

/** Seconds without a clock interrupt; the boot argument `nmi_watchdog=N` is another number, 0 turns it off. */
const DEFAULT_SECONDS = 5;

/** What a hart needs to take an event, whatever it was doing. The layout is nmi_entry's. */
export class NmiFrame {
  /** `satp`: the page table that was in force, be it the kernel's. */
  regs: Embed<PtRegs>;
  /** The kernel's page table on the hart. */
  kernel_satp: u32;
  handler: (frame: NmiFrame) => void;
  stack: Arr<u32, 1024>;
}

let frames!: Arr<Embed<NmiFrame>, 8>;

const SAVED_SATP = offsetof<PtRegs>('satp');
const KERNEL_SATP = offsetof<NmiFrame>('kernel_satp');
const HANDLER = offsetof<NmiFrame>('handler');
const STACK_END = sizeof<NmiFrame>();
const CURRENT = offsetof<PerCpu>('current') - 2048;

/** Turns this hart's watchdog on. A firmware without one is none. */
export function watchdog_init_cpu(): void {
  const seconds = boot_arg_number('nmi_watchdog', DEFAULT_SECONDS);
  if (seconds <= 0) return;
  if (!nmi_register(SSE_EVENT_WATCHDOG, frames[this_cpu().cpu], nmi_watchdog) || sbi_sse_unmask() !== 0) return;
  sbi_watchdog_set_period((seconds as u32) * TIMEBASE);
}

/** Has `handler` called on this hart for an event, whatever the hart is doing; false when the firmware cannot. */
export function nmi_register(event: u32, frame: NmiFrame, handler: (frame: NmiFrame) => void): bool {
  frame.kernel_satp = this_cpu().kernel_satp;
  frame.handler = handler;
  return sbi_sse_register(event, addr(nmi_entry), addr(frame)) === 0 && sbi_sse_enable(event) === 0;
}

/** a7 is this hart's NmiFrame, a6 the hart's number; all else, the page table too, is what was interrupted. */
function nmi_entry(): void {
  asm`
    .balign 4
    lw a6, ${KERNEL_SATP}(a7)
    csrrw a6, satp, a6
    sfence.vma
    sw a6, ${SAVED_SATP}(a7)
    csrr a6, sepc
    sw a6, 0(a7)
    sw ra, 4(a7)
    sw sp, 8(a7)
    sw gp, 12(a7)
    sw tp, 16(a7)
    sw t0, 20(a7)
    sw t1, 24(a7)
    sw t2, 28(a7)
    sw s0, 32(a7)
    sw s1, 36(a7)
    sw a0, 40(a7)
    sw a1, 44(a7)
    sw a2, 48(a7)
    sw a3, 52(a7)
    sw a4, 56(a7)
    sw a5, 60(a7)
    sw s2, 72(a7)
    sw s3, 76(a7)
    sw s4, 80(a7)
    sw s5, 84(a7)
    sw s6, 88(a7)
    sw s7, 92(a7)
    sw s8, 96(a7)
    sw s9, 100(a7)
    sw s10, 104(a7)
    sw s11, 108(a7)
    sw t3, 112(a7)
    sw t4, 116(a7)
    sw t5, 120(a7)
    sw t6, 124(a7)
    lw tp, ${CURRENT}(zero)
    li sp, ${STACK_END}
    add sp, sp, a7
    mv a0, a7
    mv s0, a7
    lw t0, ${HANDLER}(a7)
    jalr t0
    mv a7, s0
    lw ra, 4(a7)
    lw sp, 8(a7)
    lw gp, 12(a7)
    lw tp, 16(a7)
    lw t0, 20(a7)
    lw t1, 24(a7)
    lw t2, 28(a7)
    lw s0, 32(a7)
    lw s1, 36(a7)
    lw a0, 40(a7)
    lw a1, 44(a7)
    lw a2, 48(a7)
    lw a3, 52(a7)
    lw a4, 56(a7)
    lw a5, 60(a7)
    lw s2, 72(a7)
    lw s3, 76(a7)
    lw s4, 80(a7)
    lw s5, 84(a7)
    lw s6, 88(a7)
    lw s7, 92(a7)
    lw s8, 96(a7)
    lw s9, 100(a7)
    lw s10, 104(a7)
    lw s11, 108(a7)
    lw t3, 112(a7)
    lw t4, 116(a7)
    lw t5, 120(a7)
    lw t6, 124(a7)
    li a6, ${SBI_SSE_COMPLETE}
    li a7, ${SBI_EXT_SSE}
    ecall
  `;
}

/** Says who spins where on what, and ends it: as in Linux 2.4, a lockup is not survived, but for an extension's. */
function nmi_watchdog(frame: NmiFrame): void {
  if (nooks_lockup(frame.regs)) return;
  const page = this_cpu();
  frame.regs.status = csrr_sstatus();
  frame.regs.cause = 0;
  frame.regs.badaddr = 0;
  bust_spinlocks();
  printk('<0>NMI Watchdog detected LOCKUP on CPU%u, registers:\n', page.cpu);
  show_regs(frame.regs);
  show_trace(frame.regs.regs[REG_SP], frame.regs.regs[REG_RA]);
  show_spinning();
  panic('CPU%u hangs at pc %08x', page.cpu, frame.regs.regs[REG_PC]);
}

/** Which hart spins on which lock, and who holds that. */
export function show_spinning(): void {
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) {
    const page = percpu[cpu];
    if (page === null) continue;
    const lock = page.spinning;
    if (lock === null) printk('<0>CPU%u: runs %s\n', cpu, task_comm(page.current));
    else show_waiting(cpu, page.current, lock);
  }
}

function show_waiting(cpu: u32, task: TaskStruct, lock: SpinLock): void {
  const owner = lock.owner;
  const holder = owner === 0 ? 'nobody' : task_comm(cast<TaskStruct>(owner));
  printk('<0>CPU%u: %s spins on %s, held by %s on CPU%u\n', cpu, task_comm(task), lock.name, holder, lock.owner_cpu);
}
