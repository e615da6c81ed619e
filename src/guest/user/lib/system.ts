/** System calls about the machine: sysinfo(2), uname(2), syslog(2), reboot(2), clock_gettime(2). */
import { NR_clock_gettime, NR_reboot, NR_sysinfo, NR_syslog, NR_uname } from '../../kernel/syscall/numbers.ts';
import { NewUtsname, SysInfo } from '../../kernel/uapi/system.ts';
import { complain } from './error.ts';

export function sysinfo(info: SysInfo): i32 {
  return ecall(NR_sysinfo, addr(info)) as i32;
}

export function uname(name: NewUtsname): i32 {
  return ecall(NR_uname, addr(name)) as i32;
}

// syslog's actions.
export const SYSLOG_READ_ALL = 3;
export const SYSLOG_CONSOLE_LEVEL = 8;
export const SYSLOG_SIZE_BUFFER = 10;

export function syslog(action: u32, buffer: Ptr<u8> | null, length: u32): i32 {
  return ecall(NR_syslog, action, addr(buffer), length) as i32;
}

// reboot's commands.
export const REBOOT_RESTART = 0x01234567;
export const REBOOT_HALT = 0xcdef0123;
export const REBOOT_POWER_OFF = 0x4321fedc;

const REBOOT_MAGIC1 = 0xfee1dead;
const REBOOT_MAGIC2 = 672274793;

/** The main function of the programs that end the system; returns only if that failed. */
export function reboot(program: cstr, command: u32): i32 {
  return complain(program, 'reboot', ecall(NR_reboot, REBOOT_MAGIC1, REBOOT_MAGIC2, command) as i32);
}

/** Seconds and nanoseconds. */
export class Timespec {
  tv_sec: u32;
  tv_nsec: u32;
}

export const CLOCK_MONOTONIC = 1;

export function clock_gettime(clock: u32, time: Timespec): i32 {
  return ecall(NR_clock_gettime, clock, addr(time)) as i32;
}
