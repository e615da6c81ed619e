/** An exception that the kernel cannot explain: Linux 2.4, die() and show_trace() of arch/i386/kernel/traps.c. */
import { current, smp_processor_id } from '../arch/cpu.ts';
import { THREAD_SIZE } from '../arch/layout.ts';
import { PtRegs, REG_PC, REG_RA, REG_SP, user_mode } from '../arch/ptrace.ts';
import { start_on_stack } from '../arch/switch.ts';
import { nooks_oops } from '../../nooks/isolation/fault.ts';
import { boot_arg_number } from '../init/setup.ts';
import { local_irq_disable, local_irq_enable } from '../locking/irqflags.ts';
import { in_interrupt } from '../locking/preempt.ts';
import { print_modules } from '../module/module.ts';
import { do_exit } from '../sched/exit.ts';
import { lookup_symbol, SymbolPlace } from './kallsyms.ts';
import { panic } from './panic.ts';
import { printk } from './printk.ts';

const SIGSEGV = 11;
/** Words of the stack that are looked at for return addresses, and lines of them that are shown. */
const MOST_WORDS = 1024;
const MOST_LINES = 24;

/** Oopses so far; the first is the one to read. */
export let oops_count: u32 = 0;
/** Per hart, whether it is about to report: an exception then is one of the report itself. */
let dying!: Arr<u32, 8>;

/**
 * Reports an exception in the kernel. If it served an isolated extension, that fails, and the kernel goes on. In
 * process context the task dies and the kernel goes on; in interrupt context, in an idle task, or with the boot
 * argument `panic_on_oops=1` it panics.
 */
export function die(what: cstr, regs: PtRegs): never {
  local_irq_disable();
  const cpu = smp_processor_id();
  if (dying[cpu] !== 0) panic('exception while reporting an oops: %s, pc %08x', what, regs.regs[REG_PC]);
  dying[cpu] = 1;
  const number = amoadd(addr(oops_count), 1);
  printk('<1>%s [#%u]\n', what, number + 1);
  print_modules();
  show_regs(regs);
  show_trace(regs.regs[REG_SP], regs.regs[REG_RA]);
  dying[cpu] = 0;
  nooks_oops(regs);
  if (in_interrupt()) panic('Aiee, killing interrupt handler!');
  const task = current();
  if (task.pid === 0) panic('Attempted to kill the idle task!');
  if (boot_arg_number('panic_on_oops', 0) !== 0) panic('Fatal exception');
  // On the top of its stack again: an overflow has left nothing else of it, and nothing on it is needed any more.
  start_on_stack(task.stack + THREAD_SIZE, addr(die_here));
}

function die_here(): never {
  current().preempt_count = 0;
  local_irq_enable();
  do_exit(SIGSEGV);
}

/** Prints all registers with the function of the pc. */
export function show_regs(regs: PtRegs): void {
  const task = current();
  printk('<1>CPU: %u  task: %s (pid %u)\n', smp_processor_id(), cast<cstr>(task.comm), task.pid);
  print_symbol('pc: ', regs.regs[REG_PC]);
  print_symbol('ra: ', regs.regs[REG_RA]);
  printk('<1>status: %08x  cause: %08x  badaddr: %08x  satp: %08x%s\n', regs.status, regs.cause, regs.badaddr,
    regs.satp, user_mode(regs) ? '  (user)' : '');
  for (let row: u32 = 0; row < 32; row += 4) {
    printk('<1>%s %08x  %s %08x  %s %08x  %s %08x\n', register_names[row], regs.regs[row], register_names[row + 1],
      regs.regs[row + 1], register_names[row + 2], regs.regs[row + 2], register_names[row + 3], regs.regs[row + 3]);
  }
}

const register_names: Arr<cstr, 32> = [
  'pc ', 'ra ', 'sp ', 'gp ', 'tp ', 't0 ', 't1 ', 't2 ', 's0 ', 's1 ', 'a0 ', 'a1 ', 'a2 ', 'a3 ', 'a4 ', 'a5 ',
  'a6 ', 'a7 ', 's2 ', 's3 ', 's4 ', 's5 ', 's6 ', 's7 ', 's8 ', 's9 ', 's10', 's11', 't3 ', 't4 ', 't5 ', 't6 ',
];

/** `what[<address>] function+offset/size [module]`. */
function print_symbol(what: cstr, address: usize): void {
  const place = local<SymbolPlace>();
  if (!lookup_symbol(address, place)) {
    printk('<1>%s[<%08x>]\n', what, address);
    return;
  }
  const module = place.module;
  if (module === null) printk('<1>%s[<%08x>] %s+0x%x/0x%x\n', what, address, place.name, place.offset, place.size);
  else {
    printk('<1>%s[<%08x>] %s+0x%x/0x%x [%s]\n', what, address, place.name, place.offset, place.size, module);
  }
}

/**
 * Prints what on the stack looks like a return address: there are no frame pointers, so, as in Linux 2.4, some may be
 * leftovers of calls that are over.
 */
export function show_trace(sp: usize, ra: usize): void {
  const task = current();
  printk('<1>Call Trace:\n');
  print_symbol('  ', ra);
  let at = (sp + 3) & ~3;
  const end = task.stack + THREAD_SIZE;
  // After an overflow the pointer is just below the stack.
  if (task.stack - at < THREAD_SIZE) at = task.stack;
  if (at - task.stack >= THREAD_SIZE) return;
  let lines: u32 = 0;
  for (let words: u32 = 0; at < end && words < MOST_WORDS && lines < MOST_LINES; words++) {
    const address = cast<Ptr<usize>>(at)[0];
    if (is_return_address(address)) {
      print_symbol('  ', address);
      lines++;
    }
    at += 4;
  }
}

/** Whether a value lies within a function of the kernel or of a module, behind its first instruction. */
function is_return_address(value: usize): bool {
  if ((value & 3) !== 0 || value < 0x80000000) return false;
  const place = local<SymbolPlace>();
  return lookup_symbol(value, place) && place.offset !== 0;
}
