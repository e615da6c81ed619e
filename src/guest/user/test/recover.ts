/**
 * recover use: calls each operation of unruly's device once, as far as it can be opened, and reads its /proc entry.
 *
 * recover seed milliseconds odds pace: loads the extensions sb, e1000, rogue and unruly in domains of their own and
 * uses them from several processes, so that they fail again and again, for so long; `odds` is unruly's. Meanwhile it
 * fails them by request, unloads them, and loads those that were given up. What sleeps between its uses does so `pace`
 * times as long, for a machine that is slow by its own clock. At the end all are unloaded; a line says how.
 */
import { O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY, POLLIN } from '../../kernel/fs/fcntl.ts';
import { MKDEV, S_IFCHR } from '../../kernel/fs/mode.ts';
import { AF_INET, SOCK_DGRAM, SockaddrIn } from '../../kernel/net/in.ts';
import { SNDCTL_DSP_GETODELAY, SNDCTL_DSP_SETFRAGMENT, SNDCTL_DSP_SPEED } from '../../kernel/sound/soundcard.ts';
import { NR_mknodat } from '../../kernel/syscall/numbers.ts';
import { snprintf } from '../../lib/format.ts';
import { strcmp, strncmp, strstr } from '../../lib/string.ts';
import { parse_number } from '../lib/number.ts';
import { parse_address } from '../lib/inet.ts';
import { poll, PollFd, recvfrom, sendto, set_address, set_receive_timeout, socket } from '../lib/socket.ts';
import { printf } from '../lib/stdio.ts';
import { microseconds } from '../lib/time.ts';
import { close, ioctl, kill, msleep, open, read, spawn_with, waitpid, write } from '../lib/unistd.ts';

const DEVICE = '/dev/unruly', UNRULY_MAJOR = 240;
const WORKERS = 10;
const SIGKILL = 9;
/** UDP port. */
const ECHO = 7;
const NAMES = 4;
const names: Arr<cstr, 4> = ['unruly', 'sb', 'rogue', 'e1000'];
const UNRULY = 0;
const E1000 = 3;
/** Requests to the rogue; of these some take long, and are made less often. */
const REQUESTS = 36;
const SLOW: u32 = 1 << 12 | 1 << 13 | 1 << 18;
/** How often unloading is tried, every 10 ms. */
const TRIES = 1000;

let random_state: u32 = 1;
let bytes!: Arr<u8, 4096>;
let odds: cstr = '0';
let pace: u32 = 1;
let nowhere: i32 = -1;

function random(limit: u32): u32 {
  random_state ^= random_state << 13;
  random_state ^= random_state >>> 17;
  random_state ^= random_state << 5;
  return random_state % limit;
}

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  if (argc === 2 && strcmp(argv[1], 'use') === 0) return use();
  const number = local<Arr<u32, 5>>();
  number[4] = 0;
  for (let index: u32 = 0; index < 5; index++) {
    if (index + 1 < argc ? parse_number(argv[index + 1], ptr(number[index])) : index === 4) continue;
    printf('usage: recover use | recover seed milliseconds odds pace\n');
    return 2;
  }
  random_state = number[0] * 2654435761 + number[4] * 40503 + 1;
  if (random_state === 0) random_state = 1;
  odds = argv[3];
  pace = number[3];
  // A fifth number is the worker that this process is, counted from 1.
  if (number[4] !== 0) return work(number[4] - 1);
  return lead(argv, number[1]);
}

function lead(argv: Ptr<cstr>, milliseconds: u32): i32 {
  const pids = local<Arr<i32, 10>>();
  nowhere = open('/dev/null', O_RDWR);
  make_device();
  keep();
  for (let worker: u32 = 0; worker < WORKERS; worker++) pids[worker] = start_worker(argv, worker);
  const begin = microseconds();
  while (microseconds() - begin < milliseconds * 1000) {
    rest(5 + random(25));
    if (random(3) === 0) fail(names[random(NAMES)]);
    if (random(12) === 0) remove(random(NAMES));
    keep();
  }
  for (let worker: u32 = 0; worker < WORKERS; worker++) kill(pids[worker], SIGKILL);
  for (let worker: u32 = 0; worker < WORKERS; worker++) waitpid(pids[worker], null, 0);
  const unloaded = unload();
  printf('recover %s: %s\n', argv[1], unloaded ? 'ok' : 'FAILED, modules are left');
  return unloaded ? 0 : 1;
}

