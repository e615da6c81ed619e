/** The platform-level interrupt controller: RISC-V PLIC Specification 1.0.0; QEMU's `virt` has 96 sources. */
import { do_IRQ, HwInterruptType, irq_set_chip, NR_IRQS } from '../irq/irq.ts';
import { spin_lock_init, spin_lock_irqsave, spin_unlock_irqrestore, SpinLock } from '../locking/spinlock.ts';
import { ioremap } from '../mm/ioremap.ts';
import { num_online_cpus, percpu, this_cpu } from './cpu.ts';
import { PtRegs } from './ptrace.ts';
import { panic } from '../debug/panic.ts';

// Physical addresses and offsets: src/platform/memory-map.ts and plic.ts.
const PLIC_BASE = 0x0c000000;
const PRIORITY = 0;
const ENABLE = 0x2000;
const ENABLE_STRIDE = 0x80;
const CONTEXT = 0x200000;
const CONTEXT_STRIDE = 0x1000;
const THRESHOLD = 0;
const CLAIM = 4;
/** Hart h has context 2h for machine mode and 2h + 1 for supervisor mode. */
const CONTEXTS = 16;

let registers: usize = 0;
let contexts: usize = 0;
/** The hart to which a source's interrupts go, by the kernel's number. */
let affinity!: Arr<u8, 128>;
/** Protects the enable registers, in which a word holds 32 sources. Innermost, under an irq descriptor's lock. */
let plic_lock!: Embed<SpinLock>;

const plic_chip: HwInterruptType = { typename: 'PLIC', enable: plic_enable, disable: plic_disable };

function context_of(cpu: u32): u32 {
  const page = percpu[cpu];
  if (page === null) panic('plic: no cpu %u', cpu);
  return 2 * page.hart + 1;
}

/** Maps the controller, and lets nothing through yet. */
export function plic_init(): void {
  spin_lock_init(plic_lock, 'plic_lock');
  registers = ioremap(PLIC_BASE, ENABLE + ENABLE_STRIDE * CONTEXTS);
  contexts = ioremap(PLIC_BASE + CONTEXT, CONTEXT_STRIDE * CONTEXTS);
  if (registers === 0 || contexts === 0) panic('plic: no room for its registers');
  for (let irq: u32 = 1; irq < NR_IRQS; irq++) writel(registers + PRIORITY + 4 * irq, 0);
  irq_set_chip(plic_chip);
}

/** Opens this hart's context. */
export function plic_init_cpu(): void {
  const context = context_of(this_cpu().cpu);
  for (let word: u32 = 0; word < NR_IRQS / 32; word++) {
    writel(registers + ENABLE + ENABLE_STRIDE * context + 4 * word, 0);
  }
  writel(contexts + CONTEXT_STRIDE * context + THRESHOLD, 0);
}

/** Sets the bit that lets a source through to a hart. */
function set_enable(irq: u32, cpu: u32): void {
  const register = registers + ENABLE + ENABLE_STRIDE * context_of(cpu) + 4 * (irq / 32);
  const flags = spin_lock_irqsave(plic_lock);
  writel(register, readl(register) | 1 << irq % 32);
  spin_unlock_irqrestore(plic_lock, flags);
}

/** Lets a source through, to a hart that depends on its number. */
function plic_enable(irq: i32): void {
  affinity[irq] = (irq as u32) % num_online_cpus();
  set_enable(irq as u32, affinity[irq]);
  writel(registers + PRIORITY + 4 * irq, 1);
}

/**
 * Keeps a source back; its gateway remembers one interrupt meanwhile. By its priority: the completion of a source whose
 * enable bit is clear is ignored (chapter 9), and a handler may disable its own.
 */
function plic_disable(irq: i32): void {
  writel(registers + PRIORITY + 4 * irq, 0);
}

/** External interrupts of this hart, until none is pending. */
export function plic_handle(regs: PtRegs): void {
  const claim = contexts + CONTEXT_STRIDE * context_of(this_cpu().cpu) + CLAIM;
  for (;;) {
    const irq = readl(claim);
    if (irq === 0) return;
    do_IRQ(irq as i32, regs);
    writel(claim, irq);
  }
}
