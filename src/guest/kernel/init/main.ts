/** From the firmware to the first process: Linux 2.4, init/main.c. */
import { num_online_cpus, this_cpu } from '../arch/cpu.ts';
import { trap_entry } from '../arch/entry.ts';
import { THREAD_SIZE } from '../arch/layout.ts';
import { plic_init } from '../arch/plic.ts';
import { cpu_init, make_percpu, smp_boot_cpus } from '../arch/smpboot.ts';
import { ports_init } from '../arch/io.ts';
import { isa_dma_init } from '../arch/isa_dma.ts';
import { char_init } from '../drivers/char/mem.ts';
import { halt, panic } from '../debug/panic.ts';
import { printk, set_console_loglevel } from '../debug/printk.ts';
import { fs_init } from '../fs/init.ts';
import { unpack_initramfs } from '../fs/initramfs.ts';
import { run_init_process } from '../exec/exec.ts';
import { init_IRQ } from '../irq/irq.ts';
import { irq_proc_init } from '../irq/irq_proc.ts';
import { softirq_init, spawn_ksoftirqd } from '../irq/softirq.ts';
import { timers_init } from '../irq/timer.ts';
import { local_irq_enable } from '../locking/irqflags.ts';
import { locks_proc_init } from '../locking/locks_proc.ts';
import { free_initrd, mem_init } from '../mm/init.ts';
import { slab_proc_init } from '../mm/slab_proc.ts';
import { module_init } from '../module/load.ts';
import { net_init } from '../net/init.ts';
import { pci_init } from '../pci/driver.ts';
import { run_selftests } from '../selftest/run.ts';
import { start_context_thread } from '../sched/context.ts';
import { exit_init } from '../sched/exit.ts';
import { fork_init, kernel_thread } from '../sched/fork.ts';
import { cpu_idle, init_idle } from '../sched/idle.ts';
import { sched_init } from '../sched/sched.ts';
import { task_init } from '../sched/task.ts';
import { soundcore_init } from '../sound/sound_core.ts';
import { boot_arg, command_line, setup, setup_arch } from './setup.ts';
import { nooks_init } from '../../nooks/init.ts';

export const KERNEL_VERSION = '2.4.18-nooks';

/** The stack of start_kernel, later of the first hart's idle task. */
let init_stack!: Arr<u64, 1024>;

/** The booting hart's first instructions in supervisor mode: a0 its mhartid, a1 the device tree, translation off. */
export function kernel_entry(): void {
  asm`
    la t0, ${early_trap}
    csrw stvec, t0
    csrw satp, zero
    csrw sie, zero
    la sp, ${init_stack}
    li t0, ${THREAD_SIZE}
    add sp, sp, t0
    tail ${start_kernel}
  `;
}

/** Before there is a kernel that could say what went wrong: the firmware's console gets a line. */
function early_trap(): void {
  asm`
    .balign 4
    la sp, ${init_stack}
    li t0, ${THREAD_SIZE}
    add sp, sp, t0
    csrr a0, scause
    csrr a1, sepc
    csrr a2, stval
    tail ${report_early_trap}
  `;
}

function report_early_trap(cause: u32, pc: u32, value: u32): never {
  printk('<0>Early exception: cause %08x, pc %08x, value %08x\n', cause, pc, value);
  halt();
}

/** With address translation off, on the booting hart alone. */
function start_kernel(boot_hart: u32, fdt: usize): never {
  const idle = init_idle(0, addr(init_stack));
  write_tp(addr(idle));
  setup_arch(boot_hart, fdt);
  if (boot_arg('quiet') !== null) set_console_loglevel(4);
  printk('Linux %s compatible kernel, %u hart(s), %u MiB\n', KERNEL_VERSION, setup.cpus,
    (setup.memory_end - setup.memory_start) / 0x100000);
  printk('Kernel command line: %s\n', cast<cstr>(command_line));
  mem_init();
  enable_paging(make_percpu(0, idle).satp);
  task_init();
  sched_init();
  init_IRQ();
  plic_init();
  timers_init();
  softirq_init();
  fork_init();
  exit_init();
  this_cpu().self.online = 1;
  cpu_init();
  local_irq_enable();
  if (kernel_thread(init, 0, 'swapper') === null) panic('no memory for init');
  cpu_idle();
}

/** Translation on, for the booting hart; RAM stays where it is. */
function enable_paging(satp: u32): void {
  csrw_sscratch(satp);
  csrw_stvec(addr(trap_entry) as u32);
  csrw_satp(satp);
  sfence_vma();
}

/** The first task that can sleep: brings up the rest, then becomes the first process. */
function init(unused: usize): i32 {
  smp_boot_cpus();
  printk('smp: %u hart(s) online\n', num_online_cpus());
  spawn_ksoftirqd();
  start_context_thread();
  fs_init();
  irq_proc_init();
  locks_proc_init();
  slab_proc_init();
  char_init();
  unpack_initial_files();
  module_init();
  ports_init();
  isa_dma_init();
  pci_init();
  net_init();
  soundcore_init();
  nooks_init();
  run_selftests();
  const error = run_init_process('/sbin/init');
  panic('No init found: error %d. Try passing init= option to kernel.', error);
}

function unpack_initial_files(): void {
  const size = setup.initrd_end - setup.initrd_start;
  if (size === 0) {
    printk('<4>no initial RAM disk\n');
    return;
  }
  const error = unpack_initramfs(setup.initrd_start, size);
  if (error !== 0) printk('<3>initial RAM disk: error %d\n', error);
  free_initrd();
}