function make_device(): void {
  ecall(NR_mknodat, 0, addr(DEVICE), S_IFCHR | 0o600, MKDEV(UNRULY_MAJOR, 0));
}

/** For once: each operation, whatever becomes of the others. */
function use(): i32 {
  make_device();
  const fd = open(DEVICE, O_RDWR);
  read(fd, bytes, 4);
  write(fd, bytes, 100);
  wait_for(fd);
  ioctl(fd, 1, 0);
  close(fd);
  read_file('/proc/unruly');
  msleep(30);
  return 0;
}

function start_worker(argv: Ptr<cstr>, worker: u32): i32 {
  const word = local<Arr<u8, 12>>();
  snprintf(word, 12, '%u', worker + 1);
  const words = local<Arr<cstr | null, 7>>();
  words[0] = 'recover';
  for (let index: u32 = 1; index <= 4; index++) words[index] = argv[index];
  words[5] = cast<cstr>(word);
  words[6] = null;
  return start('/test/recover', words);
}

function start(path: cstr, argv: Ptr<cstr | null>): i32 {
  const environment = local<Arr<cstr | null, 1>>();
  const fds = local<Arr<i32, 3>>();
  for (let fd: u32 = 0; fd < 3; fd++) fds[fd] = nowhere;
  environment[0] = null;
  return spawn_with(path, argv, environment, fds, 3, -1);
}

function run(path: cstr, first: cstr, second: cstr | null, third: cstr | null): void {
  const argv = local<Arr<cstr | null, 5>>();
  argv[0] = path;
  argv[1] = first;
  argv[2] = second;
  argv[3] = third;
  argv[4] = null;
  const pid = start(path, argv);
  if (pid > 0) waitpid(pid, null, 0);
}

function fail(name: cstr): void {
  const line = local<Arr<u8, 48>>();
  const fd = open('/proc/nooks', O_WRONLY);
  write(fd, line, snprintf(line, 48, 'fail %s', name));
  close(fd);
}

/** Loads what is not there. */
function keep(): void {
  const parameter = local<Arr<u8, 24>>();
  snprintf(parameter, 24, 'odds=%s', odds);
  for (let index: u32 = 0; index < NAMES; index++) {
    if (is_loaded(names[index])) continue;
    run('/sbin/insmod', '-n', names[index], index === UNRULY ? cast<cstr>(parameter) : null);
    if (index === E1000) run('/bin/ifconfig', 'eth0', '10.0.2.15', 'up');
  }
}

/** An interface that is up keeps its driver from being unloaded. */
function remove(index: u32): void {
  if (index === E1000) run('/bin/ifconfig', 'eth0', 'down', null);
  run('/sbin/rmmod', names[index], null, null);
}

function is_loaded(name: cstr): bool {
  const line = local<Arr<u8, 40>>();
  snprintf(line, 40, '\n%s ', name);
  const got = read_file('/proc/modules');
  return got >= 0 && strstr(cast<cstr>(bytes), cast<cstr>(line)) !== null;
}

/** Reads what fits after a line's end, so that every line has one before it. */
function read_file(path: cstr): i32 {
  const fd = open(path, O_RDONLY);
  bytes[0] = char('\n');
  const got = read(fd, ptr(bytes[1]), 4000);
  bytes[got < 0 ? 1 : got + 1] = 0;
  close(fd);
  return got;
}

/**
 * Whether all could be unloaded. What a network card may yet write to is given back when a driver has taken it once
 * more, which may take several: one may die of it, too.
 */
function unload(): bool {
  for (let tries = 0; tries < TRIES; tries++) {
    if (!remove_all()) return false;
    if (!any_withheld()) return true;
    run('/sbin/insmod', '-n', names[E1000], null);
  }
  return false;
}

