/** What programs have to do with the kernel's isolation layer: /proc/nooks. */
import { E2BIG } from '../../kernel/errno.ts';
import { O_RDONLY, O_WRONLY } from '../../kernel/fs/fcntl.ts';
import { vsnprintf } from '../../lib/format.ts';
import { strlcpy, strlen, strncmp, strrchr } from '../../lib/string.ts';
import { LineReader } from './stdio.ts';
import { close, open, write } from './unistd.ts';

const LINE_SIZE = 512;
export const KIND_SIZE = 16;

/** Writes a line, as nooks/recovery/control.ts has them: 0 or a negated error, what the kernel makes of it. */
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

/** The kind of an extension that is loaded, of KIND_SIZE bytes: `NAME: in service, KIND` is its first line. */
export function read_kind(name: cstr, kind: Ptr<u8>): void {
  strlcpy(kind, '-', KIND_SIZE);
  const fd = open('/proc/nooks', O_RDONLY);
  if (fd < 0) return;
  const reader = local<LineReader>(), line = local<Arr<u8, 128>>(), length = strlen(name);
  reader.start(fd);
  while (reader.next(line, 128) >= 0) {
    if (strncmp(cast<cstr>(line), name, length) !== 0 || line[length] !== char(':')) continue;
    const blank = strrchr(cast<cstr>(line), char(' '));
    if (blank !== null) strlcpy(kind, cast<cstr>(addr(blank) + 1), KIND_SIZE);
  }
  close(fd);
}
