/**
 * The clock: the `time` CSR at 10 MHz, and a tick HZ times a second on every hart. Linux 2.4, arch/i386/kernel/time.c.
 */
import { nooks_tick } from '../../nooks/isolation/nmi.ts';
import { do_timer } from '../irq/timer.ts';
import { this_cpu } from './cpu.ts';
import { IE_STIE, PtRegs, user_mode } from './ptrace.ts';
import { sbi_set_timer, sbi_watchdog_pet } from './sbi.ts';

/** Ticks a second, as on Linux 2.4's i386. */
export const HZ = 100;
/** The `time` CSR counts so many a second: src/platform/memory-map.ts, timebaseHz. */
export const TIMEBASE = 10000000;
const TICK = 100000;

/** Ticks since the start; hart 0 counts them. Wraps: compare with time_after (irq/timer.ts). */
export let jiffies: u32 = 0;

/** The time of the next tick, by hart. */
let next_tick!: Arr<u64, 8>;

/** Units of 100 ns since the machine started. */
export function get_cycles(): u64 {
  for (;;) {
    const high = csrr_timeh();
    const low = csrr_time();
    if (csrr_timeh() === high) return wide(high, low);
  }
}

/** Starts this hart's tick. */
export function time_init_cpu(): void {
  const cpu = this_cpu().cpu;
  next_tick[cpu] = get_cycles() + u64of(TICK);
  sbi_set_timer(next_tick[cpu]);
  csrs_sie(IE_STIE);
}

/** The timer interrupt. Of ticks that were missed, interrupts being off too long, only jiffies takes notice. */
export function timer_interrupt(regs: PtRegs): void {
  const page = this_cpu();
  const cpu = page.cpu;
  const now = get_cycles();
  let ticks: u32 = 0;
  let next = next_tick[cpu];
  for (; next <= now; next += u64of(TICK)) ticks++;
  next_tick[cpu] = next;
  sbi_set_timer(next);
  sbi_watchdog_pet();
  if (ticks === 0) return;
  page.ticks += ticks;
  if (cpu === 0) jiffies += ticks;
  nooks_tick(cpu, page.ticks);
  do_timer(user_mode(regs));
}

/** Fences between two looks at the clock, which is the one thing that takes long in an emulator. */
const RELAX = 8;

/** Waits so many microseconds, 400 seconds at most, without sleeping: Linux 2.4, __rdtsc_delay with its rep_nop. */
export function udelay(microseconds: u32): void {
  const start = csrr_time(), ticks = microseconds * (TIMEBASE / 1000000);
  while (csrr_time() - start < ticks) for (let i: u32 = 0; i < RELAX; i++) smp_mb();
}

/** Waits so many milliseconds without sleeping. */
export function mdelay(milliseconds: u32): void {
  for (let i: u32 = 0; i < milliseconds; i++) udelay(1000);
}