function any_withheld(): bool {
  return read_file('/proc/nooks') <= 0 || strstr(cast<cstr>(bytes), 'withheld: 0 pages, 0 packets') === null;
}

/** Those too that are on their way back. */
function remove_all(): bool {
  for (let tries = 0; tries < TRIES; tries++) {
    for (let index: u32 = 0; index < NAMES; index++) if (is_loaded(names[index])) remove(index);
    if (!any_left()) return true;
    msleep(10);
  }
  return false;
}

/** Whether /proc/nooks tells of an extension. */
function any_left(): bool {
  return read_file('/proc/nooks') <= 0 || strncmp(cast<cstr>(bytes), '\nall:', 5) !== 0;
}

/** For ever: the leader ends it. */
function work(worker: u32): i32 {
  for (;;) {
    switch (worker % WORKERS) {
      case 0: case 1: case 2: ask_rogue(); break;
      case 3: case 4: case 5: use_unruly(); break;
      case 6: play(); break;
      case 7: send(); break;
      default: look(); break;
    }
  }
}

function rest(milliseconds: u32): void {
  msleep(milliseconds * pace);
}

function ask_rogue(): void {
  const line = local<Arr<u8, 8>>();
  const fd = open('/proc/rogue', O_WRONLY);
  let request = random(REQUESTS);
  if ((SLOW >>> request & 1) !== 0 && random(8) !== 0) request = 0;
  write(fd, line, snprintf(line, 8, '%u\n', request));
  close(fd);
  rest(random(6));
}

/** Uses the device until an operation fails. */
function use_unruly(): void {
  const fd = open(DEVICE, O_RDWR);
  let error = fd;
  for (let turn = 0; turn < 40 && error >= 0; turn++) {
    switch (random(5)) {
      case 0: error = read(fd, bytes, 4); break;
      case 1: error = write(fd, bytes, random(3000)); break;
      case 2: error = wait_for(fd); break;
      case 3: error = ioctl(fd, random(4), 0); break;
      default: rest(random(3));
    }
  }
  close(fd);
  if (error < 0) rest(random(4));
}

function wait_for(fd: i32): i32 {
  const fds = local<Arr<Embed<PollFd>, 1>>();
  fds[0].fd = fd;
  fds[0].events = POLLIN;
  fds[0].revents = 0;
  return poll(fds, 1, 20);
}

/** Silence, with more of it in the ring than is played before something happens. */
function play(): void {
  const fd = open('/dev/dsp', O_WRONLY | (random(2) === 0 ? O_NONBLOCK : 0));
  set(fd, SNDCTL_DSP_SETFRAGMENT, 4 << 16 | 8);
  set(fd, SNDCTL_DSP_SPEED, 8000 + random(20000));
  let error = fd;
  for (let turn = 0; turn < 50 && error >= 0; turn++) {
    error = random(3) === 0 ? set(fd, SNDCTL_DSP_GETODELAY, 0) : write(fd, bytes, random(2000));
  }
  close(fd);
  rest(1 + random(3));
}

function set(fd: i32, request: u32, value: u32): i32 {
  const cell = local<Arr<u32, 1>>();
  cell[0] = value;
  return ioctl(fd, request, addr(cell));
}

/** Packets to the echo service at the other end of the card's cable, some of which may come back. */
function send(): void {
  const to = local<SockaddrIn>();
  const fd = socket(AF_INET, SOCK_DGRAM, 0);
  const peer = local<Arr<u32, 1>>();
  parse_address('10.0.2.2', peer);
  set_address(to, peer[0], ECHO);
  set_receive_timeout(fd, 20);
  for (let turn = 0; turn < 10; turn++) {
    if (sendto(fd, addr(bytes), 1 + random(1400), 0, to) < 0) break;
    recvfrom(fd, addr(bytes), 4000, 0, null);
  }
  close(fd);
  rest(random(6));
}

const FILES = 7;
const files: Arr<cstr, 7> = [
  '/proc/sb', '/proc/unruly', '/proc/rogue', '/proc/nooks', '/proc/interrupts', '/proc/modules', '/proc/net/dev',
];

function look(): void {
  read_file(files[random(FILES)]);
  rest(random(4));
}
