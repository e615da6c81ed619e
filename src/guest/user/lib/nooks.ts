/** Telling the kernel's isolation layer: a line to /proc/nooks, as kernel's nooks/recovery/control.ts has them. */
import { E2BIG } from '../../kernel/errno.ts';
import { O_WRONLY } from '../../kernel/fs/fcntl.ts';
import { vsnprintf } from '../../lib/format.ts';
import { close, open, write } from './unistd.ts';

const LINE_SIZE = 512;

/** 0 or a negated error: what the kernel makes of the line. */
export function tell_nooks(format: cstr, ...args: VarArg[]): i32 {
  const line = local<Arr<u8, 512>>();
  const length = vsnprintf(line, LINE_SIZE, format, cells(args));
  if (length >= LINE_SIZE) return -E2BIG;
  const fd = open('/proc/nooks', O_WRONLY);
  if (fd < 0) return fd;
  const written = write(fd, line, length);
  close(fd);
  return written < 0 ? written : 0;
}
