/** System calls about the machine: sysinfo(2), uname(2), syslog(2), reboot(2), clock_gettime(2). */
import { NR_clock_gettime, NR_reboot, NR_sysinfo, NR_syslog, NR_uname } from '../../kernel/syscall/numbers.ts';
import { complain } from './error.ts';

/** struct sysinfo, 32 bits: memory in units of mem_unit bytes, time in seconds. */
export class SysInfo {
  uptime: u32;
  loads: Arr<u32, 3>;
  totalram: u32;
  freeram: u32;
  sharedram: u32;
  bufferram: u32;
  totalswap: u32;
  freeswap: u32;
  procs: u16;
  totalhigh: u32;
  freehigh: u32;
  mem_unit: u32;
}

export function sysinfo(info: SysInfo): i32 {
  return ecall(NR_sysinfo, addr(info)) as i32;
}

/** struct new_utsname. */
export class Utsname {
  sysname: Arr<u8, 65>;
  nodename: Arr<u8, 65>;
  release: Arr<u8, 65>;
  version: Arr<u8, 65>;
  machine: Arr<u8, 65>;
  domainname: Arr<u8, 65>;
}

export function uname(name: Utsname): i32 {
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
