/** Calls to the machine-mode firmware: RISC-V Supervisor Binary Interface 3.0. Its numbers are the firmware's. */
import {
  SBI_EXT_HSM, SBI_EXT_IPI, SBI_EXT_RFENCE, SBI_EXT_SRST, SBI_EXT_SSE, SBI_EXT_TIME, SBI_EXT_WATCHDOG,
  SBI_HSM_HART_START, SBI_IPI_SEND_IPI, SBI_LEGACY_CONSOLE_PUTCHAR, SBI_RFENCE_REMOTE_FENCE_I,
  SBI_RFENCE_REMOTE_SFENCE_VMA, SBI_RFENCE_REMOTE_SFENCE_VMA_ASID, SBI_SRST_REASON_NONE,
  SBI_SRST_REASON_SYSTEM_FAILURE, SBI_SRST_SYSTEM_RESET, SBI_SRST_TYPE_COLD_REBOOT, SBI_SRST_TYPE_SHUTDOWN,
  SBI_SSE_ENABLE, SBI_SSE_HART_UNMASK, SBI_SSE_INJECT, SBI_SSE_READ_ATTRS, SBI_SSE_REGISTER,
  SBI_TIME_SET_TIMER, SBI_WATCHDOG_PET, SBI_WATCHDOG_SET_PERIOD,
} from '../../firmware/sbi.ts';

export function sbi_console_putchar(byte: u32): void {
  ecall(SBI_LEGACY_CONSOLE_PUTCHAR, byte);
}

/** The timer interrupt of this hart, when `time` reaches `at`; one that is pending goes away. */
export function sbi_set_timer(at: u64): void {
  ecall(SBI_EXT_TIME, lo32(at), hi32(at), 0, 0, 0, 0, SBI_TIME_SET_TIMER);
}

/** The software interrupt of the harts whose bits, by mhartid, are set. */
export function sbi_send_ipi(harts: u32): void {
  ecall(SBI_EXT_IPI, harts, 0, 0, 0, 0, 0, SBI_IPI_SEND_IPI);
}

/** Every hart of the mask has executed fence.i when this returns. */
export function sbi_remote_fence_i(harts: u32): void {
  ecall(SBI_EXT_RFENCE, harts, 0, 0, 0, 0, 0, SBI_RFENCE_REMOTE_FENCE_I);
}

/** Every hart of the mask has forgotten the translations of these bytes, of all address spaces, when this returns. */
export function sbi_remote_sfence_vma(harts: u32, start: usize, size: u32): void {
  ecall(SBI_EXT_RFENCE, harts, 0, start, size, 0, 0, SBI_RFENCE_REMOTE_SFENCE_VMA);
}

/** The same for the address space `asid` only. */
export function sbi_remote_sfence_vma_asid(harts: u32, start: usize, size: u32, asid: u32): void {
  ecall(SBI_EXT_RFENCE, harts, 0, start, size, asid, 0, SBI_RFENCE_REMOTE_SFENCE_VMA_ASID);
}

/** Starts a stopped hart at a physical address, with `argument` in its a1; gives an SBI error, 0 for none. */
export function sbi_hart_start(hart: u32, entry: usize, argument: usize): i32 {
  return ecall(SBI_EXT_HSM, hart, entry, argument, 0, 0, 0, SBI_HSM_HART_START) as i32;
}

export function sbi_shutdown(): void {
  ecall(SBI_EXT_SRST, SBI_SRST_TYPE_SHUTDOWN, SBI_SRST_REASON_NONE, 0, 0, 0, 0, SBI_SRST_SYSTEM_RESET);
}

/** The machine goes off, and says that it failed. */
export function sbi_shutdown_failed(): void {
  ecall(SBI_EXT_SRST, SBI_SRST_TYPE_SHUTDOWN, SBI_SRST_REASON_SYSTEM_FAILURE, 0, 0, 0, 0, SBI_SRST_SYSTEM_RESET);
}

export function sbi_reboot(): void {
  ecall(SBI_EXT_SRST, SBI_SRST_TYPE_COLD_REBOOT, SBI_SRST_REASON_NONE, 0, 0, 0, 0, SBI_SRST_SYSTEM_RESET);
}

/** Has `entry` called for a software event of this hart, with `argument` in a7; gives an SBI error. */
export function sbi_sse_register(event: u32, entry: usize, argument: usize): i32 {
  return ecall(SBI_EXT_SSE, event, entry, argument, 0, 0, 0, SBI_SSE_REGISTER) as i32;
}

export function sbi_sse_enable(event: u32): i32 {
  return ecall(SBI_EXT_SSE, event, 0, 0, 0, 0, 0, SBI_SSE_ENABLE) as i32;
}

/** Lets events interrupt this hart at all. */
export function sbi_sse_unmask(): i32 {
  return ecall(SBI_EXT_SSE, 0, 0, 0, 0, 0, 0, SBI_SSE_HART_UNMASK) as i32;
}

/** Raises an event of another hart. */
export function sbi_sse_inject(event: u32, hart: u32): i32 {
  return ecall(SBI_EXT_SSE, event, hart, 0, 0, 0, 0, SBI_SSE_INJECT) as i32;
}

/** Writes `count` attributes of an event from `first` on to a physical address. */
export function sbi_sse_read_attributes(event: u32, first: u32, count: u32, to: usize): i32 {
  return ecall(SBI_EXT_SSE, event, first, count, to, 0, 0, SBI_SSE_READ_ATTRS) as i32;
}

/** This hart's watchdog raises an event unless petted for so many ticks of `time`; 0 turns it off. */
export function sbi_watchdog_set_period(ticks: u32): i32 {
  return ecall(SBI_EXT_WATCHDOG, ticks, 0, 0, 0, 0, 0, SBI_WATCHDOG_SET_PERIOD) as i32;
}

export function sbi_watchdog_pet(): void {
  ecall(SBI_EXT_WATCHDOG, 0, 0, 0, 0, 0, 0, SBI_WATCHDOG_PET);
}
