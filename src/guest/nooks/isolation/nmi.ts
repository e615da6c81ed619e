/**
 * Reaching a hart that runs an extension with interrupts off: by a software event of the firmware (SBI 3.0, chapter 17).
 * The event's handler cannot unwind, as the event must be completed first. It sends the hart, still in the domain, to an
 * instruction that traps; that trap finds the domain failed.
 */
import { cpu_online, NR_CPUS, percpu, smp_processor_id, this_cpu } from '../../kernel/arch/cpu.ts';
import { ret_from_trap, trap_entry } from '../../kernel/arch/entry.ts';
import { PtRegs, REG_PC, SR_SPIE } from '../../kernel/arch/ptrace.ts';
import { sbi_sse_inject } from '../../kernel/arch/sbi.ts';
import { smp_call_function } from '../../kernel/arch/smp.ts';
import { HZ, jiffies } from '../../kernel/arch/time.ts';
import { lookup_symbol, SymbolPlace } from '../../kernel/debug/kallsyms.ts';
import { NmiFrame, nmi_register } from '../../kernel/debug/watchdog.ts';
import { boot_arg_number } from '../../kernel/init/setup.ts';
import { add_timer, init_timer, mod_timer, TimerList } from '../../kernel/irq/timer.ts';
import { SSE_EVENT_LOCAL_SOFTWARE } from '../../firmware/sbi.ts';
import { domain_of_satp, DOMAIN_LIVE, FAIL_TIMEOUT } from './domain.ts';
import { domain_fail } from './fail.ts';
import { enter_domain, leave_domain, nooks_kernel_call, trap_here } from './xpc_entry.ts';

/** Ticks between looks at the other harts' clocks. */
const LOOK = 10;
/** How many one may stand still, its interrupts being off: as long as an extension may run (fault.ts). */
let most_still: u32 = HZ;

let frames!: Arr<Embed<NmiFrame>, 8>;
let timer!: Embed<TimerList>;
/** By hart: its count of ticks when last it had changed, and jiffies then; whether it is told of a lockup. */
let seen_ticks!: Arr<u32, 8>;
let seen_at!: Arr<u32, 8>;
let stuck!: Arr<u32, 8>;

/** From a task, when all harts are up. */
export function nmi_init(): void {
  most_still = boot_arg_number('nooks_ticks', HZ) as u32;
  register(0);
  smp_call_function(register, 0, true);
  init_timer(timer);
  timer.function = look;
  timer.expires = jiffies + LOOK;
  add_timer(timer);
}

function register(unused: usize): void {
  nmi_register(SSE_EVENT_LOCAL_SOFTWARE, frames[this_cpu().cpu], software_event);
}

/** A hart whose clock stands still is sent an event: if it is in a domain, that has hung. */
function look(unused: usize): void {
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) {
    const page = percpu[cpu];
    if (page === null || !cpu_online(cpu) || cpu === smp_processor_id()) continue;
    if (page.ticks !== seen_ticks[cpu]) {
      seen_ticks[cpu] = page.ticks;
      seen_at[cpu] = jiffies;
    } else if (jiffies - seen_at[cpu] > most_still) {
      stuck[cpu] = 1;
      sbi_sse_inject(SSE_EVENT_LOCAL_SOFTWARE, page.hart);
    }
  }
  mod_timer(timer, jiffies + LOOK);
}

/** Another hart asks this one to look whether it is in a domain in which it must not stay. */
function software_event(frame: NmiFrame): void {
  const cpu = this_cpu().cpu;
  const hung = stuck[cpu] !== 0;
  stuck[cpu] = 0;
  const domain = domain_of_satp(frame.regs.satp);
  if (domain === null || !is_extension(frame.regs.regs[REG_PC])) return;
  if (hung) domain_fail(domain, FAIL_TIMEOUT, frame.regs, 'hangs with interrupts off');
  if (domain.state !== DOMAIN_LIVE) leave();
}

/** The watchdog found this hart without clock interrupts for long: true if that was an extension, which now ends. */
export function nooks_lockup(regs: PtRegs): bool {
  const domain = domain_of_satp(regs.satp);
  if (domain === null || !is_extension(regs.regs[REG_PC])) return false;
  domain_fail(domain, FAIL_TIMEOUT, regs, 'hangs with interrupts off');
  leave();
  return true;
}

/** Where the hart goes on when the event is complete; with interrupts off, so that nothing comes before the trap. */
function leave(): void {
  csrw_sepc(addr(trap_here) as u32);
  csrc_sstatus(SR_SPIE);
}

/** Whether the hart is in none of the few instructions around a change of page table, where it must not be diverted. */
function is_extension(pc: usize): bool {
  const place = local<SymbolPlace>();
  if (!lookup_symbol(pc, place)) return true;
  const start = pc - place.offset;
  return start !== addr(trap_entry) && start !== addr(ret_from_trap) && start !== addr(enter_domain)
    && start !== addr(leave_domain) && start !== addr(nooks_kernel_call) && start !== addr(trap_here);
}
