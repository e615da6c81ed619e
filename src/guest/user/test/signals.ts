/**
 * signals [seed] [rounds]: storms of signals on children that sleep and that compute, from two processes at once;
 * killers of one child; and orphans, which init must adopt and collect. One line, and status 0, if all is well. Further
 * words say which of the storm's processes this one is.
 */
import { ECHILD, ESRCH } from '../../kernel/errno.ts';
import { snprintf } from '../../lib/format.ts';
import { strcmp } from '../../lib/string.ts';
import { parse_number } from '../lib/number.ts';
import { WNOHANG } from '../lib/signals.ts';
import { printf } from '../lib/stdio.ts';
import {
  close, getpid, getppid, kill, msleep, pipe, read, sched_yield, spawn, waitpid, write,
} from '../lib/unistd.ts';

// Linux 2.4, include/asm-i386/signal.h and include/linux/wait.h.
const SIGKILL = 9;
const SIGTERM = 15;
const SIGCHLD = 17;
const SIGCONT = 18;
const SIGSTOP = 19;
const SIGWINCH = 28;
const WUNTRACED = 2;

const VICTIMS = 4;
const SHOTS = 12;
const KILLERS = 3;
const SELF = '/test/signals';
/** Milliseconds in which init adopts and collects. */
const PATIENCE = 100;

let random_state: u32 = 1;

/** A number below `limit`: xorshift32. */
function random(limit: u32): u32 {
  random_state ^= random_state << 13;
  random_state ^= random_state >>> 17;
  random_state ^= random_state << 5;
  return random_state % limit;
}

export function main(argc: u32, argv: Ptr<cstr>): i32 {
  const numbers = local<Arr<u32, 2>>();
  numbers[0] = 1;
  numbers[1] = 3;
  for (let index: u32 = 1; index < argc && index <= 2; index++) {
    if (parse_number(argv[index], ptr(numbers[index - 1]))) continue;
    printf('signals: %s is no number\n', argv[index]);
    return 2;
  }
  random_state = numbers[0] * 2654435761 + 1;
  if (argc <= 3) return lead(numbers[0], numbers[1]);
  // It gives way now and then, or each would take its whole slice of time.
  if (strcmp(argv[3], 'spin') === 0) for (;;) if (random(64) === 0) sched_yield();
  // Again: in Linux 2.4 a stop ends nanosleep.
  if (strcmp(argv[3], 'sleep') === 0) for (;;) msleep(1000);
  if (strcmp(argv[3], 'shoot') === 0) return shoot_at_all(argc, argv, false);
  if (strcmp(argv[3], 'kill') === 0) return shoot_at_all(argc, argv, true);
  return strcmp(argv[3], 'leave') === 0 ? leave_orphan() : be_orphan();
}

function lead(seed: u32, rounds: u32): i32 {
  let good = true;
  for (let round: u32 = 0; round < rounds && good; round++) {
    good = said(storm(), 'storm', round) && said(kill_together(), 'killers', round) && said(orphan(), 'orphan', round);
  }
  printf('signals %u %u: %s\n', seed, rounds, good ? 'ok' : 'FAILED');
  return good ? 0 : 1;
}

function said(good: bool, what: cstr, round: u32): bool {
  if (!good) printf('signals: %s failed in round %u\n', what, round);
  return good;
}

/** A child that is this program in a role; it gets up to four pids as words. */
function start(role: cstr, pids: Ptr<i32>, count: u32): i32 {
  const words = local<Arr<u8, 64>>(), argv = local<Arr<cstr | null, 12>>(), environment = local<Arr<cstr | null, 1>>();
  environment[0] = null;
  argv[0] = 'signals';
  snprintf(words, 12, '%u', random(1000000));
  argv[1] = cast<cstr>(words);
  argv[2] = '1';
  argv[3] = role;
  for (let n: u32 = 0; n < count; n++) {
    const word = cast<Ptr<u8>>(addr(words) + 12 * (n + 1));
    snprintf(word, 12, '%d', pids[n]);
    argv[4 + n] = cast<cstr>(word);
  }
  argv[4 + count] = null;
  return spawn(SELF, argv, environment);
}

