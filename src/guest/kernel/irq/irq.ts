/** Interrupts of devices: Linux 2.4, include/linux/irq.h, arch/i386/kernel/irq.c. */
import { PtRegs } from '../arch/ptrace.ts';
import { SpinLock } from '../locking/spinlock.ts';

/** Sources of the PLIC on this board are 1 to 127 (platform/plic.ts). */
export const NR_IRQS = 128;

// request_irq's flags.
/** The handler runs with interrupts off. */
export const SA_INTERRUPT = 0x20000000;
/** The line may be shared with other devices' handlers. */
export const SA_SHIRQ = 0x04000000;

// IrqDesc.status.
export const IRQ_INPROGRESS = 1;
export const IRQ_DISABLED = 2;
export const IRQ_PENDING = 4;

/** A handler: how often it runs at a time is once; `dev_id` is what request_irq was given. */
export type IrqHandler = (irq: i32, dev_id: usize, regs: PtRegs) => void;

/** One device's interest in an interrupt. */
export class IrqAction {
  handler: IrqHandler;
  flags: u32;
  name: cstr;
  dev_id: usize;
  next: IrqAction | null;
}

/** How an interrupt controller is told; arch/plic.ts has one and sets it by irq_set_chip. */
export class HwInterruptType {
  typename: cstr;
  /** Lets the source interrupt. */
  enable: (irq: i32) => void;
  /** Keeps it from interrupting; one that comes meanwhile must come after `enable`. */
  disable: (irq: i32) => void;
}

/** `lock` protects the rest; innermost, and taken in interrupts. */
export class IrqDesc {
  lock: Embed<SpinLock>;
  status: Volatile<u32>;
  /** How many disable_irq calls await their enable_irq. */
  depth: u32;
  handler: HwInterruptType | null;
  action: IrqAction | null;
  /** Times it came with nobody to handle it. */
  unhandled: u32;
  /** Times it came since `since` (jiffies), for noting one that is stuck. */
  recent: u32;
  since: u32;
}

export let irq_desc!: Arr<Embed<IrqDesc>, 128>;

export declare function irq_init(): void;
/** The controller of sources 1 to NR_IRQS - 1. */
export declare function irq_set_chip(chip: HwInterruptType): void;
/** What the interrupt controller's code calls for each claimed source, between irq_enter and irq_exit. */
export declare function do_IRQ(irq: i32, regs: PtRegs): void;
/** 0, -EINVAL, -EBUSY or -ENOMEM. `name` is kept, not copied. @sleeps */
export declare function request_irq(irq: i32, handler: IrqHandler, flags: u32, name: cstr, dev_id: usize): i32;
/** Takes the handler away that was requested with `dev_id`, and waits until it runs nowhere. @sleeps */
export declare function free_irq(irq: i32, dev_id: usize): void;
/** Nests; does not wait for a handler that runs. */
export declare function disable_irq_nosync(irq: i32): void;
/** Nests; waits until no handler of it runs: not in the handler itself. */
export declare function disable_irq(irq: i32): void;
export declare function enable_irq(irq: i32): void;
/** Waits until no handler of it runs on any hart. */
export declare function synchronize_irq(irq: i32): void;
/** How often it came, on all harts. */
export declare function kstat_irqs(irq: i32): u32;
/** Around every interrupt, of devices, clock and other harts; interrupts are off. */
export declare function irq_enter(): void;
/** Runs softirqs, and lets a task that should run preempt: may return on another hart. Interrupts are off after it. */
export declare function irq_exit(): void;
/** The text of /proc/interrupts; gives its length. */
export declare function interrupts_read_proc(page: usize): u32;
