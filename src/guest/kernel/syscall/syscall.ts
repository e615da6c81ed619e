/** The way from the trap to a system call: Linux 2.4, system_call of arch/i386/kernel/entry.S. */
import type { PtRegs } from '../arch/ptrace.ts';

/** Fills sys_call_table; run_init_process calls it. */
export declare function syscall_init(): void;
/**
 * What subsystems that come up after syscall_init (sockets, modules) call: `call` is a function of at most six 32-bit
 * arguments that gives a result or a negated error, by its address.
 */
export declare function register_syscall(number: u32, call: usize): void;
/** Performs the call in a7; interrupts are on. Its result goes to a0. */
export declare function do_syscall(regs: PtRegs): void;