/** Two processes shoot at four, half of which sleep; whatever came, SIGTERM and SIGCONT end each of them. */
function storm(): bool {
  const victims = local<Arr<i32, 4>>();
  for (let n: u32 = 0; n < VICTIMS; n++) victims[n] = start(n % 2 === 0 ? 'sleep' : 'spin', victims, 0);
  const other = start('shoot', victims, VICTIMS);
  let good = other > 0;
  for (let n: u32 = 0; n < VICTIMS; n++) good = victims[n] > 0 && good;
  for (let shot: u32 = 0; shot < SHOTS && good; shot++) {
    good = shoot(victims[random(VICTIMS)]) && notice(victims[random(VICTIMS)]);
  }
  good = ended(other) === 0 && good;
  for (let n: u32 = 0; n < VICTIMS; n++) {
    kill(victims[n], SIGTERM);
    kill(victims[n], SIGCONT);
  }
  for (let n: u32 = 0; n < VICTIMS; n++) good = ended(victims[n]) === (SIGTERM as i32) && good;
  return good && waitpid(-1, null, WNOHANG) === -ECHILD;
}

function shoot(victim: i32): bool {
  const die = random(8);
  const signal: u32 = die < 3 ? SIGSTOP : die < 6 ? SIGCONT : die === 6 ? SIGCHLD : SIGWINCH;
  if (random(4) === 0) sched_yield();
  return kill(victim, signal) === 0;
}

/** A child that has stopped tells so, once; it has not ended. */
function notice(victim: i32): bool {
  const status = local<Arr<i32, 1>>();
  const pid = waitpid(victim, status, WNOHANG | WUNTRACED);
  return pid === 0 || (pid === victim && status[0] === ((SIGSTOP << 8 | 0x7f) as i32));
}

/** A child's status, once it has ended; -1 if it cannot be waited for. */
function ended(pid: i32): i32 {
  const status = local<Arr<i32, 1>>();
  return waitpid(pid, status, 0) === pid ? status[0] : -1;
}

/** The roles `shoot` and `kill`: at the pids of the command line. */
function shoot_at_all(argc: u32, argv: Ptr<cstr>, deadly: bool): i32 {
  const pid = local<Arr<u32, 1>>();
  for (let shot: u32 = 0; shot < SHOTS; shot++) {
    if (!parse_number(argv[4 + random(argc - 4)], pid)) return 1;
    if (deadly) kill(pid[0] as i32, SIGKILL);
    else if (!shoot(pid[0] as i32)) return 1;
  }
  return 0;
}

/** Several processes kill one: it dies of it, once. */
function kill_together(): bool {
  const victim = local<Arr<i32, 1>>(), killers = local<Arr<i32, 3>>();
  victim[0] = start(random(2) === 0 ? 'sleep' : 'spin', victim, 0);
  for (let n: u32 = 0; n < KILLERS; n++) killers[n] = start('kill', victim, 1);
  let good = ended(victim[0]) === (SIGKILL as i32);
  for (let n: u32 = 0; n < KILLERS; n++) good = ended(killers[n]) === 0 && good;
  return good && kill(victim[0], 0) === -ESRCH && waitpid(victim[0], null, 0) === -ECHILD;
}

/** What an orphan tells through the pipe, which all its ancestors have open too. */
class Telling {
  pid: i32;
  parent: i32;
}

/** The descriptors that the pipe gets in a process that has none but the standard ones. */
const FROM = 3;
const TO = 4;

/** A child leaves its own child alone: init becomes the parent, and collects it. */
function orphan(): bool {
  const fds = local<Arr<i32, 2>>(), telling = local<Telling>();
  if (pipe(fds) !== 0 || fds[0] !== FROM || fds[1] !== TO) return false;
  const middle = start('leave', fds, 0);
  close(TO);
  let good = ended(middle) === 0;
  good = read(FROM, cast<Ptr<u8>>(telling), sizeof<Telling>()) === sizeof<Telling>() && telling.parent === 1 && good;
  close(FROM);
  for (let waited: u32 = 0; waited < PATIENCE && kill(telling.pid, 0) !== -ESRCH; waited++) msleep(1);
  return good && kill(telling.pid, 0) === -ESRCH;
}

function leave_orphan(): i32 {
  const none = local<Arr<i32, 1>>();
  return start('orphan', none, 0) > 0 ? 0 : 1;
}

function be_orphan(): i32 {
  const telling = local<Telling>();
  telling.pid = getpid();
  for (let waited: u32 = 0; waited < PATIENCE && getppid() !== 1; waited++) msleep(1);
  telling.parent = getppid();
  return write(TO, cast<Ptr<u8>>(telling), sizeof<Telling>()) === sizeof<Telling>() ? 0 : 1;
}
