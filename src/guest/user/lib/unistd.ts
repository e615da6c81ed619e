/**
 * The system calls that programs make, by the names of POSIX. All give what the kernel gives: below 0 it is a negated
 * error number, for strerror.
 */
import {
  NR_brk, NR_chdir, NR_close, NR_dup, NR_dup3, NR_execve, NR_exit, NR_fstat64, NR_fstatat64, NR_getcwd, NR_getdents64,
  NR_getpid, NR_getppid, NR_ioctl, NR_kill, NR_llseek, NR_mkdirat, NR_nanosleep, NR_openat, NR_pipe2, NR_read,
  NR_renameat, NR_rt_sigaction, NR_sched_yield, NR_setpgid, NR_spawn, NR_unlinkat, NR_wait4, NR_write,
} from '../../kernel/syscall/numbers.ts';
import { AT_FDCWD, AT_REMOVEDIR } from '../../kernel/fs/fcntl.ts';
import { Stat64 } from '../../kernel/uapi/stat.ts';

export function exit(status: i32): never {
  ecall(NR_exit, status);
  unreachable();
}

export function open(path: cstr, flags: u32, mode?: u32): i32 {
  return ecall(NR_openat, AT_FDCWD, addr(path), flags, mode) as i32;
}

export function close(fd: i32): i32 {
  return ecall(NR_close, fd) as i32;
}

export function read(fd: i32, buffer: Ptr<u8>, count: u32): i32 {
  return ecall(NR_read, fd, addr(buffer), count) as i32;
}

export function write(fd: i32, buffer: Ptr<u8>, count: u32): i32 {
  return ecall(NR_write, fd, addr(buffer), count) as i32;
}

/** Only positions below 2 GiB. */
export function lseek(fd: i32, offset: i32, origin: u32): i32 {
  const result = local<Arr<i64, 1>>();
  const error = ecall(NR_llseek, fd, offset < 0 ? -1 : 0, offset, addr(result), origin) as i32;
  return error === 0 ? lo32(result[0]) as i32 : error;
}

export function ioctl(fd: i32, request: u32, argument: usize): i32 {
  return ecall(NR_ioctl, fd, request, argument) as i32;
}

export function dup(fd: i32): i32 {
  return ecall(NR_dup, fd) as i32;
}

export function dup2(from: i32, to: i32): i32 {
  return ecall(NR_dup3, from, to, 0) as i32;
}

/** `fds[0]` to read from, `fds[1]` to write to. */
export function pipe(fds: Ptr<i32>, flags?: u32): i32 {
  return ecall(NR_pipe2, addr(fds), flags) as i32;
}

export function stat(path: cstr, status: Stat64): i32 {
  return ecall(NR_fstatat64, AT_FDCWD, addr(path), addr(status), 0) as i32;
}

export function fstat(fd: i32, status: Stat64): i32 {
  return ecall(NR_fstat64, fd, addr(status)) as i32;
}

/** Fills `buffer` with Dirent64 records; gives bytes, 0 at the end. */
export function getdents(fd: i32, buffer: Ptr<u8>, count: u32): i32 {
  return ecall(NR_getdents64, fd, addr(buffer), count) as i32;
}

export function mkdir(path: cstr, mode: u32): i32 {
  return ecall(NR_mkdirat, AT_FDCWD, addr(path), mode) as i32;
}

export function rmdir(path: cstr): i32 {
  return ecall(NR_unlinkat, AT_FDCWD, addr(path), AT_REMOVEDIR) as i32;
}

export function unlink(path: cstr): i32 {
  return ecall(NR_unlinkat, AT_FDCWD, addr(path), 0) as i32;
}

export function rename(from: cstr, to: cstr): i32 {
  return ecall(NR_renameat, AT_FDCWD, addr(from), AT_FDCWD, addr(to)) as i32;
}

export function chdir(path: cstr): i32 {
  return ecall(NR_chdir, addr(path)) as i32;
}

/** Gives the length with its NUL. */
export function getcwd(buffer: Ptr<u8>, size: u32): i32 {
  return ecall(NR_getcwd, addr(buffer), size) as i32;
}

export function getpid(): i32 {
  return ecall(NR_getpid) as i32;
}

export function getppid(): i32 {
  return ecall(NR_getppid) as i32;
}

/** A child that runs the program at `path`, with this process's open files, in its process group: its pid. */
export function spawn(path: cstr, argv: Ptr<cstr | null>, envp: Ptr<cstr | null>): i32 {
  return ecall(NR_spawn, addr(path), addr(argv), addr(envp), 0, 0, -1) as i32;
}

/**
 * The same with the open files `fds[0]` to `fds[count - 1]` as its descriptors 0 to count - 1 (-1: none), in process
 * group `pgrp`: 0 for a new one of its own, -1 for this process's.
 */
export function spawn_with(
  path: cstr, argv: Ptr<cstr | null>, envp: Ptr<cstr | null>, fds: Ptr<i32>, count: u32, pgrp: i32,
): i32 {
  return ecall(NR_spawn, addr(path), addr(argv), addr(envp), addr(fds), count, pgrp) as i32;
}

/** Becomes another program; returns only with an error. */
export function execve(path: cstr, argv: Ptr<cstr | null>, envp: Ptr<cstr | null>): i32 {
  return ecall(NR_execve, addr(path), addr(argv), addr(envp)) as i32;
}

/** Waits for a child, -1 any: its pid, or 0 with WNOHANG if none has ended. `status`: a signal, or exit code << 8. */
export function waitpid(pid: i32, status: Ptr<i32> | null, options: u32): i32 {
  return ecall(NR_wait4, pid, addr(status), options, 0) as i32;
}

export function kill(pid: i32, signal: u32): i32 {
  return ecall(NR_kill, pid, signal) as i32;
}

/** SIG_DFL or SIG_IGN for a signal. */
export function signal(number: u32, action: u32): i32 {
  const cell = local<Arr<u32, 5>>();
  cell[0] = action;
  cell[1] = 0;
  cell[2] = 0;
  cell[3] = 0;
  cell[4] = 0;
  return ecall(NR_rt_sigaction, number, addr(cell), 0, 8) as i32;
}

export function setpgid(pid: i32, pgrp: i32): i32 {
  return ecall(NR_setpgid, pid, pgrp) as i32;
}

export function sched_yield(): i32 {
  return ecall(NR_sched_yield) as i32;
}

/** Sleeps; -EINTR if a signal ended it. */
export function msleep(milliseconds: u32): i32 {
  const time = local<Arr<u32, 2>>();
  time[0] = milliseconds / 1000;
  time[1] = milliseconds % 1000 * 1000000;
  return ecall(NR_nanosleep, addr(time), 0) as i32;
}

/** The heap's new end, or the present one if it cannot be; 0 only asks. */
export function brk(end: usize): usize {
  return ecall(NR_brk, end) as usize;
}
