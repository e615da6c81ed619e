/**
 * What harts ask of each other: Linux 2.4, arch/i386/kernel/smp.c. Translations are forgotten by the firmware's
 * RFENCE.
 */
import { BUG_ON, halt } from '../debug/panic.ts';
import { irqs_disabled } from '../locking/irqflags.ts';
import { spin_lock, spin_lock_init, spin_unlock, SpinLock } from '../locking/spinlock.ts';
import { set_need_resched } from '../sched/sched.ts';
import { cpu_online, NR_CPUS, percpu, smp_processor_id, this_cpu } from './cpu.ts';
import { sbi_remote_fence_i, sbi_remote_sfence_vma, sbi_remote_sfence_vma_asid, sbi_send_ipi } from './sbi.ts';

// Bits of PerCpu.ipi.
const IPI_RESCHEDULE = 1;
const IPI_CALL_FUNCTION = 2;
const IPI_STOP = 4;

/** A function that another hart wants called here, with interrupts off. */
type CallFunction = (info: usize) => void;

/**
 * Protects `call`: one call at a time. Taken with interrupts on and outermost, so that a hart that waits for it can
 * answer the call that is being made.
 */
let call_lock!: Embed<SpinLock>;
class CallData {
  call: CallFunction;
  info: usize;
  wait: bool;
  started: u32;
  finished: u32;
}
let call_data!: Embed<CallData>;

export function smp_init(): void {
  spin_lock_init(call_lock, 'call_lock');
}

/** The harts, by mhartid, of a mask of the kernel's numbers that are online, less this one if `others`. */
function hart_mask(cpus: u32, others: bool): u32 {
  const me = smp_processor_id();
  let mask = 0;
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) {
    const page = percpu[cpu];
    if ((cpus >> cpu & 1) === 0 || page === null || !cpu_online(cpu) || (others && cpu === me)) continue;
    mask |= 1 << page.hart;
  }
  return mask;
}

const ALL = (1 << NR_CPUS) - 1;

function send(cpu: u32, request: u32): void {
  const page = percpu[cpu];
  if (page === null) return;
  amoor_aqrl(addr(page.ipi), request);
  sbi_send_ipi(1 << page.hart);
}

/** Makes another hart look whether it should run another task. */
export function smp_send_reschedule(cpu: u32): void {
  send(cpu, IPI_RESCHEDULE);
}

/** Stops all other harts for ever. */
export function smp_send_stop(): void {
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) {
    if (cpu !== smp_processor_id() && cpu_online(cpu)) send(cpu, IPI_STOP);
  }
}

/**
 * Calls `call(info)` on all other harts, in interrupt context; returns when all have begun, or with `wait` when all are
 * done. Interrupts must be on, or two harts that call each other would wait for ever.
 */
export function smp_call_function(call: CallFunction, info: usize, wait: bool): void {
  BUG_ON(irqs_disabled());
  spin_lock(call_lock);
  call_data.call = call;
  call_data.info = info;
  call_data.wait = wait;
  call_data.started = 0;
  call_data.finished = 0;
  smp_wmb();
  let others: u32 = 0;
  const me = smp_processor_id();
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) {
    if (cpu === me || !cpu_online(cpu)) continue;
    others++;
    send(cpu, IPI_CALL_FUNCTION);
  }
  while (call_data.started !== others) smp_mb();
  if (wait) while (call_data.finished !== others) smp_mb();
  spin_unlock(call_lock);
}

/** The software interrupt. */
export function ipi_interrupt(): void {
  csrc_sip(2);
  const requests = amoswap_aqrl(addr(this_cpu().self.ipi), 0);
  if ((requests & IPI_STOP) !== 0) halt();
  if ((requests & IPI_RESCHEDULE) !== 0) set_need_resched();
  if ((requests & IPI_CALL_FUNCTION) !== 0) answer_call();
}

function answer_call(): void {
  const call = call_data.call;
  const info = call_data.info;
  const wait = call_data.wait;
  // From here on, unless the caller waits, call_data may be the next caller's.
  amoadd_aqrl(addr(call_data.started), 1);
  call(info);
  if (wait) amoadd_rl(addr(call_data.finished), 1);
}

/** All harts forget the translations of kernel addresses from `start` to before `end`. */
export function flush_tlb_kernel_range(start: usize, end: usize): void {
  sbi_remote_sfence_vma(hart_mask(ALL, false), start, end - start);
}

/**
 * The harts of a mask, by the kernel's numbers, forget what they know of an address space: from `start`, `size` bytes.
 */
export function flush_tlb_cpus(cpus: u32, start: usize, size: u32, asid: u32): void {
  const harts = hart_mask(cpus, false);
  if (harts !== 0) sbi_remote_sfence_vma_asid(harts, start, size, asid);
}

/** All harts see instructions that were stored before. */
export function flush_icache_all(): void {
  fence_i();
  sbi_remote_fence_i(hart_mask(ALL, true));
}
