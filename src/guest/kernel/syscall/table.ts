/** The calls that the kernel itself has: Linux 2.4, sys_call_table of arch/i386/kernel/entry.S. */
import { sys_execve } from '../exec/exec.ts';
import { sys_spawn } from '../exec/spawn.ts';
import { sys_brk } from '../mm/mmap.ts';
import { sys_kill } from '../sched/signal.ts';
import {
  sys_close, sys_dup, sys_dup3, sys_fcntl, sys_fstat64, sys_fstatat64, sys_ftruncate, sys_getdents64, sys_ioctl,
  sys_llseek, sys_openat, sys_pipe2, sys_poll, sys_read, sys_write,
} from './files.ts';
import { sys_delete_module, sys_init_module } from './modules.ts';
import {
  sys_chdir, sys_getcwd, sys_mkdirat, sys_mknodat, sys_mount, sys_renameat, sys_umount2, sys_unlinkat,
} from './names.ts';
import {
  sys_bind, sys_connect, sys_getpeername, sys_getsockname, sys_getsockopt, sys_recvfrom, sys_sendto, sys_setsockopt,
  sys_shutdown, sys_socket,
} from './net.ts';
import {
  NR_bind, NR_connect, NR_getpeername, NR_getsockname, NR_getsockopt, NR_recvfrom, NR_sendto, NR_setsockopt,
  NR_shutdown, NR_socket,
} from './numbers.ts';
import {
  NR_brk, NR_chdir, NR_clock_gettime, NR_close, NR_delete_module, NR_dup, NR_dup3, NR_execve, NR_exit, NR_exit_group,
  NR_fcntl, NR_fstat64, NR_fstatat64, NR_ftruncate, NR_getcwd, NR_getdents64, NR_getpgid, NR_getpid, NR_getppid,
  NR_getpriority, NR_getsid, NR_gettimeofday, NR_init_module, NR_ioctl, NR_kill, NR_llseek, NR_mkdirat, NR_mknodat,
  NR_mount, NR_nanosleep, NR_openat, NR_pipe2, NR_poll, NR_read, NR_reboot, NR_renameat, NR_rt_sigaction,
  NR_sched_yield, NR_setpgid, NR_setpriority, NR_setsid, NR_spawn, NR_sysinfo, NR_syslog, NR_umount2, NR_uname,
  NR_unlinkat, NR_wait4, NR_write,
} from './numbers.ts';
import { sys_reboot, sys_sysinfo, sys_syslog, sys_uname } from './system.ts';
import {
  sys_exit, sys_getpgid, sys_getpid, sys_getppid, sys_getpriority, sys_getsid, sys_rt_sigaction, sys_sched_yield,
  sys_setpgid, sys_setpriority, sys_setsid, sys_wait4,
} from './tasks.ts';
import { sys_clock_gettime, sys_gettimeofday, sys_nanosleep } from './time.ts';

class Entry {
  number: u32;
  /** The address of the function. */
  call: usize;
}

export const SYSCALLS = 59;

export const syscalls: Arr<Embed<Entry>, 59> = [
  { number: NR_getcwd, call: addr(sys_getcwd) },
  { number: NR_dup, call: addr(sys_dup) },
  { number: NR_dup3, call: addr(sys_dup3) },
  { number: NR_fcntl, call: addr(sys_fcntl) },
  { number: NR_ioctl, call: addr(sys_ioctl) },
  { number: NR_mknodat, call: addr(sys_mknodat) },
  { number: NR_mkdirat, call: addr(sys_mkdirat) },
  { number: NR_unlinkat, call: addr(sys_unlinkat) },
  { number: NR_renameat, call: addr(sys_renameat) },
  { number: NR_umount2, call: addr(sys_umount2) },
  { number: NR_mount, call: addr(sys_mount) },
  { number: NR_ftruncate, call: addr(sys_ftruncate) },
  { number: NR_chdir, call: addr(sys_chdir) },
  { number: NR_openat, call: addr(sys_openat) },
  { number: NR_close, call: addr(sys_close) },
  { number: NR_pipe2, call: addr(sys_pipe2) },
  { number: NR_getdents64, call: addr(sys_getdents64) },
  { number: NR_llseek, call: addr(sys_llseek) },
  { number: NR_read, call: addr(sys_read) },
  { number: NR_write, call: addr(sys_write) },
  { number: NR_poll, call: addr(sys_poll) },
  { number: NR_fstatat64, call: addr(sys_fstatat64) },
  { number: NR_fstat64, call: addr(sys_fstat64) },
  { number: NR_exit, call: addr(sys_exit) },
  { number: NR_exit_group, call: addr(sys_exit) },
  { number: NR_nanosleep, call: addr(sys_nanosleep) },
  { number: NR_init_module, call: addr(sys_init_module) },
  { number: NR_delete_module, call: addr(sys_delete_module) },
  { number: NR_clock_gettime, call: addr(sys_clock_gettime) },
  { number: NR_syslog, call: addr(sys_syslog) },
  { number: NR_sched_yield, call: addr(sys_sched_yield) },
  { number: NR_kill, call: addr(sys_kill) },
  { number: NR_rt_sigaction, call: addr(sys_rt_sigaction) },
  { number: NR_setpriority, call: addr(sys_setpriority) },
  { number: NR_getpriority, call: addr(sys_getpriority) },
  { number: NR_reboot, call: addr(sys_reboot) },
  { number: NR_setpgid, call: addr(sys_setpgid) },
  { number: NR_getpgid, call: addr(sys_getpgid) },
  { number: NR_getsid, call: addr(sys_getsid) },
  { number: NR_setsid, call: addr(sys_setsid) },
  { number: NR_uname, call: addr(sys_uname) },
  { number: NR_gettimeofday, call: addr(sys_gettimeofday) },
  { number: NR_getpid, call: addr(sys_getpid) },
  { number: NR_getppid, call: addr(sys_getppid) },
  { number: NR_sysinfo, call: addr(sys_sysinfo) },
  { number: NR_socket, call: addr(sys_socket) },
  { number: NR_bind, call: addr(sys_bind) },
  { number: NR_connect, call: addr(sys_connect) },
  { number: NR_getsockname, call: addr(sys_getsockname) },
  { number: NR_getpeername, call: addr(sys_getpeername) },
  { number: NR_sendto, call: addr(sys_sendto) },
  { number: NR_recvfrom, call: addr(sys_recvfrom) },
  { number: NR_setsockopt, call: addr(sys_setsockopt) },
  { number: NR_getsockopt, call: addr(sys_getsockopt) },
  { number: NR_shutdown, call: addr(sys_shutdown) },
  { number: NR_brk, call: addr(sys_brk) },
  { number: NR_execve, call: addr(sys_execve) },
  { number: NR_spawn, call: addr(sys_spawn) },
  { number: NR_wait4, call: addr(sys_wait4) },
];
