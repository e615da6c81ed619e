/**
 * Reaching a hart that runs an extension with interrupts off: by a software event of the firmware (SBI 3.0, chapter
 * 17). The event's handler cannot unwind, as the event must be completed first. It sends the hart, still in the domain,
 * to an instruction that traps; that trap finds the domain failed.
 */
import { cpu_online, NR_CPUS, percpu, this_cpu } from '../../kernel/arch/cpu.ts';
import { ret_from_trap, trap_entry } from '../../kernel/arch/entry.ts';
import { PtRegs, REG_PC, SR_SPIE } from '../../kernel/arch/ptrace.ts';
import { sbi_sse_inject } from '../../kernel/arch/sbi.ts';
import { smp_call_function } from '../../kernel/arch/smp.ts';
import { HZ } from '../../kernel/arch/time.ts';
import { lookup_symbol, SymbolPlace } from '../../kernel/debug/kallsyms.ts';
import { NmiFrame, nmi_register } from '../../kernel/debug/watchdog.ts';
import { boot_arg_number } from '../../kernel/init/setup.ts';
import { HARDIRQ_MASK, HARDIRQ_OFFSET, preempt_count } from '../../kernel/locking/preempt.ts';
import { SSE_EVENT_LOCAL_SOFTWARE } from '../../firmware/sbi.ts';
import { irq_domain } from '../interposition/irq.bodies.ts';
import { Domain, domain_of_satp, DOMAIN_LIVE, FAIL_TIMEOUT } from './domain.ts';
import { domain_fail } from './fail.ts';
import { count_kernel_tick } from './fault.ts';
import { enter_domain, leave_domain, nooks_kernel_call, trap_here } from './xpc_entry.ts';

/** Ticks between looks at the other harts' clocks: a power of two. */
const LOOK = 8;
/** Ticks that find a busy hart in its interrupts by chance are fewer. */
const LEAST_STORM = 20;
/** Ticks that one may stand still, its interrupts being off: as long as an extension may run (fault.ts). */
let most_still: u32 = HZ;

let frames!: Arr<Embed<NmiFrame>, 8>;
/** Set when SSE events reach the harts. */
let ready = false;
/** By hart that looks, 8 for each: the other's count of ticks, and the looker's since that has changed. */
let seen_ticks!: Arr<u32, 64>;
let still!: Arr<u32, 64>;
/** Ticks on end that may find a hart in interrupts of the same domain. */
let most_storm: u32 = HZ;
/** By hart: whose interrupts the last ticks have found, and how many. */
let storm_domain!: Arr<usize, 8>;
let storm_ticks!: Arr<u32, 8>;
/** By hart: it is told that it hangs. */
let stuck!: Arr<u32, 8>;

/** From a task, when all harts are up. */
export function nmi_init(): void {
  most_still = boot_arg_number('nooks_ticks', HZ) as u32;
  most_storm = most_still < LEAST_STORM ? LEAST_STORM : most_still;
  register(0);
  smp_call_function(register, 0, true);
  ready = true;
}

function register(unused: usize): void {
  nmi_register(SSE_EVENT_LOCAL_SOFTWARE, frames[this_cpu().cpu], software_event);
}

/**
 * From each hart's clock interrupt: a hart whose clock stands still is sent an event; if it is in a domain, that has
 * hung. It counts the looker's own ticks, as the hart that hangs may be the one that counts jiffies.
 */
export function nooks_tick(me: u32, ticks: u32): void {
  if (!ready) return;
  look_for_storm(me);
  count_kernel_tick();
  if ((ticks & (LOOK - 1)) !== 0) return;
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) {
    const page = percpu[cpu];
    if (page === null || !cpu_online(cpu) || cpu === me) continue;
    const at = me * NR_CPUS + cpu;
    still[at] = page.ticks === seen_ticks[at] ? still[at] + LOOK : 0;
    seen_ticks[at] = page.ticks;
    if (still[at] <= most_still) continue;
    stuck[cpu] = 1;
    sbi_sse_inject(SSE_EVENT_LOCAL_SOFTWARE, page.hart);
  }
}

/**
 * A device whose interrupts its handler does not end keeps a hart from all else, though each call of the handler is
 * short: then every tick of the clock interrupts an interrupt, and there have been calls since the last one.
 */
function look_for_storm(me: u32): void {
  const domain = cast<Domain | null>(irq_domain[me]);
  irq_domain[me] = 0;
  if (domain === null || (preempt_count() & HARDIRQ_MASK) <= HARDIRQ_OFFSET || addr(domain) !== storm_domain[me]) {
    storm_domain[me] = addr(domain);
    storm_ticks[me] = 0;
  } else if (++storm_ticks[me] > most_storm) domain_fail(domain, FAIL_TIMEOUT, null, 'interrupts for ever');
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
