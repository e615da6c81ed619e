/** Interrupts of the board's clock that come to no good. */
import type { PtRegs } from '../../kernel/arch/ptrace.ts';
import { udelay } from '../../kernel/arch/time.ts';
import { EBUSY, ENOMEM, ENOSYS } from '../../kernel/errno.ts';
import { request_irq } from '../../kernel/irq/irq.ts';
import { ioremap } from '../../kernel/mm/ioremap.ts';
import { request_mem_region } from '../../kernel/pci/resource.ts';
import { LONG_INTERRUPT, UNANSWERED_INTERRUPT } from './requests.ts';

// src/platform/memory-map.ts and rtc.ts.
const RTC = 0x00101000;
const RTC_BYTES = 0x1000;
const RTC_IRQ = 11;
const TIME_LOW = 0x00;
const TIME_HIGH = 0x04;
const ALARM_LOW = 0x08;
const ALARM_HIGH = 0x0c;
const IRQ_ENABLED = 0x10;
const CLEAR_INTERRUPT = 0x1c;
/** Nanoseconds until it comes, and microseconds for which a long one is under way. */
const SOON = 20000;
const LONG = 3000;

let registers: usize = 0;
let answers = false;

export function take_interrupt(request: u32): i32 {
  if (request !== LONG_INTERRUPT && request !== UNANSWERED_INTERRUPT) return -ENOSYS;
  answers = request !== UNANSWERED_INTERRUPT;
  if (registers === 0) {
    if (request_mem_region(RTC, RTC_BYTES, 'rogue') === null) return -EBUSY;
    registers = ioremap(RTC, RTC_BYTES);
    if (registers === 0) return -ENOMEM;
    const error = request_irq(RTC_IRQ, rogue_interrupt, 0, 'rogue', registers);
    if (error !== 0) return error;
  }
  writel(registers + IRQ_ENABLED, 1);
  const low = readl(registers + TIME_LOW), high = readl(registers + TIME_HIGH);
  const at = wide(high, low) + u64of(SOON as u32);
  writel(registers + ALARM_HIGH, hi32(at));
  writel(registers + ALARM_LOW, lo32(at));
  return 0;
}

function rogue_interrupt(irq: i32, dev_id: usize, regs: PtRegs): void {
  if (!answers) return;
  udelay(LONG);
  writel(registers + CLEAR_INTERRUPT, 1);
}
