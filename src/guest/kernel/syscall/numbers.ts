/**
 * System call numbers: those of Linux/RISC-V (include/uapi/asm-generic/unistd.h) where the call is Linux's too; spawn
 * is from the range that header leaves to each architecture (244 to 259). Number in a7, arguments in a0 to
 * a5, result in a0: below 0 a negated error number. User programs import this file, so it imports nothing.
 */
export const NR_getcwd = 17;
export const NR_dup = 23;
export const NR_dup3 = 24;
export const NR_fcntl = 25;
export const NR_ioctl = 29;
export const NR_mknodat = 33;
export const NR_mkdirat = 34;
export const NR_unlinkat = 35;
export const NR_renameat = 38;
export const NR_umount2 = 39;
export const NR_mount = 40;
export const NR_ftruncate = 46;
export const NR_chdir = 49;
export const NR_openat = 56;
export const NR_close = 57;
export const NR_pipe2 = 59;
export const NR_getdents64 = 61;
/** (fd, high, low, result: address of an i64, origin): Linux's _llseek, as on all 32-bit machines. */
export const NR_llseek = 62;
export const NR_read = 63;
export const NR_write = 64;
/** (fds, nfds, timeout in milliseconds or -1): Linux's poll, which newer machines have as ppoll only. */
export const NR_poll = 73;
export const NR_fstatat64 = 79;
export const NR_fstat64 = 80;
export const NR_exit = 93;
export const NR_exit_group = 94;
export const NR_nanosleep = 101;
/** (image, bytes, parameters, name) */
export const NR_init_module = 105;
/** (name, flags) */
export const NR_delete_module = 106;
export const NR_clock_gettime = 113;
/** (action, buffer, bytes): see syslog(2). */
export const NR_syslog = 116;
export const NR_sched_yield = 124;
export const NR_kill = 129;
/** (signal, action, old action, bytes): the actions SIG_DFL and SIG_IGN only, for no program has handlers. */
export const NR_rt_sigaction = 134;
export const NR_setpriority = 140;
export const NR_getpriority = 141;
/** (magic 1, magic 2, command) */
export const NR_reboot = 142;
export const NR_setpgid = 154;
export const NR_getpgid = 155;
export const NR_getsid = 156;
export const NR_setsid = 157;
export const NR_uname = 160;
export const NR_gettimeofday = 169;
export const NR_getpid = 172;
export const NR_getppid = 173;
export const NR_sysinfo = 179;
export const NR_socket = 198;
export const NR_bind = 200;
export const NR_listen = 201;
export const NR_accept = 202;
export const NR_connect = 203;
export const NR_getsockname = 204;
export const NR_getpeername = 205;
export const NR_sendto = 206;
export const NR_recvfrom = 207;
export const NR_setsockopt = 208;
export const NR_getsockopt = 209;
export const NR_shutdown = 210;
export const NR_brk = 214;
export const NR_execve = 221;
/** fork and exec in one: (path, argv, envp, fds, nfds, pgrp); see syscall/process.ts. */
export const NR_spawn = 244;
export const NR_wait4 = 260;
/** One more than the highest number. */
export const NR_SYSCALLS = 261;

/** init_module's flag, a fifth argument: in a protection domain. Nooks: the same file native or isolated, by choice. */
export const MODULE_INIT_ISOLATED = 1;
