/** /proc/interrupts and /proc/softirqs: Linux 2.4, arch/i386/kernel/irq.c, get_irq_list; the latter from 2.6.31. */
import { snprintf } from '../../lib/format.ts';
import { cpu_online, NR_CPUS } from '../arch/cpu.ts';
import { PAGE_SIZE } from '../arch/layout.ts';
import { create_proc_read_entry } from '../fs/proc/proc_fs.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../locking/spinlock.ts';
import { irq_desc, kstat_irqs_cpu, NR_IRQS } from './irq.ts';
import { NR_SOFTIRQS, softirq_runs } from './softirq.ts';

/** Once /proc is there. @sleeps */
export function irq_proc_init(): void {
  create_proc_read_entry('interrupts', 0o444, null, interrupts_read_proc, 0);
  create_proc_read_entry('softirqs', 0o444, null, softirqs_read_proc, 0);
}

/** A column for each hart, and for each source that somebody handles a line with how often it came to each. */
function interrupts_read_proc(
  page: Ptr<u8>, start: Ptr<usize>, off: i32, count: i32, eof: Ptr<i32>, data: usize,
): i32 {
  let length = heading(page);
  for (let irq: i32 = 1; irq < NR_IRQS; irq++) {
    const desc = irq_desc[irq];
    const flags = spin_lock_irqsave(desc.lock);
    if (desc.action !== null) length = irq_line(page, length, irq);
    spin_unlock_irqrestore(desc.lock, flags);
  }
  eof[0] = 1;
  return length as i32;
}

/** The descriptor's lock is held. */
function irq_line(page: Ptr<u8>, at: u32, irq: i32): u32 {
  const desc = irq_desc[irq];
  let length = at + snprintf(cast<Ptr<u8>>(addr(page) + at), PAGE_SIZE - at, '%3d: ', irq);
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) {
    if (cpu_online(cpu)) length = number(page, length, kstat_irqs_cpu(irq, cpu));
  }
  length = text(page, length, ' %14s', desc.handler === null ? 'none' : desc.handler.typename);
  for (let action = desc.action; action !== null; action = action.next) {
    length = text(page, length, action === desc.action ? '  %s' : ', %s', action.name);
  }
  return text(page, length, '%s', '\n');
}

const softirq_names: Arr<cstr, 8> = ['HI', 'TIMER', 'NET_TX', 'NET_RX', 'TASKLET', 'NOOKS', '6', '7'];

function softirqs_read_proc(page: Ptr<u8>, start: Ptr<usize>, off: i32, count: i32, eof: Ptr<i32>, data: usize): i32 {
  let length = heading(page);
  for (let nr: u32 = 0; nr < NR_SOFTIRQS; nr++) {
    length = text(page, length, '%8s:', softirq_names[nr]);
    for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) {
      if (cpu_online(cpu)) length = number(page, length, softirq_runs(nr, cpu));
    }
    length = text(page, length, '%s', '\n');
  }
  eof[0] = 1;
  return length as i32;
}

/** The line above the columns. Gives its length. */
function heading(page: Ptr<u8>): u32 {
  let length: u32 = text(page, 0, '%4s', '');
  for (let cpu: u32 = 0; cpu < NR_CPUS; cpu++) {
    if (!cpu_online(cpu)) continue;
    length += snprintf(cast<Ptr<u8>>(addr(page) + length), PAGE_SIZE - length, '       CPU%u', cpu);
  }
  return text(page, length, '%s', '\n');
}

/** Appends at `at`; these give the length after it, never more than a page. */
function number(page: Ptr<u8>, at: u32, value: u32): u32 {
  return bounded(at + snprintf(cast<Ptr<u8>>(addr(page) + at), PAGE_SIZE - at, ' %10u', value));
}

function text(page: Ptr<u8>, at: u32, format: cstr, value: cstr): u32 {
  return bounded(at + snprintf(cast<Ptr<u8>>(addr(page) + at), PAGE_SIZE - at, format, value));
}

/** snprintf gives what it would have written. */
function bounded(length: u32): u32 {
  return length < PAGE_SIZE ? length : PAGE_SIZE - 1;
}
