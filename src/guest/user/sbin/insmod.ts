/**
 * insmod [-n] file [name=value...]: loads a module, called as its file without folder and `.o`; with -n in a protection
 * domain (Nooks), where its policy limits what it may take. A file without `/` that is not here is looked for in
 * /lib/modules.
 */
import { E2BIG, ENOENT, ENOMEM } from '../../kernel/errno.ts';
import { O_RDONLY } from '../../kernel/fs/fcntl.ts';
import { MODULE_INIT_ISOLATED, NR_init_module } from '../../kernel/syscall/numbers.ts';
import { snprintf } from '../../lib/format.ts';
import { strcmp, strlen } from '../../lib/string.ts';
import { complain, usage } from '../lib/error.ts';
import { malloc } from '../lib/malloc.ts';
import { read_kind } from '../lib/nooks.ts';
import { Policy, read_policy, set_limits } from '../lib/policy.ts';
import { Stat64 } from '../../kernel/uapi/stat.ts';
import { fstat, open, read } from '../lib/unistd.ts';

const PATH_SIZE = 256;
const PARAMETERS_SIZE = 512;

let policy!: Embed<Policy>;

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  const isolated = argc > 1 && strcmp(argv[1], '-n') === 0;
  const file: u32 = isolated ? 2 : 1;
  if (argc <= file) return usage('insmod [-n] file [name=value...]');
  const parameters = local<Arr<u8, 512>>();
  let used: u32 = 0;
  parameters[0] = 0;
  for (let index: u32 = file + 1; index < argc; index++) {
    const room = PARAMETERS_SIZE - used;
    used += snprintf(cast<Ptr<u8>>(addr(parameters) + used), room, '%s ', argv[index]);
    if (used >= PARAMETERS_SIZE) return complain('insmod', argv[index], -E2BIG);
  }
  const name = local<Arr<u8, 256>>();
  module_name(argv[file], name);
  const error = insert(argv[file], cast<cstr>(name), cast<cstr>(parameters), isolated ? MODULE_INIT_ISOLATED : 0);
  if (error !== 0) return complain('insmod', argv[file], error);
  if (isolated) limit(cast<cstr>(name));
  return 0;
}

/** It runs even if its policy is of no use: of that is told. */
function limit(name: cstr): void {
  const kind = local<Arr<u8, 16>>();
  read_kind(name, kind);
  if (read_policy(policy, name, cast<cstr>(kind), 0) === 0) set_limits(policy, name);
}

function insert(file: cstr, name: cstr, parameters: cstr, flags: u32): i32 {
  const fd = open_module(file);
  if (fd < 0) return fd;
  const status = local<Stat64>();
  let error = fstat(fd, status);
  if (error !== 0) return error;
  const size = lo32(status.st_size);
  const image = malloc(size);
  if (image === 0) return -ENOMEM;
  for (let got: u32 = 0; got < size;) {
    error = read(fd, cast<Ptr<u8>>(image + got), size - got);
    if (error < 0) return error;
    if (error === 0) break;
    got += error as u32;
  }
  return ecall(NR_init_module, image, size, addr(parameters), addr(name), flags) as i32;
}

function open_module(file: cstr): i32 {
  const fd = open(file, O_RDONLY);
  if (fd !== -ENOENT) return fd;
  const path = local<Arr<u8, 256>>();
  snprintf(path, PATH_SIZE, '/lib/modules/%s%s', file, ends_in_o(file) ? '' : '.o');
  return open(cast<cstr>(path), O_RDONLY);
}

function ends_in_o(file: cstr): bool {
  const length = strlen(file);
  return length > 2 && file[length - 2] === char('.') && file[length - 1] === char('o');
}

function module_name(file: cstr, name: Ptr<u8>): void {
  let begin: u32 = 0;
  for (let index: u32 = 0; file[index] !== 0; index++) if (file[index] === char('/')) begin = index + 1;
  const length = snprintf(name, PATH_SIZE, '%s', cast<cstr>(addr(file) + begin));
  if (length < PATH_SIZE && ends_in_o(cast<cstr>(name))) name[length - 2] = 0;
}
