/** Page faults: Linux 2.4, arch/i386/mm/fault.c. */
import { PtRegs } from '../arch/ptrace.ts';

/** A fetch, load or store found no translation that allows it. */
export declare function do_page_fault(regs: PtRegs): void;
