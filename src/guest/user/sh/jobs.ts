/** Programs that the shell has started, until it has heard of their end. */
import { dprintf, printf, STDERR } from '../lib/stdio.ts';
import { SIGINT, signal_words, WNOHANG } from '../lib/signals.ts';
import { ioctl, waitpid } from '../lib/unistd.ts';
import { set_background } from './variables.ts';

/** Programs in the background, and in one pipeline. */
export const MAX_BACKGROUND = 64;
export const MAX_PIPELINE = 16;

/** Pids of programs in the background; 0 for a free place. */
let background!: Arr<i32, 64>;

/** What $? is of a program that a signal ended: this and the signal's number. */
const SIGNAL_STATUS = 128;

// ioctls of terminals: include/asm-generic/ioctls.h.
const TCGETS = 0x5401;
const TIOCSPGRP = 0x5410;

/** Whether the shell sits at a terminal: then programs get the terminal, and the background is told of. */
export let interactive = false;

export function set_interactive(flag: bool): void {
  interactive = flag;
}

/** Whether the descriptor is a terminal. */
export function isatty(fd: i32): bool {
  const termios = local<Arr<u32, 15>>();
  return ioctl(fd, TCGETS, addr(termios)) === 0;
}

/** Signals from the terminal go to this process group. */
export function set_foreground(pgrp: i32): void {
  const cell = local<Arr<i32, 1>>();
  cell[0] = pgrp;
  ioctl(0, TIOCSPGRP, addr(cell));
}

/** Waits for the programs of a pipeline; gives $?, which is the last one's. */
export function await_pipeline(pids: Ptr<i32>, count: u32): i32 {
  let status: i32 = 0;
  const code = local<Arr<i32, 1>>();
  for (let index: u32 = 0; index < count; index++) {
    if (waitpid(pids[index], code, 0) < 0) continue;
    status = status_of(code[0]);
    tell_signal(code[0]);
  }
  return status;
}

/** $? for what waitpid gives. */
export function status_of(code: i32): i32 {
  return (code & 0x7f) !== 0 ? SIGNAL_STATUS + (code & 0x7f) : (code >> 8) & 0xff;
}

/** Says what ended a program, if that was a signal worth a word. */
function tell_signal(code: i32): void {
  const number = (code as u32) & 0x7f;
  if (number === SIGINT) dprintf(STDERR, '\n');
  const words = number === 0 ? '' : signal_words(number);
  if (words[0] !== 0) dprintf(STDERR, '%s\n', words);
}

/** Remembers a program that nobody waits for; if there is no place, its end will not be told. */
export function add_background(pid: i32): void {
  set_background(pid);
  for (let index: u32 = 0; index < MAX_BACKGROUND; index++) {
    if (background[index] !== 0) continue;
    background[index] = pid;
    return;
  }
}

/** Tells of programs in the background that have ended since. */
export function report_background(): void {
  const code = local<Arr<i32, 1>>();
  for (;;) {
    const pid = waitpid(-1, code, WNOHANG);
    if (pid <= 0) return;
    report(pid, code[0]);
  }
}

/** Waits for all programs in the background, or for one: gives its $?, 0 for all, 127 if it is none. */
export function wait_for(wanted: i32): i32 {
  const code = local<Arr<i32, 1>>();
  for (;;) {
    const pid = waitpid(wanted === 0 ? -1 : wanted, code, 0);
    if (pid < 0) return wanted === 0 ? 0 : 127;
    report(pid, code[0]);
    if (pid === wanted) return status_of(code[0]);
  }
}

function report(pid: i32, code: i32): void {
  for (let index: u32 = 0; index < MAX_BACKGROUND; index++) {
    if (background[index] !== pid) continue;
    background[index] = 0;
    if (!interactive) return;
    const words = (code & 0x7f) === 0 ? '' : signal_words((code as u32) & 0x7f);
    if (words[0] !== 0) printf('[%d] %s\n', pid, words);
    else if (status_of(code) !== 0) printf('[%d] Exit %d\n', pid, status_of(code));
    else printf('[%d] Done\n', pid);
  }
}
