/**
 * stress [seed] [rounds]: several processes at once, each doing a random mixture of what processes do, with its outcome
 * checked. Free memory at the end must be what it was at the start. One line, and status 0, if all is well.
 */
import { O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } from '../../kernel/fs/fcntl.ts';
import { snprintf } from '../../lib/format.ts';
import { parse_number } from '../lib/number.ts';
import { printf } from '../lib/stdio.ts';
import {
  brk, close, getpid, kill, lseek, mkdir, msleep, open, pipe, read, rmdir, sched_yield, spawn, unlink, waitpid, write,
} from '../lib/unistd.ts';

const WORKERS = 4;
const SIGKILL = 9;
const BYTES = 1500;

let random_state: u32 = 1;
let buffer!: Arr<u8, 2048>;
let other!: Arr<u8, 2048>;
let name!: Arr<u8, 32>;

/** A number below `limit`: xorshift32. */
function random(limit: u32): u32 {
  random_state ^= random_state << 13;
  random_state ^= random_state >>> 17;
  random_state ^= random_state << 5;
  return random_state % limit;
}

function seed_random(seed: u32): void {
  random_state = seed * 2654435761 + 1;
  if (random_state === 0) random_state = 1;
}

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  const number = local<Arr<u32, 3>>();
  number[0] = 1;
  number[1] = 20;
  number[2] = 0;
  for (let index: u32 = 1; index < argc && index <= 3; index++) {
    if (parse_number(argv[index], ptr(number[index - 1]))) continue;
    printf('stress: %s is no number\n', argv[index]);
    return 2;
  }
  // A third number is the worker that this process is, counted from 1.
  return number[2] === 0 ? lead(number[0], number[1]) : work(number[0], number[1], number[2] - 1);
}

/** Starts the workers and collects them. */
function lead(seed: u32, rounds: u32): i32 {
  const pids = local<Arr<i32, 4>>();
  let failures = 0;
  for (let worker: u32 = 0; worker < WORKERS; worker++) pids[worker] = start_worker(seed, rounds, worker);
  for (let worker: u32 = 0; worker < WORKERS; worker++) {
    const status = local<Arr<i32, 1>>();
    if (pids[worker] < 0 || waitpid(pids[worker], status, 0) !== pids[worker] || status[0] !== 0) failures++;
  }
  printf('stress %u %u: %s\n', seed, rounds, failures === 0 ? 'ok' : 'FAILED');
  return failures === 0 ? 0 : 1;
}

function start_worker(seed: u32, rounds: u32, worker: u32): i32 {
  const words = local<Arr<u8, 48>>();
  snprintf(words, 16, '%u', seed * WORKERS + worker + 1);
  snprintf(ptr(words[16]), 16, '%u', rounds);
  snprintf(ptr(words[32]), 16, '%u', worker + 1);
  const argv = local<Arr<cstr | null, 5>>();
  argv[0] = 'stress';
  argv[1] = cast<cstr>(words);
  argv[2] = cast<cstr>(ptr(words[16]));
  argv[3] = cast<cstr>(ptr(words[32]));
  argv[4] = null;
  return start('/test/stress', argv);
}

function start(path: cstr, argv: Ptr<cstr | null>): i32 {
  const environment = local<Arr<cstr | null, 1>>();
  environment[0] = null;
  return spawn(path, argv, environment);
}

const DEEDS = 8;

function work(seed: u32, rounds: u32, worker: u32): i32 {
  seed_random(seed);
  for (let round: u32 = 0; round < rounds; round++) {
    const deed = random(DEEDS);
    if (do_deed(deed, worker)) continue;
    printf('stress: worker %u, round %u: deed %u failed\n', worker, round, deed);
    return 1;
  }
  return 0;
}

