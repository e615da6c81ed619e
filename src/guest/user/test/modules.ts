/**
 * modules load N | modules spoil SEED N: loads and unloads the module `resources` N times and sees that pages are not
 * lost; or offers the kernel N files that are that module but for a few bytes, none of which may be loaded or do harm:
 * each comes with a parameter that no module has, so that a file that is still good is refused last of all.
 */
import { O_RDONLY } from '../../kernel/fs/fcntl.ts';
import { NR_delete_module, NR_init_module } from '../../kernel/syscall/numbers.ts';
import { strcmp } from '../../lib/string.ts';
import { parse_number } from '../lib/number.ts';
import { printf } from '../lib/stdio.ts';
import { SysInfo } from '../../kernel/uapi/system.ts';
import { sysinfo } from '../lib/system.ts';
import { open, read } from '../lib/unistd.ts';

const FILE = '/lib/modules/resources.o';
const SIZE = 65536;
/** Loads before the first count: caches fill. */
const WARM_UP = 20;
const MOST_SPOILT = 8;
/** Pages by which two counts may differ. */
const SLACK = 4;

let image!: Arr<u8, 65536>;
let size: u32 = 0;
let random_state: u32 = 1;

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  const numbers = local<Arr<u32, 2>>();
  const spoils = argc === 4 && strcmp(argv[1], 'spoil') === 0;
  const loads = argc === 3 && strcmp(argv[1], 'load') === 0;
  if (!(spoils || loads) || !parse_number(argv[2], numbers) || (spoils && !parse_number(argv[3], ptr(numbers[1])))) {
    printf('usage: modules load N | modules spoil SEED N\n');
    return 2;
  }
  const fd = open(FILE, O_RDONLY);
  const got = fd < 0 ? fd : read(fd, image, SIZE);
  if (got <= 0 || got === SIZE) {
    printf('modules: %s cannot be read\n', FILE);
    return 1;
  }
  size = got as u32;
  return spoils ? spoil(numbers[0], numbers[1]) : load(numbers[0]);
}

function insert(name: cstr, parameters: cstr): i32 {
  return ecall(NR_init_module, addr(image), size, addr(parameters), addr(name), 0) as i32;
}

function load(count: u32): i32 {
  let before: u32 = 0;
  for (let turn: u32 = 0; turn < WARM_UP + count; turn++) {
    if (turn === WARM_UP) before = free_pages();
    const error = insert('resources', '');
    const then = error === 0 ? ecall(NR_delete_module, addr('resources'), 0) as i32 : 0;
    if (error === 0 && then === 0) continue;
    printf('modules: turn %u: %d, %d\n', turn, error, then);
    return 1;
  }
  const lost = (before - free_pages()) as i32;
  // Others come and go meanwhile: a page or two is nobody's leak.
  const leaked = lost > SLACK;
  printf('modules: %u loads, %s\n', count, leaked ? 'pages lost' : 'no page lost');
  return leaked ? 1 : 0;
}

function free_pages(): u32 {
  const info = local<SysInfo>();
  return sysinfo(info) === 0 ? info.freeram / 4096 : 0;
}

/** xorshift32. */
function random(limit: u32): u32 {
  random_state ^= random_state << 13;
  random_state ^= random_state >>> 17;
  random_state ^= random_state << 5;
  return random_state % limit;
}

function spoil(seed: u32, count: u32): i32 {
  const places = local<Arr<u32, 8>>();
  const values = local<Arr<u32, 8>>();
  random_state = seed * 2654435761 + 1;
  for (let turn: u32 = 0; turn < count; turn++) {
    const bytes = 1 + random(MOST_SPOILT);
    for (let index: u32 = 0; index < bytes; index++) {
      // Every other one in the header or in the section headers, which are last.
      const near = random(2) === 0 ? random(52) : random(4) === 0 ? size - 1 - random(600) : random(size);
      places[index] = near;
      values[index] = image[near];
      image[near] = random(4) === 0 ? 0xff : random(256);
    }
    const error = insert('spoilt', 'nosuch=1');
    for (let index = bytes; index-- !== 0;) image[places[index]] = values[index];
    if (error < 0) continue;
    printf('modules: seed %u, turn %u was loaded\n', seed, turn);
    return 1;
  }
  printf('modules: %u spoilt files refused\n', count);
  return 0;
}
