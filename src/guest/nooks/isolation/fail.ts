/**
 * The end of a domain: Nooks (SOSP 2003), section 3.4 (failure detection). Whatever finds out that an extension
 * misbehaves calls domain_fail; the harts that are inside leave at their next trap, crossing, or, if they take no
 * interrupts, by an event of the firmware (nmi.ts).
 */
import { cpu_online, NR_CPUS, smp_processor_id } from '../../kernel/arch/cpu.ts';
import { exception_name } from '../../kernel/arch/trap.ts';
import { PtRegs, REG_PC } from '../../kernel/arch/ptrace.ts';
import { smp_send_reschedule } from '../../kernel/arch/smp.ts';
import { lookup_symbol, SymbolPlace } from '../../kernel/debug/kallsyms.ts';
import { printk } from '../../kernel/debug/printk.ts';
import { cmpxchg } from '../../kernel/locking/atomic.ts';
import { recovery_wanted } from '../recovery/recovery.ts';
import { totals } from '../recovery/statistics.ts';
import { Domain, DOMAIN_FAILED, DOMAIN_LIVE, domain_name, FAIL_EXCEPTION, FAIL_PARAMETER } from './domain.ts';

/** FAIL_... in a word, for policies and statistics. */
export const failure_names: Arr<cstr, 6> = ['', 'exception', 'parameter', 'resources', 'time-out', 'request'];

/**
 * Marks a domain as failed, with the reason; only the first counts. `regs`: where, for an exception or time-out. The
 * caller sees to it that it does not go on in the domain itself.
 */
export function domain_fail(
  domain: Domain, reason: u32, regs: PtRegs | null, what: cstr, parameter: cstr | null = null,
): void {
  if (cmpxchg(addr(domain.state), DOMAIN_LIVE, DOMAIN_FAILED) !== DOMAIN_LIVE) return;
  const failure = domain.failure;
  failure.time = csrr_time();
  failure.looks = 0;
  failure.reason = reason;
  failure.cause = regs === null ? 0 : regs.cause;
  failure.pc = 0;
  failure.badaddr = 0;
  if (regs !== null) {
    failure.pc = regs.regs[REG_PC];
    failure.badaddr = regs.badaddr as usize;
  }
  failure.what = what;
  failure.parameter = parameter;
  failure.trapped = regs !== null;
  amoadd(addr(totals.failures) + reason * 4, 1);
  report(domain);
  kick_others();
  recovery_wanted();
}

function report(domain: Domain): void {
  const failure = domain.failure;
  const name = domain_name(domain);
  if (failure.reason === FAIL_PARAMETER) {
    printk('<3>nooks: %s failed: bad %s of %s\n', name, cast<cstr>(failure.parameter), failure.what);
    return;
  }
  if (!failure.trapped) {
    printk('<3>nooks: %s failed: %s\n', name, failure.what);
    return;
  }
  const what = failure.reason === FAIL_EXCEPTION ? exception_text(failure.cause) : failure.what;
  const place = local<SymbolPlace>();
  if (lookup_symbol(failure.pc, place)) {
    printk('<3>nooks: %s failed: %s at %s+0x%x, address %08x\n', name, what, place.name, place.offset, failure.badaddr);
  } else printk('<3>nooks: %s failed: %s at %08x, address %08x\n', name, what, failure.pc, failure.badaddr);
}

/** What a cause of scause is called. */
export function exception_text(cause: u32): cstr {
  switch (cause) {
    case 12: return 'fetch page fault';
    case 13: return 'load page fault';
    case 15: return 'store page fault';
    default: return exception_name(cause);
  }
}

/** Makes all other harts trap, and so look whether they are in a domain that has failed. */
export function kick_others(): void {
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) {
    if (cpu !== smp_processor_id() && cpu_online(cpu)) smp_send_reschedule(cpu);
  }
}
