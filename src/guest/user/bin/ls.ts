/** ls [-l] [path...]: the files in directories, sorted by name; -l with their type, permissions and size. */
import { O_DIRECTORY, O_RDONLY } from '../../kernel/fs/fcntl.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFMT } from '../../kernel/fs/mode.ts';
import { snprintf } from '../../lib/format.ts';
import { memcpy } from '../../lib/memory.ts';
import { strcmp, strlen } from '../../lib/string.ts';
import { complain } from '../lib/error.ts';
import { printf } from '../lib/stdio.ts';
import { Dirent64, DIRENT_NAME, Stat64 } from '../../kernel/uapi/stat.ts';
import { close, getdents, open, stat } from '../lib/unistd.ts';

/** Files of a directory, and bytes of their names together, that one listing has room for. */
const MOST_NAMES = 512;
const NAMES_SIZE = 16384;
const PATH_SIZE = 1024;

let names!: Arr<cstr, 512>;
let name_count: u32 = 0;
let name_bytes!: Arr<u8, 16384>;
let records!: Arr<u8, 2048>;
let path!: Arr<u8, 1024>;

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  const long = argc > 1 && strcmp(argv[1], '-l') === 0;
  const first: u32 = long ? 2 : 1;
  if (argc === first) return list('.', long, false);
  let status: i32 = 0;
  for (let index = first; index < argc; index++) status |= list(argv[index], long, argc - first > 1);
  return status;
}

function list(what: cstr, long: bool, title: bool): i32 {
  const status = local<Stat64>();
  const error = stat(what, status);
  if (error !== 0) return complain('ls', what, error);
  if ((status.st_mode & S_IFMT) !== S_IFDIR) {
    show(what, status, long);
    return 0;
  }
  if (title) printf('%s:\n', what);
  const failed = read_names(what);
  if (failed !== 0) return complain('ls', what, failed);
  sort();
  for (let index: u32 = 0; index < name_count; index++) {
    snprintf(path, PATH_SIZE, '%s/%s', what, names[index]);
    // A file that has gone meanwhile is shown without what is not known any more.
    if (long && stat(cast<cstr>(path), status) !== 0) status.st_mode = 0;
    show(names[index], status, long);
  }
  return 0;
}

/** All names of a directory but . and .. into `names`: 0 or a negated error. */
function read_names(directory: cstr): i32 {
  const fd = open(directory, O_RDONLY | O_DIRECTORY);
  if (fd < 0) return fd;
  let used: u32 = 0, got: i32 = 0;
  name_count = 0;
  for (;;) {
    got = getdents(fd, records, 2048);
    if (got <= 0) break;
    for (let at: u32 = 0; at < (got as u32);) {
      const record = addr(records) + at;
      used = take_name(cast<cstr>(record + DIRENT_NAME), used);
      at += cast<Dirent64>(record).d_reclen;
    }
  }
  close(fd);
  return got;
}

/** Keeps a name behind `used` bytes of others; gives how many bytes there are then. */
function take_name(name: cstr, used: u32): u32 {
  const size = strlen(name) + 1;
  if (strcmp(name, '.') === 0 || strcmp(name, '..') === 0) return used;
  if (name_count === MOST_NAMES || used + size > NAMES_SIZE) return used;
  const copy = addr(name_bytes) + used;
  memcpy(cast(copy), name, size);
  names[name_count++] = cast<cstr>(copy);
  return used + size;
}

/** By insertion: directories are short. */
function sort(): void {
  for (let next: u32 = 1; next < name_count; next++) {
    const name = names[next];
    let at = next;
    for (; at > 0 && strcmp(names[at - 1], name) > 0; at--) names[at] = names[at - 1];
    names[at] = name;
  }
}

function show(name: cstr, status: Stat64, long: bool): void {
  if (!long) {
    printf('%s\n', name);
    return;
  }
  const mode = status.st_mode;
  const letters = local<Arr<u8, 11>>();
  letters[0] = type_letter(mode);
  for (let bit: u32 = 0; bit < 9; bit++) {
    const letter = bit % 3 === 0 ? char('r') : bit % 3 === 1 ? char('w') : char('x');
    letters[bit + 1] = (mode & (0o400 >> bit)) !== 0 ? letter : char('-');
  }
  letters[10] = 0;
  const device = lo32(status.st_rdev);
  if (device !== 0) printf('%s %3u,%4u %s\n', letters, device >> 8, device & 0xff, name);
  else printf('%s %8u %s\n', letters, lo32(status.st_size), name);
}

function type_letter(mode: u32): u32 {
  switch (mode & S_IFMT) {
    case S_IFDIR: return char('d');
    case S_IFCHR: return char('c');
    case S_IFBLK: return char('b');
    case S_IFIFO: return char('p');
  }
  return char('-');
}
