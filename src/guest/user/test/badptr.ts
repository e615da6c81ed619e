/**
 * badptr: calls the system calls that take pointers with every kind of bad one in each place, and expects -EFAULT. Bad
 * are pointers to nothing, to the kernel, to what may not be written, and to the last byte of a page before nothing.
 */
import { EFAULT } from '../../kernel/errno.ts';
import { AT_FDCWD, O_CREAT, O_DIRECTORY, O_RDONLY, O_RDWR } from '../../kernel/fs/fcntl.ts';
import {
  NR_bind, NR_chdir, NR_clock_gettime, NR_connect, NR_delete_module, NR_execve, NR_fstat64, NR_fstatat64, NR_getcwd,
  NR_getdents64, NR_getsockname, NR_getsockopt, NR_gettimeofday, NR_init_module, NR_ioctl, NR_llseek, NR_mkdirat,
  NR_mknodat, NR_mount, NR_nanosleep, NR_openat, NR_pipe2, NR_poll, NR_read, NR_renameat, NR_rt_sigaction, NR_sendto,
  NR_setsockopt, NR_socket, NR_spawn, NR_sysinfo, NR_syslog, NR_umount2, NR_uname, NR_unlinkat, NR_wait4, NR_write,
} from '../../kernel/syscall/numbers.ts';
import { printf } from '../lib/stdio.ts';
import { brk, close, open, pipe, spawn, unlink } from '../lib/unistd.ts';

// What a place in a call holds.
const BAD = 0xbad00000;
const FILE = 0xbad00001;
const DIRECTORY = 0xbad00002;
const PIPE_IN = 0xbad00003;
const PIPE_OUT = 0xbad00004;
const CHILD = 0xbad00005;
const NAME = 0xbad00006;
const BUFFER = 0xbad00007;
const SOCKET = 0xbad00008;
/** A cell that holds 64. */
const LENGTH = 0xbad00009;

// Properties of a call.
/** The kernel writes there: what it may only read is bad too. */
const WRITES = 1;
/** 0 is no address but means something there. */
const NULL_GOOD = 2;
/** It may stop at the first byte it cannot copy, and give how many it could. */
const PARTIAL = 4;

class Call {
  name: cstr;
  number: u32;
  flags: u32;
  arguments: Arr<u32, 6>;
}

const TCGETS = 0x5401;
// A socket for UDP, and an option of all sockets: include/asm-generic/socket.h.
const AF_INET = 2;
const SOCK_DGRAM = 2;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;