function do_deed(deed: u32, worker: u32): bool {
  switch (deed) {
    case 0: return use_file();
    case 1: return use_directory();
    case 2: return use_pipe();
    case 3: return use_memory();
    case 4: return run_child('/bin/true', '', 0);
    case 5: return run_child('/bin/false', '', 1 << 8);
    case 6: return worker === 0 ? load_module() : kill_child();
    default:
      if (random(2) !== 0) sched_yield();
      else msleep(random(5));
      return true;
  }
}

function fill(to: Ptr<u8>, count: u32): void {
  for (let index: u32 = 0; index < count; index++) to[index] = random(256);
}

function same(count: u32): bool {
  for (let index: u32 = 0; index < count; index++) if (buffer[index] !== other[index]) return false;
  return true;
}

function use_file(): bool {
  snprintf(name, 32, '/tmp/stress.%d', getpid());
  const count = 1 + random(BYTES);
  fill(buffer, count);
  let fd = open(cast<cstr>(name), O_WRONLY | O_CREAT | O_TRUNC, 0o600);
  if (fd < 0 || write(fd, buffer, count) !== count as i32 || close(fd) !== 0) return false;
  fd = open(cast<cstr>(name), O_RDONLY);
  const from = random(count);
  if (fd < 0 || lseek(fd, from as i32, 0) !== from as i32) return false;
  if (read(fd, ptr(other[from]), BYTES) !== (count - from) as i32) return false;
  if (lseek(fd, 0, 0) !== 0 || read(fd, other, from) !== from as i32) return false;
  return same(count) && close(fd) === 0 && unlink(cast<cstr>(name)) === 0;
}

function use_directory(): bool {
  snprintf(name, 32, '/tmp/stress.d%d', getpid());
  return mkdir(cast<cstr>(name), 0o700) === 0 && mkdir(cast<cstr>(name), 0o700) < 0 && rmdir(cast<cstr>(name)) === 0;
}

function use_pipe(): bool {
  const fds = local<Arr<i32, 2>>();
  if (pipe(fds) !== 0) return false;
  const count = 1 + random(BYTES);
  fill(buffer, count);
  const size = count as i32;
  const good = write(fds[1], buffer, count) === size && read(fds[0], other, BYTES) === size && same(count);
  return close(fds[1]) === 0 && read(fds[0], other, 1) === 0 && close(fds[0]) === 0 && good;
}

function use_memory(): bool {
  const end = brk(0);
  const size = 1 + random(20000);
  if (brk(end + size) !== end + size) return false;
  const words = cast<Ptr<u8>>(end);
  let good = true;
  for (let index: u32 = 0; index < size; index += 100) {
    if (words[index] !== 0) good = false;
    words[index] = index & 0xff;
  }
  for (let index: u32 = 0; index < size; index += 100) if (words[index] !== (index & 0xff)) good = false;
  return brk(end) === end && good;
}

/** Whether a program ends as it should. */
function run_child(path: cstr, argument: cstr, expected: i32): bool {
  const argv = local<Arr<cstr | null, 4>>();
  argv[0] = path;
  argv[1] = argument[0] === 0 ? null : argument;
  argv[2] = null;
  const pid = start(path, argv);
  const status = local<Arr<i32, 1>>();
  return pid > 0 && waitpid(pid, status, 0) === pid && status[0] === expected;
}

function kill_child(): bool {
  const argv = local<Arr<cstr | null, 3>>();
  argv[0] = 'sleep';
  argv[1] = '100';
  argv[2] = null;
  const pid = start('/bin/sleep', argv);
  if (pid < 0) return false;
  if (random(2) !== 0) msleep(1);
  const status = local<Arr<i32, 1>>();
  return kill(pid, SIGKILL) === 0 && waitpid(pid, status, 0) === pid && status[0] === SIGKILL;
}

/** Of one worker only: there is one module of that name. */
function load_module(): bool {
  return run_child('/sbin/insmod', '/lib/modules/resources.o', 0) && run_child('/sbin/rmmod', 'resources', 0);
}
