/** Brings up the harts: Linux 2.4, arch/i386/kernel/smpboot.c; SBI 3.0, chapter 9 (HSM). */
import { panic } from '../debug/panic.ts';
import { printk } from '../debug/printk.ts';
import { watchdog_init_cpu } from '../debug/watchdog.ts';
import { setup } from '../init/setup.ts';
import { complete, Completion, init_completion, wait_for_completion } from '../locking/completion.ts';
import { local_irq_enable } from '../locking/irqflags.ts';
import { get_zeroed_page, GFP_KERNEL } from '../mm/page_alloc.ts';
import { map_percpu } from '../mm/pgtable.ts';
import { alloc_thread_stack } from '../mm/vmalloc.ts';
import { cpu_idle, init_idle } from '../sched/idle.ts';
import { TaskStruct } from '../sched/task.ts';
import { cpu_came_online, percpu, PerCpu } from './cpu.ts';
import { trap_entry } from './entry.ts';
import { PAGE_SIZE, PERCPU, PERCPU_PAGE, THREAD_SIZE } from './layout.ts';
import { plic_init_cpu } from './plic.ts';
import { IE_SEIE, IE_SSIE } from './ptrace.ts';
import { sbi_hart_start } from './sbi.ts';
import { smp_init } from './smp.ts';
import { time_init_cpu } from './time.ts';

/** What a hart is handed at its start, by physical address. The layout is secondary_entry's. */
class HartStart {
  satp: u32;
  sp: usize;
  task: TaskStruct;
}

let starts!: Arr<Embed<HartStart>, 8>;
/** Done once by each hart that has come. */
let arrivals!: Embed<Completion>;

/** Makes the page of hart number `cpu`; its idle task runs on it from the start. */
export function make_percpu(cpu: u32, idle: TaskStruct): PerCpu {
  const page = get_zeroed_page(GFP_KERNEL);
  const stack = get_zeroed_page(GFP_KERNEL);
  if (page === 0 || stack === 0) panic('no memory for hart %u', cpu);
  const own = cast<PerCpu>(page + (PERCPU - PERCPU_PAGE));
  own.self = own;
  own.cpu = cpu;
  own.hart = setup.harts[cpu];
  own.idle = idle;
  own.current = idle;
  own.stack_low = idle.stack;
  own.kernel_sp = idle.stack + THREAD_SIZE;
  own.emergency_sp = stack + PAGE_SIZE;
  own.kernel_satp = map_percpu(cpu, page);
  own.satp = own.kernel_satp;
  percpu[cpu] = own;
  return own;
}

/** Starts the other harts and waits for them. A hart that does not start is left out, with a message. @sleeps */
export function smp_boot_cpus(): void {
  smp_init();
  init_completion(arrivals);
  let started: u32 = 0;
  for (let cpu: u32 = 1; cpu < setup.cpus; cpu++) if (boot_cpu(cpu)) started++;
  for (; started !== 0; started--) wait_for_completion(arrivals);
}

function boot_cpu(cpu: u32): bool {
  const stack = alloc_thread_stack();
  if (stack === 0) panic('no memory for hart %u', cpu);
  const idle = init_idle(cpu, stack);
  const start = starts[cpu];
  start.satp = make_percpu(cpu, idle).satp;
  start.sp = stack + THREAD_SIZE;
  start.task = idle;
  const error = sbi_hart_start(setup.harts[cpu], addr(secondary_entry), addr(start));
  if (error !== 0) printk('<3>smp: hart %u does not start: error %d\n', setup.harts[cpu], error);
  return error === 0;
}

/** A hart's first instructions in supervisor mode: a0 its mhartid, a1 a HartStart, translation off. */
export function secondary_entry(): void {
  asm`
    lw t0, 0(a1)
    lw sp, 4(a1)
    lw tp, 8(a1)
    csrw satp, t0
    sfence.vma
    csrw sscratch, t0
    la t0, ${trap_entry}
    csrw stvec, t0
    tail ${start_secondary}
  `;
}

function start_secondary(): never {
  cpu_init();
  cpu_came_online();
  complete(arrivals);
  local_irq_enable();
  cpu_idle();
}

/** What every hart does for itself once its page is there. */
export function cpu_init(): void {
  csrw_scounteren(7);
  plic_init_cpu();
  csrs_sie(IE_SSIE | IE_SEIE);
  time_init_cpu();
  watchdog_init_cpu();
}
