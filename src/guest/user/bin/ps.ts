/** ps: the tasks, from the files /proc/PID/status. */
import { O_DIRECTORY, O_RDONLY } from '../../kernel/fs/fcntl.ts';
import { snprintf } from '../../lib/format.ts';
import { strlen, strncmp } from '../../lib/string.ts';
import { complain } from '../lib/error.ts';
import { printf } from '../lib/stdio.ts';
import { Dirent64, DIRENT_NAME } from '../../kernel/uapi/stat.ts';
import { close, getdents, open, read } from '../lib/unistd.ts';

const RECORDS_SIZE = 1024;
const STATUS_SIZE = 512;
const PATH_SIZE = 32;
/** Bytes of a field with its NUL. */
const FIELD_SIZE = 24;

export function main(): i32 {
  const records = local<Arr<u8, 1024>>();
  const fd = open('/proc', O_RDONLY | O_DIRECTORY);
  if (fd < 0) return complain('ps', '/proc', fd);
  printf('  PID  PPID S CPU  TICKS NAME\n');
  for (;;) {
    const got = getdents(fd, records, RECORDS_SIZE);
    if (got < 0) return complain('ps', '/proc', got);
    if (got === 0) return 0;
    for (let at: u32 = 0; at < (got as u32);) {
      const record = addr(records) + at;
      const name = cast<cstr>(record + DIRENT_NAME);
      if (name[0] >= char('1') && name[0] <= char('9')) show(name);
      at += cast<Dirent64>(record).d_reclen;
    }
  }
}

/** Prints the task's line, unless it has gone meanwhile. */
function show(pid: cstr): void {
  const path = local<Arr<u8, 32>>();
  const status = local<Arr<u8, 512>>();
  snprintf(path, PATH_SIZE, '/proc/%s/status', pid);
  const fd = open(cast<cstr>(path), O_RDONLY);
  if (fd < 0) return;
  const got = read(fd, status, STATUS_SIZE - 1);
  close(fd);
  if (got <= 0) return;
  status[got as u32] = 0;
  const text = cast<cstr>(status);
  const parent = local<Arr<u8, 24>>(), state = local<Arr<u8, 24>>(), cpu = local<Arr<u8, 24>>();
  const ticks = local<Arr<u8, 24>>(), name = local<Arr<u8, 24>>();
  field(text, 'PPid', parent);
  field(text, 'State', state);
  field(text, 'CPU', cpu);
  field(text, 'Utime', ticks);
  field(text, 'Name', name);
  state[1] = 0;
  printf('%5s %5s %s %3s %6s %s\n', pid, parent, state, cpu, ticks, name);
}

/** The rest of the line of `text` that begins with `name:` and a tab; an empty text if there is none. */
function field(text: cstr, name: cstr, value: Ptr<u8>): void {
  const size = strlen(name);
  let at = addr(text), length: u32 = 0;
  for (;;) {
    const line = cast<cstr>(at);
    if (line[0] === 0) break;
    if (strncmp(line, name, size) === 0 && line[size] === char(':')) {
      for (let from = size + 2; line[from] !== char('\n') && line[from] !== 0 && length < FIELD_SIZE - 1; from++) {
        value[length++] = line[from];
      }
      break;
    }
    while (cast<cstr>(at)[0] !== char('\n') && cast<cstr>(at)[0] !== 0) at++;
    if (cast<cstr>(at)[0] !== 0) at++;
  }
  value[length] = 0;
}
