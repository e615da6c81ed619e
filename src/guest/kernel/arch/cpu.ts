/** What each hart has of its own: a page at the same virtual address on all. Linux 2.4 has cpu_data and current. */
import { PERCPU } from './layout.ts';
import { SpinLock } from '../locking/spinlock.ts';
import { TaskStruct } from '../sched/task.ts';

/** Harts that the kernel can use. */
export const NR_CPUS = 8;

/**
 * The hart's page, from its middle on, where loads and stores relative to x0 reach it. Only the hart itself writes it,
 * except `online` and `ipi`; it is not mapped in protection domains, so no extension can.
 */
export class PerCpu {
  /** Where the other harts see it, in the linear map. */
  self: PerCpu;
  /** The kernel's number of the hart, from 0 without gaps, and the hart's own, mhartid. */
  cpu: u32;
  hart: u32;
  current: TaskStruct;
  idle: TaskStruct;
  /** The page table that the running task's kernel side uses: what sscratch holds. */
  satp: u32;
  /** The kernel's own on this hart, without user addresses. */
  kernel_satp: u32;
  /** Where the kernel's stack begins at a trap from user mode, or goes on at one from a protection domain. */
  kernel_sp: usize;
  /** The lowest address of the running task's stack. */
  stack_low: usize;
  emergency_sp: usize;
  /** What trap entry puts aside. */
  scratch_sp: u32;
  scratch_t0: u32;
  scratch_t1: u32;
  /** The lock that this hart spins on now, for the watchdog. */
  spinning: SpinLock | null;
  online: u32;
  /** Requests of other harts: bits, set atomically, see smp.ts. */
  ipi: u32;
  /** How many ticks of the clock this hart has seen, for the watchdog. */
  ticks: u32;
}

/** The hart's page; where this runs may change when preemption is on. @inline */
export function this_cpu(): PerCpu {
  return cast<PerCpu>(PERCPU);
}

/** Pages of all harts, by number; null for those that never came. */
export let percpu!: Arr<PerCpu | null, 8>;

/** The task that runs here. @inline */
export function current(): TaskStruct {
  return cast<TaskStruct>(read_tp());
}

/** This hart's number, from 0 without gaps: changes under a task that can be preempted. @inline */
export function smp_processor_id(): u32 {
  return current().processor;
}

let online_count: u32 = 1;

export function num_online_cpus(): u32 {
  return online_count;
}

/** Called once by each hart that comes up after the first. */
export function cpu_came_online(): void {
  const page = this_cpu();
  amoadd(addr(online_count), 1);
  amoswap_aqrl(addr(page.self.online), 1);
}

export function cpu_online(cpu: u32): bool {
  if (cpu >= NR_CPUS) return false;
  const page = percpu[cpu];
  return page !== null && page.online !== 0;
}

/** The body of a loop that waits for another hart. @inline */
export function cpu_relax(): void {
  smp_mb();
}
