/** The way from the trap to a system call: Linux 2.4, system_call of arch/i386/kernel/entry.S. */
import { PtRegs, REG_A0, REG_A7, REG_PC } from '../arch/ptrace.ts';
import { ENOSYS, ERESTARTSYS } from '../errno.ts';
import { NR_SYSCALLS } from './numbers.ts';
import { SYSCALLS, syscalls } from './table.ts';

/** Any of them: those that take fewer arguments leave the rest alone. */
type SysCall = (a: usize, b: usize, c: usize, d: usize, e: usize, f: usize) => i32;

/** By number; 0 where there is none. Written before the first process and, by modules' calls, under nobody's eyes. */
let sys_call_table!: Arr<usize, 261>;

/** Bytes of an `ecall`, by which a call that is to be made again is repeated. */
const ECALL_SIZE = 4;

/** Fills sys_call_table; run_init_process calls it. */
export function syscall_init(): void {
  for (let index: u32 = 0; index < SYSCALLS; index++) {
    const entry = syscalls[index];
    register_syscall(entry.number, entry.call);
  }
}

/**
 * For subsystems that come up on their own (sockets, modules), at any time: `call` is the address of a function of at
 * most six 32-bit arguments that gives a result or a negated error. 0 takes the call away.
 */
export function register_syscall(number: u32, call: usize): void {
  if (number < NR_SYSCALLS) sys_call_table[number] = call;
}

/** Performs the call in a7; interrupts are on. Its result goes to a0. */
export function do_syscall(regs: PtRegs): void {
  const number = regs.regs[REG_A7];
  const call = number < NR_SYSCALLS ? sys_call_table[number] : 0;
  if (call === 0) {
    regs.regs[REG_A0] = -ENOSYS as usize;
    return;
  }
  const result = cast<SysCall>(call)(regs.regs[REG_A0], regs.regs[REG_A0 + 1], regs.regs[REG_A0 + 2],
    regs.regs[REG_A0 + 3], regs.regs[REG_A0 + 4], regs.regs[REG_A0 + 5]);
  if (result === -ERESTARTSYS) {
    // The signal ends or stops the process on its way out, or is ignored: no program has handlers, so none sees EINTR.
    regs.regs[REG_PC] -= ECALL_SIZE;
    return;
  }
  regs.regs[REG_A0] = result as usize;
}
