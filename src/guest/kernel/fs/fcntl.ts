/** Flags of open and of files: Linux 2.4, include/linux/fs.h; values of Linux/RISC-V (include/asm-generic/fcntl.h). */
export const O_ACCMODE = 3;
export const O_RDONLY = 0;
export const O_WRONLY = 1;
export const O_RDWR = 2;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_NOCTTY = 0o400;
export const O_TRUNC = 0o1000;
export const O_APPEND = 0o2000;
export const O_NONBLOCK = 0o4000;
export const O_DIRECTORY = 0o200000;
export const O_CLOEXEC = 0o2000000;

/** "Relative to the working directory" as the directory argument of openat and its like. */
export const AT_FDCWD = -100;
/** unlinkat: remove a directory. */
export const AT_REMOVEDIR = 0x200;

// Commands of fcntl.
export const F_DUPFD = 0;
export const F_GETFD = 1;
export const F_SETFD = 2;
export const F_GETFL = 3;
export const F_SETFL = 4;
export const FD_CLOEXEC = 1;

// Bits of File.f_mode.
export const FMODE_READ = 1;
export const FMODE_WRITE = 2;

// llseek's origins.
export const SEEK_SET = 0;
export const SEEK_CUR = 1;
export const SEEK_END = 2;

// What poll asks and answers: include/asm-generic/poll.h.
export const POLLIN = 0x0001;
export const POLLPRI = 0x0002;
export const POLLOUT = 0x0004;
export const POLLERR = 0x0008;
export const POLLHUP = 0x0010;
export const POLLNVAL = 0x0020;
export const POLLRDNORM = 0x0040;
export const POLLWRNORM = 0x0100;