const CALLS = 52;
const calls: Arr<Embed<Call>, 52> = [
  { name: 'read file', number: NR_read, flags: WRITES | PARTIAL, arguments: [FILE, BAD, 64, 0, 0, 0] },
  { name: 'read pipe', number: NR_read, flags: WRITES | PARTIAL, arguments: [PIPE_IN, BAD, 64, 0, 0, 0] },
  { name: 'write file', number: NR_write, flags: PARTIAL, arguments: [FILE, BAD, 64, 0, 0, 0] },
  { name: 'write pipe', number: NR_write, flags: PARTIAL, arguments: [PIPE_OUT, BAD, 64, 0, 0, 0] },
  { name: 'openat', number: NR_openat, flags: 0, arguments: [AT_FDCWD, BAD, 0, 0, 0, 0] },
  { name: 'mkdirat', number: NR_mkdirat, flags: 0, arguments: [AT_FDCWD, BAD, 0, 0, 0, 0] },
  { name: 'mknodat', number: NR_mknodat, flags: 0, arguments: [AT_FDCWD, BAD, 0, 0, 0, 0] },
  { name: 'unlinkat', number: NR_unlinkat, flags: 0, arguments: [AT_FDCWD, BAD, 0, 0, 0, 0] },
  { name: 'renameat from', number: NR_renameat, flags: 0, arguments: [AT_FDCWD, BAD, AT_FDCWD, NAME, 0, 0] },
  { name: 'renameat to', number: NR_renameat, flags: 0, arguments: [AT_FDCWD, NAME, AT_FDCWD, BAD, 0, 0] },
  { name: 'chdir', number: NR_chdir, flags: 0, arguments: [BAD, 0, 0, 0, 0, 0] },
  { name: 'getcwd', number: NR_getcwd, flags: WRITES, arguments: [BAD, 64, 0, 0, 0, 0] },
  { name: 'mount device', number: NR_mount, flags: 0, arguments: [BAD, NAME, NAME, 0, 0, 0] },
  { name: 'mount folder', number: NR_mount, flags: 0, arguments: [NAME, BAD, NAME, 0, 0, 0] },
  { name: 'mount type', number: NR_mount, flags: 0, arguments: [NAME, NAME, BAD, 0, 0, 0] },
  { name: 'mount data', number: NR_mount, flags: NULL_GOOD, arguments: [NAME, NAME, NAME, 0, BAD, 0] },
  { name: 'umount2', number: NR_umount2, flags: 0, arguments: [BAD, 0, 0, 0, 0, 0] },
  { name: 'fstat64', number: NR_fstat64, flags: WRITES, arguments: [FILE, BAD, 0, 0, 0, 0] },
  { name: 'fstatat64 name', number: NR_fstatat64, flags: 0, arguments: [AT_FDCWD, BAD, BUFFER, 0, 0, 0] },
  { name: 'fstatat64 status', number: NR_fstatat64, flags: WRITES, arguments: [AT_FDCWD, NAME, BAD, 0, 0, 0] },
  { name: 'getdents64', number: NR_getdents64, flags: WRITES, arguments: [DIRECTORY, BAD, 512, 0, 0, 0] },
  { name: 'llseek', number: NR_llseek, flags: WRITES, arguments: [FILE, 0, 0, BAD, 0, 0] },
  { name: 'ioctl TCGETS', number: NR_ioctl, flags: WRITES, arguments: [0, TCGETS, BAD, 0, 0, 0] },
  { name: 'poll', number: NR_poll, flags: WRITES, arguments: [BAD, 1, 0, 0, 0, 0] },
  { name: 'pipe2', number: NR_pipe2, flags: WRITES, arguments: [BAD, 0, 0, 0, 0, 0] },
  { name: 'wait4', number: NR_wait4, flags: WRITES | NULL_GOOD, arguments: [CHILD, BAD, 0, 0, 0, 0] },
  { name: 'execve name', number: NR_execve, flags: 0, arguments: [BAD, 0, 0, 0, 0, 0] },
  { name: 'execve argv', number: NR_execve, flags: NULL_GOOD, arguments: [NAME, BAD, 0, 0, 0, 0] },
  { name: 'execve envp', number: NR_execve, flags: NULL_GOOD, arguments: [NAME, 0, BAD, 0, 0, 0] },
  { name: 'spawn name', number: NR_spawn, flags: 0, arguments: [BAD, 0, 0, 0, 0, -1] },
  { name: 'spawn argv', number: NR_spawn, flags: NULL_GOOD, arguments: [NAME, BAD, 0, 0, 0, -1] },
  { name: 'spawn envp', number: NR_spawn, flags: NULL_GOOD, arguments: [NAME, 0, BAD, 0, 0, -1] },
  { name: 'spawn fds', number: NR_spawn, flags: NULL_GOOD, arguments: [NAME, 0, 0, BAD, 3, -1] },
  { name: 'nanosleep', number: NR_nanosleep, flags: 0, arguments: [BAD, 0, 0, 0, 0, 0] },
  { name: 'clock_gettime', number: NR_clock_gettime, flags: WRITES, arguments: [1, BAD, 0, 0, 0, 0] },
  { name: 'gettimeofday', number: NR_gettimeofday, flags: WRITES, arguments: [BAD, 0, 0, 0, 0, 0] },
  { name: 'uname', number: NR_uname, flags: WRITES, arguments: [BAD, 0, 0, 0, 0, 0] },
  { name: 'sysinfo', number: NR_sysinfo, flags: WRITES, arguments: [BAD, 0, 0, 0, 0, 0] },
  { name: 'syslog', number: NR_syslog, flags: WRITES, arguments: [3, BAD, 512, 0, 0, 0] },
  { name: 'sigaction new', number: NR_rt_sigaction, flags: NULL_GOOD, arguments: [15, BAD, 0, 8, 0, 0] },
  { name: 'sigaction old', number: NR_rt_sigaction, flags: WRITES | NULL_GOOD, arguments: [15, 0, BAD, 8, 0, 0] },
  { name: 'init_module file', number: NR_init_module, flags: 0, arguments: [BAD, 64, NAME, NAME, 0, 0] },
  { name: 'init_module name', number: NR_init_module, flags: 0, arguments: [BUFFER, 64, NAME, BAD, 0, 0] },
  { name: 'bind', number: NR_bind, flags: 0, arguments: [SOCKET, BAD, 16, 0, 0, 0] },
  { name: 'connect', number: NR_connect, flags: 0, arguments: [SOCKET, BAD, 16, 0, 0, 0] },
  { name: 'sendto address', number: NR_sendto, flags: NULL_GOOD, arguments: [SOCKET, BUFFER, 64, 0, BAD, 16] },
  { name: 'getsockname address', number: NR_getsockname, flags: WRITES, arguments: [SOCKET, BAD, LENGTH, 0, 0, 0] },
  { name: 'getsockname length', number: NR_getsockname, flags: WRITES, arguments: [SOCKET, BUFFER, BAD, 0, 0, 0] },
  { name: 'setsockopt', number: NR_setsockopt, flags: 0, arguments: [SOCKET, SOL_SOCKET, SO_RCVBUF, BAD, 4, 0] },
  { name: 'getsockopt', number: NR_getsockopt, flags: WRITES,
    arguments: [SOCKET, SOL_SOCKET, SO_RCVBUF, BAD, LENGTH, 0] },
  { name: 'getsockopt length', number: NR_getsockopt, flags: WRITES,
    arguments: [SOCKET, SOL_SOCKET, SO_RCVBUF, BUFFER, BAD, 0] },
  { name: 'delete_module', number: NR_delete_module, flags: 0, arguments: [BAD, 0, 0, 0, 0, 0] },
];

