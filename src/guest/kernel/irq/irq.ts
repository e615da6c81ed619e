/**
 * Interrupts of devices: Linux 2.4, include/linux/irq.h, arch/i386/kernel/irq.c.
 *
 * Lines are level-triggered (RISC-V PLIC Specification 1.0.0, chapter 4): as long as a device holds its line, its
 * source interrupts anew after each completion. So one that came while the line was disabled need not be sent again by
 * enable_irq, unlike on i386.
 */
import { cpu_relax, current, NR_CPUS, smp_processor_id } from '../arch/cpu.ts';
import type { PtRegs } from '../arch/ptrace.ts';
import { jiffies } from '../arch/time.ts';
import { bug } from '../debug/bug.ts';
import { printk } from '../debug/printk.ts';
import { EBUSY, EINVAL, ENOMEM } from '../errno.ts';
import { local_irq_disable, local_irq_enable } from '../locking/irqflags.ts';
import { HARDIRQ_OFFSET, in_interrupt, in_irq } from '../locking/preempt.ts';
import { spin_lock, spin_lock_init, spin_lock_irqsave, spin_unlock, spin_unlock_irqrestore, SpinLock }
  from '../locking/spinlock.ts';
import { kfree, kzalloc } from '../mm/kmalloc.ts';
import { GFP_KERNEL } from '../mm/page_alloc.ts';
import { preempt_schedule_irq } from '../sched/sched.ts';
import { irq_exit_softirq } from './softirq.ts';

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
  /** Keeps it from interrupting; also while it is claimed, before it is completed. */
  disable: (irq: i32) => void;
}

/** `lock` protects the rest; taken in interrupts; only the interrupt controller's is taken within it. */
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
  stuck: bool;
}

export let irq_desc!: Arr<Embed<IrqDesc>, 128>;


/** How often each source came to a hart: only the hart itself counts. */
class IrqStat {
  irqs: Arr<u32, 128>;
}
let kstat!: Arr<Embed<IrqStat>, 8>;

/** So many of one source in one tick are no work but a line that nobody makes the device release. */
const STUCK = 5000;

/** Makes all lines disabled, with nobody to handle them. */
export function init_IRQ(): void {
  for (let irq: u32 = 0; irq < NR_IRQS; irq++) {
    const desc = irq_desc[irq];
    spin_lock_init(desc.lock, 'irq_desc');
    desc.status = IRQ_DISABLED;
    desc.depth = 1;
    desc.handler = null;
    desc.action = null;
  }
}

/** The controller of sources 1 to NR_IRQS - 1. */
export function irq_set_chip(chip: HwInterruptType): void {
  for (let irq: u32 = 1; irq < NR_IRQS; irq++) irq_desc[irq].handler = chip;
}

/** Around every interrupt, of devices, clock and other harts; interrupts are off. */
export function irq_enter(): void {
  current().preempt_count += HARDIRQ_OFFSET;
}

/**
 * Runs softirqs when this was the outermost interrupt, and then, if what it interrupted allows it, lets a task preempt
 * that should run: so it may return on another hart. Interrupts are off before and after.
 */
export function irq_exit(): void {
  const task = current();
  task.preempt_count -= HARDIRQ_OFFSET;
  if (!in_interrupt()) irq_exit_softirq();
  // Interrupts were on where this one came, so preempt_count says all.
  if (task.preempt_count === 0 && task.need_resched !== 0) preempt_schedule_irq();
}

/**
 * What the interrupt controller's code calls for each claimed source, between irq_enter and irq_exit, interrupts off.
 * If the handlers run already, which is on another hart, they will run once more there: so they never run twice at a
 * time.
 */
export function do_IRQ(irq: i32, regs: PtRegs): void {
  if (!is_irq(irq)) return;
  const desc = irq_desc[irq];
  spin_lock(desc.lock);
  kstat[smp_processor_id()].irqs[irq]++;
  note_rate(irq, desc);
  desc.status |= IRQ_PENDING;
  if ((desc.status & (IRQ_DISABLED | IRQ_INPROGRESS)) === 0 && desc.action !== null) {
    desc.status |= IRQ_INPROGRESS;
    while ((desc.status & IRQ_PENDING) !== 0) {
      desc.status &= ~IRQ_PENDING;
      const action = desc.action;
      spin_unlock(desc.lock);
      handle_IRQ_event(irq, regs, action);
      spin_lock(desc.lock);
    }
    desc.status &= ~IRQ_INPROGRESS;
  } else if (desc.action === null) no_action(irq, desc);
  spin_unlock(desc.lock);
}

function handle_IRQ_event(irq: i32, regs: PtRegs, first: IrqAction | null): void {
  for (let action = first; action !== null; action = action.next) {
    if ((action.flags & SA_INTERRUPT) === 0) local_irq_enable();
    action.handler(irq, action.dev_id, regs);
    local_irq_disable();
  }
}

function no_action(irq: i32, desc: IrqDesc): void {
  if (desc.unhandled++ === 0) printk('<4>irq %d: nobody cared\n', irq);
  if (desc.handler !== null) desc.handler.disable(irq);
}

/** Says so, once, when a line seems stuck: then the system has time for nothing else. */
function note_rate(irq: i32, desc: IrqDesc): void {
  if (desc.since !== jiffies) {
    desc.since = jiffies;
    desc.recent = 0;
  }
  if (++desc.recent === STUCK && !desc.stuck) {
    desc.stuck = true;
    printk('<3>irq %d: %u times in one tick, the line seems to be stuck\n', irq, STUCK);
  }
}

