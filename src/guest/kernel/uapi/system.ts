/** What uname(2) and sysinfo(2) fill: Linux, include/linux/utsname.h and kernel.h. Programs import this file too. */

/** struct new_utsname of include/linux/utsname.h. */
export class NewUtsname {
  sysname: Arr<u8, 65>;
  nodename: Arr<u8, 65>;
  release: Arr<u8, 65>;
  version: Arr<u8, 65>;
  machine: Arr<u8, 65>;
  domainname: Arr<u8, 65>;
}

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
