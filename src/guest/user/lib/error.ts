/** What goes wrong, in words: POSIX strerror. */
import {
  E2BIG, EACCES, EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT, EAGAIN, EBADF, EBUSY, ECHILD, ECONNREFUSED, EEXIST, EFAULT,
  EFBIG, EHOSTUNREACH, EINTR, EINVAL, EIO, EISDIR, EMFILE, EMSGSIZE, ENAMETOOLONG, ENETDOWN, ENETUNREACH, ENFILE,
  ENOBUFS, ENODEV, ENOENT, ENOEXEC, ENOMEM, ENOSPC, ENOSYS, ENOTCONN, ENOTDIR, ENOTEMPTY, ENOTTY, ENXIO, EOPNOTSUPP,
  EPERM, EPIPE, EROFS, ESPIPE, ESRCH, EXDEV,
} from '../../kernel/errno.ts';
import { dprintf, STDERR } from './stdio.ts';

/** The words for a negated error number; an empty text for one that no program here expects. */
export function strerror(error: i32): cstr {
  switch (-error) {
    case E2BIG: return 'Argument list too long';
    case EACCES: return 'Permission denied';
    case EADDRINUSE: return 'Address already in use';
    case EADDRNOTAVAIL: return 'Cannot assign requested address';
    case EAFNOSUPPORT: return 'Address family not supported';
    case EAGAIN: return 'Resource temporarily unavailable';
    case EBADF: return 'Bad file descriptor';
    case EBUSY: return 'Device or resource busy';
    case ECHILD: return 'No child processes';
    case ECONNREFUSED: return 'Connection refused';
    case EEXIST: return 'File exists';
    case EFAULT: return 'Bad address';
    case EFBIG: return 'File too large';
    case EHOSTUNREACH: return 'No route to host';
    case EINTR: return 'Interrupted system call';
    case EINVAL: return 'Invalid argument';
    case EIO: return 'Input/output error';
    case EISDIR: return 'Is a directory';
    case EMFILE: return 'Too many open files';
    case EMSGSIZE: return 'Message too long';
    case ENAMETOOLONG: return 'File name too long';
    case ENETDOWN: return 'Network is down';
    case ENETUNREACH: return 'Network is unreachable';
    case ENFILE: return 'Too many open files in system';
    case ENOBUFS: return 'No buffer space available';
    case ENODEV: return 'No such device';
    case ENOENT: return 'No such file or directory';
    case ENOEXEC: return 'Exec format error';
    case ENOMEM: return 'Cannot allocate memory';
    case ENOSPC: return 'No space left on device';
    case ENOSYS: return 'Function not implemented';
    case ENOTCONN: return 'Not connected';
    case ENOTDIR: return 'Not a directory';
    case ENOTEMPTY: return 'Directory not empty';
    case ENOTTY: return 'Inappropriate ioctl for device';
    case ENXIO: return 'No such device or address';
    case EOPNOTSUPP: return 'Operation not supported';
    case EPERM: return 'Operation not permitted';
    case EPIPE: return 'Broken pipe';
    case EROFS: return 'Read-only file system';
    case ESPIPE: return 'Illegal seek';
    case ESRCH: return 'No such process';
    case EXDEV: return 'Invalid cross-device link';
  }
  return '';
}

/** `program: what: reason` on stderr; gives 1, the exit status of a program that failed. */
export function complain(program: cstr, what: cstr, error: i32): i32 {
  const words = strerror(error);
  if (words[0] !== 0) dprintf(STDERR, '%s: %s: %s\n', program, what, words);
  else dprintf(STDERR, '%s: %s: error %d\n', program, what, -error);
  return 1;
}

/** `usage: ...` on stderr; gives 2, the exit status of a program that was called wrongly. */
export function usage(words: cstr): i32 {
  dprintf(STDERR, 'usage: %s\n', words);
  return 2;
}