const PAGE_SIZE = 4096;
const CODE = 0x00010000;

/** To nothing; to just below the kernel; to the kernel's code, its stacks, a hart's own page; to the end of all. */
const NOWHERE = 8;
const nowhere: Arr<u32, 8> = [0, 8, 0x40000000, 0x7ffffffe, 0x80000000, 0xc0001000, 0xfffff800, 0xfffffffe];

/** The last byte of the heap, which has no page behind it. */
let edge: usize;
let file: i32, directory: i32, socket: i32;
let length: u32 = 64;
let pipe_ends!: Arr<i32, 2>;
let buffer!: Arr<u8, 512>;
let tried: u32 = 0;
let wrong: u32 = 0;

export function main(): i32 {
  prepare();
  for (let index: u32 = 0; index < CALLS; index++) {
    const call = calls[index];
    for (let kind: u32 = 0; kind < NOWHERE; kind++) {
      if (nowhere[kind] !== 0 || (call.flags & NULL_GOOD) === 0) attempt(call, nowhere[kind]);
    }
    if ((call.flags & WRITES) !== 0) attempt(call, CODE);
    attempt(call, edge as u32);
  }
  attempt_within();
  unlink('/tmp/badptr');
  printf('badptr: %u bad pointers in %u places, %u not refused\n', tried, CALLS + 2, wrong);
  return wrong === 0 ? 0 : 1;
}

function prepare(): void {
  const heap = brk(0);
  const end = (heap + 2 * PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
  brk(end);
  edge = end - 1;
  file = open('/tmp/badptr', O_RDWR | O_CREAT, 0o644);
  directory = open('/bin', O_RDONLY | O_DIRECTORY);
  pipe(pipe_ends);
  socket = ecall(NR_socket, AF_INET, SOCK_DGRAM, 0) as i32;
}

/** Makes the call with one bad pointer. */
function attempt(call: Call, pointer: u32): void {
  const given = local<Arr<u32, 6>>();
  for (let index: u32 = 0; index < 6; index++) given[index] = value_of(call.arguments[index], pointer);
  refill(call);
  // A text that does not end before its page does.
  writeb(edge, char('x'));
  const result = ecall(call.number, given[0], given[1], given[2], given[3], given[4], given[5]) as i32;
  const partial = pointer === (edge as u32) && (call.flags & PARTIAL) !== 0 && result === 1;
  judge(call.name, pointer, result, partial);
}

function judge(name: cstr, pointer: u32, result: i32, good: bool): void {
  tried++;
  if (result === -EFAULT || good) return;
  wrong++;
  printf('badptr: %s with %08x gave %d\n', name, pointer, result);
}

function value_of(argument: u32, pointer: u32): u32 {
  switch (argument) {
    case BAD: return pointer;
    case FILE: return file;
    case DIRECTORY: return directory;
    case PIPE_IN: return pipe_ends[0];
    case PIPE_OUT: return pipe_ends[1];
    case CHILD: return child();
    case NAME: return addr('/bin/true') as u32;
    case BUFFER: return addr(buffer) as u32;
    case SOCKET: return socket;
    case LENGTH:
      length = 64;
      return addr(length) as u32;
  }
  return argument;
}

/** Something to read for those calls that would wait or find an end otherwise, and room in the pipe. */
function refill(call: Call): void {
  if (call.number === NR_read) ecall(NR_write, pipe_ends[1], addr(buffer), 2);
  if (call.number === NR_read || call.number === NR_write) {
    ecall(NR_write, file, addr(buffer), 512);
    ecall(NR_llseek, file, 0, 0, addr(buffer), 0);
  }
  if (call.number === NR_getdents64) {
    close(directory);
    directory = open('/bin', O_RDONLY | O_DIRECTORY);
  }
}

/** A process that has a status to be collected. */
function child(): i32 {
  const argv = local<Arr<cstr | null, 2>>();
  argv[0] = 'true';
  argv[1] = null;
  return spawn('/bin/true', argv, argv);
}

/** Arrays that can be read, with strings that cannot. */
function attempt_within(): void {
  const argv = local<Arr<u32, 2>>();
  argv[1] = 0;
  for (let kind: u32 = 1; kind < NOWHERE; kind++) {
    argv[0] = nowhere[kind];
    judge('execve string', argv[0], ecall(NR_execve, addr('/bin/true'), addr(argv), 0) as i32, false);
    judge('spawn string', argv[0], ecall(NR_spawn, addr('/bin/true'), 0, addr(argv), 0, 0, -1) as i32, false);
  }
}