function is_irq(irq: i32): bool {
  return irq > 0 && irq < NR_IRQS;
}

/**
 * Has `handler` called, with `dev_id`, whenever the source interrupts; the first one enables it. With SA_SHIRQ several
 * may: `dev_id` tells them apart, and each finds out whether its device interrupted. 0, -EINVAL, -EBUSY or -ENOMEM.
 * `name` is kept, not copied. @sleeps
 */
export function request_irq(irq: i32, handler: IrqHandler, flags: u32, name: cstr, dev_id: usize): i32 {
  if (!is_irq(irq) || addr(handler) === 0) return -EINVAL;
  if ((flags & SA_SHIRQ) !== 0 && dev_id === 0) {
    printk('<3>Bad boy: %s (at irq %d) called us without a dev_id!\n', name, irq);
    return -EINVAL;
  }
  const action = kzalloc<IrqAction>(GFP_KERNEL);
  if (action === null) return -ENOMEM;
  action.handler = handler;
  action.flags = flags;
  action.name = name;
  action.dev_id = dev_id;
  const error = setup_irq(irq, action);
  if (error !== 0) kfree(addr(action));
  return error;
}

/** Adds the action after those that are there, all of which must share. */
function setup_irq(irq: i32, action: IrqAction): i32 {
  const desc = irq_desc[irq];
  const flags = spin_lock_irqsave(desc.lock);
  let last = desc.action;
  if (last === null) {
    desc.action = action;
    desc.depth = 0;
    desc.status &= ~(IRQ_DISABLED | IRQ_PENDING);
    desc.unhandled = 0;
    desc.stuck = false;
    if (desc.handler !== null) desc.handler.enable(irq);
  } else {
    if ((last.flags & action.flags & SA_SHIRQ) === 0) {
      spin_unlock_irqrestore(desc.lock, flags);
      return -EBUSY;
    }
    while (last.next !== null) last = last.next;
    // do_IRQ walks the list without the lock: the action is complete before it can be found.
    smp_wmb();
    last.next = action;
  }
  spin_unlock_irqrestore(desc.lock, flags);
  return 0;
}

/** Takes the handler away that was requested with `dev_id`, and waits until it runs nowhere. @sleeps */
export function free_irq(irq: i32, dev_id: usize): void {
  if (in_interrupt()) bug('free_irq in interrupt');
  if (!is_irq(irq)) return;
  const desc = irq_desc[irq];
  const flags = spin_lock_irqsave(desc.lock);
  const action = unlink_action(desc, dev_id);
  if (action !== null && desc.action === null) {
    desc.status |= IRQ_DISABLED;
    desc.depth = 1;
    if (desc.handler !== null) desc.handler.disable(irq);
  }
  spin_unlock_irqrestore(desc.lock, flags);
  if (action === null) {
    printk('<3>Trying to free free IRQ%d\n', irq);
    return;
  }
  // Who walks the list now may still be at the action: its `next` stays as it is until the walk is over.
  synchronize_irq(irq);
  kfree(addr(action));
}

function unlink_action(desc: IrqDesc, dev_id: usize): IrqAction | null {
  let before: IrqAction | null = null;
  for (let action = desc.action; action !== null; action = action.next) {
    if (action.dev_id === dev_id) {
      if (before === null) desc.action = action.next;
      else before.next = action.next;
      return action;
    }
    before = action;
  }
  return null;
}

/** Nests; does not wait for a handler that runs. */
export function disable_irq_nosync(irq: i32): void {
  if (!is_irq(irq)) return;
  const desc = irq_desc[irq];
  const flags = spin_lock_irqsave(desc.lock);
  if (desc.depth++ === 0) {
    desc.status |= IRQ_DISABLED;
    if (desc.handler !== null) desc.handler.disable(irq);
  }
  spin_unlock_irqrestore(desc.lock, flags);
}

/** Nests; waits until no handler of it runs, except in interrupts, which may be that handler. */
export function disable_irq(irq: i32): void {
  disable_irq_nosync(irq);
  if (!in_irq()) synchronize_irq(irq);
}

/** Undoes one disable. */
export function enable_irq(irq: i32): void {
  if (!is_irq(irq)) return;
  const desc = irq_desc[irq];
  const flags = spin_lock_irqsave(desc.lock);
  if (desc.depth === 0) printk('<3>enable_irq(%d) unbalanced\n', irq);
  else if (--desc.depth === 0) {
    desc.status &= ~(IRQ_DISABLED | IRQ_PENDING);
    if (desc.handler !== null) desc.handler.enable(irq);
  }
  spin_unlock_irqrestore(desc.lock, flags);
}

/**
 * Waits until no handler of it runs on any hart; what they did is then seen. Those that begin afterwards have seen what
 * the caller did before.
 */
export function synchronize_irq(irq: i32): void {
  if (!is_irq(irq)) return;
  const desc = irq_desc[irq];
  smp_mb();
  while ((desc.status & IRQ_INPROGRESS) !== 0) cpu_relax();
  smp_mb();
}

/** How often it came, on all harts. */
export function kstat_irqs(irq: i32): u32 {
  let sum: u32 = 0;
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) sum += kstat[cpu].irqs[irq];
  return sum;
}

/** How often it came to one hart. */
export function kstat_irqs_cpu(irq: i32, cpu: u32): u32 {
  return kstat[cpu].irqs[irq];
}
